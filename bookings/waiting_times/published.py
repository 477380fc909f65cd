"""The waiting times as they were last worked out: once a minute for everybody, however many ask."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache

from bookings.waiting_times.overview import WaitingTimes, work_out
from office.core import clock

KEY = "bookings.waiting_times"
FRESH_FOR = 60  # seconds
KEPT_FOR = 600


@dataclass(frozen=True)
class Published:
    """`body`: JSON, in all languages at once. `etag`: as a header has it; the same for the same body."""

    body: str
    etag: str

    @property
    def times(self) -> WaitingTimes:
        found: WaitingTimes = json.loads(self.body)
        return found


def published() -> Published:
    """Return the waiting times, at most a minute old. One query while they are.

    While one visitor's request works them out anew, others get the former ones.
    """
    now = clock.now().timestamp()
    known: dict[str, Any] | None = cache.get(KEY)
    if known is None or (now - known["at"] >= FRESH_FOR and cache.add(f"{KEY}.renewing", True, 30)):
        times = work_out()
        if known is not None:
            times = _unless_the_same(times, json.loads(known["body"]))
        body = json.dumps(times, ensure_ascii=False)
        etag = f'"{hashlib.sha256(body.encode()).hexdigest()[:32]}"'
        known = {"at": now, "body": body, "etag": etag}
        cache.set(KEY, known, KEPT_FOR)
        cache.delete(f"{KEY}.renewing")
    return Published(known["body"], known["etag"])


def _unless_the_same(times: WaitingTimes, former: WaitingTimes) -> WaitingTimes:
    """Return the former ones if only the instant differs: whoever has them need not fetch them again."""
    return former if {**times, "as_of": former["as_of"]} == former else times
