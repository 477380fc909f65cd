"""The walk-ins that are held, by point and by person: moved, added, called off and ended early count.

The days are made from the weekly hours every quarter of an hour. What the hours say since then is taken
into account here as well, so that nobody is told hours that are no more.
"""

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import Q

from office.calendar.opening_hours import Stretch
from office.core import clock
from office.core.intervals import overlap
from office.models import Professional, ServicePoint
from walkin.days.planning import AHEAD, Planned, from_hours, new_day
from walkin.models import DayState, Duty, PointRules, WalkInDay

Key = tuple[int, date, int]


def coming(point: int | None = None) -> list[WalkInDay]:
    """The days that run, and those to come of the next weeks, the soonest first. Five queries.

    Those that the hours have and nobody has made yet have no key.
    """
    now, first = clock.now(), clock.today()
    last = first + AHEAD
    wanted = from_hours(first, last)
    rows = list(
        WalkInDay.objects.filter(
            Q(state__in=DayState.running())
            | Q(state=DayState.PLANNED, ends_at__gt=now)
            | Q(hours_date__range=(first, last))
        ).select_related("service_point")
    )
    found = [day for day in rows if day.is_running or _is_still_meant(day, wanted, now)]
    found += _unmade(rows, found, wanted, now)
    return sorted(
        (
            day
            for day in found
            if day.service_point.is_active and point in (None, day.service_point_id)
        ),
        key=lambda d: (d.starts_at, d.pk or 0),
    )


def _unmade(
    rows: list[WalkInDay], held: list[WalkInDay], wanted: dict[Key, Planned], now: datetime
) -> list[WalkInDay]:
    places = {place.pk: place for place in ServicePoint.objects.in_use()}
    plans = {
        key: plan
        for key, plan in _not_made(rows, wanted).items()
        if plan.end > now and key[0] in places and not _meets(held, key[0], plan)
    }
    days = []
    for key, plan in plans.items():
        day = new_day(key[0], plan.start, plan.end)
        day.service_point = places[key[0]]
        days.append(day)
    return days


def _key(day: WalkInDay) -> Key | None:
    return (day.service_point_id, day.hours_date, day.hours_part) if day.hours_date else None


def _is_still_meant(day: WalkInDay, wanted: dict[Key, Planned], now: datetime) -> bool:
    """Whether a planned day is held; one that the hours have moved meanwhile is as they say now."""
    if day.state != DayState.PLANNED:
        return False
    key = _key(day)
    if key is not None and not day.is_by_hand:
        plan = wanted.get(key)
        if plan is None:
            return False
        day.starts_at, day.ends_at = plan.start, plan.end
    return day.ends_at > now


def _not_made(rows: Iterable[WalkInDay], wanted: dict[Key, Planned]) -> dict[Key, Planned]:
    made = {_key(day) for day in rows}
    return {key: plan for key, plan in wanted.items() if key not in made}


def _meets(days: Iterable[WalkInDay], point: int, plan: Planned) -> bool:
    return any(
        d.service_point_id == point and overlap((d.starts_at, d.ends_at), (plan.start, plan.end))
        for d in days
    )


def opening_by_themselves() -> set[int]:
    """The points whose walk-in opens by the clock. One query."""
    by_hand = PointRules.objects.filter(opens_by_itself=False).values_list("service_point")
    return set(ServicePoint.objects.exclude(pk__in=by_hand).values_list("pk", flat=True))


def duty_time(professional: Professional, first: date, last: date) -> list[Stretch]:
    """When the professional is on duty in a walk-in between two dates. Five queries."""
    start, end = clock.day_bounds(first, last)
    found = [
        Stretch(duty.during.lower, duty.during.upper, professional.pk, duty.day.service_point_id)
        for duty in Duty.objects.filter(
            professional=professional, during__overlap=(start, end)
        ).select_related("day")
    ]
    rows = list(WalkInDay.objects.filter(hours_date__range=(first, last)))
    held = list(
        WalkInDay.objects.exclude(state=DayState.CALLED_OFF).filter(
            starts_at__lt=end, ends_at__gt=start
        )
    )
    for key, plan in _not_made(rows, from_hours(first, last)).items():
        if not _meets(held, key[0], plan):
            found += [s for s in plan.stretches if s.professional == professional.pk]
    return sorted(found)
