"""The estimate as many open pages ask for it in the same moment: made once, told to all.

Each change of the queue makes every open number's page ask anew, and reading the queue and estimating
take some twenty milliseconds. Both are the same for all of them as long as nothing has happened to any
number, which the newest event row of the day says.
"""

from collections import OrderedDict
from threading import Lock

from django.db.models import Max

from office import clock
from walkin.models import TicketEvent, WalkInDay
from walkin.reading import Now

# Seconds for which an estimate is told while no number changes: duty and booked visits move slowly.
FRESH = 15
KEPT = 32

Key = tuple[int, int, int]
_made: OrderedDict[Key, Now] = OrderedDict()
_making = Lock()


def now_of(day: WalkInDay) -> Now:
    """One look at a running day's open numbers, with the waits that are told at this moment."""
    newest = TicketEvent.objects.filter(ticket__day=day).aggregate(pk=Max("pk"))["pk"] or 0
    key = (day.pk, int(clock.now().timestamp()) // FRESH, newest)
    with _making:
        if key not in _made:
            _made[key] = _looked(day)
            while len(_made) > KEPT:
                _made.popitem(last=False)
        return _made[key]


def _looked(day: WalkInDay) -> Now:
    """All that is told, read at once: several threads will use it."""
    now = Now(day)
    for part in ("rules", "tickets", "waits"):
        getattr(now, part)
    return now
