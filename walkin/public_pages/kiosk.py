"""The kiosk: a touch screen at the point that gives numbers and returns to its start by itself."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language, override
from django.views.decorators.http import require_safe

from office.core import live_updates
from office.core.http import get_or_post, unlisted
from office.core.languages import FULL, active_partial
from office.core.qr import Code, code
from office.models import ServicePoint, Unit
from office.staff.audience import for_anyone
from office.staff.permissions import STAFF, StaffRequest, role_required
from walkin.actions.take_number import ticket_path
from walkin.actions.take_once import take_once
from walkin.days.notices import notice_at
from walkin.errors import WalkInError
from walkin.models import PointRules, Source, Ticket
from walkin.public_pages.alternatives import Alternatives
from walkin.public_pages.kiosk_session import is_registered, register, slip_key, ticket_id_of
from walkin.public_pages.status import point_statuses, ticket_place
from walkin.public_pages.take import (
    PointChoice,
    missing_context,
    private_page,
    take_context,
)
from walkin.tickets.live import topic


def point_of(slug: str) -> ServicePoint:
    point: ServicePoint = get_object_or_404(ServicePoint.objects.in_use(), slug=slug)
    return point


@for_anyone
@get_or_post
def kiosk(request: HttpRequest, point: str) -> HttpResponse:
    """Ask for language, matter and company, and give a number."""
    here = point_of(point)
    if not is_registered(request, here):
        return private_page(
            request, "walkin/public_pages/screen_unknown.html", {"point": here}, status=403
        )
    language = request.POST.get("language") or request.GET.get("language", "")
    if Unit.get().reading(language) is None:
        with override("fi"):
            return _start(request, here)
    with override(language):
        response = _steps(request, here)
        response.headers["Content-Language"] = language
    return response


def _start(request: HttpRequest, point: ServicePoint) -> HttpResponse:
    now = next(iter(point_statuses(point.pk)), None)
    takes = now is not None and now.gives_numbers
    address = ""
    if now is not None and takes:
        address = absolute_url(request, reverse("walk_in:take", args=[now.day.code]))
    alternatives = None if takes else Alternatives(now, unit=Unit.get())
    context = {
        "point": point,
        "here": now,
        "notice": notice_at(point.pk),
        "alternatives": alternatives,
        "book": _to_read(request, alternatives.book if alternatives else ""),
        "call_back": _to_read(
            request, reverse("public:call_back") if alternatives and alternatives.first_call else ""
        ),
        "topic": topic(point.pk),
        "shown_in": FULL,
        "qr": code(address) if address else None,
        "languages": FULL,
        "partial_languages": Unit.get().offered_languages if takes else [],
    }
    is_part = request.headers.get("HX-Request") == "true"
    name = "_kiosk_start_now" if is_part else "kiosk_start"
    return private_page(request, f"walkin/public_pages/{name}.html", context)


def _steps(request: HttpRequest, point: ServicePoint) -> HttpResponse:
    now = next(iter(point_statuses(point.pk)), None)
    if now is None or not now.gives_numbers:
        return unlisted(redirect("walk_in:kiosk", point=point.slug))
    choice = PointChoice.of(request, point.pk)
    matter, form = choice.matter, choice.form
    context = take_context(
        point.pk,
        choice,
        point=point,
        here=now,
        language=get_language(),
        is_partial=bool(active_partial()),
        is_kiosk=True,
        shown_in=[get_language()],
        **missing_context(request, choice),
    )
    if matter is None:
        context["book"] = _to_read(request, reverse("book:start")) if context["elsewhere"] else None
        return private_page(request, "walkin/public_pages/kiosk_matter.html", context)
    if context["missing"]:
        context["book"] = _to_read(request, reverse("book:start"))
        return private_page(request, "walkin/public_pages/kiosk_missing.html", context)
    if request.method != "POST":
        context["errors"] = request.GET.getlist("wrong")
        return private_page(request, "walkin/public_pages/kiosk_whom.html", context)
    # Every page of the kiosk is one that can be read again: none is the answer to a form.
    here = {
        "language": get_language(),
        "matter": matter.code,
        **{name: request.POST.getlist(name) for name in ("meeting", "papers", "also")},
    }
    if not form.is_valid():
        return _again(point, here, wrong=list(form.errors))
    if form.missing:
        return _again(point, here, missing=form.missing)
    try:
        ticket = take_once(
            now.day.pk,
            key=f"{now.day.pk}:{form.cleaned_data['key']}",
            matter=matter,
            also=form.also_services,
            language=form.reading.language,
            reads=form.reading.reads,
            meeting=form.company,
            source=Source.KIOSK,
        )
    except WalkInError:
        # The start says how it is now.
        return unlisted(redirect("walk_in:kiosk", point=point.slug))
    return unlisted(redirect("walk_in:slip", point=point.slug, key=slip_key(ticket.pk)))


def _again(point: ServicePoint, here: dict[str, Any], **more: list[str]) -> HttpResponse:
    query = urlencode({**here, **more}, doseq=True)
    return unlisted(redirect(f"{reverse('walk_in:kiosk', args=[point.slug])}?{query}"))


@for_anyone
@require_safe
def worker(request: HttpRequest, point: str) -> HttpResponse:
    """Give the worker that stands in for the server while the kiosk's browser does not reach it."""
    context = {"point": point_of(point), "shown_in": FULL}
    page = render_to_string("walkin/public_pages/kiosk_lost.html", context, request)
    script = render_to_string("walkin/public_pages/kiosk_worker.js", {"page": page})
    return unlisted(HttpResponse(script, content_type="text/javascript; charset=utf-8"))


@for_anyone
@require_safe
def slip(request: HttpRequest, point: str, key: str) -> HttpResponse:
    """Show the ticket just taken, to print or photograph, for a moment."""
    here = point_of(point)
    ticket = (
        Ticket.objects.filter(pk=ticket_id_of(key) or 0, day__service_point=here)
        .select_related("day", "visit", "sent_to")
        .first()
    )
    if ticket is None or not is_registered(request, here) or not ticket_path(ticket):
        return unlisted(redirect("walk_in:kiosk", point=here.slug))
    language = Unit.get().shown_language(ticket.language, ticket.reads)
    with override(language):
        address = absolute_url(request, ticket_path(ticket))
        context = {
            "point": here,
            "ticket": ticket,
            "place": ticket_place(ticket),
            "qr": code(address),
            "is_kiosk": True,
            "prints": PointRules.of(here.pk).prints_slips,
            "shown_in": [language],
        }
        response = private_page(request, "walkin/public_pages/slip.html", context)
        response.headers["Content-Language"] = language
    return response


def _to_read(request: HttpRequest, path: str) -> Code | None:
    """Return one of our pages as a QR code, or None without a path."""
    return code(absolute_url(request, path)) if path else None


def absolute_url(request: HttpRequest, path: str) -> str:
    """Return the address as a phone opens it."""
    return f"{settings.SITE_URL}{path}" if settings.SITE_URL else request.build_absolute_uri(path)


@get_or_post
@role_required(*STAFF)
def use_screen(request: StaffRequest, point: str) -> HttpResponse:
    """Let staff register this browser as the point's kiosk, and sign them out of it."""
    here = point_of(point)
    if request.method != "POST":
        return private_page(request, "walkin/public_pages/screen_use.html", {"point": here})
    live_updates.end_streams(request.session.session_key or "")
    logout(request)
    response = redirect("walk_in:kiosk", point=here.slug)
    register(response, here)
    return response
