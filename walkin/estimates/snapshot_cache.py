"""Share one snapshot among the many open pages that ask at the same moment.

Each change of the queue makes the page of every open ticket ask again, and reading the queue and
estimating take some twenty milliseconds. Both are the same for all of them until another event of
the day or a change of its duties: the key holds the newest event and their count, since a row may
become visible after a newer one.
"""

from collections.abc import Hashable, Iterable
from datetime import datetime
from threading import Lock

from cachetools import LRUCache
from django.db.models import Count, Max

from office.core import clock
from walkin.estimates.snapshot import QueueSnapshot
from walkin.models import Duty, TicketEvent, WalkInDay

# How long a snapshot is shared while no ticket and no duty changes: appointments change slowly.
FRESH_SECONDS = 15
# Days of different points are not all read anew in the same second.
APART_SECONDS = 4
MAX_DAYS = 64

Key = tuple[Hashable, ...]
_shared: LRUCache[int, tuple[Key, QueueSnapshot]] = LRUCache(maxsize=MAX_DAYS)
# The first snapshot of each period with the same duties.
_first: LRUCache[Key, QueueSnapshot] = LRUCache(maxsize=MAX_DAYS)
_lock = Lock()


def cached_snapshot(day: WalkInDay) -> QueueSnapshot:
    """Return the shared snapshot of a running day, with the estimates of this moment."""
    return cached_snapshots([day])[day.pk]


def cached_snapshots(days: Iterable[WalkInDay]) -> dict[int, QueueSnapshot]:
    """Return the shared snapshots of running days by key. Two queries where nothing has changed."""
    by_key = {day.pk: day for day in days}
    if not by_key:
        return {}
    events = {
        row["ticket__day"]: (row["newest"], row["count"])
        for row in TicketEvent.objects.filter(ticket__day__in=by_key)
        .order_by()
        .values("ticket__day")
        .annotate(newest=Max("pk"), count=Count("pk"))
    }
    duties: dict[int, list[Key]] = {}
    rows = Duty.objects.filter(day__in=by_key).order_by("pk")
    # Who somebody signs in as belongs to it: by that a screen finds its user's own duty.
    columns = ("pk", "during", "desk", "break_until", "professional", "professional__user")
    for pk, *duty in rows.values_list("day", *columns):
        duties.setdefault(pk, []).append(tuple(duty))
    return {
        pk: _shared_snapshot(day, events.get(pk), duties.get(pk, [])) for pk, day in by_key.items()
    }


def _shared_snapshot(day: WalkInDay, events: Hashable, duties: Iterable[Key]) -> QueueSnapshot:
    period = (int(clock.now().timestamp()) + APART_SECONDS * day.pk) // FRESH_SECONDS
    staffing = (day.pk, period, day.ends_at, *duties)
    key = (events, *staffing)
    with _lock:
        known, snapshot = _shared.get(day.pk, (None, None))
        if known != key or snapshot is None:
            snapshot = _take_snapshot(day, _first.get(staffing))
            _shared[day.pk] = (key, snapshot)
            _first.setdefault(staffing, snapshot)
        return snapshot


def latest_snapshot(day: WalkInDay, *, since: datetime) -> QueueSnapshot | None:
    """Return the last snapshot that was taken of the day, if after `since`. No query."""
    with _lock:
        _key, found = _shared.get(day.pk, (None, None))
    return found if found is not None and since < found.at <= clock.now() else None


def _take_snapshot(day: WalkInDay, earlier: QueueSnapshot | None) -> QueueSnapshot:
    """Read at once all that is shown, since several threads will use it."""
    now = QueueSnapshot(day)
    if earlier is not None:
        now.share_slow_parts(earlier)
    for part in ("rules", "tickets", "serving_duties", "waits"):
        getattr(now, part)
    return now
