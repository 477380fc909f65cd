"""The estimate as many open pages ask for it in the same moment: made once, told to all.

Each change of the queue makes every open number's page ask anew, and reading the queue and estimating
take some twenty milliseconds. Both are the same for all of them as long as nothing has happened to any
number, which the day's event rows say: the newest one, and how many there are, since a row may become
visible after a newer one.
"""

from threading import Lock

from cachetools import LRUCache
from django.db.models import Count, Max

from office.core import clock
from walkin.estimates.snapshot import Now
from walkin.models import TicketEvent, WalkInDay

# Seconds for which an estimate is told while no number changes: duty and booked visits move slowly.
FRESH = 15
KEPT = 32

Key = tuple[int, int, int, int, float]
_made: LRUCache[Key, Now] = LRUCache(maxsize=KEPT)
_making = Lock()


def now_of(day: WalkInDay) -> Now:
    """One look at a running day's open numbers, with the waits that are told at this moment."""
    rows = TicketEvent.objects.filter(ticket__day=day).aggregate(
        newest=Max("pk"), count=Count("pk")
    )
    moment = int(clock.now().timestamp()) // FRESH
    key = (day.pk, moment, rows["newest"] or 0, rows["count"], day.ends_at.timestamp())
    with _making:
        if key not in _made:
            _made[key] = _looked(day)
        return _made[key]


def _looked(day: WalkInDay) -> Now:
    """All that is told, read at once: several threads will use it."""
    now = Now(day)
    for part in ("rules", "tickets", "waits"):
        getattr(now, part)
    return now
