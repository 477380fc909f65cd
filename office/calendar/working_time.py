"""Hours as the database has them: read for slots, for the front page and for the hours' own pages."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

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


def weekly_row(row: WeeklyHours) -> Weekly:
    return Weekly(
        professional=row.professional_id,
        point=row.service_point_id,
        weekday=row.weekday,
        starts=row.starts,
        ends=row.ends,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        interval=row.interval,
        anchor=row.anchor,
        nth=row.nth,
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


def weekly_rows(
    *, kind: str, first: date, last: date, professionals: Iterable[Any] | None = None
) -> list[Weekly]:
    """Fetch the weekly hours of one kind that are valid on some day between two dates. One query.

    `professionals`: ids, or a queryset of them that becomes a subquery.
    """
    rows = WeeklyHours.objects.filter(
        Q(valid_until__isnull=True) | Q(valid_until__gte=first),
        kind=kind,
        valid_from__lte=last,
        professional__is_active=True,
        service_point__is_active=True,
    )
    if professionals is not None:
        rows = rows.filter(professional__in=professionals)
    return [Weekly(*row) for row in rows.order_by("pk").values_list(*WEEKLY)]


def change_rows(
    *, kind: str, first: date, last: date, professionals: Iterable[Any] | None = None
) -> list[DayHoursChange]:
    """Fetch the one-off changes of one kind between two dates. One query."""
    rows = HoursChange.objects.filter(
        kind=kind, date__range=(first, last), professional__is_active=True
    )
    if professionals is not None:
        rows = rows.filter(professional__in=professionals)
    return [
        DayHoursChange(who, day, starts, ends, effect == HoursChange.Effect.ADDS, point)
        for who, day, starts, ends, effect, point in rows.order_by("pk").values_list(
            "professional_id", "date", "starts", "ends", "effect", "service_point_id"
        )
    ]


def closure_rows(*, first: date, last: date) -> list[Closed]:
    """Fetch the closures that touch some day between two dates. One query."""
    return [
        Closed(point, begins, ends, effect == Closure.Effect.OPEN)
        for point, begins, ends, effect in Closure.objects.filter(
            first_day__lte=last, last_day__gte=first
        ).values_list("service_point_id", "first_day", "last_day", "effect")
    ]


def working_time(
    *, kind: str, first: date, last: date, professionals: Iterable[Any] | None = None
) -> list[Stretch]:
    """Return all working time of one kind between two dates. Three queries."""
    who = list(professionals) if professionals is not None else None
    return stretches(
        weekly=weekly_rows(kind=kind, first=first, last=last, professionals=who),
        changes=change_rows(kind=kind, first=first, last=last, professionals=who),
        closures=closure_rows(first=first, last=last),
        first=first,
        last=last,
    )


def phone_time(*, first: date, last: date) -> list[Stretch]:
    """Return when who answers the phone: their phone hours without absences. Four queries."""
    start, end = clock.day_bounds(first, last)
    away: dict[int, list[tuple[datetime, datetime]]] = {}
    for who, during in (
        Absence.objects.entered()
        .filter(during__startswith__lt=end, during__endswith__gt=start)
        .values_list("professional_id", "during")
    ):
        away.setdefault(who, []).append((during.lower, during.upper))
    return without_absences(working_time(kind=HoursKind.PHONE, first=first, last=last), away)


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


def phone_time_ahead() -> list[Stretch]:
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
