"""The rush for an evening: 200 sign-ups at once for 30 places, and a private word among them."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from uuid import uuid4

import pytest
from django.db import connection
from django.db.models import Sum

from evenings.models import Evening
from evenings.places.private_words import hash_word
from tests.evenings.cast import word_for
from tests.evenings.factories import EveningFactory
from tests.factories import UnitFactory
from tests.server import Answer, Visitor, at_once, gunicorn

PLACES, PEOPLE = 30, 200
GUARDS = (
    "an_evening_takes_no_more_people_than_it_has_room_for",
    "a_private_word_is_at_an_evening_once",
)


@pytest.fixture
def evening(server: str) -> Evening:
    UnitFactory()
    made: Evening = EveningFactory(capacity=PLACES)
    return made


def arrive(server: str, evening: Evening, count: int) -> list[Visitor]:
    """Bring people at addresses of their own, with the form open."""
    people = [Visitor(server, number) for number in range(count)]
    assert people[0].get(f"/evenings/{evening.pk}/sign-up/").status == 200
    for visitor in people[1:]:
        # One cookie against forgery will do for all.
        for cookie in people[0].cookies:
            visitor.cookies.set_cookie(cookie)
    return people


def signs_up(visitor: Visitor, evening: Evening, people: int, word: str) -> Answer:
    data = {"people": str(people), "word": word, "key": str(uuid4())}
    return visitor.post(f"/evenings/{evening.pk}/sign-up/", data)


def rush(server: str, evening: Evening, count: int) -> list[Answer]:
    """Sign up everybody in the same instant: alone or as two, every tenth with the same word."""
    word = word_for(evening)
    everybody = enumerate(arrive(server, evening, count))
    return at_once(
        [
            partial(signs_up, visitor, evening, 1 + n % 3 // 2, "" if n % 10 else word)
            for n, visitor in everybody
        ]
    )


def given(evening: Evening) -> int:
    """Return how many people have a place, counted anew."""
    return evening.sign_ups.taking_room().aggregate(all=Sum("people"))["all"] or 0


def test_two_hundred_on_thirty_places_is_exact(server: str, evening: Evening) -> None:
    answers = rush(server, evening, PEOPLE)
    assert {answer.status for answer in answers} == {302, 409}
    rows = evening.sign_ups.all()
    assert [answer.status for answer in answers].count(302) == len(rows)
    assert len({answer.url for answer in answers if answer.status == 302}) == len(rows)
    evening.refresh_from_db()
    assert given(evening) == evening.people == PLACES
    assert rows.exclude(word_hash="").count() <= 1


def test_one_of_many_with_one_word_gets_a_place(server: str, evening: Evening) -> None:
    word = word_for(evening)
    people = arrive(server, evening, 20)
    answers = at_once([partial(signs_up, visitor, evening, 1, word) for visitor in people])
    assert sorted(answer.status for answer in answers) == [302] + [409] * 19
    assert evening.sign_ups.get().word_hash == hash_word(word)


@contextmanager
def guards_off() -> Iterator[None]:
    """Drop the database's own guards, and put them back as they were."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s", [GUARDS[0]]
        )
        (check,) = cursor.fetchone()
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = %s", [GUARDS[1]])
        (index,) = cursor.fetchone()
        cursor.execute(f"ALTER TABLE evenings_evening DROP CONSTRAINT {GUARDS[0]}")
        cursor.execute(f"DROP INDEX {GUARDS[1]}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE evenings_signup CASCADE")
            cursor.execute("DELETE FROM evenings_evening")
            cursor.execute(f"ALTER TABLE evenings_evening ADD CONSTRAINT {GUARDS[0]} {check}")
            cursor.execute(index)


def test_without_locks_and_constraints_the_evening_is_overfull(
    server: str, evening: Evening
) -> None:
    with guards_off(), gunicorn(app="tests.unlocked:application") as unlocked:
        for _ in range(8):
            one: Evening = EveningFactory(capacity=3)
            rush(unlocked, one, 40)
            if given(one) > 3:
                return
    pytest.fail("The race did not show: the guards may not be what prevents it.")
