"""Share one snapshot among the many open pages that ask at the same moment.

Each change of the queue makes the page of every open ticket ask again, and reading the queue and
estimating take some twenty milliseconds. Both are the same for all of them until another event of
the day or a change of its duties: the key holds the newest event and their count, since a row may
become visible after a newer one.
"""

from collections.abc import Hashable
from datetime import datetime
from threading import Lock

from cachetools import LRUCache
from django.db.models import Count, Max

from office.core import clock
from walkin.estimates.snapshot import QueueSnapshot
from walkin.models import Duty, TicketEvent, WalkInDay

# How long a snapshot is shared while no ticket and no duty changes: appointments change slowly.
FRESH_SECONDS = 15
MAX_SNAPSHOTS = 32

Key = tuple[Hashable, ...]
_snapshots: LRUCache[Key, QueueSnapshot] = LRUCache(maxsize=MAX_SNAPSHOTS)
_duties: LRUCache[Key, list[Duty]] = LRUCache(maxsize=MAX_SNAPSHOTS)
# The last one of each day, by its key, whatever has happened since.
_latest: LRUCache[int, QueueSnapshot] = LRUCache(maxsize=MAX_SNAPSHOTS)
_lock = Lock()


def cached_snapshot(day: WalkInDay) -> QueueSnapshot:
    """Return the shared snapshot of a running day, with the estimates of this moment."""
    rows = TicketEvent.objects.filter(ticket__day=day).aggregate(
        newest=Max("pk"), count=Count("pk")
    )
    period = int(clock.now().timestamp()) // FRESH_SECONDS
    duties = (
        Duty.objects.filter(day=day)
        .order_by("pk")
        .values_list("pk", "during", "desk", "break_until")
    )
    staffing = (day.pk, period, day.ends_at, *duties)
    key = (rows["newest"], rows["count"], *staffing)
    with _lock:
        if key not in _snapshots:
            _snapshots[key] = _latest[day.pk] = _take_snapshot(day, _duties.get(staffing))
            _duties[staffing] = _snapshots[key].serving_duties
        return _snapshots[key]


def latest_snapshot(day: WalkInDay, *, since: datetime) -> QueueSnapshot | None:
    """Return the last snapshot that was taken of the day, if after `since`. No query."""
    with _lock:
        found = _latest.get(day.pk)
    return found if found is not None and since < found.at <= clock.now() else None


def _take_snapshot(day: WalkInDay, duties: list[Duty] | None) -> QueueSnapshot:
    """Read at once all that is shown, since several threads will use it."""
    now = QueueSnapshot(day)
    if duties is not None:
        now.serving_duties = duties
    for part in ("rules", "tickets", "serving_duties", "waits"):
        getattr(now, part)
    return now
