"""The waiting list: its order, parties of several, offers that pass on."""

from datetime import datetime, time, timedelta

import pytest
from time_machine import travel

from evenings.models import Evening, SignUp, SignUpStatus
from evenings.places.room import ChangedError, NoPlaceError
from evenings.sign_ups import actions
from evenings.waiting.offers import sweep
from office.core import clock
from office.models import OutboxMessage, Unit
from tests.evenings.cast import signs_up
from tests.evenings.factories import EveningFactory

pytestmark = pytest.mark.django_db


def status(*rows: SignUp) -> list[str]:
    return [SignUp.objects.get(pk=row.pk).status for row in rows]


def full_evening(capacity: int, **more: object) -> tuple[Evening, list[SignUp]]:
    evening = EveningFactory(capacity=capacity, **more)
    return evening, [signs_up(evening) for _ in range(capacity)]


def noon() -> datetime:
    return clock.at(clock.today(), time(12))


def test_offers_go_in_order_and_pass_on_in_time(unit: Unit) -> None:
    with travel(noon(), tick=False) as traveller:
        evening, [seated, *_rest] = full_evening(2)
        first = signs_up(evening, waits=True, email="eka@example.fi")
        second = signs_up(evening, waits=True)
        actions.cancel(seated.pk)
        assert status(first, second) == ["offered", "waiting"]
        first.refresh_from_db()
        assert first.offered_until == clock.now() + timedelta(hours=unit.earlier_answer_hours)
        offer = OutboxMessage.objects.get(kind="evening_offered")
        assert offer.expires_at == first.offered_until
        # Whoever comes meanwhile waits: the place is kept.
        with pytest.raises(NoPlaceError):
            signs_up(evening)
        traveller.shift(timedelta(hours=unit.earlier_answer_hours, seconds=1))
        with pytest.raises(ChangedError):
            actions.take_offered(first.pk)
        assert sweep() == 1
        assert status(first, second) == ["lapsed", "offered"]
        assert sweep() == 0
        actions.take_offered(second.pk)
        assert status(second) == ["signed"]


def test_who_declines_leaves_it_to_the_next_one(unit: Unit) -> None:
    with travel(noon(), tick=False):
        evening, [seated] = full_evening(1)
        first, second = signs_up(evening, waits=True), signs_up(evening, waits=True)
        actions.cancel(seated.pk)
        actions.decline_offered(first.pk)
        assert status(first, second) == ["cancelled", "offered"]
        with pytest.raises(ChangedError):
            actions.decline_offered(first.pk)


def test_nobody_passes_a_party_of_two_until_the_last_day(unit: Unit) -> None:
    with travel(noon(), tick=False) as traveller:
        evening, [one, other, *_rest] = full_evening(3, starts_at=clock.now() + timedelta(days=3))
        pair = signs_up(evening, waits=True, people=2)
        single = signs_up(evening, waits=True)
        actions.cancel(one.pk)
        assert status(pair, single) == ["waiting", "waiting"]
        with pytest.raises(NoPlaceError):
            signs_up(evening)
        actions.cancel(other.pk)
        assert status(pair, single) == ["offered", "waiting"]
        actions.decline_offered(pair.pk)
        assert status(single) == ["offered"]
        # A day before, a place that does not suffice for the first goes to the next one.
        actions.take_offered(single.pk)
        filler, again, last = (
            signs_up(evening),
            signs_up(evening, waits=True, people=2),
            signs_up(evening, waits=True),
        )
        actions.cancel(filler.pk)
        assert status(again, last) == ["waiting", "waiting"]
        traveller.shift(timedelta(days=2, minutes=1))
        assert sweep() == 1
        assert status(again, last) == ["waiting", "offered"]
        last.refresh_from_db()
        assert last.offered_until == clock.now() + timedelta(hours=2)


def test_who_is_too_many_for_the_evening_blocks_nobody(unit: Unit) -> None:
    with travel(noon(), tick=False):
        evening, [seated, *_rest] = full_evening(2)
        with pytest.raises(NoPlaceError):
            signs_up(evening, waits=True, people=3)
        pair = signs_up(evening, waits=True, people=2)
        with pytest.raises(NoPlaceError):
            actions.change_people(pair.pk, 3)
        single = signs_up(evening, waits=True)
        # The evening was made smaller than the party: they are passed over, and keep nobody waiting.
        SignUp.objects.filter(pk=pair.pk).update(people=4)
        actions.cancel(seated.pk)
        assert status(pair, single) == ["waiting", "offered"]
        actions.cancel(single.pk)
        assert signs_up(evening).has_place


def test_nobody_is_offered_a_place_in_the_night(unit: Unit) -> None:
    Unit.objects.update(messages_from=time(8), messages_until=time(20))
    night = clock.at(clock.today() + timedelta(days=1), time(2))
    with travel(night, tick=False) as traveller:
        evening, [seated] = full_evening(1)
        waiting = signs_up(evening, waits=True)
        actions.cancel(seated.pk)
        assert status(waiting) == ["waiting"]
        with pytest.raises(NoPlaceError):
            signs_up(evening)
        traveller.shift(timedelta(hours=16))
        assert sweep() == 1
        waiting.refresh_from_db()
        # Six hours by day: two this evening, four the next morning.
        assert waiting.offered_until == night + timedelta(hours=34)


def test_when_sign_up_has_closed_the_line_ends(unit: Unit) -> None:
    with travel(noon(), tick=False) as traveller:
        closes = clock.now() + timedelta(days=2)
        evening, [seated] = full_evening(1, sign_up_closes_at=closes)
        waiting = signs_up(evening, waits=True, email="eka@example.fi")
        traveller.move_to(closes)
        assert sweep() == 1
        assert status(waiting) == ["no_place"]
        assert OutboxMessage.objects.filter(kind="evening_no_place").count() == 1
        actions.cancel(seated.pk)
        assert sweep() == 0
        assert SignUp.objects.get(pk=seated.pk).status == SignUpStatus.CANCELLED
