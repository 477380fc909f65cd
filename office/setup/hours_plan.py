"""Many hours at once: planned, looked at with the bookings that they hit, carried out together."""

import hashlib
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from office.calendar.hours_handover import change_and_hand_over
from office.calendar.hours_impact import OrphanedBooking, change_hours
from office.calendar.hours_overlap import refuse_overlaps
from office.calendar.occupancy import lock, retrying
from office.calendar.rhythms import days_of
from office.calendar.working_time import rhythm_of
from office.core.save_checked import save_checked
from office.models import HoursChange, Professional, WeeklyHours

REASON = "hours"
# Hours of every eighth week, or of a month, have come by then.
_SOON = timedelta(days=62)


class PlanChangedError(Exception):
    """The hours have been changed since the plan was looked at. Nothing was changed."""


@dataclass(frozen=True)
class HoursPlan:
    """What becomes of one professional's hours. Nothing in it is saved."""

    professional: Professional
    # Hours that end with a day; those that would not have begun by then are removed.
    ends: tuple[tuple[WeeklyHours, date], ...] = ()
    hours: tuple[WeeklyHours, ...] = ()
    # Changes of one day that go, and those that come.
    drops: tuple[HoursChange, ...] = ()
    changes: tuple[HoursChange, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.ends or self.hours or self.drops or self.changes)

    @property
    def fingerprint(self) -> str:
        """What says that a plan is the one that was looked at."""
        lines = [f"end {row.pk} {last}" for row, last in self.ends]
        lines += [f"drop {change.pk}" for change in self.drops]
        for hours in self.hours:
            lines.append(
                f"hours {hours.kind} {hours.service_point_id} {hours.weekday} {hours.starts} "
                f"{hours.ends} {rhythm_of(hours)} {hours.valid_from} {hours.valid_until}"
            )
        for change in self.changes:
            lines.append(
                f"change {change.effect} {change.kind} {change.service_point_id} {change.date} "
                f"{change.starts} {change.ends}"
            )
        return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()

    @property
    def first_day(self) -> date | None:
        """The first day on which something is different."""
        days = [change.date for change in (*self.changes, *self.drops)]
        for row in self.hours:
            found = days_of(rhythm_of(row), row.weekday, row.valid_from, row.valid_from + _SOON)
            days += [day for day in [next(found, None)] if day is not None]
        days += [last + timedelta(days=1) for _row, last in self.ends]
        return min(days, default=None)


def hits_of(plan: HoursPlan) -> list[OrphanedBooking]:
    """Find the bookings that the plan hits, without changing anything. Raises ValidationError."""
    return change_hours(
        professionals=[plan.professional.pk],
        change=lambda: _save(plan),
        reason=REASON,
        dry_run=True,
    )


@retrying
def carry_out(
    make: Callable[[], HoursPlan], professional: Professional, *, agreed: str, seen: str = ""
) -> tuple[HoursPlan, list[OrphanedBooking]]:
    """Make the plan anew under the lock and save it, if it is the one that was `agreed`.

    Raises PlanChangedError, BookingsHitError or ValidationError, with nothing changed.
    """
    lock([professional.pk])
    plan = make()
    if plan.fingerprint != agreed:
        raise PlanChangedError
    hits = change_and_hand_over(
        professionals=[professional.pk], change=lambda: _save(plan), reason=REASON, seen=seen
    )
    return plan, hits


def _save(plan: HoursPlan) -> None:
    for row, last in plan.ends:
        if last < row.valid_from:
            WeeklyHours.objects.filter(pk=row.pk).delete()
        else:
            WeeklyHours.objects.filter(pk=row.pk).update(valid_until=last)
    HoursChange.objects.filter(pk__in=[change.pk for change in plan.drops]).delete()
    # First all of them, so that each overlap is named; then one by one, since they may hit each other.
    refuse_overlaps(plan.hours)
    for row in plan.hours:
        fresh = copy(row)
        refuse_overlaps([fresh])
        save_checked(fresh)
    for change in plan.changes:
        save_checked(copy(change))


def require_something(plan: HoursPlan) -> HoursPlan:
    """Return the plan; raise ValidationError where it would change nothing."""
    if plan.is_empty:
        raise ValidationError(
            _("That changes nothing: there are no such hours, or they are like that already.")
        )
    return plan
