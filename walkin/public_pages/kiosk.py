"""The kiosk: a touch screen at the point that gives numbers, and goes back to its start by itself."""

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import get_language, override
from django.views.decorators.http import require_safe

from bookings.models import Meeting
from office.core import live_updates
from office.core.http import get_or_post
from office.core.qr import Code, code
from office.models import ServicePoint, Unit
from office.staff.audience import for_anyone
from office.staff.permissions import STAFF, StaffRequest, role_required
from walkin.actions.take_number import link_of
from walkin.actions.take_once import take_once
from walkin.errors import WalkInError
from walkin.models import Source, Ticket
from walkin.public_pages.alternatives import Instead
from walkin.public_pages.kiosk_session import is_ours, slip_key, slip_of, take_into_use
from walkin.public_pages.status import points_now
from walkin.public_pages.take import choices, chosen_matter, closed, form_of, unkept
from walkin.tickets.live import topic

LANGUAGES = [key for key, _name in settings.LANGUAGES]


def point_of(slug: str) -> ServicePoint:
    point: ServicePoint = get_object_or_404(ServicePoint.objects.in_use(), slug=slug)
    return point


@for_anyone
@get_or_post
def kiosk(request: HttpRequest, point: str) -> HttpResponse:
    """Language, matter, with whom, number."""
    here = point_of(point)
    if not is_ours(request, here):
        return unkept(
            request, "walkin/public_pages/screen_unknown.html", {"point": here}, status=403
        )
    language = request.POST.get("language") or request.GET.get("language", "")
    if language not in LANGUAGES:
        with override("fi"):
            return _start(request, here)
    with override(language):
        response = _steps(request, here)
        response.headers["Content-Language"] = language
    return response


def _start(request: HttpRequest, point: ServicePoint) -> HttpResponse:
    now = next(iter(points_now(point.pk)), None)
    takes = now is not None and now.gives_numbers
    address = ""
    if now is not None and takes:
        address = whole(request, reverse("walk_in:take", args=[now.day.code]))
    instead = None if takes else Instead(now, unit=Unit.get())
    context = {
        "point": point,
        "here": now,
        "instead": instead,
        "book": _to_read(request, instead.book if instead else ""),
        "call_back": _to_read(
            request, reverse("public:call_back") if instead and instead.first_call else ""
        ),
        "topic": topic(point.pk),
        "qr": code(address) if address else None,
        "languages": LANGUAGES,
    }
    is_part = request.headers.get("HX-Request") == "true"
    name = "kiosk_start_now" if is_part else "kiosk_start"
    return unkept(request, f"walkin/public_pages/{name}.html", context)


def _steps(request: HttpRequest, point: ServicePoint) -> HttpResponse:
    now = next(iter(points_now(point.pk)), None)
    if now is None or not now.gives_numbers:
        return closed(redirect("walk_in:kiosk", point=point.slug))
    form = form_of(request)
    matter = chosen_matter(request.POST.get("matter") or request.GET.get("matter", ""))
    context = choices(
        point=point, here=now, form=form, matter=matter, language=get_language(), is_kiosk=True
    )
    if matter is None:
        context["book"] = _to_read(request, reverse("book:start")) if context["elsewhere"] else None
        return unkept(request, "walkin/public_pages/kiosk_matter.html", context)
    if request.method != "POST" or not form.is_valid():
        return unkept(request, "walkin/public_pages/kiosk_whom.html", context)
    try:
        ticket = take_once(
            now.day.pk,
            key=f"{now.day.pk}:{form.cleaned_data['key']}",
            matter=matter,
            language=form.cleaned_data["language"],
            meeting=Meeting(form.cleaned_data["meeting"]),
            source=Source.KIOSK,
        )
    except WalkInError:
        # The start says how it is now.
        return closed(redirect("walk_in:kiosk", point=point.slug))
    return closed(redirect("walk_in:slip", point=point.slug, key=slip_key(ticket.pk)))


@for_anyone
@require_safe
def slip(request: HttpRequest, point: str, key: str) -> HttpResponse:
    """The number just taken, to be printed or photographed; gone after a moment."""
    here = point_of(point)
    ticket = (
        Ticket.objects.filter(pk=slip_of(key) or 0, day__service_point=here)
        .select_related("day")
        .first()
    )
    if ticket is None or not is_ours(request, here) or not link_of(ticket):
        return closed(redirect("walk_in:kiosk", point=here.slug))
    with override(ticket.language):
        address = whole(request, link_of(ticket))
        context = {"point": here, "ticket": ticket, "qr": code(address), "is_kiosk": True}
        response = unkept(request, "walkin/public_pages/slip.html", context)
        response.headers["Content-Language"] = ticket.language
    return response


def _to_read(request: HttpRequest, path: str) -> Code | None:
    """A page of ours as a code that a phone reads; none for no page."""
    return code(whole(request, path)) if path else None


def whole(request: HttpRequest, path: str) -> str:
    """The address as a phone opens it."""
    return f"{settings.SITE_URL}{path}" if settings.SITE_URL else request.build_absolute_uri(path)


@get_or_post
@role_required(*STAFF)
def use_screen(request: StaffRequest, point: str) -> HttpResponse:
    """Staff take this browser into use at the point. Whoever signed in is signed out by it."""
    here = point_of(point)
    if request.method != "POST":
        return unkept(request, "walkin/public_pages/screen_use.html", {"point": here})
    live_updates.end_streams(request.session.session_key or "")
    logout(request)
    response = redirect("walk_in:kiosk", point=here.slug)
    take_into_use(response, here)
    return response
