"""How long people have waited from their request to the visit; small numbers never shown."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Exists, F, OuterRef
from django.db.models.functions import TruncDate

from bookings.models import Appointment, Status
from office.core import clock
from office.models import Channel

# Of fewer visits, nine in ten would tell one person's own wait.
SMALLEST_SHOWN = 10
WEEKS = 12


@dataclass(frozen=True)
class VisitPlace:
    """Where a visit is: at a service point, or by phone or video wherever the professional sits."""

    channel: str
    point: int | None = None


@dataclass(frozen=True)
class Waited:
    """In days from the request to the visit."""

    half_at_most: int
    nine_in_ten_at_most: int


@dataclass(frozen=True)
class WaitedForService:
    """`in_all`: only where no place alone has enough visits, so that nothing can be subtracted."""

    places: Mapping[VisitPlace, Waited]
    in_all: Waited | None = None


def period(today: date) -> tuple[date, date]:
    """Return the first and last day of the weeks that count: whole ones that are over.

    With the days of this week, the numbers of one day to the next would tell of single visits.
    """
    monday = clock.monday_of(today)
    return monday - timedelta(weeks=WEEKS), monday - timedelta(days=1)


def waited(today: date) -> dict[int, WaitedForService]:
    """Return the waits of the visits held in the period, by service. One query.

    A visit counts under its main matter. Later visits of a case are agreed ahead, not waited for.
    """
    start, end = clock.day_bounds(*period(today))
    earlier_visits = Appointment.objects.filter(
        case=OuterRef("case"), starts_at__lt=OuterRef("starts_at")
    ).exclude(status__in=Status.closed())
    visits = (
        Appointment.objects.starting_between(start, end)
        .filter(status=Status.DONE, created_at__lte=F("starts_at"))
        .exclude(Exists(earlier_visits))
        .order_by()
        .values_list("service", "channel", "service_point")
        .annotate(asked_on=_day("created_at"), held_on=_day("starts_at"))
    )
    by_service: dict[int, dict[VisitPlace, list[int]]] = defaultdict(lambda: defaultdict(list))
    for service, channel, point, asked_on, held_on in visits:
        place = VisitPlace(channel, point if channel == Channel.IN_PERSON else None)
        by_service[service][place].append((held_on - asked_on).days)
    return {service: shown(places) for service, places in by_service.items()}


def _day(moment: str) -> TruncDate:
    return TruncDate(moment, tzinfo=clock.HELSINKI)


def shown(places: Mapping[VisitPlace, Sequence[int]]) -> WaitedForService:
    """Return what may be published of the days waited at each place. Pure."""
    alone = {place: _waited(days) for place, days in places.items() if len(days) >= SMALLEST_SHOWN}
    every = [days for of_place in places.values() for days in of_place]
    if alone or len(every) < SMALLEST_SHOWN:
        return WaitedForService(alone)
    return WaitedForService({}, _waited(every))


def _waited(days: Iterable[int]) -> Waited:
    ordered = sorted(days)
    return Waited(_share(ordered, 5), _share(ordered, 9))


def _share(ordered: Sequence[int], tenths: int) -> int:
    """Return the shortest wait that so many tenths did not exceed: somebody's own, no interpolation."""
    return ordered[-(-len(ordered) * tenths // 10) - 1]
