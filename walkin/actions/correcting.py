"""Correct what is known of a ticket: what was asked for, and how the visit ended."""

from dataclasses import dataclass

from bookings.outcomes.actions import note_from_number
from office.calendar.occupancy import retrying
from office.models import Agreements, Service, User
from walkin.actions.serving import ServingResult, set_result, visit_result
from walkin.models import Company, Ticket
from walkin.tickets.events import lock_noted_ticket, save_with_event
from walkin.tickets.matters import Matter

CORRECTED = "corrected"


@dataclass(frozen=True)
class TicketWish:
    """What somebody came for."""

    matter: Matter
    language: str
    meeting: Company
    # Further services of the same visit.
    also: tuple[Service, ...] = ()


@retrying
def correct(
    ticket_id: int,
    wish: TicketWish,
    *,
    user: User,
    result: ServingResult | None = None,
    version: int | None = None,
) -> Ticket:
    """Correct the ticket while its day runs; `result` only of a finished visit.

    What was noted of a booked visit is corrected with its number.
    Raises DayNotRunningError, NotCountedError, TicketChangedError or ChildrenNotSaidError.
    """
    ticket = lock_noted_ticket(ticket_id, version=version)
    # What a booked visit is about is not the queue's to say.
    if not ticket.is_booked:
        ticket.service, ticket.other = wish.matter.service, wish.matter.other
    ticket.also.set(wish.also)
    ticket.language, ticket.meeting = wish.language, wish.meeting
    before = _noted(ticket)
    if result is not None and ticket.is_done:
        ticket.turned_out_service, ticket.turned_out_other = None, ""
        set_result(ticket, result)
    save_with_event(ticket, CORRECTED, user=user, reason=ticket.outcome)
    if ticket.visit_id is not None and _noted(ticket) != before:
        note_from_number(ticket.visit_id, visit_result(ticket), user=user)
    return ticket


def _noted(ticket: Ticket) -> tuple[str, Agreements, str, str]:
    """Return what the ticket shares with the outcome of its visit."""
    return ticket.outcome, ticket.agreements, ticket.came, ticket.next_step
