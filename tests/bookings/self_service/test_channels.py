"""A party changes on their own page how they may be reached, or stops our messages."""

from typing import Any

import pytest
import time_machine
from django.test import Client

from bookings.appointments import notices, reminders
from bookings.models import AppointmentEvent, Party, Status
from office.models import OutboxMessage
from tests.bookings.personal_cast import (
    NOW,
    VISIT,
    cast,
    passed_on,
    request_only,
    text,
    without_keys,
)
from tests.factories import link_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_ten")]

WAYS = {"phone": "", "email": "", "safe": ["email"], "language": "fi", "interpreter": ""}


@pytest.fixture
def at_ten() -> Any:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def english(client: Client) -> Client:
    client.cookies["django_language"] = "en"
    return client


def waiting(party: Party) -> list[tuple[str, str]]:
    """Return what is on its way to a party, and where it goes."""
    found = OutboxMessage.objects.waiting().filter(link_nonce=party.link_nonce)
    return list(found.order_by("pk").values_list("kind", "to"))


def test_another_number_takes_over_what_waits_and_the_link_changes(english: Client) -> None:
    people = cast()
    party, link = people.asking, people.links[0]
    notices.notify_confirmed(people.appointment)
    others = waiting(people.invited)
    seen_by_other = without_keys(text(Client(), people.links[1]))
    old_address = party.email
    page = text(english, f"{link}reach/")
    # Whoever else has the link must not learn the address from it.
    assert old_address not in page
    assert "We have an e-mail address for you. Leave this empty" in page

    form = {**WAYS, "phone": "040 555 6667", "safe": ["sms"], "language": "sv", "key": "one form"}
    first = english.post(f"{link}reach/", form)
    again = english.post(f"{link}reach/", form)
    party.refresh_from_db()
    assert first.headers["Location"] == again.headers["Location"] == link_of(party) != link
    assert (str(party.phone), party.sms_is_safe, party.email_is_safe) == (
        "+358405556667",
        True,
        False,
    )
    assert (party.email, party.language) == (old_address, "sv")
    # The confirmation that waited goes by the new way, with the new link, and no more by the old one.
    assert waiting(party) == [("confirmed", "+358405556667")]
    assert OutboxMessage.objects.waiting().filter(to=old_address).count() == 0
    assert Client().get(link).status_code == 404
    assert AppointmentEvent.objects.filter(what="ways_changed", party=party).count() == 1
    # Nobody else learns of it.
    assert waiting(people.invited) == others
    assert without_keys(text(Client(), people.links[1])) == seen_by_other


def test_what_is_not_changed_keeps_link_and_messages(english: Client) -> None:
    people = cast()
    party, link = people.asking, people.links[0]
    notices.notify_confirmed(people.appointment, only=party)
    response = english.post(f"{link}reach/", {**WAYS, "key": "k"})
    assert response.headers["Location"] == link
    assert waiting(party) == [("confirmed", party.email)]


def test_no_more_messages_stops_what_is_queued_and_what_comes(english: Client, at_ten: Any) -> None:
    people = cast()
    party, link = people.asking, people.links[0]
    notices.notify_confirmed(people.appointment)
    assert "Stop all e-mail and text messages now" in text(english, f"{link}reach/")
    for _ in range(2):
        response = english.post(f"{link}reach/stop/", follow=True)
    assert "We send you no more e-mail or text messages" in response.content.decode()
    assert waiting(party) == []
    assert waiting(people.invited) == [("confirmed", people.invited.email)]
    assert AppointmentEvent.objects.filter(what="messages_stopped").count() == 1
    at_ten.move_to(VISIT.replace(day=1, hour=8))
    reminders.send_reminders()
    assert waiting(party) == []
    # The page itself stays, and so may be changed back.
    assert "Stop all" not in text(english, f"{link}reach/")


@pytest.mark.parametrize(
    ("slip", "asked", "box"),
    [
        ({"email": "aino@gmail.con"}, "Did you mean", {"email_is_right": "aino@gmail.con"}),
        (
            {"phone": "09 310 1691", "safe": ["sms"]},
            "This is not a mobile number",
            {"phone_is_right": "+35893101691"},
        ),
    ],
)
def test_a_likely_slip_is_asked_about(
    english: Client, slip: dict[str, Any], asked: str, box: dict[str, str]
) -> None:
    link = cast().links[0]
    form = {**WAYS, **slip, "key": "k"}
    answer = english.post(f"{link}reach/", form)
    assert (answer.status_code, asked in answer.content.decode()) == (422, True)
    assert english.post(f"{link}reach/", {**form, **box}).status_code == 302


def test_the_number_that_stays_is_asked_about_and_not_shown(english: Client) -> None:
    people = cast()
    Party.objects.filter(pk=people.asking.pk).update(phone="+35893101691")
    form = {**WAYS, "safe": ["sms"], "key": "k"}
    answer = english.post(f"{people.links[0]}reach/", form)
    page = answer.content.decode()
    assert (answer.status_code, "This is not a mobile number" in page) == (422, True)
    assert "3101691" not in "".join(page.split())
    again = english.post(f"{people.links[0]}reach/", {**form, "phone_is_right": "kept"})
    assert again.status_code == 302


def test_a_voicemail_is_left_only_where_we_may_call(english: Client) -> None:
    people = cast()
    form = {**WAYS, "phone": "040 555 6667", "safe": ["voicemail"], "key": "k"}
    answer = english.post(f"{people.links[0]}reach/", form)
    assert set(answer.context["form"].errors) == {"safe"}
    people.asking.refresh_from_db()
    assert people.asking.voicemail_is_safe is False


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"safe": ["sms"]}, "Give the phone number that you allowed us to use."),
        ({"email": "x"}, "Enter a valid email address."),
        ({"interpreter": "in words of my own"}, "Select a valid choice."),
    ],
)
def test_ways_that_cannot_be_taken_are_told(
    english: Client, wrong: dict[str, Any], words: str
) -> None:
    party = request_only()
    response = english.post(f"{link_of(party)}reach/", {**WAYS, **wrong, "key": "k"})
    assert response.status_code == 422
    assert words in response.content.decode()
    assert AppointmentEvent.objects.count() == 0


def test_nobody_else_changes_ways(english: Client) -> None:
    invited, _code = passed_on()
    closed = request_only(status=Status.CANCELLED)
    nameless = request_only(is_anonymous=True)
    for party in (invited, closed, nameless):
        link = link_of(party)
        assert english.get(f"{link}reach/").status_code == 302
        english.post(f"{link}reach/", {**WAYS, "email": "x@example.org", "key": "k"})
        english.post(f"{link}reach/stop/")
    assert english.get(f"{link_of(closed)}reach/stop/").status_code == 405
    assert Client().post("/appointment/unknown/reach/", WAYS).status_code == 404
    assert Client().post("/appointment/unknown/reach/stop/").status_code == 404
    assert Party.objects.filter(email="x@example.org").count() == 0
    assert AppointmentEvent.objects.count() == 0
