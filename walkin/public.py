"""What the public is told of the walk-in: where, when, how long. No number's own matters."""

from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from office import clock
from office.models import ServicePoint
from walkin.estimate import NEWCOMER, Range, in_fives
from walkin.models import DayState, WalkInDay
from walkin.reading import Now


def in_words(told: Range) -> str:
    """A range of minutes as it is told to people, in whole fives."""
    low, high = in_fives(told)
    if low == 0:
        return _("at most %(high)s minutes") % {"high": high}
    return _("%(low)s–%(high)s minutes") % {"low": low, "high": high}


@dataclass(frozen=True)
class PointNow:
    """The walk-in of one point: the day that goes on or comes next, and the one after it."""

    point: ServicePoint
    day: WalkInDay
    following: WalkInDay | None
    # How long somebody who takes a number now would wait; empty where none is given.
    wait: str = ""
    waiting: int = 0

    @property
    def gives_numbers(self) -> bool:
        return self.day.state == DayState.OPEN

    @property
    def is_closed_for_new(self) -> bool:
        return self.day.state == DayState.INTAKE_CLOSED

    @property
    def is_today(self) -> bool:
        return self.day.date == clock.today()


def points_now(point: int | None = None) -> list[PointNow]:
    """Each point that has a walk-in going on or planned: open ones first, then the soonest."""
    now = clock.now()
    days = (
        WalkInDay.objects.filter(
            Q(state__in=DayState.running()) | Q(state=DayState.PLANNED, ends_at__gt=now),
            service_point__in=ServicePoint.objects.in_use(),
        )
        .select_related("service_point")
        .order_by("starts_at", "pk")
    )
    if point is not None:
        days = days.at(point)
    of_points: dict[int, list[WalkInDay]] = {}
    for day in days:
        of_points.setdefault(day.service_point_id, []).append(day)
    found = [_now(sorted(having, key=lambda d: not d.is_running)) for having in of_points.values()]
    return sorted(found, key=lambda p: (not p.gives_numbers, not p.day.is_running, p.day.starts_at))


def _now(days: list[WalkInDay]) -> PointNow:
    day, following = days[0], days[1] if len(days) > 1 else None
    if day.state != DayState.OPEN:
        return PointNow(day.service_point, day, following)
    now = Now(day)
    wait = now.waits.get(NEWCOMER)
    return PointNow(
        day.service_point,
        day,
        following,
        in_words(wait.half) if wait else "",
        sum(t.called_at is None for t in now.tickets),
    )
