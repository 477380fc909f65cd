"""The waiting times in words, in one language."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bookings.public.opening import soon
from bookings.waiting_times.overview import (
    Hours,
    LikelyMinutes,
    Names,
    PlaceTimes,
    ServiceTimes,
    WaitedDays,
    WaitingTimes,
    WalkInTimes,
)
from office.core import dates


@dataclass(frozen=True)
class PlaceRow:
    """One place at which a service is given."""

    name: str
    next_free: str
    waited: str


@dataclass(frozen=True)
class ServiceRows:
    """One service. `waited_in_all`: where too few came to each place to tell them apart."""

    slug: str
    name: str
    places: Sequence[PlaceRow]
    waited_in_all: str
    asked_online: bool


@dataclass(frozen=True)
class WalkInRow:
    """One walk-in: how it is now, and when it is next held."""

    slug: str
    name: str
    now: str
    next: str
    services: str


@dataclass(frozen=True)
class WaitingTimesPage:
    """Everything in words. `others`: services of which nothing is known, with their addresses."""

    walk_ins: Sequence[WalkInRow]
    services: Sequence[ServiceRows]
    others: Sequence[ServiceRows]
    first_day: date
    last_day: date
    smallest_number: int


def waiting_times_page(
    times: WaitingTimes, now: datetime, language: str | None
) -> WaitingTimesPage:
    """Say the waiting times of this moment in `language`."""
    services = [_service(service, now, language) for service in times["services"]]
    names = {service["slug"]: _name(service["name"], language) for service in times["services"]}
    with_times = [s for s in services if s.asked_online or _has_waits(s)]
    return WaitingTimesPage(
        walk_ins=[_walk_in(walk_in, names, now, language) for walk_in in times["walk_ins"]],
        services=with_times,
        others=[s for s in services if s not in with_times],
        first_day=date.fromisoformat(times["waited_period"]["first_day"]),
        last_day=date.fromisoformat(times["waited_period"]["last_day"]),
        smallest_number=times["waited_period"]["smallest_number"],
    )


def _has_waits(service: ServiceRows) -> bool:
    return bool(service.waited_in_all) or any(place.waited for place in service.places)


def _service(service: ServiceTimes, now: datetime, language: str | None) -> ServiceRows:
    online = service["asked_online"]
    places = [_place(place, online, now, language) for place in service["places"]]
    return ServiceRows(
        service["slug"],
        _name(service["name"], language),
        [place for place in places if online or place.waited],
        _waited(service["waited_days_in_all"]),
        online,
    )


def _place(place: PlaceTimes, online: bool, now: datetime, language: str | None) -> PlaceRow:
    name = _name(place["name"], language)
    return PlaceRow(
        name[:1].upper() + name[1:],
        _next_free(place, now, language) if online else _("not asked for online"),
        _waited(place["waited_days"]),
    )


def _next_free(place: PlaceTimes, now: datetime, language: str | None) -> str:
    free = place["next_free_online"]
    moment = datetime.fromisoformat(free) if free else None
    # It was worked out a moment ago, and may have begun since.
    if moment is None or moment < now:
        return _("no free times now")
    return soon(moment, language)


def _waited(days: WaitedDays | None) -> str:
    if days is None:
        return ""
    half, most = days["half_at_most"], days["nine_in_ten_at_most"]
    return _("half at most %(half)s, nine in ten at most %(most)s") % {
        "half": _count(half),
        "most": _count(most),
    }


def _count(days: int) -> str:
    # "At most a day" is true of the same day too.
    count = max(days, 1)
    return ngettext("%(count)s day", "%(count)s days", count) % {"count": count}


def _walk_in(
    walk_in: WalkInTimes, names: dict[str, str], now: datetime, language: str | None
) -> WalkInRow:
    return WalkInRow(
        walk_in["point"],
        _name(walk_in["name"], language),
        _walk_in_now(walk_in, language),
        _hours(walk_in["next_hours"], language),
        ", ".join(_taken(walk_in["services"], names)),
    )


def _taken(slugs: Iterable[str], names: dict[str, str]) -> list[str]:
    return [names[slug] for slug in slugs if slug in names]


def _walk_in_now(walk_in: WalkInTimes, language: str | None) -> str:
    if walk_in["state"] == "stopped":
        return _("No numbers are given at the moment")
    if walk_in["state"] == "full":
        return _("No more numbers today")
    if walk_in["open_until"] is None:
        return _("Closed now")
    closes = dates.clock(datetime.fromisoformat(walk_in["open_until"]), language)
    is_open = _("Open now, closes at %(time)s") % {"time": closes}
    wait = _minutes(walk_in["wait_minutes"])
    return f"{is_open} · {wait}" if wait else is_open


def _minutes(wait: LikelyMinutes | None) -> str:
    if wait is None:
        return ""
    if not wait["least"]:
        return _("wait now at most %(time)s") % {"time": dates.duration(wait["most"])}
    least, most = dates.duration(wait["least"]), dates.duration(wait["most"])
    return _("wait now %(least)s – %(most)s") % {"least": least, "most": most}


def _hours(hours: Hours | None, language: str | None) -> str:
    if hours is None:
        return _("No hours in the coming weeks")
    start, end = (datetime.fromisoformat(hours[name]) for name in ("starts_at", "ends_at"))
    return f"{dates.short_day(start, language)} {dates.clock_range(start, end, language)}"


def _name(names: Names, language: str | None) -> str:
    return names[dates.known(language)]
