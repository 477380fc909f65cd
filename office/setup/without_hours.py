"""Bookings to come whose hours or room fell away: what the manager sees of the secretary's work."""

from dataclasses import dataclass
from datetime import datetime

from office.calendar.orphan_words import orphan_label
from office.core import clock
from office.models import Claim, Occupancy


@dataclass
class BookingWithoutHours:
    """When, the code, and who is booked: no client, and no matter."""

    start: datetime
    label: str
    # Professionals, and the room.
    names: list[str]
    why: str


def count_without_hours() -> int:
    """Count those that wait for the secretary."""
    ahead = Claim.objects.orphaned().filter(occupancies__during__endswith__gt=clock.now())
    return ahead.distinct().count()


def bookings_without_hours() -> list[BookingWithoutHours]:
    """Return them, the soonest first. One query."""
    rows = (
        Occupancy.objects.filter(
            claim__in=Claim.objects.orphaned(), during__endswith__gt=clock.now()
        )
        .select_related("claim", "resource__professional", "resource__room")
        .order_by("during", "claim", "resource")
    )
    found: dict[int, BookingWithoutHours] = {}
    for row in rows:
        claim, resource = row.claim, row.resource
        booking = found.setdefault(
            claim.pk,
            BookingWithoutHours(
                row.during.lower, claim.label, [], orphan_label(claim.orphan_reason)
            ),
        )
        who = getattr(resource, "professional", None) or getattr(resource, "room", None)
        if who is not None:
            booking.names.append(who.name)
    return list(found.values())
