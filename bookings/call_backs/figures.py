"""How much call-back times are used, week by week: the unit must see it, and may switch them off."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bookings.availability.call_slots import cut
from bookings.models import CallBack, CallStatus
from office.calendar.working_time import working_time
from office.core import clock
from office.models import HoursKind, Unit

WEEKS = 8
WEEK = timedelta(weeks=1)


@dataclass(frozen=True)
class WeekOfCalls:
    """One week from its Monday on. `offered` counts slots by the hours as they stand now."""

    monday: date
    offered: int
    reserved: int
    reached: int
    not_reached: int

    @property
    def share(self) -> int | None:
        """How many of a hundred offered times were reserved; None where none was offered."""
        return round(100 * self.reserved / self.offered) if self.offered else None


def weeks_of_calls(unit: Unit, count: int = WEEKS) -> list[WeekOfCalls]:
    """Count the last `count` weeks, this one included, the newest first. Four queries."""
    this = clock.monday_of(clock.today())
    first, last = this - WEEK * (count - 1), this + WEEK - timedelta(days=1)
    offered: Counter[date] = Counter()
    for slot in cut(
        working_time(kind=HoursKind.CALL_BACK, first=first, last=last), unit.call_back_minutes
    ):
        offered[_monday(slot.start)] += 1
    reserved: Counter[date] = Counter()
    by_status: Counter[tuple[date, str]] = Counter()
    calls = CallBack.objects.starting_between(*clock.day_bounds(first, last))
    for starts_at, status in calls.exclude(status=CallStatus.CANCELLED).values_list(
        "starts_at", "status"
    ):
        monday = _monday(starts_at)
        reserved[monday] += 1
        by_status[monday, status] += 1
    return [
        WeekOfCalls(
            monday,
            # Times that were reserved were offered, whatever became of the hours since.
            max(offered[monday], reserved[monday]),
            reserved[monday],
            by_status[monday, CallStatus.REACHED],
            by_status[monday, CallStatus.NOT_REACHED] + by_status[monday, CallStatus.AGAIN],
        )
        for monday in (this - WEEK * n for n in range(count))
    ]


def _monday(moment: datetime) -> date:
    return clock.monday_of(clock.local(moment).date())
