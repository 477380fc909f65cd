"""The number of a booked visit goes back where an act on the visit is undone, which it had followed."""

from typing import Any

from bookings.appointments.undo import CannotUndoError, UndoRefusal
from bookings.hooks import VisitPart
from bookings.models import Appointment
from office.models import User
from walkin.errors import WalkInError
from walkin.models import Ticket, TicketEvent
from walkin.tickets.events import FOLLOWS, without_undone
from walkin.tickets.snapshots import capture
from walkin.tickets.undo import lock_desks_of, restore_row

NAME = "number"


def _capture(appointment: Appointment) -> dict[str, Any] | None:
    """Return the number of the visit as it is; None where it has none today."""
    ticket = Ticket.objects.filter(visit=appointment).select_related("day").first()
    if ticket is None or not ticket.day.is_running:
        return None
    last = TicketEvent.objects.filter(ticket=ticket).order_by("pk").last()
    return {
        "ticket": ticket.pk,
        "visit": appointment.reference,
        "last": last.pk if last else 0,
        "before": capture(ticket),
    }


def _put_back(saved: dict[str, Any] | None, user: User) -> None:
    """Restore the number. Raises CannotUndoError where more was done with it than to follow."""
    if saved is None:
        return
    ticket = Ticket.objects.select_related("day").get(pk=saved["ticket"])
    events = without_undone(TicketEvent.objects.filter(ticket=ticket).order_by("pk"))
    followed = [event for event in events if event.pk > saved["last"]]
    if not followed or not ticket.day.is_running:
        return
    if any(event.reason != FOLLOWS for event in followed):
        raise CannotUndoError(UndoRefusal.CHANGED, saved["visit"])
    row = {**saved, "first": followed[0].pk, "last": followed[-1].pk}
    try:
        lock_desks_of([row])
        restore_row(row, user)
    except WalkInError as error:
        raise CannotUndoError(UndoRefusal.CHANGED, saved["visit"], error.sentence) from error


PART = VisitPart(_capture, _put_back)
