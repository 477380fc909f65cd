"""The estimate as many open pages ask for it in the same moment: made once, told to all.

Each change of the queue makes every open number's page ask anew, and the estimate takes some twenty
milliseconds. It is the same for all of them as long as no number has changed.
"""

from collections import OrderedDict
from threading import Lock

from walkin.estimate import Wait
from walkin.models import WalkInDay
from walkin.reading import Now

# Seconds for which an estimate is told while no number changes: duty and booked visits move slowly.
FRESH = 15
KEPT = 32

Key = tuple[int, int, tuple[tuple[int, int], ...]]
_made: OrderedDict[Key, dict[int, Wait]] = OrderedDict()
_making = Lock()


def now_of(day: WalkInDay) -> Now:
    """One look at a running day, with the waits that are told at this moment."""
    now = Now(day)
    key = (day.pk, int(now.at.timestamp()) // FRESH, tuple((t.pk, t.version) for t in now.tickets))
    with _making:
        if key not in _made:
            _made[key] = now.waits
            while len(_made) > KEPT:
                _made.popitem(last=False)
        now.waits = _made[key]
    return now
