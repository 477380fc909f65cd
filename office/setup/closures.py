"""Days on which a point or the unit is closed, or open in spite of a public holiday."""

from copy import copy

from office.calendar.hours_handover import change_and_hand_over
from office.calendar.hours_impact import OrphanedBooking
from office.core.save_checked import save_checked
from office.models import Closure, Professional

REASON = "closure"


def _everybody() -> list[int]:
    """Return everybody: a closure may also hit bookings of those who are away or have left."""
    return list(Professional.objects.values_list("pk", flat=True))


def save_closure(closure: Closure, *, seen: str = "") -> list[OrphanedBooking]:
    """Save a new or altered closure. Raises ValidationError, or BookingsHitError unless `seen`."""
    return change_and_hand_over(
        professionals=_everybody(),
        change=lambda: save_checked(copy(closure)),
        reason=REASON,
        seen=seen,
    )


def remove_closure(closure: Closure, *, seen: str = "") -> list[OrphanedBooking]:
    """Remove a closure; what it opened on a public holiday is closed again."""
    return change_and_hand_over(
        professionals=_everybody(),
        change=lambda: Closure.objects.filter(pk=closure.pk).delete(),
        reason=REASON,
        seen=seen,
    )
