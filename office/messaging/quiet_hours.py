"""The hours in which the unit writes to people of its own accord, and how long they have to answer.

One setting of the unit. Whoever has just done something themselves is answered at any hour. Pure.
"""

from datetime import datetime, timedelta

from office.core import clock
from office.core.intervals import contains
from office.models import Unit

# So long before its last moment a message leaves at the latest, in the early morning too: nobody is to
# set out for a visit that is off.
LEAVES_BEFORE = timedelta(hours=2)


def may_write(now: datetime, unit: Unit) -> bool:
    """Say whether a message may arrive now."""
    return contains((unit.messages_from, unit.messages_until), clock.local(now).time())


def may_write_from(now: datetime, unit: Unit) -> datetime:
    """Return from when a message may arrive: this instant, or the next morning."""
    local = clock.local(now)
    if local.time() < unit.messages_from:
        return clock.at(local.date(), unit.messages_from)
    if local.time() >= unit.messages_until:
        return clock.at(local.date() + timedelta(days=1), unit.messages_from)
    return now


def leave_at(now: datetime, unit: Unit, *, expires_at: datetime | None) -> datetime:
    """Return when a message that nobody waits for leaves: by day, yet in time for its last moment."""
    by_day = may_write_from(now, unit)
    return by_day if expires_at is None else min(by_day, max(now, expires_at - LEAVES_BEFORE))


def after(start: datetime, hours: int, unit: Unit) -> datetime:
    """Return when so many of these hours have passed since `start`: nights do not count."""
    left = timedelta(hours=hours)
    day = clock.local(start).date()
    while True:
        begins = max(start, clock.at(day, unit.messages_from))
        ends = clock.at(day, unit.messages_until)
        if begins < ends:
            if left <= ends - begins:
                return begins + left
            left -= ends - begins
        day += timedelta(days=1)
