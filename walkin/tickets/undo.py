"""Undo what somebody of the staff has just done with a ticket.

The bar, its key and the seconds from when the page is seen are those of the appointments
(bookings/appointments/undo.py). Both the act and its undoing stay among the events; the figures are as
if neither had happened.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from bookings.appointments.attendance import set_attendance
from bookings.appointments.undo import CannotUndoError, UndoRefusal, offer
from bookings.hooks import UpperUndo
from bookings.models import Status, Undoable
from office.calendar.occupancy import retrying
from office.core import clock
from office.models import User
from office.staff.permissions import may_open
from walkin.errors import DeskBusyError, NotOnDutyError, WalkInError
from walkin.models import Desk, Duty, Ticket, TicketEvent, WalkInDay
from walkin.states import AT_DESK, Action, DayAction, TicketState
from walkin.tickets.events import (
    TAKEN,
    UNDONE,
    lock_ticket,
    record,
    save_with_event,
    without_undone,
)
from walkin.tickets.labels import event_label
from walkin.tickets.snapshots import restore, restore_visit

KIND = "ticket"
# What was done with desks and the intake: days/undo.py.
ROOM = "room"
# That somebody has come who got no number: tickets/undo_arrival.py.
ARRIVAL = "arrival"
# Whoever calls looks at the person in front of them, not at the screen.
SECONDS = 30

Result = Ticket | Sequence[Ticket]


@retrying
def undoably(action: Callable[[], Result], *, user: User, back: str = "") -> Undoable | None:
    """Run `action`, which returns the tickets that it changed, so that `user` can undo it.

    `back`: the page that shows it afterwards, where that is not the queue. What `action` raises goes
    through, with nothing changed.
    """
    result = action()
    return offer_undo([result] if isinstance(result, Ticket) else result, user=user, back=back)


def offer_undo(
    tickets: Sequence[Ticket],
    *,
    user: User,
    visit_was: str = Status.CONFIRMED,
    back: str = "",
) -> Undoable | None:
    """Let `user` undo what was done with the tickets since they were locked, or taken.

    `visit_was`: the status of a booked visit before its number was given. `back`: as of undoably().
    """
    beside = {"visit_was": visit_was, "back": back}
    rows = [{**row_of(ticket), **beside} for ticket in tickets if ticket.new_events]
    if not rows:
        return None
    return offer(KIND, rows, user=user, about=", ".join(str(ticket.number) for ticket in tickets))


def row_of(ticket: Ticket) -> dict[str, Any]:
    """Return what is needed to undo what was done with the ticket since it was locked, or taken."""
    first, last = ticket.new_events[0], ticket.new_events[-1]
    return {
        "ticket": ticket.pk,
        "day": ticket.day_id,
        "first": first.pk,
        "last": last.pk,
        # None of a ticket that was taken.
        "before": ticket.former,
        # What was done, for the bar: a reopened visit that goes on at once was reopened.
        "what": first.what,
        "reason": first.reason,
    }


def forget_offers(*, user: User | None = None, day: WalkInDay | None = None) -> None:
    """Let nobody undo any more what `user` did, or what was done on `day`."""
    found = Undoable.objects.filter(kind__in=[KIND, ROOM, ARRIVAL], used_at=None)
    if user is not None:
        found = found.filter(user=user)
    if day is not None:
        found = found.filter(rows__contains=[{"day": day.pk}])
    found.delete()


def _undo(undoable: Undoable, user: User) -> None:
    """Restore the tickets. Raises CannotUndoError."""
    lock_desks_of(undoable.rows)
    for row in sorted(undoable.rows, key=lambda one: int(one["ticket"])):
        try:
            restore_row(row, user)
        except WalkInError as error:
            raise CannotUndoError(UndoRefusal.CHANGED, undoable.about, error.sentence) from error


def lock_desks_of(rows: Iterable[dict[str, Any]]) -> None:
    """Keep others from calling to the desks at which these tickets were."""
    desks = {
        row["before"]["desk_id"]
        for row in rows
        if row["before"] and row["before"]["state"] in AT_DESK
    }
    for desk in sorted(desks):
        Desk.objects.select_for_update(no_key=True).get(pk=desk)


def restore_row(row: dict[str, Any], user: User) -> None:
    """Restore one ticket. Raises WalkInError or CannotUndoError."""
    ticket = lock_ticket(row["ticket"])
    ticket.day.require(DayAction.CALL)
    events = without_undone(TicketEvent.objects.filter(ticket=ticket).order_by("pk"))
    if not events or events[-1].pk != row["last"]:
        raise CannotUndoError(UndoRefusal.CHANGED, str(ticket.number))
    if row["before"] is None:
        record(ticket, Action.VOID, user=user, undoes=row["first"])
        if ticket.visit_id is not None:
            # Whoever was noted as come before they got the number is still here.
            was = Status(row.get("visit_was", Status.CONFIRMED))
            set_attendance(ticket.visit_id, was, user=user)
        return
    restore(ticket, row["before"])
    if ticket.is_at_desk:
        _require_own_desk(ticket)
        other = Ticket.objects.at_desk().filter(desk=ticket.desk_id).exclude(pk=ticket.pk).first()
        if other is not None:
            raise DeskBusyError(other.number)
    save_with_event(ticket, UNDONE, at=clock.now(), user=user, undoes=row["first"])
    restore_visit(ticket, row["before"])


def _require_own_desk(ticket: Ticket) -> None:
    """Raise NotOnDutyError where its professional has left the desk since.

    Who called a visit to its room without walk-in duty sits at no desk.
    """
    until = min(clock.now(), ticket.day.ends_at)
    duties = Duty.objects.filter(professional=ticket.professional_id)
    if ticket.is_booked and not duties.filter(day=ticket.day_id).exists():
        return
    theirs = duties.filter(desk=ticket.desk_id)
    # After the hours the last ones on duty go on.
    present = Q(during__endswith__gt=until) | Q(during__endswith__gte=ticket.day.ends_at)
    if not theirs.filter(present, day=ticket.day_id).exists():
        raise NotOnDutyError


def _words(undoable: Undoable) -> str:
    row = undoable.rows[0]
    numbers = {"numbers": undoable.about, "what": event_label(row["what"], row["reason"])}
    if len(undoable.rows) > 1:
        return _("Numbers %(numbers)s: %(what)s") % numbers
    return _("Number %(numbers)s: %(what)s") % numbers


def _undone(undoable: Undoable) -> str:
    row = undoable.rows[0]
    if row["what"] == TAKEN:
        return _("Undone. Number %(number)s does not count.") % {"number": undoable.about}
    return _("Undone. Number %(number)s: %(state)s.") % {
        "number": undoable.about,
        "state": TicketState(row["before"]["state"]).label,
    }


def _back(undoable: Undoable) -> str:
    queue = reverse("queue:queue")
    if not may_open(undoable.user, queue):
        # Who called from their own day, and has no queue.
        queue = undoable.user.home_url
    # Of one that was undone already, no rows are kept.
    return next((row["back"] for row in undoable.rows if row.get("back")), queue)


UNDO = UpperUndo(SECONDS, _undo, _words, _undone, _back)
