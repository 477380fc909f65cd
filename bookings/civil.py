"""Civil hours: when nobody is woken, and how long somebody has to answer. Pure."""

from datetime import datetime, time, timedelta

from office import clock

FROM, UNTIL = time(8), time(20)


def is_civil(now: datetime) -> bool:
    """Whether a message may arrive now."""
    return FROM <= clock.local(now).time() < UNTIL


def next_civil(now: datetime) -> datetime:
    """This instant, or the next morning."""
    local = clock.local(now)
    if local.time() < FROM:
        return clock.at(local.date(), FROM)
    if local.time() >= UNTIL:
        return clock.at(local.date() + timedelta(days=1), FROM)
    return now


def after(start: datetime, hours: int) -> datetime:
    """The instant at which so many civil hours have passed since `start`: nights do not count."""
    left = timedelta(hours=hours)
    day = clock.local(start).date()
    while True:
        begins, ends = max(start, clock.at(day, FROM)), clock.at(day, UNTIL)
        if begins < ends:
            if left <= ends - begins:
                return begins + left
            left -= ends - begins
        day += timedelta(days=1)
