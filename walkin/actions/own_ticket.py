"""What a person, or staff on their behalf, does with a ticket: more time, back, leave."""

from datetime import timedelta

from office.calendar.occupancy import retrying
from office.core import clock
from office.models import User
from walkin.errors import NoMoreTimeError
from walkin.models import PointRules, Ticket
from walkin.states import Action, DayAction
from walkin.tickets.events import IS_BACK, lock_ticket, record, save_with_event


def may_have_more_time(ticket: Ticket, rules: PointRules) -> bool:
    """Say whether others can be let go first, and that was not asked for as often as the rules allow."""
    return ticket.allows(Action.MORE_TIME) and has_more_time(ticket, rules)


def has_more_time(ticket: Ticket, rules: PointRules) -> bool:
    return ticket.more_times < rules.more_times


@retrying
def more_time(ticket_id: int, *, user: User | None = None) -> Ticket:
    """Let others go first for some minutes; the ticket keeps its place.

    Raises NoMoreTimeError where it has been asked for as often as the rules allow.
    """
    ticket = lock_ticket(ticket_id)
    ticket.require(Action.MORE_TIME)
    rules = PointRules.of(ticket.day.service_point_id)
    if not has_more_time(ticket, rules):
        raise NoMoreTimeError
    now = clock.now()
    # Asked for again before the minutes are over, they add up.
    begins = max(ticket.ready_at or now, now)
    ticket.more_times += 1
    ticket.calls = 0
    ticket.ready_at = begins + timedelta(minutes=rules.more_minutes)
    record(ticket, Action.MORE_TIME, user=user)
    return ticket


@retrying
def ready(ticket_id: int, *, user: User | None = None) -> Ticket:
    """End the extra minutes early: the person is back."""
    ticket = lock_ticket(ticket_id)
    record(ticket, Action.READY, user=user)
    return ticket


@retrying
def say_back(ticket_id: int, *, user: User | None = None) -> Ticket:
    """Tell the desk that the person whose visit is on hold is back. A second press changes nothing."""
    ticket = lock_ticket(ticket_id)
    ticket.require(Action.RESUME)
    if ticket.back_at is None:
        ticket.back_at = clock.now()
        save_with_event(ticket, IS_BACK, user=user)
    return ticket


@retrying
def come_back(ticket_id: int, *, user: User | None = None) -> Ticket:
    """Let a person wait here again whom the agency they were referred to has sent back."""
    ticket = lock_ticket(ticket_id)
    ticket.day.require(DayAction.CALL)
    record(ticket, Action.COME_BACK, user=user)
    return ticket


@retrying
def leave(ticket_id: int, *, user: User | None = None) -> Ticket:
    """Give the ticket back."""
    ticket = lock_ticket(ticket_id)
    record(ticket, Action.LEAVE, user=user)
    return ticket
