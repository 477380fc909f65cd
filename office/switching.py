"""Taking professionals, rooms and service points out of use, and into use again."""

from office.cutting import Hit
from office.handing_over import change_and_hand_over
from office.models import Professional, Room, ServicePoint

REASON = "inactive"


def switch_professional(professional: Professional, *, on: bool, seen: str = "") -> list[Hit]:
    """Into use or out of it. Raises BookingsHitError unless the bookings hit were `seen`."""
    return change_and_hand_over(
        professionals=[professional.pk],
        change=lambda: Professional.objects.filter(pk=professional.pk).update(is_active=on),
        reason=REASON,
        seen=seen,
    )


def switch_room(room: Room, *, on: bool, seen: str = "") -> list[Hit]:
    """Into use or out of it; bookings in the room are handed to the secretary."""
    return change_and_hand_over(
        professionals=[room.pk],
        change=lambda: Room.objects.filter(pk=room.pk).update(is_active=on),
        reason=REASON,
        seen=seen,
    )


def switch_point(point: ServicePoint, *, on: bool, seen: str = "") -> list[Hit]:
    """Into use or out of it; all hours there count for nothing while it is out of use."""
    return change_and_hand_over(
        professionals=list(Professional.objects.values_list("pk", flat=True)),
        change=lambda: ServicePoint.objects.filter(pk=point.pk).update(is_active=on),
        reason=REASON,
        seen=seen,
    )
