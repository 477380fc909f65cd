"""A home visit takes its professionals the way there and the way back as well."""

from datetime import datetime, timedelta

from bookings.models.matters import Matters
from office.models import Channel, Unit


def travel_minutes(channel: str, unit: Unit) -> int:
    """Return the minutes of the way there, and of the way back."""
    return unit.travel_minutes if channel == Channel.HOME_VISIT else 0


def travel_time(channel: str) -> timedelta:
    """Return the same as a duration; one query for a home visit."""
    if channel != Channel.HOME_VISIT:
        return timedelta()
    return timedelta(minutes=travel_minutes(channel, Unit.get()))


def busy_span(
    matters: Matters, channel: str, start: datetime, end: datetime
) -> tuple[datetime, datetime]:
    """Return from when until when a visit from `start` to `end` keeps its professionals busy."""
    way = travel_time(channel)
    return start - way, end + timedelta(minutes=matters.buffer_after) + way
