"""How soon a time is free, for the front page: worked out once a minute for everybody, not per visit."""

from datetime import UTC, datetime
from typing import Any

from django.core.cache import cache

from bookings.availability.call_slots import soonest_call
from bookings.availability.search import soonest_by_point
from office.core import clock
from office.models import Service, Unit

KEY = "bookings.soonest"
FRESH_FOR = 60  # seconds
KEPT_FOR = 600


def soonest_times() -> dict[int, datetime]:
    """Return the soonest free time of each service asked for online; those without one are left out.

    They are at most a minute old. While one visitor's request works it out anew, others get the
    former answer.
    """
    now = clock.now()
    # The cache holds JSON: seconds since 1970, and pairs for what has numbers as keys.
    known: dict[str, Any] | None = cache.get(KEY)
    if known is None or (
        now.timestamp() - known["at"] >= FRESH_FOR and cache.add(f"{KEY}.renewing", True, 10)
    ):
        found = [(service, start.timestamp()) for service, start in _work_out().items()]
        known = {"at": now.timestamp(), "times": found}
        cache.set(KEY, known, KEPT_FOR)
    return {service: _instant(at) for service, at in known["times"] if at >= now.timestamp()}


def _instant(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, tz=UTC)


def _work_out() -> dict[int, datetime]:
    found: dict[int, datetime] = {}
    times = soonest_by_point(list(Service.objects.online()), Unit.get())
    for (service, _channel), at_points in times.items():
        for start in at_points.values():
            found[service] = min(start, found.get(service, start))
    return found


def soonest_call_back(unit: Unit) -> datetime | None:
    """Return the first free call-back time, at most a minute old; None at once if switched off."""
    if not unit.call_backs_offered:
        return None
    key = f"{KEY}.call"
    now = clock.now()
    known: list[float | None] | None = cache.get(key)
    if known is None or (known[0] is not None and known[0] < now.timestamp()):
        found = soonest_call(unit)
        known = [found.timestamp() if found else None]
        cache.set(key, known, FRESH_FOR)
    return None if known[0] is None else _instant(known[0])
