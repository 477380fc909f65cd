"""Locking a ticket, and the event row that each change leaves."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from office.core import clock
from office.models import User
from walkin.errors import NotCountedError, TicketChangedError
from walkin.models import Actor, Ticket, TicketEvent, WalkInDay
from walkin.states import ASSIGNED, Action, DayAction, TicketState, next_state
from walkin.tickets.attendance import tell_visit
from walkin.tickets.live import announce
from walkin.tickets.snapshots import capture

TAKEN = "take"
IS_BACK = "is_back"
UNDONE = "undo"
# The reason of what was done elsewhere with the booked visit of the ticket.
FOLLOWS = "visit"
# What is put back sooner was begun by mistake.
SHORTEST_VISIT = timedelta(minutes=3)


def lock_ticket(ticket_id: int, *, version: int | None = None) -> Ticket:
    """Fetch the ticket, locked until the transaction ends. Raises TicketChangedError."""
    ticket = Ticket.objects.select_for_update(of=("self",)).select_related("day").get(pk=ticket_id)
    if version is not None and ticket.version != version:
        raise TicketChangedError
    ticket.former = capture(ticket)
    return ticket


def lock_noted_ticket(ticket_id: int, *, version: int | None = None) -> Ticket:
    """Fetch and lock the ticket to note something of it that leaves its state.

    Raises DayNotRunningError, NotCountedError or TicketChangedError.
    """
    ticket = lock_ticket(ticket_id, version=version)
    ticket.day.require(DayAction.CALL)
    if ticket.is_void:
        raise NotCountedError
    return ticket


def lock_day(day_id: int) -> WalkInDay:
    """Fetch the day, locked until the transaction ends."""
    return WalkInDay.objects.select_for_update().get(pk=day_id)


def record(
    ticket: Ticket,
    action: Action,
    *,
    user: User | None = None,
    by: Actor | None = None,
    reason: str = "",
    undoes: int | None = None,
) -> None:
    """Apply the action to the ticket, and save it with an event row.

    `by`: who did it where no user did, by default the person. Raises TransitionRefusedError.
    """
    before, now = TicketState(ticket.state), clock.now()
    ticket.state = next_state(action, before)
    _keep_times(ticket, before, now)
    if action == Action.PUT_BACK:
        _forget_mistaken_call(ticket, before)
    if action == Action.COME_BACK:
        # As for a new number: the calls before the referral were answered.
        ticket.calls = 0
    if ticket.is_waiting:
        ticket.desk = ticket.professional = None
    if not ticket.has_stepped_back:
        ticket.ready_at = None
    save_with_event(ticket, action, at=now, user=user, by=by, reason=reason, undoes=undoes)


def _keep_times(ticket: Ticket, before: TicketState, now: datetime) -> None:
    """Update the waiting and serving times that the ticket keeps."""
    if before == TicketState.SERVING and ticket.serving_since is not None:
        ticket.served_seconds += (now - ticket.serving_since).total_seconds()
    if ticket.is_called:
        ticket.called_at = now
        ticket.first_called_at = ticket.first_called_at or now
    ticket.serving_since = now if ticket.is_serving else None
    ticket.closed_at = now if ticket.is_over else None
    ticket.held_at, ticket.back_at = (now if ticket.is_on_hold else None), None


def _forget_mistaken_call(ticket: Ticket, before: TicketState) -> None:
    """Forget a call or start that is taken back within moments: the person still waits."""
    if before in ASSIGNED and ticket.served_seconds < SHORTEST_VISIT.total_seconds():
        ticket.served_seconds = 0.0
        ticket.first_called_at = ticket.called_at = None


def save_with_event(
    ticket: Ticket,
    what: str,
    *,
    at: datetime | None = None,
    user: User | None = None,
    by: Actor | None = None,
    reason: str = "",
    undoes: int | None = None,
) -> None:
    """Save the ticket with an event row, its state unchanged, and update the screens."""
    ticket.version += 1
    ticket.save()
    event = TicketEvent.objects.create(
        ticket=ticket,
        what=what,
        state=ticket.state,
        at=at or clock.now(),
        by=by or (Actor.STAFF if user else Actor.PERSON),
        user=user,
        desk_id=ticket.desk_id,
        professional_id=ticket.professional_id,
        reason=reason,
        undoes_id=undoes,
    )
    ticket.new_events.append(event)
    tell_visit(ticket, user)
    announce(ticket.day.service_point_id)


def without_undone(events: Iterable[TicketEvent]) -> list[TicketEvent]:
    """Return the events that count, in their order: neither those undone nor the undoing."""
    found: list[TicketEvent] = []
    for event in events:
        if event.undoes_id is None:
            found.append(event)
        else:
            first, ticket = event.undoes_id, event.ticket_id
            found = [one for one in found if one.ticket_id != ticket or one.pk < first]
    return found
