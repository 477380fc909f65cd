"""Many at once, in real transactions: nobody is served twice, no number is given twice."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from threading import Barrier
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.db.models import QuerySet

from bookings.appointments import occasions
from bookings.appointments.booking import Booked, Booking, Chosen
from bookings.appointments.staff_booking import book
from bookings.appointments.undo import undo
from bookings.availability.search import Wish
from bookings.availability.slots import Slot
from bookings.models import Appointment
from bookings.parties.records import PartyDetails
from office.core import once
from office.models import Attendance, Channel, Occupancy, Unit
from tests.factories import ProfessionalFactory, RoomFactory, UnitFactory
from tests.server import at_once
from tests.walkin.cast import UNSURE, RunningWalkIn, at, running_walk_in, service
from tests.walkin.course import is_balanced
from walkin.actions import calling, take_once
from walkin.days import lifecycle, statistics
from walkin.errors import DeskBusyError, NobodyToCallError, WalkInError
from walkin.estimates import snapshot_cache
from walkin.estimates.snapshot import QueueSnapshot
from walkin.models import Company, Source, Ticket, TicketEvent, WalkInDay
from walkin.states import TicketState, TransitionRefusedError
from walkin.tickets.undo import undoably

pytestmark = pytest.mark.django_db(transaction=True)
DESKS = 6


@pytest.fixture(autouse=True)
def _morning() -> Iterator[None]:
    with time_machine.travel(at(9), tick=True):
        yield


def together(*actions: Callable[[], Any]) -> list[Any]:
    """Run the actions at once, each on a connection of its own; what each returned or raised."""

    def alone(action: Callable[[], Any]) -> Callable[[], Any]:
        def run() -> Any:
            try:
                connection.ensure_connection()
                return action()
            except Exception as error:
                return error
            finally:
                connection.close()

        return run

    return at_once([alone(action) for action in actions])


def all_call(h: RunningWalkIn) -> list[Any]:
    return together(*[lambda desk=desk: h.next(desk) for desk in range(len(h.duties))])


def called_twice() -> list[int]:
    """Return numbers with two calls although nothing happened to them in between."""
    calls = TicketEvent.objects.filter(what="call").values_list("ticket__number", flat=True)
    return [number for number, n in Counter(calls).items() if n > 1]


@contextmanager
def locks_off() -> Iterator[None]:
    """Read rows without locking them, as if nobody had thought of it."""
    real = QuerySet.select_for_update
    QuerySet.select_for_update = lambda self, **kwargs: self._chain()  # type: ignore[method-assign]
    try:
        yield
    finally:
        QuerySet.select_for_update = real  # type: ignore[method-assign]


@pytest.mark.parametrize("waiting", [DESKS, 3])
def test_every_desk_that_presses_next_gets_a_number_of_its_own(waiting: int) -> None:
    h = running_walk_in(DESKS)
    for _ in range(waiting):
        h.take()
    answers = all_call(h)
    got = [a for a in answers if isinstance(a, Ticket)]
    assert sorted(t.number for t in got) == list(range(1, waiting + 1))
    assert len({t.desk_id for t in got}) == waiting
    assert sum(isinstance(a, NobodyToCallError) for a in answers) == DESKS - waiting
    assert called_twice() == []


def test_without_the_locks_two_desks_call_the_same_number() -> None:
    for _ in range(20):
        h = running_walk_in(DESKS)
        for _ in range(DESKS):
            h.take()
        with locks_off():
            all_call(h)
        if called_twice():
            return
    pytest.fail("The race did not show: the locks may not be what prevents it.")


def test_two_presses_at_one_desk_call_one_number() -> None:
    h = running_walk_in(1)
    h.take()
    h.take()
    answers = together(*[lambda: h.next(0)] * 4)
    assert sum(isinstance(a, Ticket) for a in answers) == 1
    assert sum(isinstance(a, DeskBusyError) for a in answers) == 3
    assert Ticket.objects.filter(state=TicketState.CALLED).count() == 1


def test_numbers_are_given_once_and_without_gaps() -> None:
    h = running_walk_in(1)
    answers = together(*[h.take] * 12)
    assert sorted(t.number for t in answers) == list(range(1, 13))
    assert list(Ticket.objects.values_list("number", flat=True)) == list(range(1, 13))
    events = TicketEvent.objects.filter(what="take").order_by("ticket__number")
    at_ = [event.at for event in events]
    assert at_ == sorted(at_)


def test_without_the_lock_numbers_clash() -> None:
    h = running_walk_in(1)
    for _ in range(20):
        with locks_off():
            answers = together(*[h.take] * 8)
        if any(isinstance(a, Exception) for a in answers):
            # The database refuses the second one of the same number; nobody gets it twice.
            numbers = list(Ticket.objects.values_list("number", flat=True))
            assert len(numbers) == len(set(numbers))
            return
    pytest.fail("The race did not show: the lock may not be what prevents it.")


def test_they_came_and_did_not_come_at_once_is_one_of_them() -> None:
    for _ in range(4):
        h = running_walk_in(1, calls=1)
        ticket = h.take()
        h.next()
        answers = together(
            partial(h.came, ticket), partial(h.came, ticket), partial(h.absent, ticket)
        )
        assert sum(isinstance(a, Ticket) for a in answers) == 1
        assert sum(isinstance(a, TransitionRefusedError) for a in answers) == 2
        assert ticket.events.count() == 3


def test_two_who_undo_and_the_person_who_comes_meet_in_one_of_both() -> None:
    """Either the call is undone once, or the visit has begun: never half of each."""
    for _ in range(3):
        h = running_walk_in(1)
        ticket = h.take()
        key = _undoable_call(h)
        take_back = partial(undo, key, user=h.user)
        answers = together(take_back, take_back, partial(h.came, ticket))
        ticket.refresh_from_db()
        undone = sum(a == [] for a in answers)
        came = sum(isinstance(a, Ticket) for a in answers)
        assert (undone, came) in ((1, 0), (0, 1))
        assert ticket.state == (TicketState.WAITING if undone else TicketState.SERVING)
        assert ticket.events.filter(what="undo").count() == undone


def _undoable_call(h: RunningWalkIn) -> UUID:
    offered = undoably(h.next, user=h.user)
    assert offered is not None
    return offered.key


def test_the_end_of_the_day_meets_those_who_take_and_call() -> None:
    h = running_walk_in(3)
    for _ in range(4):
        h.take()
    answers = together(
        *[h.take] * 3,
        *[lambda desk=desk: h.next(desk) for desk in range(3)],
        lambda: lifecycle.end_day(h.day.pk, user=h.user, anyway=True),
    )
    odd = [a for a in answers if isinstance(a, Exception) and not isinstance(a, WalkInError)]
    assert odd == []
    day = h.fresh()
    assert is_balanced(statistics.course(day))
    assert day.figures["course"]["taken"] == Ticket.objects.count()
    assert not Ticket.objects.open().exists()


def test_everything_at_once_loses_nothing() -> None:
    h = running_walk_in(4)
    for _ in range(10):
        h.take()

    def work(desk: int) -> list[int]:
        served = []
        while True:
            try:
                ticket = h.next(desk)
            except NobodyToCallError:
                return served
            h.done(h.came(calling.call_again(ticket.pk, user=h.user)))
            served.append(ticket.number)

    answers = together(*[lambda desk=desk: work(desk) for desk in range(4)], *[h.take] * 6)
    assert [a for a in answers if isinstance(a, Exception)] == []
    served = [number for answer in answers[:4] for number in answer]
    assert len(served) == len(set(served))
    rest = set(Ticket.objects.callable().values_list("number", flat=True))
    assert sorted([*served, *rest]) == list(range(1, 17))


def press(h: RunningWalkIn, key: str) -> Callable[[], Any]:
    return lambda: take_once.take_once(
        h.day.pk,
        key=key,
        matter=UNSURE,
        language="fi",
        meeting=Company.SEPARATE,
        source=Source.KIOSK,
    )


def test_one_form_pressed_many_times_at_once_takes_one_number() -> None:
    h = running_walk_in()
    taken = together(*[press(h, "one form")] * DESKS, press(h, "another"))
    assert {type(ticket) for ticket in taken} == {Ticket}
    assert len({ticket.pk for ticket in taken[:DESKS]}) == 1
    assert Ticket.objects.count() == 2


def test_who_takes_a_number_does_not_wait_for_another_ones_estimate(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is made before and after the transaction that holds the day's lock."""
    held: list[bool] = []
    looked = snapshot_cache._take_snapshot

    def looks(day: WalkInDay, earlier: QueueSnapshot | None) -> QueueSnapshot:
        held.append(connection.in_atomic_block)
        return looked(day, earlier)

    monkeypatch.setattr(snapshot_cache, "_take_snapshot", looks)
    h = running_walk_in(closes_when_full=True)
    press(h, "one form")()
    assert held
    assert not any(held)


