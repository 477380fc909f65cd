"""A ticket's columns as plain data, and restoring them."""

from bookings.models import VisitOutcome
from office.core import snapshots
from office.core.snapshots import Snapshot
from walkin.models import Ticket

ALSO = "also"
# Of the number of a booked visit: the outcome that is noted of the visit.
OF_VISIT = "of_visit"
# What says which ticket it is, and what goes on growing.
LEFT_OUT = frozenset(
    {"id", "day_id", "number", "version", "link_nonce", "link_hash", "source", "taken_at"}
)


def capture(ticket: Ticket) -> Snapshot:
    """Capture all that an act may change: a new column is among it by itself. One query or two."""
    also = sorted(ticket.also.values_list("pk", flat=True))
    visit = ticket.visit_id
    of_visit = VisitOutcome.objects.key_of(visit) if visit is not None else None
    return {**snapshots.capture(ticket, LEFT_OUT), ALSO: also, OF_VISIT: of_visit}


def restore(ticket: Ticket, former: Snapshot) -> None:
    """Set the columns as they were, without saving them, and the further matters."""
    ticket.also.set(former.get(ALSO, ()))
    snapshots.restore(ticket, former, LEFT_OUT)


def restore_visit(ticket: Ticket, former: Snapshot) -> None:
    """Restore the outcome of the visit, once the ticket is saved as it was."""
    if ticket.visit_id is not None and OF_VISIT in former:
        VisitOutcome.objects.put_back(ticket.visit_id, former[OF_VISIT])
