"""A limit of which nothing is left, so that the next try is the one too many."""

from datetime import timedelta

from office.staff.rate_limits import count_try


def spend(purpose: str, who: object, *, limit: int, every: timedelta) -> None:
    """Count as many tries as are allowed; the caller keeps the time where it is."""
    for _number in range(limit):
        # Some may be counted already.
        count_try(purpose, str(who), limit=2 * limit, every=every)
