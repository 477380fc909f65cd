"""Upcoming walk-ins by point and person, with those moved, added, called off or ended early.

Days are made from the weekly hours every quarter of an hour. Changes of the hours since then are
taken into account here, so that nobody is shown hours that no longer apply.
"""

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import Q

from office.calendar.opening_hours import Stretch
from office.core import clock
from office.core.intervals import overlap
from office.models import Professional, ServicePoint
from office.models.set_up_rows import points_in_use
from walkin.days.planning import AHEAD, PlannedDay, new_day, planned_days
from walkin.models import DayState, Duty, PointRules, WalkInDay
from walkin.states import RUNNING

Key = tuple[int, date, int]


def upcoming_days(point: int | None = None) -> list[WalkInDay]:
    """Return the running days and those of the next weeks, the soonest first. Five queries.

    Days of the weekly hours that have not been made yet have no primary key.
    """
    now, first = clock.now(), clock.today()
    last = first + AHEAD
    wanted = planned_days(first, last)
    rows = list(
        WalkInDay.objects.filter(
            Q(state__in=RUNNING)
            | Q(state=DayState.PLANNED, ends_at__gt=now)
            | Q(hours_date__range=(first, last))
        ).select_related("service_point")
    )
    found = [day for day in rows if day.is_running or _is_still_planned(day, wanted, now)]
    found += _new_days(rows, found, wanted, now)
    return sorted(
        (
            day
            for day in found
            if day.service_point.is_active and point in (None, day.service_point_id)
        ),
        key=lambda d: (d.starts_at, d.pk or 0),
    )


def _new_days(
    rows: list[WalkInDay], other_days: list[WalkInDay], wanted: dict[Key, PlannedDay], now: datetime
) -> list[WalkInDay]:
    places = {place.pk: place for place in points_in_use()}
    plans = {
        key: plan
        for key, plan in _missing_days(rows, wanted).items()
        if plan.end > now and key[0] in places and not _overlaps_any(other_days, key[0], plan)
    }
    days = []
    for key, plan in plans.items():
        day = new_day(key[0], plan.start, plan.end)
        day.service_point = places[key[0]]
        days.append(day)
    return days


def _key(day: WalkInDay) -> Key | None:
    return (day.service_point_id, day.hours_date, day.hours_part) if day.hours_date else None


def _is_still_planned(day: WalkInDay, wanted: dict[Key, PlannedDay], now: datetime) -> bool:
    """Say whether a planned day is held. Update it, unsaved, to hours that changed meanwhile."""
    if not day.is_planned:
        return False
    key = _key(day)
    if key is not None and not day.is_by_hand:
        plan = wanted.get(key)
        if plan is None:
            return False
        day.starts_at, day.ends_at = plan.start, plan.end
    return day.ends_at > now


def _missing_days(
    rows: Iterable[WalkInDay], wanted: dict[Key, PlannedDay]
) -> dict[Key, PlannedDay]:
    made = {_key(day) for day in rows}
    return {key: plan for key, plan in wanted.items() if key not in made}


def _overlaps_any(days: Iterable[WalkInDay], point: int, plan: PlannedDay) -> bool:
    return any(
        d.service_point_id == point and overlap((d.starts_at, d.ends_at), (plan.start, plan.end))
        for d in days
    )


def auto_opening_points() -> set[int]:
    """Return points whose walk-in opens by itself. One query."""
    by_hand = PointRules.objects.filter(opens_by_itself=False).values_list("service_point")
    return set(ServicePoint.objects.exclude(pk__in=by_hand).values_list("pk", flat=True))


def duty_time(professional: Professional, first: date, last: date) -> list[Stretch]:
    """Return when the professional is on walk-in duty between two dates. Five queries."""
    start, end = clock.day_bounds(first, last)
    found = [
        Stretch(duty.during.lower, duty.during.upper, professional.pk, duty.day.service_point_id)
        for duty in Duty.objects.filter(
            professional=professional, during__overlap=(start, end)
        ).select_related("day")
    ]
    rows = list(WalkInDay.objects.filter(hours_date__range=(first, last)))
    other_days = list(
        WalkInDay.objects.exclude(state=DayState.CALLED_OFF).filter(
            starts_at__lt=end, ends_at__gt=start
        )
    )
    for key, plan in _missing_days(rows, planned_days(first, last)).items():
        if not _overlaps_any(other_days, key[0], plan):
            found += [s for s in plan.stretches if s.professional == professional.pk]
    return sorted(found)
