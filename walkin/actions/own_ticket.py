"""What a person does with their own number, or staff for them: more time, back again, leave."""

from datetime import timedelta

from office.calendar.occupancy import retrying
from office.core import clock
from office.models import User
from walkin.errors import NoMoreTimeError
from walkin.models import PointRules, Ticket
from walkin.states import Action, State, step
from walkin.tickets.events import locked, record


@retrying
def more_time(ticket_id: int, *, user: User | None = None) -> Ticket:
    """Others go first for some minutes; then the number is called in its own place again.

    Raises NoMoreTimeError where it has been asked for as often as the rules allow.
    """
    ticket = locked(ticket_id)
    step(Action.MORE_TIME, State(ticket.state))
    rules = PointRules.of(ticket.day.service_point_id)
    if ticket.more_times >= rules.more_times:
        raise NoMoreTimeError
    now = clock.now()
    # Asked for again before the minutes are over: they are added.
    begins = max(ticket.ready_at or now, now)
    ticket.more_times += 1
    ticket.calls = 0
    ticket.ready_at = begins + timedelta(minutes=rules.more_minutes)
    record(ticket, Action.MORE_TIME, user=user)
    return ticket


@retrying
def ready(ticket_id: int, *, user: User | None = None) -> Ticket:
    """The person is back before the minutes are over."""
    ticket = locked(ticket_id)
    record(ticket, Action.READY, user=user)
    return ticket


@retrying
def leave(ticket_id: int, *, user: User | None = None) -> Ticket:
    """The person gives the number back."""
    ticket = locked(ticket_id)
    record(ticket, Action.LEAVE, user=user)
    return ticket
