"""A part of the day cut out of the hours of several days: a lunch hour, a weekly meeting."""

from collections.abc import Collection, Iterator
from datetime import date, time, timedelta

from django.db.models import Q

from office.core.intervals import intersect, overlap, subtract
from office.models import HoursChange, Professional, WeeklyHours
from office.setup.hours_copies import copy_of, patterns
from office.setup.hours_plan import HoursPlan

DAY = timedelta(days=1)
CUTS, ADDS = HoursChange.Effect.CUTS, HoursChange.Effect.ADDS


def plan_cut(
    professional: Professional,
    *,
    weekdays: Collection[int],
    times: tuple[time, time],
    kinds: Collection[str],
    first: date,
    last: date | None = None,
) -> HoursPlan:
    """Plan no hours between the two `times` on `weekdays`, from `first` on, or until `last` only.

    For good the regular hours are divided; for some days each gets a change of its own.
    """
    if last is None:
        return _cut_for_good(professional, weekdays, times, kinds, first)
    return _cut_days(professional, weekdays, times, kinds, first, last)


def _cut_for_good(
    professional: Professional,
    weekdays: Collection[int],
    times: tuple[time, time],
    kinds: Collection[str],
    day: date,
) -> HoursPlan:
    rows = list(
        WeeklyHours.objects.filter(
            Q(valid_until=None) | Q(valid_until__gte=day),
            professional=professional,
            weekday__in=weekdays,
            kind__in=kinds,
            starts__lt=times[1],
            ends__gt=times[0],
        )
        .select_related("professional", "service_point")
        .order_by("weekday", "starts", "valid_from")
    )
    # Days that had been given more hours than usual lose them then too.
    added = list(professional.hours_changes.filter(effect=ADDS, kind__in=kinds, date__gte=day))
    drops, changes = _without(
        [change for change in added if change.date.weekday() in weekdays], times
    )
    return HoursPlan(
        professional,
        ends=tuple((row, day - DAY) for row in rows),
        hours=tuple(
            copy_of(row, starts=starts, ends=ends, valid_from=max(day, row.valid_from))
            for row in rows
            for starts, ends in subtract([(row.starts, row.ends)], [times])
        ),
        drops=drops,
        changes=changes,
    )


def _cut_days(
    professional: Professional,
    weekdays: Collection[int],
    times: tuple[time, time],
    kinds: Collection[str],
    first: date,
    last: date,
) -> HoursPlan:
    added = professional.hours_changes.filter(
        effect=ADDS, kind__in=kinds, date__range=(first, last)
    )
    drops, changes = _without(
        [change for change in added if change.date.weekday() in weekdays], times
    )
    return HoursPlan(
        professional,
        drops=drops,
        changes=(*changes, *_cuts(professional, weekdays, times, kinds, first, last)),
    )


def _cuts(
    professional: Professional,
    weekdays: Collection[int],
    times: tuple[time, time],
    kinds: Collection[str],
    first: date,
    last: date,
) -> Iterator[HoursChange]:
    """Yield cuts of the regular hours that no other cut has taken."""
    regular = patterns(professional, first, last, with_changes=False)
    gone: dict[tuple[date, str], list[tuple[time, time]]] = {}
    for change in professional.hours_changes.filter(effect=CUTS, date__range=(first, last)):
        gone.setdefault((change.date, change.kind), []).append((change.starts, change.ends))
    for day, pattern in regular.items():
        if day.weekday() not in weekdays:
            continue
        for kind in sorted({kind for kind, _point in pattern if kind in kinds}):
            spans = [span for (k, _point), found in pattern.items() if k == kind for span in found]
            left = subtract(sorted(spans), gone.get((day, kind), []))
            for starts, ends in intersect(left, times):
                yield HoursChange(
                    professional=professional,
                    effect=CUTS,
                    kind=kind,
                    date=day,
                    starts=starts,
                    ends=ends,
                )


def _without(
    added: list[HoursChange], times: tuple[time, time]
) -> tuple[tuple[HoursChange, ...], tuple[HoursChange, ...]]:
    """Return the added hours that a cut hits, and what is left of them."""
    hit = [change for change in added if overlap((change.starts, change.ends), times)]
    parts = [
        HoursChange(
            professional_id=change.professional_id,
            effect=ADDS,
            kind=change.kind,
            date=change.date,
            starts=starts,
            ends=ends,
            service_point_id=change.service_point_id,
        )
        for change in hit
        for starts, ends in subtract([(change.starts, change.ends)], [times])
    ]
    return tuple(hit), tuple(parts)
