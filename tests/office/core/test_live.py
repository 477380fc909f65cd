"""Changes are announced when they are done; tickets open streams for a while."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.db import transaction

from office.core import clock, live_updates
from tests.ears import Ear


@pytest.fixture
def ear(transactional_db: None) -> Iterator[Ear]:
    with Ear.open() as found:
        yield found


def test_it_is_said_when_it_is_done_and_not_when_it_is_undone(ear: Ear) -> None:
    with transaction.atomic():
        live_updates.announce("desk")
        assert ear.heard() == []
    assert ear.heard() == ["desk"]

    with transaction.atomic():
        live_updates.announce("desk")
        transaction.set_rollback(True)
    assert ear.heard() == []


def test_a_ticket_opens_its_topics_for_ten_minutes() -> None:
    with time_machine.travel(clock.now(), tick=False) as traveller:
        text = live_updates.new_ticket("desk", "walk-in", session="abc")
        ticket = live_updates.read_ticket(text)
        assert ticket is not None
        assert ticket.topics == {"desk", "walk-in"}
        assert ticket.holder not in ("", "abc")
        traveller.shift(timedelta(minutes=10))
        assert live_updates.read_ticket(text) is None


def test_a_ticket_says_since_when_its_page_knows_nothing() -> None:
    with time_machine.travel(clock.now(), tick=False):
        now = clock.now()
        began = now - timedelta(milliseconds=300)
        assert live_updates.read_ticket(live_updates.new_ticket("desk", read=began)).read == began
        assert live_updates.read_ticket(live_updates.new_ticket("desk")).read == now


@pytest.mark.parametrize("text", ["", "x", "a:b:c", "ä", "\0"])
def test_what_is_not_signed_by_us_is_no_ticket(text: str) -> None:
    assert live_updates.read_ticket(text) is None


def test_a_ticket_that_was_altered_is_none() -> None:
    text = live_updates.new_ticket("walk-in")
    other = live_updates.new_ticket("desk")
    assert live_updates.read_ticket(other.split(":")[0] + text[text.index(":") :]) is None


def test_who_signs_out_is_told_apart_from_topics(ear: Ear) -> None:
    live_updates.end_streams("")
    assert ear.heard() == []
    live_updates.end_streams("abc")
    payload = ear.heard()[0]
    ticket = live_updates.read_ticket(live_updates.new_ticket("desk", session="abc"))
    assert ticket is not None
    assert live_updates.gone(payload) == ticket.holder
    assert live_updates.gone("desk") == ""
