"""What the database itself keeps of an evening's places, whoever writes."""

import pytest
from django.db import IntegrityError, transaction

from evenings.models import Evening, SignUp, SignUpEvent, SignUpStatus
from office.core import clock
from tests.evenings.factories import EveningFactory, SignUpFactory

pytestmark = pytest.mark.django_db


def people(*evenings: Evening) -> list[int]:
    return [Evening.objects.get(pk=evening.pk).people for evening in evenings]


def test_people_are_counted_through_every_change() -> None:
    here, there = EveningFactory(capacity=4), EveningFactory(capacity=4)
    sign_up = SignUpFactory(evening=here, people=2)
    SignUpFactory(evening=here, status=SignUpStatus.OFFERED, offered_until=clock.now())
    SignUpFactory(evening=here, status=SignUpStatus.WAITING, in_line_since=clock.now(), people=4)
    assert people(here, there) == [3, 0]
    sign_up.people = 1
    sign_up.save()
    assert people(here, there) == [2, 0]
    sign_up.evening = there
    sign_up.save()
    assert people(here, there) == [1, 1]
    sign_up.status = SignUpStatus.CANCELLED
    sign_up.save()
    assert people(here, there) == [1, 0]


def test_a_row_read_before_writes_no_old_number_back() -> None:
    evening = EveningFactory()
    assert evening.people == 0
    SignUpFactory(evening=evening)
    evening.capacity = 5
    evening.save()
    assert people(evening) == [1]


def test_nobody_beyond_its_room_is_written() -> None:
    evening = EveningFactory(capacity=3)
    waiting = SignUpFactory(
        evening=evening, people=2, status=SignUpStatus.WAITING, in_line_since=clock.now()
    )
    SignUpFactory(evening=evening, people=2)
    with pytest.raises(IntegrityError, match="no_more_people"), transaction.atomic():
        SignUpFactory(evening=evening, people=2)
    with pytest.raises(IntegrityError, match="no_more_people"), transaction.atomic():
        SignUp.objects.filter(pk=waiting.pk).update(status=SignUpStatus.SIGNED)
    with pytest.raises(IntegrityError, match="no_more_people"), transaction.atomic():
        Evening.objects.filter(pk=evening.pk).update(capacity=1)
    assert people(evening) == [2]


def test_a_private_word_is_at_one_evening_once() -> None:
    evening = EveningFactory()
    SignUpFactory(evening=evening, word_hash="w")
    waiting = SignUpFactory(
        evening=evening, word_hash="w", status=SignUpStatus.WAITING, in_line_since=clock.now()
    )
    SignUpFactory(word_hash="w")
    with pytest.raises(IntegrityError, match="private_word"), transaction.atomic():
        SignUp.objects.filter(pk=waiting.pk).update(
            status=SignUpStatus.OFFERED, offered_until=clock.now()
        )


def test_history_is_not_rewritten() -> None:
    sign_up = SignUpFactory()
    SignUpEvent.objects.create(
        sign_up=sign_up, what="signed_up", status="signed", at=clock.now(), by="person"
    )
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        SignUpEvent.objects.update(what="moved")
