"""Taking professionals, rooms, service points and call-backs out of use, and into use again."""

from django.db import transaction

from office.calendar.hours_handover import BookingsHitError, change_and_hand_over, fingerprint
from office.calendar.hours_impact import OrphanedBooking
from office.core import clock
from office.core.save_checked import save_checked
from office.models import ClaimKind, Occupancy, Professional, Room, ServicePoint, Unit

REASON = "inactive"


def switch_professional(
    professional: Professional, *, on: bool, seen: str = ""
) -> list[OrphanedBooking]:
    """Take into use or out of it. Raises BookingsHitError unless the bookings hit were `seen`."""
    return change_and_hand_over(
        professionals=[professional.pk],
        change=lambda: Professional.objects.filter(pk=professional.pk).update(is_active=on),
        reason=REASON,
        seen=seen,
    )


def switch_room(room: Room, *, on: bool, seen: str = "") -> list[OrphanedBooking]:
    """Take into use or out of it; bookings in the room are handed to the secretary."""
    return change_and_hand_over(
        professionals=[room.pk],
        change=lambda: Room.objects.filter(pk=room.pk).update(is_active=on),
        reason=REASON,
        seen=seen,
    )


def switch_point(point: ServicePoint, *, on: bool, seen: str = "") -> list[OrphanedBooking]:
    """Take into use or out of it; no hours there count while it is out of use."""
    return change_and_hand_over(
        professionals=list(Professional.objects.values_list("pk", flat=True)),
        change=lambda: ServicePoint.objects.filter(pk=point.pk).update(is_active=on),
        reason=REASON,
        seen=seen,
    )


@transaction.atomic
def save_unit(unit: Unit, *, seen: str = "") -> None:
    """Save the unit's settings. Raises ValidationError.

    Call-backs that are switched off while some are reserved: raises BookingsHitError unless those were
    `seen`. They stay valid.
    """
    was = (
        Unit.objects.select_for_update()
        .filter(pk=unit.pk)
        .values_list("call_backs_offered", flat=True)
        .first()
    )
    save_checked(unit)
    if was and not unit.call_backs_offered:
        hits = _upcoming_calls()
        if hits and fingerprint(hits) != seen:
            raise BookingsHitError(hits)


def _upcoming_calls() -> list[OrphanedBooking]:
    rows = Occupancy.objects.filter(
        claim__kind=ClaimKind.CALL_BACK, during__endswith__gt=clock.now()
    ).select_related("claim")
    return [
        OrphanedBooking(
            row.claim_id, row.claim.label, row.resource_id, row.during.lower, row.during.upper
        )
        for row in rows.order_by("during", "pk")
    ]
