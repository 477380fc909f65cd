"""The numbers of calls of a day, a week or a month."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Aggregate, Count, DurationField, F, Max, QuerySet, Sum
from django.db.models.functions import ExtractHour

from bookings.models import Call, QueueHour
from office.core import clock

FIRST_DAY = date(2000, 1, 3)


class _Median(Aggregate):
    """The median of a duration."""

    template = "PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DurationField()


@dataclass
class HourFigures:
    """One hour of the day, summed over the days asked for."""

    hour: int
    outcomes: Counter[str] = field(default_factory=Counter)
    median: timedelta | None = None
    waited: int = 0
    hung_up: int = 0
    longest_wait: int = 0
    # Whether somebody has typed in what the phone system counted.
    has_queue: bool = False

    @property
    def calls(self) -> int:
        return self.outcomes.total()


@dataclass
class CallFigures:
    """Calls that ended, between two dates. The outcome "" is that of calls nobody ended in time."""

    by_outcome: Counter[str]
    # By the key of the service; None is another matter.
    by_matter: Counter[int | None]
    by_language: Counter[str]
    by_hour: list[HourFigures]
    # Of calls whose end is known.
    median: timedelta | None

    @property
    def calls(self) -> int:
        return self.by_outcome.total()

    @property
    def has_queue(self) -> bool:
        """Whether the phone system's figures are there; without them nobody knows who hung up."""
        return any(hour.has_queue for hour in self.by_hour)

    @property
    def hung_up(self) -> int:
        return sum(hour.hung_up for hour in self.by_hour)

    @property
    def waited(self) -> int:
        return sum(hour.waited for hour in self.by_hour)

    @property
    def longest_wait(self) -> int:
        """Return the longest wait in minutes."""
        return max((hour.longest_wait for hour in self.by_hour), default=0)


def past_day(text: str) -> date:
    """Return the day asked for, today at the latest; today where none can be read."""
    today = clock.today()
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return today
    return day if FIRST_DAY <= day <= today else today


def calls_between(first: date, last: date) -> CallFigures:
    """Count the days from `first` to `last`, both included. Six queries."""
    calls = _calls(first, last)
    hours: dict[int, HourFigures] = {}

    def of_hour(hour: int) -> HourFigures:
        return hours.setdefault(hour, HourFigures(hour))

    outcomes: Counter[str] = Counter()
    for hour, outcome, count in (
        calls.values("hour", "outcome").annotate(n=Count("pk")).values_list("hour", "outcome", "n")
    ):
        of_hour(hour).outcomes[outcome] += count
        outcomes[outcome] += count
    timed = calls.filter(was_forgotten=False)
    length = _Median(F("ended_at") - F("started_at"))
    for hour, median in timed.values("hour").annotate(m=length).values_list("hour", "m"):
        of_hour(hour).median = median
    queues = (
        QueueHour.objects.filter(day__range=(first, last))
        .values("hour")
        .annotate(w=Sum("waited"), h=Sum("hung_up"), longest=Max("longest_wait"))
    )
    for row in queues.values_list("hour", "w", "h", "longest"):
        figures = of_hour(row[0])
        figures.waited, figures.hung_up, figures.longest_wait = row[1:]
        figures.has_queue = True
    return CallFigures(
        by_outcome=outcomes,
        by_matter=Counter(dict(_counted(calls, "service"))),
        by_language=Counter(dict(_counted(calls, "language"))),
        by_hour=[hours[hour] for hour in sorted(hours)],
        median=timed.aggregate(m=length)["m"],
    )


def _calls(first: date, last: date) -> QuerySet[Any]:
    start, end = clock.day_bounds(first, last)
    return (
        Call.objects.filter(started_at__gte=start, started_at__lt=end, ended_at__isnull=False)
        .annotate(hour=ExtractHour("started_at", tzinfo=clock.HELSINKI))
        .order_by()
    )


def _counted(calls: QuerySet[Any], name: str) -> list[tuple[Any, int]]:
    return list(calls.values(name).annotate(n=Count("pk")).values_list(name, "n"))
