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

    BOOKED = "booked", _("has an appointment with you now")
    HANDED_OVER = "handed_on", _("handed over to you")
    FIRST = "first", _("has waited longest")
    FIT = "fit", _("has waited longest of those you can help")
    LATER = "later", _("after the numbers before it")
    # Not for this desk now:
    STEPPED_BACK = "stepped_back", _("has stepped back for a while")
    OTHER_DESK = "other_desk", _("for a colleague")
    BOOKED_LATER = "booked_later", _("has an appointment with you later")
    APART = "apart", _("asked to come separately; the other party is waiting here too")


CALLABLE_REASONS = frozenset(
    {
        QueueReason.BOOKED,
        QueueReason.HANDED_OVER,
        QueueReason.FIRST,
        QueueReason.FIT,
        QueueReason.LATER,
    }
)


@dataclass(frozen=True)
class WaitingTicket:
    """A ticket that waits to be called."""

    key: int
    number: int
    needs: TicketNeeds
    ready_at: datetime | None = None
    is_apart: bool = False
    # The number of a booked visit: from when it may be called.
    due_at: datetime | None = None
    # Of a case that is not for this desk.
    is_barred: bool = False


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


def order_of_all(waiting: Iterable[WaitingTicket], now: datetime) -> list[WaitingTicket]:
    """Return those who wait in the order in which the desks together most likely call them.

    As in the queue of one: booked visits that are due, then who was handed over, then first come, first
    served; who has stepped back comes after those who go first. A visit that is not due is not next.
    """
    found = [ticket for ticket in waiting if ticket.due_at is None or ticket.due_at <= now]
    return sorted(found, key=lambda t: (_rank(t, now), t.due_at or now, t.number))


def _rank(ticket: WaitingTicket, now: datetime) -> int:
    if ticket.ready_at is not None and ticket.ready_at > now:
        return 3
    if ticket.due_at is not None:
        return 0
    return 2 if ticket.needs.person is None else 1


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

    Booked visits come first at their time; then tickets handed over to them, since those have waited
    already; then first come, first served.
    """
    booked: list[QueuePosition] = []
    mine: list[QueuePosition] = []
    line: list[QueuePosition] = []
    rest: list[QueuePosition] = []
    passed_over = False
    for ticket in sorted(waiting, key=lambda t: (t.due_at is None, t.due_at or now, t.number)):
        may = eligible_staff(ticket.needs, people, by_matter=by_matter, by_language=by_language)
        if ticket.is_barred or person not in may:
            rest.append(QueuePosition(ticket.key, ticket.number, QueueReason.OTHER_DESK))
            passed_over = passed_over or ticket.due_at is None
        elif ticket.ready_at is not None and ticket.ready_at > now:
            rest.append(QueuePosition(ticket.key, ticket.number, QueueReason.STEPPED_BACK))
        elif ticket.is_apart:
            rest.append(QueuePosition(ticket.key, ticket.number, QueueReason.APART))
        elif ticket.due_at is not None:
            is_due = ticket.due_at <= now
            reason = QueueReason.BOOKED if is_due else QueueReason.BOOKED_LATER
            (booked if is_due else rest).append(QueuePosition(ticket.key, ticket.number, reason))
        elif ticket.needs.person == person:
            mine.append(QueuePosition(ticket.key, ticket.number, QueueReason.HANDED_OVER))
        elif line:
            line.append(QueuePosition(ticket.key, ticket.number, QueueReason.LATER))
        else:
            reason = QueueReason.FIT if passed_over else QueueReason.FIRST
            line.append(QueuePosition(ticket.key, ticket.number, reason))
    return booked + mine + line + rest
