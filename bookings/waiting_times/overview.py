"""The waiting times as they are published: docs/waiting-times.md promises the names of these fields."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import TypedDict

from django.utils.translation import override

from bookings.availability.search import soonest_by_point
from bookings.hooks import WALK_INS_NOW, WalkInNow, WalkInState
from bookings.public.opening import walk_in_states
from bookings.waiting_times.waited import (
    SMALLEST_SHOWN,
    VisitPlace,
    Waited,
    WaitedForService,
    period,
    waited,
)
from office.core import clock, dates
from office.models import Channel, Service, ServicePoint, Unit

# Grows when a field changes its meaning or goes; new fields do not make a new version.
VERSION = 1
OPEN = "open"

Names = dict[str, str]


class WaitedDays(TypedDict):
    half_at_most: int
    nine_in_ten_at_most: int


class PlaceTimes(TypedDict):
    channel: str
    point: str | None
    name: Names
    next_free_online: str | None
    waited_days: WaitedDays | None


class ServiceTimes(TypedDict):
    slug: str
    name: Names
    asked_online: bool
    places: list[PlaceTimes]
    waited_days_in_all: WaitedDays | None


class Hours(TypedDict):
    starts_at: str
    ends_at: str


class LikelyMinutes(TypedDict):
    least: int
    most: int


class WalkInTimes(TypedDict):
    point: str
    name: Names
    state: str
    open_until: str | None
    next_hours: Hours | None
    wait_minutes: LikelyMinutes | None
    services: list[str]


class WaitedPeriod(TypedDict):
    first_day: str
    last_day: str
    smallest_number: int


class WaitingTimes(TypedDict):
    version: int
    as_of: str
    unit: Names
    waited_period: WaitedPeriod
    services: list[ServiceTimes]
    walk_ins: list[WalkInTimes]


def work_out() -> WaitingTimes:
    """Work out everything anew: some twenty queries, and two for each service."""
    unit, today = Unit.get(), clock.today()
    services = list(Service.objects.in_use())
    points = list(ServicePoint.objects.in_use())
    waits, free = waited(today), next_free(services, unit)
    first_day, last_day = period(today)
    return {
        "version": VERSION,
        "as_of": _instant(clock.now()),
        "unit": _names(unit),
        "waited_period": {
            "first_day": first_day.isoformat(),
            "last_day": last_day.isoformat(),
            "smallest_number": SMALLEST_SHOWN,
        },
        "services": [
            _service(
                service,
                points,
                free.get(service.pk, {}),
                waits.get(service.pk, WaitedForService({})),
                today,
            )
            for service in services
        ],
        "walk_ins": _walk_ins(points, services),
    }


def _service(
    service: Service,
    points: Iterable[ServicePoint],
    free: Mapping[VisitPlace, datetime],
    waits: WaitedForService,
    today: date,
) -> ServiceTimes:
    giving = set(ServicePoint.objects.giving([service], today).values_list("pk", flat=True))
    places: list[PlaceTimes] = []
    for channel in service.channels:
        if channel == Channel.IN_PERSON:
            at_points = [(VisitPlace(channel, point.pk), point) for point in points]
            places += [
                _place(place, point.slug, _names(point), free, waits)
                for place, point in at_points
                if point.pk in giving or place in free or place in waits.places
            ]
        else:
            names = _in_each_language(Channel(channel).label.__str__)
            places.append(_place(VisitPlace(channel), None, names, free, waits))
    return {
        "slug": service.slug,
        "name": _names(service),
        "asked_online": service.asked_online,
        "places": places,
        "waited_days_in_all": _days(waits.in_all),
    }


def next_free(services: Iterable[Service], unit: Unit) -> dict[int, dict[VisitPlace, datetime]]:
    """Return the next time at each place that may be asked for online, by service."""
    found: dict[int, dict[VisitPlace, datetime]] = defaultdict(dict)
    times = soonest_by_point([service for service in services if service.asked_online], unit)
    for (service, channel), at_points in times.items():
        for point, start in at_points.items():
            place = VisitPlace(channel, point if channel == Channel.IN_PERSON else None)
            found[service][place] = min(start, found[service].get(place, start))
    return found


def _place(
    place: VisitPlace,
    point: str | None,
    name: Names,
    free: Mapping[VisitPlace, datetime],
    waits: WaitedForService,
) -> PlaceTimes:
    soonest = free.get(place)
    return {
        "channel": place.channel,
        "point": point,
        "name": name,
        "next_free_online": _instant(soonest) if soonest else None,
        "waited_days": _days(waits.places.get(place)),
    }


def _walk_ins(points: Iterable[ServicePoint], services: Iterable[Service]) -> list[WalkInTimes]:
    states = walk_in_states()
    now = {
        point: walk_in
        for read_now in WALK_INS_NOW
        for point, walk_in in read_now(list(states)).items()
    }
    return [
        _walk_in(point, states[point.pk], now.get(point.pk, WalkInNow()), services)
        for point in points
        if point.pk in states
    ]


def _walk_in(
    point: ServicePoint, walk_in: WalkInState, now: WalkInNow, services: Iterable[Service]
) -> WalkInTimes:
    closes, following = walk_in.state.closes, walk_in.state.next
    state = _state(walk_in)
    return {
        "point": point.slug,
        "name": _names(point),
        "state": state,
        "open_until": _instant(closes) if closes and state == OPEN else None,
        "next_hours": (
            {"starts_at": _instant(following[0]), "ends_at": _instant(following[1])}
            if following
            else None
        ),
        "wait_minutes": (
            {"least": now.wait[0], "most": now.wait[1]} if now.wait and state == OPEN else None
        ),
        "services": [service.slug for service in services if service.pk in now.services],
    }


def _state(walk_in: WalkInState) -> str:
    if walk_in.is_stopped:
        return "stopped"
    if walk_in.is_full:
        return "full"
    return OPEN if walk_in.state.closes else "closed"


def _days(waited: Waited | None) -> WaitedDays | None:
    if waited is None:
        return None
    return {"half_at_most": waited.half_at_most, "nine_in_ten_at_most": waited.nine_in_ten_at_most}


def _instant(moment: datetime) -> str:
    return clock.local(moment).isoformat(timespec="seconds")


def _names(named: Unit | Service | ServicePoint) -> Names:
    return _in_each_language(lambda: named.name)


def _in_each_language(text: Callable[[], str]) -> Names:
    found = {}
    for language in dates.LANGUAGES:
        with override(language):
            found[language] = text()
    return found
