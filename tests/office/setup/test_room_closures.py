"""A room is closed for a time: nobody can take it, and what is booked there is work."""

from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils.translation import override

from office.calendar.hours_handover import BookingsHitError, fingerprint
from office.calendar.occupancy import TimeTakenError, free, take
from office.core import clock
from office.models import Claim, ClaimKind, Occupancy, Role, Room, RoomClosure, User
from office.setup.room_closures import close_room, move_room_closure, open_room
from office.setup.without_hours import bookings_without_hours, count_without_hours
from tests.factories import ProfessionalFactory, RoomFactory, UserFactory, busy

pytestmark = pytest.mark.django_db
DAY = date(2026, 8, 3)


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel("2026-07-30 09:00:00+03:00", tick=False), override("fi"):
        yield


@pytest.fixture
def room() -> Room:
    made: Room = RoomFactory(name="Luoto")
    return made


@pytest.fixture
def manager() -> Client:
    client = Client(headers={"accept-language": "fi"})
    client.force_login(UserFactory(roles=[Role.MANAGER]))
    return client


def at(hour: int, minute: int = 0) -> datetime:
    return clock.at(DAY, time(hour, minute))


def visit(room: Room, hour: int) -> Claim:
    """Book an hour in the room with somebody who has hours then."""
    pro = ProfessionalFactory(points=[room.service_point], hours=(8, 16))
    row = busy(pro, at(hour), 60, ClaimKind.APPOINTMENT)
    Occupancy.objects.create(claim=row.claim, resource_id=room.pk, during=row.during)
    Claim.objects.filter(pk=row.claim_id).update(service_point=room.service_point, label="KLM-482")
    return Claim.objects.get(pk=row.claim_id)


def close(room: Room, start: int, end: int) -> RoomClosure:
    """Close it, having looked at what it hits."""
    span: dict[str, Any] = {"start": at(start), "end": at(end), "reason": "siivous"}
    try:
        close_room(room, **span)
    except BookingsHitError as error:
        close_room(room, seen=fingerprint(error.hits), **span)
    return RoomClosure.objects.latest("pk")


def closed_hours(room: Room) -> list[tuple[int, int]]:
    rows = Occupancy.objects.filter(resource_id=room.pk, claim__room_closure__isnull=False)
    return [
        (clock.local(row.during.lower).hour, clock.local(row.during.upper).hour)
        for row in rows.order_by("during")
    ]


def reason_of(claim: Claim) -> str:
    claim.refresh_from_db()
    assert (claim.orphaned_at is None) == (claim.orphan_reason == "")
    return claim.orphan_reason


def test_the_database_lets_nobody_take_a_closed_room(room: Room) -> None:
    close(room, 12, 16)

    with pytest.raises(TimeTakenError):
        take(kind=ClaimKind.APPOINTMENT, resources=[room.pk], start=at(11, 30), end=at(12, 30))
    take(kind=ClaimKind.APPOINTMENT, resources=[room.pk], start=at(11), end=at(12))


def test_what_is_booked_there_keeps_its_time_and_needs_another_room(room: Room) -> None:
    claim = visit(room, 10)
    with pytest.raises(BookingsHitError):
        close_room(room, start=at(8), end=at(12))
    assert reason_of(claim) == ""

    closure = close(room, 8, 12)

    assert reason_of(claim) == "room"
    assert closed_hours(room) == [(8, 10), (11, 12)]
    open_room(closure)
    assert reason_of(claim) == ""
    assert closed_hours(room) == []


def test_the_closure_takes_the_time_of_a_visit_that_goes(room: Room) -> None:
    claim = visit(room, 10)
    close(room, 8, 12)

    free(claim)

    assert closed_hours(room) == [(8, 10), (10, 11), (11, 12)]


def test_a_moved_closure_hits_what_is_there_and_lets_the_former_time_go(room: Room) -> None:
    early, late = visit(room, 8), visit(room, 14)
    closure = close(room, 8, 9)
    assert reason_of(early) == "room"

    with pytest.raises(BookingsHitError) as found:
        move_room_closure(closure, start=at(13), end=at(16))
    move_room_closure(closure, start=at(13), end=at(16), seen=fingerprint(found.value.hits))

    assert (reason_of(early), reason_of(late)) == ("", "room")
    assert closed_hours(room) == [(13, 14), (15, 16)]


def test_a_closure_has_a_beginning_and_an_end(room: Room) -> None:
    with pytest.raises(ValidationError):
        close_room(room, start=at(12), end=at(12))


def test_the_manager_closes_a_room_changes_it_and_opens_it_again(
    manager: Client, room: Room
) -> None:
    claim = visit(room, 10)
    url = f"/office/rooms/{room.pk}/close/"
    span = {"first_day": "3.8.2026", "last_day": "3.8.2026", "starts": "8", "ends": "12"}

    shown = manager.post(url, {**span, "reason": "Vesivahinko"})

    assert "KLM-482" in shown.content.decode()
    assert not RoomClosure.objects.exists()
    done = manager.post(
        url, {**span, "reason": "Vesivahinko", "seen": shown.context["seen"]}, follow=True
    )
    html = " ".join(done.content.decode().split())
    assert done.redirect_chain[-1][0] == f"/office/points/{room.service_point_id}/"
    assert "Vesivahinko" in html
    assert reason_of(claim) == "room"

    closure = RoomClosure.objects.get()
    form = manager.get(f"/office/rooms/closures/{closure.pk}/")
    assert form.context["form"].initial["starts"] == time(8)
    manager.post(f"/office/rooms/closures/{closure.pk}/", {**span, "ends": "9", "reason": ""})
    closure.refresh_from_db()
    assert (closure.during.upper, closure.reason) == (at(9), "")
    manager.post(f"/office/rooms/closures/{closure.pk}/remove/")
    assert not RoomClosure.objects.exists()
    assert closed_hours(room) == []


def test_one_that_is_over_is_not_shown(manager: Client, room: Room) -> None:
    close(room, 8, 12)
    page = f"/office/points/{room.service_point_id}/"
    assert "siivous" in manager.get(page).content.decode()
    assert "siivous" in manager.get("/office/rooms/").content.decode()

    with time_machine.travel(at(12), tick=False):
        manager.force_login(User.objects.get())
        after = manager.get(page).content.decode()
    assert "Luoto" in after
    assert "siivous" not in after


def test_the_manager_sees_which_bookings_are_without_hours_or_room(
    manager: Client, room: Room
) -> None:
    claim = visit(room, 10)
    close(room, 8, 12)
    page = "/office/without-hours/"
    assert f'href="{page}"' in manager.get("/office/").content.decode()

    (row,) = manager.get(page).context["rows"]

    professional = claim.occupancies.get(resource__kind="professional").resource.professional
    assert (row.label, row.start, row.why) == ("KLM-482", at(10), "Tarvitsee toisen huoneen")
    assert sorted(row.names) == sorted([professional.name, "Luoto"])
    with time_machine.travel(at(11), tick=False):
        assert (bookings_without_hours(), count_without_hours()) == ([], 0)
