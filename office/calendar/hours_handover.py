"""Changes that hit bookings: looked at first, then handed to the secretary as work."""

import hashlib
from collections.abc import Callable, Iterable, Sequence

from office.calendar.hours_impact import OrphanedBooking, change_hours
from office.calendar.occupancy import retrying


class BookingsHitError(Exception):
    """The change hits bookings that nobody has looked at yet. Nothing was changed."""

    def __init__(self, hits: Sequence[OrphanedBooking]) -> None:
        super().__init__()
        self.hits = list(hits)


def fingerprint(hits: Iterable[OrphanedBooking]) -> str:
    """Return what says that a list of hits is the one that was looked at."""
    lines = sorted(
        f"{h.claim} {h.professional} {h.start.timestamp()} {h.end.timestamp()}" for h in hits
    )
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


@retrying
def change_and_hand_over(
    *,
    professionals: Iterable[int],
    change: Callable[[], object],
    reason: str,
    seen: str = "",
) -> list[OrphanedBooking]:
    """Run `change` and hand the bookings that it hits to the secretary; the hits.

    `seen`: the fingerprint of the hits that the manager looked at. Raises BookingsHitError, with
    nothing changed, where these are others: the list may have grown since it was shown.
    """
    hits = change_hours(professionals=professionals, change=change, reason=reason)
    if hits and fingerprint(hits) != seen:
        raise BookingsHitError(hits)
    return hits
