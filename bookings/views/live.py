"""Tickets for the desk's live updates."""

from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from bookings.views.desk import secretary
from office import live
from office.permissions import StaffRequest


@require_safe
@secretary
def ticket(request: StaffRequest) -> HttpResponse:
    """A fresh ticket in place of one that has run out."""
    session = request.session.session_key or ""
    return JsonResponse({"ticket": live.new_ticket(live.DESK, session=session)})
