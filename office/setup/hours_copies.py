"""Plans of hours: new ones on several weekdays, a colleague's, those of other weeks."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta

from django.db.models import Q

from office.calendar.opening_hours import Closed
from office.calendar.rhythms import Rhythm
from office.core import clock
from office.core.intervals import merge, subtract
from office.models import HoursChange, HoursKind, Professional, ServicePoint, WeeklyHours
from office.setup.hours_plan import HoursPlan
from office.setup.week import hours_by_kind, weekly_by_kind

DAY, WEEK = timedelta(days=1), timedelta(days=7)
Times = list[tuple[time, time]]
# The hours of one day, by kind and point.
Pattern = dict[tuple[str, int], Times]


@dataclass(frozen=True)
class NewHours:
    """Hours that are alike on several weekdays."""

    kind: str
    point: ServicePoint
    # One stretch, or those before and after a break.
    times: Sequence[tuple[time, time]]
    rhythms: Sequence[Rhythm]
    valid_from: date
    valid_until: date | None = None


def plan_hours(professional: Professional, weekdays: Iterable[int], new: NewHours) -> HoursPlan:
    """Plan regular hours on each of `weekdays`."""
    return HoursPlan(
        professional,
        hours=tuple(
            WeeklyHours(
                professional=professional,
                kind=new.kind,
                service_point=new.point,
                weekday=weekday,
                starts=starts,
                ends=ends,
                interval=rhythm.interval,
                anchor=rhythm.anchor,
                nth=rhythm.nth,
                valid_from=new.valid_from,
                valid_until=new.valid_until,
            )
            for weekday in sorted(set(weekdays))
            for rhythm in new.rhythms
            for starts, ends in new.times
        ),
    )


def plan_like(
    professional: Professional,
    colleague: Professional,
    *,
    day: date,
    kinds: Collection[str],
    replaces: bool,
) -> HoursPlan:
    """Plan the regular hours that `colleague` has from `day` on; `replaces`: in place of one's own."""
    return HoursPlan(
        professional,
        ends=tuple((row, day - DAY) for row in _valid_from(professional, day, kinds))
        if replaces
        else (),
        hours=tuple(
            copy_of(row, professional=professional, valid_from=max(day, row.valid_from))
            for row in _valid_from(colleague, day, kinds)
            if row.service_point.is_active
        ),
    )


def copy_of(row: WeeklyHours, **changed: object) -> WeeklyHours:
    """Return a new row like `row`, with what is `changed`."""
    same = {
        name: getattr(row, name)
        for name in (
            "professional",
            "kind",
            "service_point",
            "weekday",
            "starts",
            "ends",
            "interval",
            "anchor",
            "nth",
            "valid_from",
            "valid_until",
        )
    }
    return WeeklyHours(**{**same, **changed})


def _valid_from(professional: Professional, day: date, kinds: Collection[str]) -> list[WeeklyHours]:
    return list(
        WeeklyHours.objects.filter(
            Q(valid_until=None) | Q(valid_until__gte=day), professional=professional, kind__in=kinds
        )
        .select_related("professional", "service_point")
        .order_by("weekday", "starts", "valid_from")
    )


def plan_weeks(
    professional: Professional,
    source: Professional,
    *,
    first: date,
    weeks: int,
    to: date,
    to_weeks: int,
) -> HoursPlan:
    """Make each day of `to_weeks` weeks from the Monday `to` like those of `source` in `weeks`
    weeks from the Monday `first`, which are repeated where they are fewer.

    Public holidays and closures are left out of account on both sides: they are rules of their own.
    """
    model = patterns(source, first, first + weeks * WEEK - DAY)
    last = to + to_weeks * WEEK - DAY
    there = list(professional.hours_changes.filter(date__range=(to, last)))
    now = patterns(professional, to, last)
    regular = patterns(professional, to, last, with_changes=False)
    drops: list[HoursChange] = []
    changes: list[HoursChange] = []
    for number in range(to_weeks * 7):
        day = to + number * DAY
        wanted = model[first + (number % (weeks * 7)) * DAY]
        if now[day] != wanted:
            drops += [change for change in there if change.date == day]
            changes += _difference(professional, day, regular[day], wanted)
    return HoursPlan(professional, drops=tuple(drops), changes=tuple(changes))


def _difference(
    professional: Professional, day: date, had: Pattern, wanted: Pattern
) -> list[HoursChange]:
    """Return what makes the one the other: first cuts, which hit all points alike, then additions."""
    found = []
    for kind in HoursKind.values:
        points = {point for k, point in (*had, *wanted) if k == kind}
        cuts = merge(
            span
            for point in points
            for span in subtract(had.get((kind, point), []), wanted.get((kind, point), []))
        )
        found += [
            HoursChange(
                professional=professional,
                effect=HoursChange.Effect.CUTS,
                kind=kind,
                date=day,
                starts=starts,
                ends=ends,
            )
            for starts, ends in cuts
        ]
        for point in sorted(points):
            left = subtract(had.get((kind, point), []), cuts)
            found += [
                HoursChange(
                    professional=professional,
                    effect=HoursChange.Effect.ADDS,
                    kind=kind,
                    date=day,
                    starts=starts,
                    ends=ends,
                    service_point_id=point,
                )
                for starts, ends in subtract(wanted.get((kind, point), []), left)
            ]
    return found


def patterns(
    professional: Professional, first: date, last: date, *, with_changes: bool = True
) -> dict[date, Pattern]:
    """Return the hours of each day between two dates as clocks show them, as if nothing were closed."""
    changes = (
        list(HoursChange.objects.filter(professional=professional, date__range=(first, last)))
        if with_changes
        else []
    )
    found: dict[date, dict[tuple[str, int], Times]] = {
        first + n * DAY: defaultdict(list) for n in range((last - first).days + 1)
    }
    for kind, stretch in hours_by_kind(
        weekly_by_kind([professional.pk], first, last),
        changes,
        [Closed(None, first, last, opens=True)],
        first,
        last,
    ):
        starts, ends = clock.local(stretch.start), clock.local(stretch.end)
        found[starts.date()][kind.value, stretch.point].append((starts.time(), ends.time()))
    return {day: dict(pattern) for day, pattern in found.items()}
