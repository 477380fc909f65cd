"""Suggest dates for moving a walk-in day: the same hours, and who has time then."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Q

from office.calendar.opening_hours import closed_points
from office.calendar.working_time import closure_rows, working_time
from office.core import clock
from office.core.intervals import intersect, merge, overlap, subtract, total
from office.core.names import Alphabetical
from office.models import HoursKind, Occupancy, Professional
from walkin.days.upcoming import upcoming_days
from walkin.models import WalkInDay

AHEAD = timedelta(days=28)
SHOWN = 5


@dataclass(frozen=True)
class FreeDate:
    """A date on which the point is open and has no walk-in at those hours."""

    date: date
    start: datetime
    end: datetime
    # Those on duty, with the minutes for which they work and are not booked.
    free: tuple[tuple[str, int], ...]

    @property
    def starts(self) -> str:
        """As a form sends it."""
        return clock.local(self.start).strftime("%H:%M")

    @property
    def ends(self) -> str:
        return clock.local(self.end).strftime("%H:%M")


def free_dates(day: WalkInDay) -> list[FreeDate]:
    """Return the dates on which those on duty have most time, in order. Nine queries."""
    today = clock.today()
    point, last = day.service_point_id, today + AHEAD
    dates = [today + timedelta(days=n) for n in range(1, AHEAD.days + 1)]
    closures = closure_rows(first=today, last=last)
    other_days = [d for d in upcoming_days(point) if d.pk != day.pk]
    people = list(
        Professional.objects.filter(walk_in_duties__day=day, is_active=True)
        .distinct()
        .order_by(Alphabetical("name"), "pk")
    )
    staff_calendar = _StaffCalendar(day, people, today, last)
    found = []
    for when in dates:
        start, end = _same_hours(day, when)
        shut = when.weekday() > 4 or point in closed_points(when, [point], closures)
        taken = any(overlap((d.starts_at, d.ends_at), (start, end)) for d in other_days)
        if when == day.date or shut or taken:
            continue
        free = tuple((p.name, staff_calendar.free_minutes(p.pk, start, end)) for p in people)
        found.append(FreeDate(when, start, end, free))
    # Duty takes the time around bookings: the best dates are those on which most of it is left.
    best = sorted(found, key=lambda f: (-sum(n for _name, n in f.free), f.date))[:SHOWN]
    return sorted(best, key=lambda f: f.date)


def _same_hours(day: WalkInDay, when: date) -> tuple[datetime, datetime]:
    return (
        clock.at(when, clock.local(day.starts_at).time()),
        clock.at(when, clock.local(day.ends_at).time()),
    )


class _StaffCalendar:
    """When the people work, and when they are busy with anything but this day. Four queries."""

    def __init__(self, day: WalkInDay, people: list[Professional], first: date, last: date) -> None:
        ids = [person.pk for person in people]
        self.works: dict[int, list[tuple[datetime, datetime]]] = {}
        for stretch in working_time(
            kind=HoursKind.APPOINTMENTS, first=first, last=last, professionals=ids
        ):
            self.works.setdefault(stretch.professional, []).append((stretch.start, stretch.end))
        self.busy: dict[int, list[tuple[datetime, datetime]]] = {}
        rows = Occupancy.objects.filter(
            Q(expires_at=None) | Q(expires_at__gt=clock.now()),
            resource__in=ids,
            during__overlap=DateTimeTZRange(*clock.day_bounds(first, last)),
        ).exclude(claim__walk_in_duty__day=day)
        for who, during in rows.values_list("resource_id", "during"):
            self.busy.setdefault(who, []).append((during.lower, during.upper))

    def free_minutes(self, who: int, start: datetime, end: datetime) -> int:
        """Return the whole minutes between the two in which somebody works and is not busy."""
        work = intersect(merge(self.works.get(who, ())), (start, end))
        left = total(subtract(work, self.busy.get(who, ())))
        return int(left.total_seconds() // 60)
