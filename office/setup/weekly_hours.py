"""The weekly hours of a professional: begun, changed from a day on, ended."""

from copy import copy
from datetime import date, timedelta

from office.calendar.hours_handover import change_and_hand_over
from office.calendar.hours_impact import OrphanedBooking
from office.calendar.hours_overlap import refuse_overlaps
from office.core.save_checked import save_checked
from office.models import WeeklyHours

DAY = timedelta(days=1)
REASON = "hours"


def add_hours(hours: WeeklyHours, *, seen: str = "") -> list[OrphanedBooking]:
    """Save new weekly hours. Raises ValidationError where they overlap with others."""

    def change() -> None:
        fresh = copy(hours)
        refuse_overlaps([fresh])
        save_checked(fresh)

    return change_and_hand_over(
        professionals=[hours.professional_id], change=change, reason=REASON, seen=seen
    )


def change_hours_from(
    current: WeeklyHours, new: WeeklyHours, *, day: date, seen: str = ""
) -> list[OrphanedBooking]:
    """Put `new` in the place of `current` from `day` on; before that day it stays as it was.

    Where `current` has not begun by then it is itself altered: a mistake is corrected so.
    Raises ValidationError, or BookingsHitError unless `seen`.
    """

    def change() -> None:
        row = WeeklyHours.objects.select_for_update().get(pk=current.pk)
        fresh = copy(new)
        fresh.professional_id = row.professional_id
        fresh.valid_from = day
        if day <= row.valid_from:
            fresh.pk = row.pk
            fresh._state.adding = False
        else:
            last = day - DAY
            row.valid_until = min(row.valid_until, last) if row.valid_until else last
            row.save(update_fields=["valid_until"])
        refuse_overlaps([fresh])
        save_checked(fresh)

    return change_and_hand_over(
        professionals=[current.professional_id], change=change, reason=REASON, seen=seen
    )


def end_hours(hours: WeeklyHours, *, last_day: date, seen: str = "") -> list[OrphanedBooking]:
    """Let the hours end with `last_day`; hours that would end before they begin are removed."""

    def change() -> None:
        row = WeeklyHours.objects.select_for_update().get(pk=hours.pk)
        if last_day < row.valid_from:
            row.delete()
            return
        row.valid_until = last_day
        save_checked(row)

    return change_and_hand_over(
        professionals=[hours.professional_id], change=change, reason=REASON, seen=seen
    )
