"""Live updates of a point's queue."""

from office.core import live_updates


def topic(point: int) -> str:
    """Return the topic that a point's screens subscribe to."""
    return f"walkin-{point}"


def announce(point: int) -> None:
    """Announce at the end of this transaction that a point's queue has changed."""
    live_updates.announce(topic(point))
