"""Booked visits of today on the queue screen, and checking in at the desk."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bookings.parties import conflicts
from bookings.visibility import Reader
from office.models import Professional, ServicePoint
from walkin.actions.check_in import visits_of_today
from walkin.models import Ticket


@dataclass(frozen=True)
class BookedRow:
    """A visit of today whose people have no number: not here yet, or here and waiting to be fetched."""

    reference: str
    starts_at: datetime
    professionals: str
    has_arrived: bool
    is_in_meeting: bool

    @property
    def may_check_in(self) -> bool:
        return not self.is_in_meeting


def booked_rows(
    point: ServicePoint, tickets: Iterable[Ticket], own: Professional | None
) -> list[BookedRow]:
    """Return today's visits at the point without a number, in order of time. Mostly one query.

    Those from which the reader is recused are left out.
    """
    numbered = {ticket.visit_id for ticket in tickets if ticket.visit_id}
    visits = list(
        visits_of_today(point.pk).seen_by(Reader.WALK_IN).prefetch_related("professionals")
    )
    barred = conflicts.barred_to(own) if visits else set()
    return [
        BookedRow(
            visit.reference,
            visit.starts_at,
            ", ".join(str(professional) for professional in visit.professionals.all()),
            has_arrived=visit.has_arrived,
            is_in_meeting=visit.is_in_meeting,
        )
        for visit in visits
        if visit.pk not in numbered | barred and visit.starts_at is not None
    ]
