"""What the order and the estimate need to know of a ticket, a duty and a booked visit."""

from dataclasses import dataclass
from datetime import datetime

from bookings.models import Status
from walkin.models import Duty, Ticket
from walkin.tickets.eligibility import StaffSkills, TicketNeeds


@dataclass(frozen=True)
class BookedVisit:
    """An appointment of somebody on duty."""

    reference: str
    professional: int
    starts_at: datetime
    ends_at: datetime
    status: str
    # Its open number, and whether that waits to be called.
    ticket: int | None = None
    may_be_called: bool = False

    @property
    def is_confirmed(self) -> bool:
        """Whether nobody has come yet."""
        return self.status == Status.CONFIRMED

    @property
    def is_in_meeting(self) -> bool:
        return self.status == Status.IN_MEETING


def needs_of(ticket: Ticket) -> TicketNeeds:
    """Return what the ticket asks for, for the rules of eligibility."""
    return TicketNeeds(
        ticket.service_id,
        ticket.language,
        ticket.for_professional_id,
        only_person=ticket.is_booked,
        also=frozenset(service.pk for service in ticket.further_services),
    )


def matters_of(ticket: Ticket) -> list[str]:
    """Return the keys of all matters of the visit, the first one first."""
    return [ticket.matter, *(f"s{service.pk}" for service in ticket.further_services)]


def skills_of(duty: Duty, at: datetime) -> StaffSkills:
    """Return what whoever is on duty may take, and whether they are at their desk."""
    who = duty.professional
    return StaffSkills(
        who.pk,
        frozenset(s.pk for s in who.services.all()),
        frozenset(who.languages),
        is_on_break=duty.is_on_break(at),
    )
