"""One day's changes to the weekly hours: added, cut, altered, taken back."""

from copy import copy

from office.cutting import Hit
from office.handing_over import change_and_hand_over
from office.models import HoursChange
from office.saving import save_checked

REASON = "hours"


def save_change(change: HoursChange, *, seen: str = "") -> list[Hit]:
    """Save a new or altered change of one day. Raises ValidationError, BookingsHitError."""
    return change_and_hand_over(
        professionals=[change.professional_id],
        change=lambda: save_checked(copy(change)),
        reason=REASON,
        seen=seen,
    )


def remove_change(change: HoursChange, *, seen: str = "") -> list[Hit]:
    """Take the change back: hours that it had added are hours no longer."""
    return change_and_hand_over(
        professionals=[change.professional_id],
        change=lambda: HoursChange.objects.filter(pk=change.pk).delete(),
        reason=REASON,
        seen=seen,
    )
