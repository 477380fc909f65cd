"""“I have an appointment: I am here”: at the kiosk, by the code of the day, and by a personal link."""

from dataclasses import asdict
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy, override
from django.utils.translation import gettext as _

from bookings.hooks import ArrivalPage
from bookings.models import Party
from bookings.self_service import personal_links
from office.core.http import address_of, get_or_post, unlisted
from office.models import ServicePoint, Unit
from office.staff.audience import by_link, for_anyone
from office.staff.rate_limits import TooManyTriesError, count_try
from walkin.actions.check_in import CheckedIn, check_in, find_visit, may_check_in_by_link
from walkin.actions.take_number import day_by_code, ticket_path
from walkin.days.notices import notice_at
from walkin.errors import NO_SUCH_VISIT, NoSuchVisitError, StoppedByNoticeError, WrongCodeError
from walkin.models import Source
from walkin.public_pages.kiosk import point_of
from walkin.public_pages.kiosk_session import is_registered, slip_key
from walkin.public_pages.take import private_page, reading_of_now

# Whole codes alone are looked up, and only those of today: this keeps somebody from trying them all.
TRIES_AT_A_KIOSK, TRIES_ON_A_PHONE = 30, 10
EVERY = timedelta(minutes=10)
# For a kiosk without a keyboard; no letter of a code is left out.
KEYS = ("1234567890", "ABCDEFGHI", "JKLMNOPQR", "STUVWXYZ")


class VisitCodeForm(forms.Form):
    """The code of a visit, or one's own."""

    code = forms.CharField(max_length=40)


def arrival_page(party: Party, token: str) -> ArrivalPage | None:
    """Return where the holder of a personal link says that they have come; None while it is too early."""
    if not may_check_in_by_link(party):
        return None
    return ArrivalPage(reverse("walk_in:here", args=[token]), _("I am here: check in"))


@for_anyone
@get_or_post
def at_kiosk(request: HttpRequest, point: str) -> HttpResponse:
    """Check in at the kiosk. Every answer to the form leads to a page that can be read again."""
    here = point_of(point)
    language = request.POST.get("language") or request.GET.get("language", "")
    reading = Unit.get().reading(language)
    notice = notice_at(here.pk)
    is_stopped = notice is not None and notice.stops_numbers
    if is_stopped or not is_registered(request, here) or reading is None:
        return unlisted(redirect("walk_in:kiosk", point=here.slug))
    with override(language):
        response = _at_kiosk(request, here)
        response.headers["Content-Language"] = language
    return response


def _at_kiosk(request: HttpRequest, point: ServicePoint) -> HttpResponse:
    address = reverse("walk_in:kiosk_here", args=[point.slug])
    language = get_language()
    if request.method != "POST":
        name = "kiosk_here_done" if "done" in request.GET else "kiosk_here"
        context = {
            "point": point,
            "language": language,
            "shown_in": [language],
            "wrong": WRONG.get(request.GET.get("wrong", "")),
            "keys": KEYS,
        }
        return private_page(request, f"walkin/public_pages/{name}.html", context)
    found, wrong = _check_in(request, point, Source.KIOSK, limit=TRIES_AT_A_KIOSK)
    if found is None:
        query = urlencode({"language": language, "wrong": wrong})
        return unlisted(redirect(f"{address}?{query}"))
    if found.ticket is not None:
        return unlisted(redirect("walk_in:slip", point.slug, slip_key(found.ticket.pk)))
    query = urlencode({"language": language, "done": 1})
    return unlisted(redirect(f"{address}?{query}"))


WRONG = {
    "code": NO_SUCH_VISIT,
    "tries": gettext_lazy("Too many tries. Wait a moment, or ask our staff."),
}


def _check_in(
    request: HttpRequest, point: ServicePoint, source: Source, *, limit: int
) -> tuple[CheckedIn | None, str]:
    """Check in the visit of the code that was sent; else a key of WRONG."""
    form = VisitCodeForm(request.POST)
    code = form.cleaned_data["code"] if form.is_valid() else ""
    try:
        count_try("walk-in check-in", address_of(request), limit=limit, every=EVERY)
        appointment, party = find_visit(code, point.pk)
        found = check_in(appointment.pk, source=source, party=party, **asdict(reading_of_now()))
        return found, ""
    except TooManyTriesError:
        return None, "tries"
    except NoSuchVisitError:
        return None, "code"
    except StoppedByNoticeError:
        # The page shows the notice.
        return None, ""


@for_anyone
@get_or_post
def on_phone(request: HttpRequest, code: str) -> HttpResponse:
    """Check in on one's own phone, by the code of the day at the point."""
    try:
        day = day_by_code(code)
    except WrongCodeError:
        return unlisted(redirect("walk_in:take", code))
    context: dict[str, Any] = {"point": day.service_point, "code": code}
    if request.method == "POST":
        found, wrong = _check_in(request, day.service_point, Source.PHONE, limit=TRIES_ON_A_PHONE)
        if found is not None:
            return _arrived(request, found)
        context["wrong"] = WRONG.get(wrong)
    context["notice"] = notice_at(day.service_point_id)
    return private_page(request, "walkin/public_pages/take_here.html", context)


@by_link
@get_or_post
def by_personal_link(request: HttpRequest, token: str) -> HttpResponse:
    """Check in by one's own link. Reading changes nothing: a press does."""
    party = personal_links.open_link(token)
    if party is None or party.is_by_invitation or not may_check_in_by_link(party):
        raise Http404
    appointment = party.appointment
    if request.method == "POST":
        try:
            found = check_in(
                appointment.pk, source=Source.PHONE, party=party, **asdict(reading_of_now())
            )
        except StoppedByNoticeError:
            return unlisted(redirect("walk_in:here", token))
        return _arrived(request, found)
    point = appointment.service_point
    context = {
        "appointment": appointment,
        "point": point,
        "notice": notice_at(point.pk) if point else None,
    }
    return private_page(request, "walkin/public_pages/here.html", context)


def _arrived(request: HttpRequest, found: CheckedIn) -> HttpResponse:
    """Lead to the number's own page; without a number say that they are fetched."""
    if found.ticket is not None and ticket_path(found.ticket):
        return unlisted(redirect(ticket_path(found.ticket)))
    context = {"point": found.appointment.service_point}
    return private_page(request, "walkin/public_pages/here_done.html", context)
