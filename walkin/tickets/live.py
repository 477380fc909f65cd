"""Telling the live screens of a point that its queue has changed."""

from office.core import live_updates


def topic(point: int) -> str:
    """What the screens of a point listen to."""
    return f"walkin-{point}"


def announce(point: int) -> None:
    """Say at the end of this transaction that the queue of a point has changed."""
    live_updates.announce(topic(point))
