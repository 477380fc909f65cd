"""Tickets for the desk's live updates."""

from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from office.core import live_updates
from office.staff.permissions import StaffRequest, secretary


@require_safe
@secretary
def ticket(request: StaffRequest) -> HttpResponse:
    """Return a fresh ticket in place of one that has expired."""
    session = request.session.session_key or ""
    return JsonResponse({"ticket": live_updates.new_ticket(live_updates.DESK, session=session)})
