"""One day's changes to the weekly hours: added, cut, altered, taken back."""

from copy import copy

from office.calendar.hours_handover import change_and_hand_over
from office.calendar.hours_impact import OrphanedBooking
from office.core.save_checked import save_checked
from office.models import HoursChange

REASON = "hours"


def save_change(change: HoursChange, *, seen: str = "") -> list[OrphanedBooking]:
    """Save a new or altered change of one day. Raises ValidationError, BookingsHitError."""
    return change_and_hand_over(
        professionals=[change.professional_id],
        change=lambda: save_checked(copy(change)),
        reason=REASON,
        seen=seen,
    )


def remove_change(change: HoursChange, *, seen: str = "") -> list[OrphanedBooking]:
    """Take the change back: hours that it had added are hours no longer."""
    return change_and_hand_over(
        professionals=[change.professional_id],
        change=lambda: HoursChange.objects.filter(pk=change.pk).delete(),
        reason=REASON,
        seen=seen,
    )
