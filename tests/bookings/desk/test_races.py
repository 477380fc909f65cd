"""Two secretaries at the same moment, on connections of their own."""

from collections.abc import Callable
from datetime import date, time
from threading import Barrier, Event, Thread

import pytest
from django.db import connection, connections, transaction

from bookings.appointments import decisions
from bookings.availability.allocation import JustTakenError
from bookings.availability.search import Wish, find
from bookings.availability.slots import Slot
from bookings.lifecycle.transitions import ChangedMeanwhileError
from bookings.models import Appointment, Status
from office.calendar.occupancy import take
from office.core import clock
from office.models import (
    Attendance,
    Channel,
    ClaimKind,
    Occupancy,
    OutboxMessage,
    Professional,
    Role,
    Room,
    Service,
    ServicePoint,
    Unit,
)
from tests.bookings.conftest import House
from tests.bookings.desk_cast import TWO, request_for, signed_in
from tests.factories import (
    ProfessionalFactory,
    RoomFactory,
    ServiceFactory,
    ServicePointFactory,
    UnitFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def house() -> House:
    """Return the usual house by the real clock: threads share no travelled time."""
    point: ServicePoint = ServicePointFactory()
    service: Service = ServiceFactory(
        channels=[Channel.IN_PERSON, Channel.PHONE], attendance=Attendance.BOTH
    )
    unit: Unit = UnitFactory()
    room: Room = RoomFactory(service_point=point)
    who: Professional = ProfessionalFactory(services=[service], points=[point], hours=(8, 16))
    return House(unit=unit, point=point, room=room, service=service, professional=who)


def free_slots(house: House) -> list[Slot]:
    found = find(Wish(house.service, Channel.IN_PERSON), house.unit).slots
    # Days that are apart, so that one visit does not stand in another one's way.
    by_day: dict[date, Slot] = {}
    for slot in found:
        if clock.local(slot.start).time() == time(10):
            by_day.setdefault(clock.local(slot.start).date(), slot)
    return list(by_day.values())


def at_once(*actions: Callable[[], object]) -> list[object]:
    """Return what each returns or raises, all begun together."""
    barrier = Barrier(len(actions))
    results: list[object] = [None] * len(actions)

    def run(index: int, action: Callable[[], object]) -> None:
        try:
            barrier.wait(120)
            results[index] = action()
        except Exception as error:
            results[index] = error
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=pair) for pair in enumerate(actions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(300)
    return results


def requested(house: House, slot: Slot | None) -> Appointment:
    """Make a request for a slot of the real calendar."""
    return request_for(house, None, slot=slot)


def test_two_secretaries_confirm_the_same_request(house: House) -> None:
    appointment = requested(house, free_slots(house)[0])
    desks = [signed_in(Role.SECRETARY) for _ in range(2)]
    path = f"/desk/requests/{appointment.reference}/confirm/"

    def press(index: int) -> str:
        # The page itself: the test client's contexts are shared between threads.
        page = (
            desks[index]
            .client.post(
                path,
                {"version": appointment.version},
                follow=True,
                headers={"accept-language": "en"},
            )
            .content.decode()
        )
        code = appointment.reference
        told = {f"{code}: confirmed.": "won", f"{code} has changed since you opened it": "told"}
        return " ".join(word for text, word in told.items() if text in page)

    said = at_once(lambda: press(0), lambda: press(1))

    appointment.refresh_from_db()
    assert appointment.status == Status.CONFIRMED
    assert appointment.events.filter(what="confirmed").count() == 1
    assert sorted(map(str, said)) == ["told", "won"]
    told = OutboxMessage.objects.filter(kind="confirmed", dropped_at=None)
    assert told.count() == 2


def test_without_the_version_the_status_still_lets_one_through(house: House) -> None:
    appointment = requested(house, free_slots(house)[0])
    users = [UserFactory() for _ in range(2)]

    results = at_once(
        lambda: decisions.confirm(appointment.pk, user=users[0]),
        lambda: decisions.confirm(appointment.pk, user=users[1]),
    )

    assert sorted(type(result).__name__ for result in results) == ["NotPossibleError", "list"]


def test_confirming_against_declining(house: House) -> None:
    appointment = requested(house, free_slots(house)[0])
    user, version = UserFactory(), appointment.version

    results = at_once(
        lambda: decisions.confirm(appointment.pk, user=user, version=version),
        lambda: decisions.decline(appointment.pk, user=user, reason="no_times", version=version),
    )

    lost = [result for result in results if isinstance(result, Exception)]
    assert [type(error) for error in lost] == [ChangedMeanwhileError]
    assert appointment.events.exclude(what="requested").count() == 1


def test_who_waited_for_a_move_sees_the_time_that_it_gave(house: House) -> None:
    """Cancelled while a move was being written: the new time is freed, not only the old one."""
    first, second = free_slots(house)[:2]
    appointment = requested(house, first)
    user, moved, waits = UserFactory(), Event(), Event()
    decisions.confirm(appointment.pk, user=user)
    wish = Wish(house.service, Channel.IN_PERSON)

    def move() -> None:
        with transaction.atomic():
            decisions.book_time(appointment.pk, wish, second, user=user, unit=house.unit)
            moved.set()
            waits.wait(0.7)

    def cancel() -> None:
        moved.wait(10)
        decisions.cancel(appointment.pk, user=user)
        waits.set()

    assert at_once(move, cancel) == [None, None]

    appointment.refresh_from_db()
    assert (appointment.status, appointment.starts_at) == (Status.CANCELLED, second.start)
    assert not Occupancy.objects.exists()


@pytest.mark.parametrize("round_", range(3))
def test_two_requests_cannot_get_the_same_slot(house: House, round_: int) -> None:
    slot = free_slots(house)[round_]
    first, second = requested(house, None), request_for(house, None, requester=TWO, other=None)
    wish, unit, user = Wish(house.service, Channel.IN_PERSON), house.unit, UserFactory()

    def book(appointment: Appointment) -> object:
        return decisions.book_time(appointment.pk, wish, slot, user=user, unit=unit)

    results = at_once(lambda: book(first), lambda: book(second))

    assert sorted(type(result).__name__ for result in results) == ["JustTakenError", "list"]
    confirmed = Appointment.objects.filter(status=Status.CONFIRMED)
    assert [a.starts_at for a in confirmed] == [slot.start]
    assert Occupancy.objects.filter(claim__kind=ClaimKind.APPOINTMENT).count() == 2


def test_offering_against_booking_the_same_slot(house: House) -> None:
    slot = free_slots(house)[0]
    first, second = requested(house, None), request_for(house, None, requester=TWO, other=None)
    wish, unit, user = Wish(house.service, Channel.IN_PERSON), house.unit, UserFactory()

    results = at_once(
        lambda: decisions.offer_times(first.pk, [(wish, slot)], user=user, unit=unit),
        lambda: decisions.book_time(second.pk, wish, slot, user=user, unit=unit),
    )

    lost = [result for result in results if isinstance(result, Exception)]
    assert [type(error) for error in lost] == [JustTakenError]


def test_without_the_constraint_both_get_the_slot(house: House) -> None:
    """The control: it is the database that keeps the two apart, not luck.

    Two takers who have both looked are let grasp without the exclusion constraint.
    """
    slot = free_slots(house)[0]
    end = slot.start.replace(hour=slot.start.hour + 1)
    name = "nobody_and_no_room_is_in_two_places_at_once"
    table = Occupancy._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s", [name]
        )
        (definition,) = cursor.fetchone()
        cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    try:

        def grasp() -> object:
            return take(
                kind=ClaimKind.APPOINTMENT,
                resources=[house.professional.pk],
                start=slot.start,
                end=end,
            )

        results = at_once(grasp, grasp)
        assert [type(result).__name__ for result in results] == ["Claim", "Claim"]
        assert Occupancy.objects.filter(resource=house.professional.pk).count() == 2
    finally:
        Occupancy.objects.all().delete()
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")


def test_with_the_constraint_one_is_told(house: House) -> None:
    slot = free_slots(house)[0]

    def grasp() -> object:
        return take(
            kind=ClaimKind.APPOINTMENT,
            resources=[house.professional.pk],
            start=slot.start,
            end=slot.start.replace(hour=slot.start.hour + 1),
        )

    results = at_once(grasp, grasp)

    assert sorted(type(result).__name__ for result in results) == ["Claim", "TimeTakenError"]
