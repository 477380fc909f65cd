"""Hours as the database has them: read for slots, for the front page and for the hours' own pages."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q

from office.calendar.opening_hours import (
    Closed,
    DayHoursChange,
    Stretch,
    Weekly,
    open_now,
    stretches,
    without_absences,
)
from office.calendar.rhythms import Rhythm
from office.core import clock
from office.core.intervals import merge
from office.core.set_up_cache import kept_until_set_up_changes
from office.models import Absence, Closure, HoursChange, HoursKind, WeeklyHours

# How far ahead it is looked for when phone or walk-in is open next.
LOOKED_AHEAD = timedelta(days=35)

# The columns of weekly hours as `Weekly` takes them.
WEEKLY = (
    "professional_id",
    "service_point_id",
    "weekday",
    "starts",
    "ends",
    "valid_from",
    "valid_until",
    "interval",
    "anchor",
    "nth",
)


def rhythm_of(row: WeeklyHours) -> Rhythm:
    return Rhythm(row.interval, row.anchor, row.nth)


def change_row(row: HoursChange) -> DayHoursChange:
    return DayHoursChange(
        professional=row.professional_id,
        day=row.date,
        starts=row.starts,
        ends=row.ends,
        adds=row.effect == HoursChange.Effect.ADDS,
        point=row.service_point_id,
    )


def closure_row(row: Closure) -> Closed:
    return Closed(
        point=row.service_point_id,
        first=row.first_day,
        last=row.last_day,
        opens=row.effect == Closure.Effect.OPEN,
    )


@kept_until_set_up_changes
def weekly_rows(*, kind: str, first: date, last: date) -> tuple[Weekly, ...]:
    """Fetch the weekly hours of one kind that are valid on some day between two dates. One query."""
    rows = WeeklyHours.objects.filter(
        Q(valid_until__isnull=True) | Q(valid_until__gte=first),
        kind=kind,
        valid_from__lte=last,
        professional__is_active=True,
        service_point__is_active=True,
    )
    return tuple(Weekly(*row) for row in rows.order_by("pk").values_list(*WEEKLY))


def _change_rows(*, kind: str, first: date, last: date) -> list[DayHoursChange]:
    """Fetch the one-off changes of one kind between two dates. One query."""
    rows = HoursChange.objects.filter(
        kind=kind, date__range=(first, last), professional__is_active=True
    )
    return [
        DayHoursChange(who, day, starts, ends, effect == HoursChange.Effect.ADDS, point)
        for who, day, starts, ends, effect, point in rows.order_by("pk").values_list(
            "professional_id", "date", "starts", "ends", "effect", "service_point_id"
        )
    ]


@kept_until_set_up_changes
def closure_rows(*, first: date, last: date) -> tuple[Closed, ...]:
    """Fetch the closures that touch some day between two dates. One query."""
    return tuple(
        Closed(point, begins, ends, effect == Closure.Effect.OPEN)
        for point, begins, ends, effect in Closure.objects.filter(
            first_day__lte=last, last_day__gte=first
        ).values_list("service_point_id", "first_day", "last_day", "effect")
    )


def working_time(
    *, kind: str, first: date, last: date, professionals: Collection[int] | None = None
) -> Sequence[Stretch]:
    """Return the working time of one kind between two dates. Three queries.

    `professionals`: whose, by id; everybody's where it is None.
    """
    everybody = everybodys_time(kind=kind, first=first, last=last)
    if professionals is None:
        return everybody
    return [stretch for stretch in everybody if stretch.professional in professionals]


@kept_until_set_up_changes
def everybodys_time(*, kind: str, first: date, last: date) -> tuple[Stretch, ...]:
    """Return the working time of all professionals. Three queries."""
    return tuple(
        stretches(
            weekly=weekly_rows(kind=kind, first=first, last=last),
            changes=_change_rows(kind=kind, first=first, last=last),
            closures=closure_rows(first=first, last=last),
            first=first,
            last=last,
        )
    )


@kept_until_set_up_changes
def phone_time(*, first: date, last: date) -> tuple[Stretch, ...]:
    """Return when who answers the phone: their phone hours without absences. Four queries."""
    start, end = clock.day_bounds(first, last)
    away: dict[int, list[tuple[datetime, datetime]]] = {}
    for who, during in (
        Absence.objects.entered()
        .filter(during__startswith__lt=end, during__endswith__gt=start)
        .values_list("professional_id", "during")
    ):
        away.setdefault(who, []).append((during.lower, during.upper))
    found = everybodys_time(kind=HoursKind.PHONE, first=first, last=last)
    return tuple(without_absences(found, away))


@dataclass(frozen=True)
class OpenState:
    """Whether phone or walk-in is open at this moment, and when next."""

    closes: datetime | None
    next: tuple[datetime, datetime] | None

    @property
    def is_open(self) -> bool:
        return self.closes is not None


def open_state(kind: HoursKind, *, point: int | None = None) -> OpenState:
    """Return the state of phone hours or walk-in now, looking some weeks ahead. Three queries, or four.

    Phone hours are not open while the one who answers is away.
    """
    today = clock.today()
    found = (
        phone_time_ahead()
        if kind == HoursKind.PHONE
        else working_time(kind=kind, first=today, last=today + LOOKED_AHEAD)
    )
    return state_of(stretch for stretch in found if point is None or stretch.point == point)


def phone_time_ahead() -> Sequence[Stretch]:
    """Return the phone time of today and the coming weeks. Four queries."""
    today = clock.today()
    return phone_time(first=today, last=today + LOOKED_AHEAD)


def state_of(found: Iterable[Stretch]) -> OpenState:
    """Say by working time from today on whether it is open now, and when next."""
    spans = merge((stretch.start, stretch.end) for stretch in found)
    return OpenState(*open_now(spans, clock.now()))


def open_states(kind: HoursKind) -> dict[int, OpenState]:
    """Return the open state of each service point with such hours in those days. Three queries."""
    today, now = clock.today(), clock.now()
    by_point: dict[int, list[tuple[datetime, datetime]]] = {}
    for stretch in working_time(kind=kind, first=today, last=today + LOOKED_AHEAD):
        by_point.setdefault(stretch.point, []).append((stretch.start, stretch.end))
    return {point: OpenState(*open_now(merge(spans), now)) for point, spans in by_point.items()}
