"""A room cannot be used for a time: a cleaner, a flood."""

from datetime import datetime

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from office.calendar.hours_handover import change_and_hand_over
from office.calendar.hours_impact import ROOM_CLOSED, OrphanedBooking
from office.calendar.occupancy import cover, discard, free
from office.core.save_checked import save_checked
from office.models import Claim, ClaimKind, Room, RoomClosure


def close_room(
    room: Room, *, start: datetime, end: datetime, reason: str = "", seen: str = ""
) -> list[OrphanedBooking]:
    """Take all of the room's time that nobody has booked. Raises BookingsHitError unless `seen`."""

    def change() -> None:
        closure = RoomClosure(
            room=room,
            reason=reason,
            during=DateTimeTZRange(start, end),
            claim=Claim.objects.create(kind=ClaimKind.OTHER),
        )
        save_checked(closure)
        cover(closure)

    return change_and_hand_over(
        professionals=[room.pk], change=change, reason=ROOM_CLOSED, seen=seen
    )


def move_room_closure(
    closure: RoomClosure, *, start: datetime, end: datetime, reason: str = "", seen: str = ""
) -> list[OrphanedBooking]:
    """Give the closure another time or reason. Raises BookingsHitError unless `seen`."""

    def change() -> None:
        row = RoomClosure.objects.select_for_update(of=("self",)).get(pk=closure.pk)
        row.reason = reason
        row.during = DateTimeTZRange(start, end)
        save_checked(row)
        free(row.claim)
        cover(row)

    return change_and_hand_over(
        professionals=[closure.room_id], change=change, reason=ROOM_CLOSED, seen=seen
    )


def open_room(closure: RoomClosure, *, seen: str = "") -> list[OrphanedBooking]:
    """Remove the closure: the room is free again, bookings that it hit are work no longer."""

    def change() -> None:
        row = RoomClosure.objects.select_for_update(of=("self",)).filter(pk=closure.pk).first()
        if row is None:
            return
        claim = row.claim
        # First the closure, so that the freed time goes to others that wait for it and not to itself.
        row.delete()
        discard(claim)

    return change_and_hand_over(
        professionals=[closure.room_id], change=change, reason=ROOM_CLOSED, seen=seen
    )
