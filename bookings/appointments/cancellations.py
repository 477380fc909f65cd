"""Visits that were cancelled, counted by month, by whom and why. Nothing of anybody."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta

from bookings.lifecycle.cancel_reasons import CancelledBy
from bookings.models import AppointmentEvent, EventKind
from office.core import clock

MONTHS = 12
# What counted as late before the unit's own notice was noted with each.
LATE = timedelta(hours=24)


@dataclass
class MonthOfCancellations:
    """`late`: how many of them after the unit's notice; `moved_late`: how many asked to move after it."""

    month: date
    count: int = 0
    late: int = 0
    moved_late: int = 0
    by: Counter[str] = field(default_factory=Counter)

    def by_whom(self) -> list[int]:
        return [self.by[who] for who in CancelledBy.values]


@dataclass
class Cancellations:
    """`months`: the newest first. `reasons`: a row for each that occurred, the most frequent first."""

    months: list[MonthOfCancellations]
    reasons: list[tuple[str, list[int]]]

    @property
    def count(self) -> int:
        return sum(month.count for month in self.months)


def cancellations() -> Cancellations:
    """Count those of the last twelve months, this one included, that were not taken back. One query."""
    months = [MonthOfCancellations(month) for month in _last_months()]
    by_month = {month.month: month for month in months}
    reasons: Counter[tuple[str, str]] = Counter()
    since, _end = clock.day_bounds(months[-1].month, months[-1].month)
    found = AppointmentEvent.objects.filter(
        what__in=[EventKind.CANCELLED, EventKind.MOVE_ASKED], at__gte=since, undone_by=None
    ).values_list("what", "at", "by", "details", "appointment__starts_at")
    for what, at, by, details, starts_at in found:
        month = by_month[clock.local(at).date().replace(day=1)]
        if what == EventKind.MOVE_ASKED:
            month.moved_late += bool(details.get("late"))
            continue
        # Older rows of a parent's own page do not say it.
        unsaid = CancelledBy.CLIENT if by == AppointmentEvent.By.PARTY else CancelledBy.OTHER
        who = details.get("cancelled_by") or unsaid
        month.count += 1
        month.by[who] += 1
        month.late += details.get("late", starts_at is not None and starts_at - at < LATE)
        reasons[details.get("why", ""), who] += 1
    totals = Counter[str]()
    for (why, _who), count in reasons.items():
        totals[why] += count
    return Cancellations(
        months,
        [
            (why, [reasons[why, who] for who in CancelledBy.values])
            for why, _count in sorted(totals.items(), key=lambda row: (-row[1], row[0]))
        ],
    )


def _last_months() -> list[date]:
    month = clock.today().replace(day=1)
    months = []
    for _ in range(MONTHS):
        months.append(month)
        month = (month - timedelta(days=1)).replace(day=1)
    return months