def test_control_without_the_lock_of_the_form_several_numbers_are_taken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The test above would see it: with a lock of its own, each press takes a number."""
    gate = Barrier(DESKS)

    class AllLookAtOnce:
        """The cache itself is another one in each thread."""

        def set(self, *args: Any) -> None:
            cache.set(*args)

        def get(self, key: str) -> Any:
            found = cache.get(key)
            gate.wait(10)
            return found

    monkeypatch.setattr(once, "LOCK", "SELECT %s")
    monkeypatch.setattr(take_once, "cache", AllLookAtOnce())
    h = running_walk_in()
    together(*[press(h, "one form")] * DESKS)
    assert Ticket.objects.count() == DESKS


def test_two_forms_of_one_number_at_once_book_once() -> None:
    """As in two tabs: both have looked, one ends the visit, the other books nothing."""
    UnitFactory()
    matter = service(attendance=Attendance.ONE)
    h = running_walk_in()
    keeper = ProfessionalFactory(services=[matter], points=[h.point], hours=(8, 16))
    RoomFactory(service_point=h.point)
    worker = h.people[0]
    worker.user = h.user
    worker.save()
    h.take(matter)
    ticket = h.serve()
    occasion = occasions.named(h.user, {"ticket": str(ticket.pk)})

    def books(hour: int) -> Any:
        slot = Slot(at(hour) + timedelta(days=1), h.point.pk)
        return book(
            Booking(
                service=matter,
                time=Chosen(Wish(matter, Channel.IN_PERSON, h.point.pk), slot),
                caller=PartyDetails(name="Aino Virtala"),
            ),
            user=h.user,
            unit=Unit.get(),
            made_from=uuid4(),
            occasion=occasion,
        )

    answers = together(*(partial(books, hour) for hour in (9, 10, 11, 12)))

    assert [type(a) for a in answers].count(Booked) == 1
    assert [type(a) for a in answers].count(occasions.RefusedError) == 3
    made = Appointment.objects.get()
    ticket.refresh_from_db()
    assert (ticket.state, ticket.appointment) == (TicketState.DONE, made)
    assert TicketEvent.objects.filter(ticket=ticket, what="done").count() == 1
    # The times of those that were refused are free
    assert Occupancy.objects.filter(resource=keeper.pk).count() == 1
