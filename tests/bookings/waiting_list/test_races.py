"""Several at the same moment about one earlier time, on connections of their own."""

from collections.abc import Iterator
from datetime import time, timedelta

import pytest
import time_machine
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from bookings.appointments import decisions
from bookings.availability.allocation import JustTakenError, take_slot
from bookings.availability.search import Wish, find
from bookings.availability.slots import Slot
from bookings.models import Answer, Appointment, EarlierWish, OtherParent, Status, TimeOffer
from bookings.parties.records import PartyDetails
from bookings.waiting_list import offers as earlier_offers
from bookings.waiting_list import wishes as earlier
from bookings.waiting_list.wishes import EarlierLimits
from office.core import clock
from office.models import Channel, ClaimKind, Occupancy, Unit
from tests.bookings.conftest import MONDAY, House
from tests.bookings.desk.test_races import at_once, free_slots
from tests.bookings.desk.test_races import house as real_house
from tests.bookings.desk_cast import ONE, TWO, request_for
from tests.bookings.earlier_cast import asking, invited
from tests.factories import UserFactory
from tests.worker import run_what_waits

pytestmark = pytest.mark.django_db(transaction=True)
house = real_house


@pytest.fixture(autouse=True)
def in_the_morning() -> Iterator[None]:
    """Travel to daytime, since nothing is offered at night; the clock runs, for all threads."""
    with time_machine.travel(clock.at(MONDAY, time(9)), tick=True):
        yield


def booked(house: House, slot: Slot, other: PartyDetails | None = TWO) -> Appointment:
    mode = OtherParent.GIVEN if other else OtherParent.NONE
    appointment = request_for(house, None, slot=slot, requester=ONE, other=other, other_parent=mode)
    decisions.confirm(appointment.pk, user=UserFactory())
    return appointment


def waiting(house: House, index: int = 8, other: PartyDetails | None = TWO) -> Appointment:
    appointment = booked(house, free_slots(house)[index], other)
    earlier.wish(asking(appointment).pk, EarlierLimits())
    return appointment


def offer_of(appointment: Appointment) -> TimeOffer:
    return TimeOffer.objects.get(appointment=appointment, closed_at=None)


@pytest.mark.parametrize("round_", range(3))
def test_both_parents_accept_at_once(house: House, round_: int) -> None:
    visit = waiting(house)
    earlier_offers.sweep()
    offer = offer_of(visit)
    one, other = asking(visit), invited(visit)

    results = at_once(
        lambda: earlier.answer(one.pk, offer.pk, accepts=True),
        lambda: earlier.answer(other.pk, offer.pk, accepts=True),
    )

    assert sorted(map(str, results)) == ["False", "True"]
    visit.refresh_from_db()
    assert visit.starts_at == offer.starts_at
    assert visit.events.filter(what="moved").count() == 1


@pytest.mark.parametrize("round_", range(3))
def test_accepting_against_the_end_of_the_offer(house: House, round_: int) -> None:
    visit = waiting(house, other=None)
    earlier_offers.sweep()
    offer = offer_of(visit)
    before = visit.starts_at
    # Over in this very moment: whoever comes first under the lock decides, and only one does.
    soon = clock.now() + timedelta(milliseconds=150)
    TimeOffer.objects.filter(pk=offer.pk).update(expires_at=soon)
    Occupancy.objects.filter(claim=offer.claim).update(expires_at=soon)
    party = asking(visit).pk

    def end() -> int:
        ended = 0
        while not ended and TimeOffer.objects.filter(pk=offer.pk, closed_at=None).exists():
            ended = earlier_offers.end_lapsed()
        return ended

    results = at_once(lambda: earlier.answer(party, offer.pk, accepts=True), end)

    visit.refresh_from_db()
    moved = visit.starts_at == offer.starts_at
    assert (results[0] is True) == moved
    assert moved or visit.starts_at == before
    assert visit.status == Status.CONFIRMED
    assert TimeOffer.objects.get().outcome == ("accepted" if moved else "lapsed")


@pytest.mark.parametrize("round_", range(3))
def test_two_workers_sweep_at_once(house: House, round_: int) -> None:
    visits = [waiting(house, index, None) for index in (8, 9)]

    at_once(earlier_offers.sweep, earlier_offers.sweep)

    live = TimeOffer.objects.filter(closed_at=None)
    assert live.count() == 2
    assert {offer.appointment_id for offer in live} == {visit.pk for visit in visits}
    assert len({offer.starts_at for offer in live}) == 2


@pytest.mark.parametrize("round_", range(3))
def test_the_public_is_quicker_or_is_not(house: House, round_: int) -> None:
    visit = waiting(house, other=None)
    unit = Unit.get()
    wanted = Wish(house.service, Channel.IN_PERSON)
    first = next(
        earlier_offers._fitting(
            find(wanted, unit, online=False), visit, unit, list(EarlierWish.objects.all())
        )
    )

    def hold() -> object:
        return take_slot(wanted, first, unit, kind=ClaimKind.HOLD, online=False)

    results = at_once(hold, earlier_offers.sweep)

    offer = offer_of(visit)
    if isinstance(results[0], JustTakenError):
        assert offer.starts_at == first.start
    else:
        assert offer.starts_at > first.start
    assert (
        Occupancy.objects.filter(
            resource=house.professional.pk, during__startswith=first.start
        ).count()
        == 1
    )


def test_accepting_against_cancelling(house: House) -> None:
    visit = waiting(house, other=None)
    earlier_offers.sweep()
    offer = offer_of(visit)
    party, user = asking(visit).pk, UserFactory()

    at_once(
        lambda: earlier.answer(party, offer.pk, accepts=True),
        lambda: decisions.cancel(visit.pk, user=user),
    )

    visit.refresh_from_db()
    assert visit.status == Status.CANCELLED
    assert not Occupancy.objects.exists()


def test_accepting_against_declining_of_the_other(house: House) -> None:
    visit = waiting(house)
    earlier_offers.sweep()
    offer = offer_of(visit)
    one, other = asking(visit), invited(visit)
    before = visit.starts_at
    visit.refresh_from_db()
    before = visit.starts_at

    at_once(
        lambda: earlier.answer(one.pk, offer.pk, accepts=True),
        lambda: earlier.answer(other.pk, offer.pk, accepts=False),
    )

    visit.refresh_from_db()
    assert visit.starts_at == before
    assert TimeOffer.objects.get().outcome == "declined"
    assert not visit.parties.filter(answer=Answer.DECLINED).exists()


def test_a_cancelled_visit_wakes_the_worker_and_it_offers(house: House) -> None:
    first = booked(house, free_slots(house)[3], None)
    visit = waiting(house, 8, None)
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs CASCADE")

    decisions.cancel(first.pk, user=UserFactory())

    jobs = ProcrastinateJob.objects.filter(task_name="bookings.tasks.offer_earlier")
    assert jobs.count() == 1
    # Freed once more before it has run: one job is enough.
    decisions.cancel(booked(house, free_slots(house)[4], None).pk, user=UserFactory())
    assert jobs.count() == 1
    run_what_waits()
    assert offer_of(visit).wish is not None
    # What succeeded is deleted.
    assert not jobs.exists()


def test_nobody_waits_nobody_is_woken(house: House) -> None:
    decisions.cancel(booked(house, free_slots(house)[3], None).pk, user=UserFactory())
    jobs = ProcrastinateJob.objects.filter(task_name="bookings.tasks.offer_earlier")
    assert not jobs.exists()
