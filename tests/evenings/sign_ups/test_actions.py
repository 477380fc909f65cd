"""Signing up, changing, moving, cancelling."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine

from evenings.models import Evening, SignUpStatus
from evenings.places.room import ChangedError, ClosedError, NoPlaceError
from evenings.sign_ups import actions
from evenings.sign_ups.actions import Attendee, sign_up
from office.core import clock
from office.models import OutboxMessage
from office.staff.rate_limits import TooManyTriesError
from tests.evenings.cast import signs_up
from tests.evenings.factories import EveningFactory
from tests.spent import spend

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("unit")]


def people(evening: Evening) -> int:
    return Evening.objects.get(pk=evening.pk).people


def test_places_go_until_none_is_left_and_a_form_sent_twice_takes_one() -> None:
    evening, key = EveningFactory(capacity=3), uuid4()
    first = sign_up(evening.pk, Attendee(people=2), made_from=key)
    assert sign_up(evening.pk, Attendee(people=2), made_from=key) == first
    assert people(evening) == 2
    with pytest.raises(NoPlaceError):
        signs_up(evening, people=2)
    assert signs_up(evening).has_place
    waiting = signs_up(evening, waits=True)
    assert waiting.is_waiting
    assert people(evening) == 3
    assert [event.what for event in waiting.events.all()] == ["in_line"]


def test_nobody_signs_up_before_it_opens_after_it_closes_or_where_it_is_off() -> None:
    now, hour = clock.now(), timedelta(hours=1)
    closed = [
        EveningFactory(sign_up_opens_at=now + hour),
        EveningFactory(sign_up_closes_at=now - hour),
        EveningFactory(status="planned"),
        EveningFactory(status="cancelled", cancelled_at=now),
    ]
    for evening in closed:
        with pytest.raises(ClosedError):
            signs_up(evening, waits=True)


def test_changing_how_many_come() -> None:
    evening = EveningFactory(capacity=3)
    row, other = signs_up(evening), signs_up(evening)
    assert actions.change_people(row.pk, 2).people == 2
    with pytest.raises(NoPlaceError):
        actions.change_people(row.pk, 3)
    waiting = signs_up(evening, waits=True)
    # Nobody takes a freed place from who waits for it.
    actions.change_people(row.pk, 1)
    with pytest.raises(NoPlaceError):
        actions.change_people(other.pk, 2)
    waiting.refresh_from_db()
    assert waiting.is_offered
    with pytest.raises(ChangedError):
        actions.change_people(waiting.pk, 2)


def test_who_waits_and_becomes_more_goes_to_the_end() -> None:
    evening = EveningFactory(capacity=2)
    signs_up(evening, people=2)
    first, second = signs_up(evening, waits=True), signs_up(evening, waits=True)
    actions.change_people(second.pk, 1)
    actions.change_people(first.pk, 2)
    assert list(evening.sign_ups.in_line()) == [second, first]
    actions.change_people(first.pk, 1)
    assert list(evening.sign_ups.in_line()) == [second, first]


def test_a_move_keeps_the_place_until_there_is_another() -> None:
    here, full, there = EveningFactory(), EveningFactory(capacity=1), EveningFactory()
    signs_up(full)
    row = signs_up(here, people=2)
    with pytest.raises(NoPlaceError):
        actions.move(row.pk, full.pk)
    assert (people(here), people(full)) == (2, 1)
    moved = actions.move(row.pk, there.pk)
    assert (moved.evening_id, moved.status) == (there.pk, SignUpStatus.SIGNED)
    assert (people(here), people(there)) == (0, 2)
    with pytest.raises(ChangedError):
        actions.move(row.pk, there.pk)


def test_cancelling_is_done_once_and_before_the_evening() -> None:
    row = signs_up(EveningFactory(), email="aino@example.fi")
    actions.cancel(row.pk)
    assert people(row.evening) == 0
    with pytest.raises(ChangedError):
        actions.cancel(row.pk)
    waiting = OutboxMessage.objects.filter(dropped_at=None)
    assert [message.kind for message in waiting] == ["evening_cancelled"]
    begun, now = signs_up(EveningFactory()), clock.now()
    Evening.objects.filter(pk=begun.evening_id).update(starts_at=now, sign_up_closes_at=now)
    with pytest.raises(ChangedError):
        actions.cancel(begun.pk)


@pytest.mark.parametrize(
    ("purpose", "who", "limit", "every"),
    [
        (
            "evening",
            "192.0.2.1",
            actions.SIGN_UPS_OF_AN_ADDRESS_AN_HOUR,
            timedelta(hours=1),
        ),
        (
            "evening",
            "made.up@example.org from 192.0.2.1",
            actions.SIGN_UPS_OF_A_CONTACT_A_DAY,
            timedelta(days=1),
        ),
    ],
    ids=["address", "contact"],
)
def test_signing_up_is_limited_by_address_and_by_contact(
    purpose: str, who: str, limit: int, every: timedelta
) -> None:
    with time_machine.travel(clock.now(), tick=False):
        spend(purpose, who, limit=limit - 1, every=every)
        attendee = Attendee(email="made.up@example.org")
        actions.count_sign_up("192.0.2.1", attendee)
        with pytest.raises(TooManyTriesError):
            actions.count_sign_up("192.0.2.1", attendee)
