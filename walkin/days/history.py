"""Past walk-in days: their stored figures, and how accurate the estimates were."""

from dataclasses import dataclass

from django.utils.functional import cached_property

from office.core import clock
from office.models import ServicePoint
from walkin.estimates.replay import Accuracy, combined
from walkin.models import DayState, WalkInDay

# Days shown of each point.
SHOWN = 12


@dataclass(frozen=True)
class PastDay:
    """One day by its stored figures. Waits are whole minutes."""

    day: WalkInDay
    taken: int
    served: int
    waited: int
    longest: int
    visit: int
    # None until the worker has measured the day.
    accuracy: Accuracy | None


class PointHistory:
    """The last days of a point."""

    def __init__(self, point: ServicePoint) -> None:
        self.point = point

    @cached_property
    def days(self) -> list[PastDay]:
        """The latest first. One query."""
        ended = WalkInDay.objects.at(self.point.pk).filter(
            state=DayState.ENDED, figures__has_key="course"
        )
        return [_past_day(day) for day in ended.order_by("-starts_at")[:SHOWN]]

    @cached_property
    def accuracy(self) -> Accuracy:
        """The accuracy of all these days together."""
        return combined(past_day.accuracy for past_day in self.days if past_day.accuracy)


def ended_today(point: ServicePoint) -> WalkInDay | None:
    """Return the point's walk-in of today that has ended; the last, where there were several."""
    ended = WalkInDay.objects.at(point.pk).filter(state=DayState.ENDED)
    start, _end = clock.day_bounds(clock.today(), clock.today())
    return ended.filter(starts_at__gte=start).order_by("starts_at").last()


def _past_day(day: WalkInDay) -> PastDay:
    course, kept = day.figures["course"], day.figures.get("accuracy")
    called, served = course["called"], course["served"]
    return PastDay(
        day,
        taken=course["taken"],
        served=served,
        waited=round(course["waited"] / called / 60) if called else 0,
        longest=round(course["longest_wait"] / 60),
        visit=round(course["service"] / served / 60) if served else 0,
        accuracy=Accuracy(**kept) if kept else None,
    )
