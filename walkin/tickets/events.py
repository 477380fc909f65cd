"""Locking a number, and the row that each change of its state leaves behind."""

from datetime import datetime

from office.core import clock
from office.models import User
from walkin.errors import ChangedMeanwhileError, DayNotRunningError
from walkin.models import By, Ticket, TicketEvent, WalkInDay
from walkin.states import FINAL, Action, State, step
from walkin.tickets.live import announce

TAKEN = "take"


def locked(ticket_id: int, *, version: int | None = None) -> Ticket:
    """The number, locked until the transaction ends. Raises ChangedMeanwhileError."""
    ticket = Ticket.objects.select_for_update(of=("self",)).select_related("day").get(pk=ticket_id)
    if version is not None and ticket.version != version:
        raise ChangedMeanwhileError
    return ticket


def locked_day(day_id: int) -> WalkInDay:
    """The day, locked until the transaction ends."""
    return WalkInDay.objects.select_for_update().get(pk=day_id)


def running(day: WalkInDay) -> None:
    """Raises DayNotRunningError where the day has not begun or is over."""
    if not day.is_running:
        raise DayNotRunningError


def record(
    ticket: Ticket,
    action: Action,
    *,
    user: User | None = None,
    by: By | None = None,
    reason: str = "",
) -> None:
    """Take the number where `action` leads and write it down. Saves the number.

    `by`: where no user did it (the person, unless told otherwise). Raises RefusedError.
    """
    before, now = State(ticket.state), clock.now()
    ticket.state = step(action, before)
    _keep_times(ticket, before, now)
    if ticket.state in (State.WAITING, State.STEPPED_BACK, State.HANDED_ON):
        ticket.desk = ticket.professional = None
    if ticket.state != State.STEPPED_BACK:
        ticket.ready_at = None
    write(ticket, action, at=now, user=user, by=by, reason=reason)


def _keep_times(ticket: Ticket, before: State, now: datetime) -> None:
    """Keep beside the rows what they say about waiting and serving."""
    if before == State.SERVING and ticket.serving_since is not None:
        ticket.served_seconds += (now - ticket.serving_since).total_seconds()
    if ticket.state == State.CALLED:
        ticket.called_at = now
        ticket.first_called_at = ticket.first_called_at or now
    elif ticket.state == State.CALLED_AGAIN:
        ticket.called_at = now
    ticket.serving_since = now if ticket.state == State.SERVING else None
    ticket.closed_at = now if ticket.state in FINAL else None


def write(
    ticket: Ticket,
    what: str,
    *,
    at: datetime | None = None,
    user: User | None = None,
    by: By | None = None,
    reason: str = "",
) -> None:
    """Save the number with a row of what happened, its state staying, and tell the screens."""
    ticket.version += 1
    ticket.save()
    TicketEvent.objects.create(
        ticket=ticket,
        what=what,
        state=ticket.state,
        at=at or clock.now(),
        by=by or (By.STAFF if user else By.PERSON),
        user=user,
        desk_id=ticket.desk_id,
        professional_id=ticket.professional_id,
        reason=reason,
    )
    announce(ticket.day.service_point_id)
