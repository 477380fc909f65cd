"""Changing and taking back at the same moment as others, on connections of their own."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from bookings.appointments import decisions, undo
from bookings.availability.allocation import JustTakenError
from bookings.availability.holds import hold_slot
from bookings.availability.search import Wish
from bookings.availability.slots import Slot
from bookings.lifecycle.transitions import ChangedMeanwhileError
from bookings.models import Appointment, Undoable
from bookings.rescheduling import plan as change_plan
from bookings.rescheduling.actions import change
from bookings.rescheduling.plan import VisitArrangement
from office.messaging import delivery
from office.models import Channel, Occupancy, OutboxMessage, Professional
from tests.bookings.conftest import House
from tests.bookings.desk.test_races import at_once, free_slots, house, requested
from tests.factories import ProfessionalFactory, RoomFactory, UserFactory

__all__ = ["house"]

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def colleague(house: House) -> Professional:
    who: Professional = ProfessionalFactory(
        services=[house.service], points=[house.point], hours=(8, 16)
    )
    return who


def agreed(house: House, slot: Slot) -> Appointment:
    appointment = requested(house, slot)
    decisions.confirm(appointment.pk, user=UserFactory())
    appointment.refresh_from_db()
    OutboxMessage.objects.all().delete()
    return appointment


def stands(appointment: Appointment) -> VisitArrangement:
    found = change_plan.present(appointment)
    assert found is not None
    return found


def names(results: list[object]) -> list[str]:
    return sorted(type(result).__name__ for result in results)


def no_overlap() -> bool:
    rows = list(Occupancy.objects.all())
    return not any(
        a.pk < b.pk
        and a.resource_id == b.resource_id
        and a.during.lower < b.during.upper
        and b.during.lower < a.during.upper
        for a in rows
        for b in rows
    )


@pytest.mark.parametrize("round_", range(3))
def test_a_swap_against_a_public_hold(house: House, colleague: Professional, round_: int) -> None:
    """The colleague is wanted by the secretary and by a visitor: one gets them."""
    RoomFactory(service_point=house.point)
    slot = free_slots(house)[round_]
    appointment = agreed(house, slot)
    (had,) = appointment.professionals.all()
    other = colleague if had == house.professional else house.professional
    wanted = replace(stands(appointment), professionals=(other.pk,))
    wish, user = Wish(house.service, Channel.IN_PERSON), UserFactory()

    results = at_once(
        lambda: change(appointment.pk, wanted, user=user),
        lambda: hold_slot(wish, slot, house.unit, visitor=uuid4().hex, address="a"),
    )

    # The visitor may get the one whom the swap set free, too: then both have somebody.
    lost = [r for r in results if isinstance(r, Exception)]
    assert names(lost) in ([], ["ObstacleError"], ["JustTakenError"])
    assert no_overlap()
    assert not any(isinstance(e, JustTakenError) for e in lost) or other in (
        appointment.professionals.all()
    )


def test_two_secretaries_move_the_same_appointment(house: House) -> None:
    first, second, third = free_slots(house)[:3]
    appointment = agreed(house, first)
    seen, wanted = appointment.version, stands(appointment)

    def move(slot: Slot) -> Callable[[], object]:
        user = UserFactory()
        there = replace(wanted, start=slot.start)
        return lambda: change(appointment.pk, there, user=user, version=seen)

    results = at_once(move(second), move(third))

    assert names(results) == ["ChangedMeanwhileError", "list"]
    assert appointment.events.filter(what="moved").count() == 1
    assert Occupancy.objects.count() == 2


def test_two_appointments_swap_into_each_others_way(house: House, colleague: Professional) -> None:
    """Each wants the other's professional: locked in one order, so nobody waits for ever."""
    RoomFactory(service_point=house.point)
    slot = free_slots(house)[0]
    one, two = agreed(house, slot), agreed(house, slot)
    of_one, of_two = stands(one), stands(two)

    def swap(
        appointment: Appointment, mine: VisitArrangement, theirs: VisitArrangement
    ) -> Callable[[], object]:
        wanted = replace(mine, professionals=theirs.professionals)
        user = UserFactory()
        return lambda: change(appointment.pk, wanted, user=user)

    results = at_once(swap(one, of_one, of_two), swap(two, of_two, of_one))

    assert names(results) == ["ObstacleError", "ObstacleError"]
    assert no_overlap()


def moved(house: House) -> tuple[Appointment, Undoable, Slot]:
    first, second = free_slots(house)[:2]
    appointment = agreed(house, first)
    wanted, user = replace(stands(appointment), start=second.start), UserFactory()
    _none, undoable = undo.undoably(
        lambda: change(appointment.pk, wanted, user=user),
        what="moved",
        user=user,
        appointments=[appointment.pk],
    )
    return appointment, undoable, first


def test_undo_pressed_in_two_tabs(house: House) -> None:
    appointment, undoable, _first = moved(house)

    def press() -> object:
        return undo.undo(undoable.key, user=undoable.user)

    results = at_once(press, press)

    assert names(results) == ["CannotUndoError", "list"]
    assert appointment.events.filter(what="taken_back").count() == 1
    assert Occupancy.objects.count() == 2


@pytest.mark.parametrize("round_", range(3))
def test_undo_against_a_visitor_who_wants_the_former_time(house: House, round_: int) -> None:
    appointment, undoable, first = moved(house)
    wish = Wish(house.service, Channel.IN_PERSON)

    results = at_once(
        lambda: undo.undo(undoable.key, user=undoable.user),
        lambda: hold_slot(wish, first, house.unit, visitor=uuid4().hex, address="a"),
    )

    assert [isinstance(result, Exception) for result in results].count(True) == 1
    appointment.refresh_from_db()
    won = not isinstance(results[0], Exception)
    assert (appointment.starts_at == first.start) == won
    assert OutboxMessage.objects.filter(dropped_at=None).exists() != won
    assert no_overlap()


@pytest.mark.parametrize("round_", range(3))
def test_undo_against_the_sender(house: House, round_: int) -> None:
    """Either all messages are withdrawn, or one has left and nothing is undone."""
    appointment, undoable, first = moved(house)
    OutboxMessage.objects.update(send_after=undoable.made_at - timedelta(seconds=1))
    one = OutboxMessage.objects.first()
    assert one is not None

    results = at_once(
        lambda: undo.undo(undoable.key, user=undoable.user), lambda: delivery.send(one.pk)
    )

    appointment.refresh_from_db()
    undone = not isinstance(results[0], Exception)
    assert (results[1] is True) != undone
    assert (appointment.starts_at == first.start) == undone


def test_undo_against_another_secretarys_change(house: House) -> None:
    appointment, undoable, _first = moved(house)
    seen, user = Appointment.objects.get(pk=appointment.pk).version, UserFactory()

    results = at_once(
        lambda: undo.undo(undoable.key, user=undoable.user),
        lambda: decisions.cancel(appointment.pk, user=user, version=seen),
    )

    lost = [r for r in results if isinstance(r, Exception)]
    assert len(lost) == 1
    assert isinstance(lost[0], undo.CannotUndoError | ChangedMeanwhileError)
