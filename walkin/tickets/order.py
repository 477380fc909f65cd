"""The order of the queue, with the reason for each place. Pure.

The same order serves the “call next” key, the staff screen and the estimate.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from walkin.tickets.eligibility import StaffSkills, TicketNeeds, eligible_staff


class QueueReason(TextChoices):
    """Why a ticket has its place in the queue of one desk."""

    HANDED_OVER = "handed_on", _("handed over to you")
    FIRST = "first", _("has waited longest")
    FIT = "fit", _("has waited longest of those you can help")
    LATER = "later", _("after the numbers before it")
    # Not for this desk now:
    STEPPED_BACK = "stepped_back", _("has stepped back for a while")
    OTHER_DESK = "other_desk", _("for a colleague")
    APART = "apart", _("asked to come separately; the other party is waiting here too")


CALLABLE_REASONS = frozenset(
    {QueueReason.HANDED_OVER, QueueReason.FIRST, QueueReason.FIT, QueueReason.LATER}
)


@dataclass(frozen=True)
class WaitingTicket:
    """A ticket that waits to be called."""

    key: int
    number: int
    needs: TicketNeeds
    ready_at: datetime | None = None
    is_apart: bool = False


@dataclass(frozen=True)
class QueuePosition:
    """A ticket's place in the queue of one desk."""

    key: int
    number: int
    reason: QueueReason

    @property
    def is_callable(self) -> bool:
        """Whether “call next” may call it."""
        return self.reason in CALLABLE_REASONS


def rank_queue(
    person: int,
    waiting: Iterable[WaitingTicket],
    people: Sequence[StaffSkills],
    now: datetime,
    *,
    by_matter: bool = True,
    by_language: bool = True,
) -> list[QueuePosition]:
    """Return the queue of one professional: callable tickets in order, then the others.

    Tickets handed over to them come first, since those have waited already; then first come, first
    served.
    """
    mine: list[QueuePosition] = []
    line: list[QueuePosition] = []
    rest: list[QueuePosition] = []
    passed_over = False
    for ticket in sorted(waiting, key=lambda t: t.number):
        may = eligible_staff(ticket.needs, people, by_matter=by_matter, by_language=by_language)
        if person not in may:
            rest.append(QueuePosition(ticket.key, ticket.number, QueueReason.OTHER_DESK))
            passed_over = True
        elif ticket.ready_at is not None and ticket.ready_at > now:
            rest.append(QueuePosition(ticket.key, ticket.number, QueueReason.STEPPED_BACK))
        elif ticket.is_apart:
            rest.append(QueuePosition(ticket.key, ticket.number, QueueReason.APART))
        elif ticket.needs.person == person:
            mine.append(QueuePosition(ticket.key, ticket.number, QueueReason.HANDED_OVER))
        elif line:
            line.append(QueuePosition(ticket.key, ticket.number, QueueReason.LATER))
        else:
            reason = QueueReason.FIT if passed_over else QueueReason.FIRST
            line.append(QueuePosition(ticket.key, ticket.number, reason))
    return mine + line + rest
