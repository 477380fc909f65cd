"""Correct what is known of a ticket: what was asked for, and how the visit ended."""

from dataclasses import dataclass

from office.calendar.occupancy import retrying
from office.models import Service, User
from walkin.actions.serving import ServingResult, set_result
from walkin.models import Company, Ticket
from walkin.states import DayAction
from walkin.tickets.events import lock_ticket, save_with_event
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

    Raises DayNotRunningError or TicketChangedError.
    """
    ticket = lock_ticket(ticket_id, version=version)
    ticket.day.require(DayAction.CALL)
    # What a booked visit is about is not the queue's to say.
    if not ticket.is_booked:
        ticket.service, ticket.other = wish.matter.service, wish.matter.other
    ticket.also.set(wish.also)
    ticket.language, ticket.meeting = wish.language, wish.meeting
    if result is not None and ticket.is_done:
        ticket.turned_out_service, ticket.turned_out_other = None, ""
        set_result(ticket, result)
    save_with_event(ticket, CORRECTED, user=user, reason=ticket.outcome)
    return ticket
