"""One text message when the turn is near: who gets it, when, and that the number is gone after it."""

import pytest
from django.test import Client
from pytest_django import Settings

from bookings.models import Undoable
from office.core import clock
from office.models import OutboxMessage
from tests.factories import UnitFactory
from tests.walkin.cast import RunningWalkIn, frozen_at, later, press, professional_client
from tests.walkin.cast import running_walk_in as running
from walkin.actions.near_text import TRIES, send_near_texts
from walkin.actions.take_number import ticket_path
from walkin.days.lifecycle import end_day
from walkin.models import NearText, Ticket

pytestmark = pytest.mark.django_db

PHONE = "040 123 4567"


@pytest.fixture
def english(client: Client) -> Client:
    UnitFactory()
    client.cookies["django_language"] = "en"
    return client


def ask(client: Client, ticket: Ticket, phone: str = PHONE) -> int:
    """Return the status of the answer to asking for a text."""
    status: int = client.post(f"{ticket_path(ticket)}text/", {"phone": phone}).status_code
    return status


def texts() -> list[tuple[str, str]]:
    return list(OutboxMessage.objects.order_by("pk").values_list("to", "body"))


def test_it_leaves_when_the_turn_is_near_and_the_number_is_forgotten(english: Client) -> None:
    with frozen_at(9):
        own = running()
        tickets = [own.take() for _ in range(4)]
        last = tickets[-1]
        offer = "Send me a text message when my turn is near"
        assert offer in english.get(ticket_path(last)).content.decode()
        # Too late for a text: so near that the page itself says enough.
        assert offer not in english.get(ticket_path(tickets[1])).content.decode()
        assert ask(english, last) == 302
        assert "040 123 4567" in english.get(ticket_path(last)).content.decode()
        assert send_near_texts() == 0
        own.serve()
    with later(20):
        own.done(tickets[0])
        own.serve()
        own.done(tickets[1])
        own.serve()
        assert send_near_texts() == 1
        assert send_near_texts() == 0
    assert texts() == [("+358401234567", "Numero 4: vuorosi lähestyy. Tule lähelle.")]
    assert not NearText.objects.exists()
    OutboxMessage.objects.update(sent_at=clock.now())
    send_near_texts()
    assert texts() == []


def test_who_does_not_wait_any_more_is_written_nothing(english: Client) -> None:
    with frozen_at(9):
        own = running()
        called, left, staying, stopped = [own.take() for _ in range(4)]
        for ticket in (called, left, staying, stopped):
            assert ask(english, ticket) == 302
        own.next()
        english.post(f"{ticket_path(left)}leave/")
        assert english.post(f"{ticket_path(stopped)}text/stop/").status_code == 302
        english.post(f"{ticket_path(staying)}more-time/")
        send_near_texts()
        assert texts() == []
        # Who lets others go first is written to later.
        assert [asked.ticket for asked in NearText.objects.all()] == [staying]
        end_day(own.day.pk, user=own.user, anyway=True)
    assert not NearText.objects.exists()


@pytest.mark.parametrize("phone", ["", "12", "019 123 4567"])
def test_what_reaches_no_mobile_is_refused_with_a_word(english: Client, phone: str) -> None:
    with frozen_at(9):
        own = running()
        ticket = own.take()
        answer = english.post(f"{ticket_path(ticket)}text/", {"phone": phone})
    assert answer.status_code == 422
    assert "<details" in answer.content.decode().split('id="near-text"')[0][-40:]
    assert not NearText.objects.exists()


def test_nobody_writes_to_strangers_with_it(english: Client) -> None:
    with frozen_at(9):
        own = running()
        own.take()
        ticket = own.take()
        for n in range(4):
            ask(english, ticket, f"040 123 456{n}")
    assert str(NearText.objects.get().phone) == "+358401234562"


def test_without_a_gateway_it_is_not_offered(english: Client, settings: Settings) -> None:
    settings.DEMO = settings.SMS_GATEWAY_URL = ""
    with frozen_at(9):
        own: RunningWalkIn = running()
        ticket = own.take()
        assert "near-text" not in english.get(ticket_path(ticket)).content.decode()
        assert ask(english, ticket) == 422
    assert not NearText.objects.exists()


def test_what_is_kept_for_undo_has_no_telephone_number(english: Client) -> None:
    with frozen_at(9):
        own = running()
        ticket = own.take()
        ask(english, ticket)
        press(professional_client(own), ticket, "leave")
        assert "401234567" not in str(list(Undoable.objects.values_list("rows", flat=True)))
        assert Undoable.objects.exists()


def test_a_number_writes_to_so_many_telephones_and_no_more(english: Client) -> None:
    with frozen_at(9):
        ticket = running().take()
        for number in range(TRIES + 1):
            ask(english, ticket, f"040 123 456{number}")
        assert str(NearText.objects.get().phone) == f"+35840123456{TRIES - 1}"
