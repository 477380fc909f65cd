"""What the own day shows of call-backs."""

from datetime import date

from bookings.availability.call_slots import free_calls
from bookings.call_backs import own_hours
from bookings.call_backs import queries as callback_lists
from bookings.call_backs.presenters import rows_of
from office.core import clock
from office.models import AccessAction, AccessReason, Professional, ServicePoint, Unit
from office.staff.access_log import note_access
from office.staff.permissions import StaffRequest


def calls_context(
    request: StaffRequest, professional: Professional, day: date, last: date
) -> dict[str, object]:
    """Return what the own day shows of call-backs. Reads of callers' details are logged here."""
    unit = Unit.get()
    calls = callback_lists.own_calls(professional, day)
    upcoming = callback_lists.own_upcoming(professional, day, last)
    note_access(
        request.user,
        [call.reference for call in [*calls, *upcoming]],
        action=AccessAction.READ,
        reason=AccessReason.OWN_CALL_BACKS,
    )
    rows = rows_of(calls)
    may_change = day >= clock.today() and professional.organisation_id is None
    free = (
        free_calls(unit, online=False, professional=professional.pk, first=day, last=day).times
        if may_change
        else []
    )
    return {
        "calls": rows,
        "next_call": next((r.call.pk for r in rows if r.call.is_open and r.steps), None),
        "upcoming_calls": rows_of(upcoming),
        "free_calls": free,
        "calls_closed": own_hours.has_closed(professional, day),
        "may_change_calls": may_change,
        "calls_offered": unit.call_backs_offered,
        "points": points_of(professional),
    }


def points_of(professional: Professional) -> list[ServicePoint]:
    return list(professional.service_points.filter(is_active=True))
