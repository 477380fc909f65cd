"""The rows of the queue screen: waiting tickets, and desks with who is at them."""

from dataclasses import dataclass, field
from datetime import datetime

from django.utils.functional import Promise

from walkin.estimates.facts import BookedVisit
from walkin.models import Duty, Ticket
from walkin.staff_pages.booked import BookedRow
from walkin.tickets.keep_apart import kept_apart


def matter_of(ticket: Ticket) -> str:
    """Name the matters asked for, in the staff's words."""
    first = ticket.service.name if ticket.service else str(ticket.get_other_display())
    return " + ".join([first, *(str(service.name) for service in ticket.further_services)])


def minutes_since(then: datetime | None, now: datetime) -> int:
    """Return whole minutes; 0 for an unknown instant."""
    return max(int((now - then).total_seconds() // 60), 0) if then else 0


@dataclass(frozen=True)
class QueueRow:
    """A waiting ticket."""

    ticket: Ticket
    waited: int
    # The reason for its place; empty for users who call nobody.
    reason: str | Promise
    is_next: bool
    # Those it is kept apart from.
    apart: list[str]
    # It has stepped back: others go first until then.
    until: datetime | None = None
    # When it is likely to be called, by the clock; empty where that is not known.
    expected: str = ""
    # Visits without a number whose time comes before its turn.
    booked_before: list[BookedRow] = field(default_factory=list)

    @property
    def matter(self) -> str:
        return matter_of(self.ticket)


@dataclass(frozen=True)
class DeskRow:
    """Somebody on duty, and the ticket at their desk."""

    duty: Duty
    ticket: Ticket | None
    since: int
    # An appointment in progress that has no number.
    meeting: BookedVisit | None = None
    # On a break until then.
    away_until: datetime | None = None
    # Whether the user may take over the desk, or its numbers.
    may_take_over: bool = False


def apart_of(ticket: Ticket) -> list[str]:
    """Name those from whom this ticket is kept apart now."""
    tickets = Ticket.objects.filter(day=ticket.day_id).open().with_known_party()
    return kept_apart(ticket.day, tickets).get(ticket.pk, [])
