"""The demo's post: open to its visitor, and not there in a real unit."""

from typing import Any

import pytest
from django.test import Client

from office.core import tokens
from office.messaging import outbox
from office.messaging.outbox_views import masked
from office.models import OutboxMessage
from tests.office.messaging.test_outbox import a_message

pytestmark = pytest.mark.django_db


def test_an_empty_outbox_says_how_it_fills(client: Client) -> None:
    response = client.get("/outbox/")
    assert response.status_code == 200
    assert response.context["letters"] == []
    assert response.headers["Cache-Control"] == "no-store, private"


def test_the_newest_is_first_and_its_link_is_live(client: Client) -> None:
    a_message(subject="First")
    a_message(subject="Second", calendar="BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n")
    response = client.get("/outbox/")
    assert [x["message"].subject for x in response.context["letters"]] == ["Second", "First"]
    url = f"http://testserver/appointment/{tokens.token_for('party', 'nonce-1')}/"
    page = response.content.decode()
    assert page.count(f'<a href="{url}">{url}</a>') == 2
    assert page.count("/calendar.ics") == 1
    assert page.count("parent@example.org") == 0


def test_text_is_text(client: Client) -> None:
    a_message(subject="<b>x</b>", body="<script>alert(1)</script> {link}")
    page = client.get("/outbox/").content.decode()
    assert page.count("<script>alert") == 0
    assert page.count("<b>x</b>") == 0


def test_filters(client: Client) -> None:
    a_message(subject="mail")
    sms = a_message(channel="sms", subject="", to="+358401234567")
    OutboxMessage.objects.filter(pk=sms.pk).update(sent_at=sms.created_at)
    for show, found in (("email", 1), ("sms", 1), ("unsent", 1), ("", 2), ("nonsense", 2)):
        response = client.get("/outbox/", {"show": show, "page": "x"})
        assert len(response.context["letters"]) == found, show
    assert client.get("/outbox/?show=unsent").context["letters"][0]["message"].subject == "mail"


def test_every_state_has_its_word(client: Client) -> None:
    for field in ("sent_at", "dropped_at", "failed_at", ""):
        message = a_message()
        if field:
            OutboxMessage.objects.filter(pk=message.pk).update(
                **{field: message.created_at}, last_error="refused 550"
            )
    page = client.get("/outbox/", headers={"accept-language": "en"}).content.decode()
    assert [
        page.count(f"{word}</span>") for word in ("Sent", "Withdrawn", "Failed", "Waiting")
    ] == [
        1,
        1,
        1,
        1,
    ]


def test_many_messages_come_by_the_page(client: Client, django_assert_max_num_queries: Any) -> None:
    for _ in range(25):
        a_message()
    with django_assert_max_num_queries(4):
        response = client.get("/outbox/")
    assert len(response.context["letters"]) == 20
    assert len(client.get("/outbox/?page=2").context["letters"]) == 5


def test_the_calendar_file_is_downloaded(client: Client) -> None:
    message = a_message(calendar="BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n")
    response = client.get(f"/outbox/{message.pk}/calendar.ics")
    assert response.content == b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"
    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert client.get(f"/outbox/{a_message().pk}/calendar.ics").status_code == 404
    assert client.get("/outbox/999999/calendar.ics").status_code == 404


def test_in_a_real_unit_there_is_no_such_page(client: Client, settings: Any) -> None:
    message = a_message(calendar="BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n")
    settings.DEMO = ""
    assert client.get("/outbox/").status_code == 404
    assert client.get(f"/outbox/{message.pk}/calendar.ics").status_code == 404


def test_reading_changes_nothing(client: Client) -> None:
    a_message()
    before = list(OutboxMessage.objects.values())
    client.get("/outbox/")
    assert list(OutboxMessage.objects.values()) == before
    assert client.post("/outbox/").status_code == 405


@pytest.mark.parametrize(
    ("address", "shown"),
    [("aino@example.org", "a…@example.org"), ("+358401234567", "+358 … 67")],
)
def test_addresses_are_masked(address: str, shown: str) -> None:
    assert masked(address) == shown


def test_kinds_have_names() -> None:
    assert outbox.kind_label("confirmed") != "confirmed"
    assert outbox.kind_label("unheard_of") == "unheard_of"
