"""The cache's table: no pickle, no address, no error of the database when two write at once."""

import base64
import pickle
from datetime import datetime
from threading import Barrier, Thread
from typing import Any

import pytest
import time_machine
from allauth.core.internal import ratelimit
from django.core.cache import cache
from django.db import connection
from django.test import RequestFactory

pytestmark = pytest.mark.django_db
VALUES = [1, 2.5, True, None, "ä", [1.5, 2.5], {"at": 1.0, "times": [[1, 2.0]]}]


def table() -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key, value, expires FROM cache")
        return cursor.fetchall()


@pytest.mark.parametrize("value", VALUES)
def test_what_json_holds_comes_back(value: object) -> None:
    cache.set("word", value)
    assert cache.get("word", "nothing") == value


def test_what_json_does_not_hold_is_refused() -> None:
    with pytest.raises(TypeError):
        cache.set("word", datetime(2026, 1, 1))  # noqa: DTZ001


def test_a_pickle_in_the_table_is_never_opened() -> None:
    cache.set("word", 1)
    pickled = base64.b64encode(pickle.dumps("run me")).decode()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE cache SET value = %s", [pickled])
    assert cache.get("word", "nothing") == "nothing"


def test_it_is_over_when_its_time_is() -> None:
    with time_machine.travel("2026-11-25 08:00Z", tick=False) as clock:
        cache.set("short", 1, 60)
        cache.set("for ever", 2, None)
        assert cache.add("short", 3, 60) is False
        clock.shift(61)
        assert cache.get("short") is None
        assert cache.touch("short") is False
        assert cache.add("short", 4, 60) is True
        assert cache.get_many(["short", "for ever", "never"]) == {"short": 4, "for ever": 2}
        assert cache.delete("short") is True
        assert cache.delete("short") is False


def test_what_is_over_is_swept_away() -> None:
    with time_machine.travel("2026-11-25 08:00Z", tick=False) as clock:
        for number in range(50):
            cache.set(f"old {number}", 1, 10)
        clock.shift(11)
        for number in range(100):
            cache.set("new", number, 10)
    assert len(table()) == 1


def test_the_sign_in_library_leaves_no_address_and_no_name() -> None:
    request = RequestFactory().post("/accounts/", REMOTE_ADDR="203.0.113.77")
    rates = {"try": "5/m/ip,5/m/key"}
    assert ratelimit.consume(
        request, app="office", action="try", config=rates, key="tuula@example.fi"
    )
    rows = table()
    assert len(rows) == 2
    said = repr(rows)
    assert "203.0.113" not in said
    assert "tuula" not in said
    assert {len(key) for key, *_ in rows} == {64}


@pytest.mark.django_db(transaction=True)
def test_two_at_once_add_it_once() -> None:
    start, added = Barrier(6), []

    def add() -> None:
        start.wait(30)
        added.append(cache.add("word", 1))
        connection.close()

    threads = [Thread(target=add) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(added) == [False] * 5 + [True]
