"""Live updates of the desk: tickets, and what others do to the card that is open."""

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from bookings.desk.news import news_of
from bookings.desk_kit.fetch import appointments
from bookings.parties import conflicts
from office.core import live_updates
from office.models import AccessAction, AccessReason
from office.staff.access_log import note_access
from office.staff.permissions import StaffRequest, secretary


@require_safe
@secretary
def ticket(request: StaffRequest) -> HttpResponse:
    """Return a fresh ticket in place of one that has expired."""
    session = request.session.session_key or ""
    topics = (live_updates.DESK, live_updates.HELP)
    return JsonResponse({"ticket": live_updates.new_ticket(*topics, session=session)})


@require_safe
@secretary
def card_news(request: StaffRequest) -> HttpResponse:
    """Tell what has happened to an appointment since its version `seen`; 204 where that is nothing.

    `told`: the version whose news the open page shows already.
    """
    asked = request.GET
    seen, announced = _version(asked.get("seen")), _version(asked.get("told"))
    appointment = appointments().filter(reference=asked.get("about", "")).first()
    if appointment is None or not seen or appointment.version in (seen, announced):
        return HttpResponse(status=204)
    if appointment.pk in conflicts.barred_to_user(request.user):
        return HttpResponse(status=204)
    note_access(
        request.user, appointment.reference, action=AccessAction.READ, reason=AccessReason.BOOKING
    )
    context = {"appointment": appointment, "news": news_of(appointment, seen)}
    return render(request, "bookings/desk/_card_news.html", context)


def _version(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 9 else 0
