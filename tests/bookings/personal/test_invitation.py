"""Taking an invitation up: details of one's own, a link that nobody else has, the code."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from bookings.availability.codec import slot_value
from bookings.models import (
    Answer,
    Appointment,
    AppointmentEvent,
    MoveRequest,
    OtherParent,
    Party,
)
from bookings.parties.records import link_path
from office.models import OutboxMessage
from tests.bookings.personal_cast import NOW, VISIT, cast, passed_on, request_only, text
from tests.factories import link_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_ten")]

DETAILS = {
    "name": "Maija Mallikas",
    "phone": "040 111 2223",
    "email": "maija@example.org",
    "safe": ["sms", "email"],
    "language": "sv",
    "interpreter": "",
    "needs": "",
    "key": "the key of this form",
}
NOT_POSSIBLE = "This could not be done, because something has changed."


@pytest.fixture
def at_ten() -> Any:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def english(client: Client) -> Client:
    client.cookies["django_language"] = "en"
    return client


def send(client: Client, path: str, data: dict[str, Any] | None = None) -> str:
    """Send a form, and the page that it leads to."""
    response = client.post(path, data or {}, follow=True)
    assert response.status_code == 200
    assert response.redirect_chain
    return " ".join(response.content.decode().split())


def what_happened() -> list[str]:
    return list(AppointmentEvent.objects.order_by("pk").values_list("what", flat=True))


def test_an_invited_parent_gives_details_and_gets_a_link_of_their_own(english: Client) -> None:
    party, code = passed_on(starts_at=VISIT, ends_at=VISIT + timedelta(hours=1))
    link = link_of(party)
    assert "You have been invited" in text(english, link)
    page = send(english, f"{link}details/", DETAILS)
    assert "This page is now yours alone" in page
    assert "Will you come?" in page
    party.refresh_from_db()
    assert (party.name, str(party.phone), party.language) == (
        "Maija Mallikas",
        "+358401112223",
        "sv",
    )
    assert (party.sms_is_safe, party.email_is_safe, party.call_is_safe) == (True, True, False)
    assert link_of(party) != link
    # Whoever passed the invitation on has its link and its code: they show the first page, as before.
    assert "You have been invited" in text(english, link)
    assert enter(Client(), code, status=302) == ""
    assert english.get(f"{link_of(party)}details/").status_code == 302


def test_a_second_press_still_arrives_and_another_form_does_not(english: Client) -> None:
    party, _code = passed_on()
    link = link_of(party)
    first = english.post(f"{link}details/", DETAILS)
    again = english.post(f"{link}details/", {**DETAILS, "name": "Changed"})
    party.refresh_from_db()
    assert first.headers["Location"] == again.headers["Location"] == link_path(party)
    assert party.name == "Maija Mallikas"
    stranger = Client().post(f"{link}details/", {**DETAILS, "key": "another"})
    keyless = Client().post(f"{link}details/", {**DETAILS, "key": ""})
    assert (stranger.status_code, keyless.status_code) == (409, 200)
    assert what_happened() == ["details_given"]


def test_who_gives_details_after_the_time_was_confirmed_is_told_of_it(english: Client) -> None:
    people = cast(other_parent=OtherParent.PASS_ON)
    Party.objects.filter(pk=people.invited.pk).update(name="", email="", email_is_safe=False)
    send(english, f"{link_of(people.invited)}details/", DETAILS)
    recipients = set(OutboxMessage.objects.values_list("to", flat=True))
    assert recipients == {"+358401112223", "maija@example.org"}


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"name": ""}, "name"),
        ({"phone": "", "email": ""}, "Give a phone number or an e-mail address."),
        ({"needs": "131052-308T"}, "leave out personal identity codes"),
        ({"safe": []}, "safe"),
    ],
)
def test_details_that_cannot_be_taken_are_told_and_kept(
    english: Client, wrong: dict[str, Any], words: str
) -> None:
    party, _code = passed_on()
    response = english.post(f"{link_of(party)}details/", {**DETAILS, **wrong})
    page = response.content.decode()
    assert response.status_code == 200
    assert "There is a problem" in page
    assert words in page
    assert "sv" in page
    party.refresh_from_db()
    assert party.name == ""
    assert what_happened() == []


def test_an_invited_parent_may_say_no_without_giving_anything(english: Client) -> None:
    party, _code = passed_on()
    page = send(english, f"{link_of(party)}answer/", {"answer": "no"})
    assert "You have told us that you cannot come" in page
    party.refresh_from_db()
    assert (party.answer, party.name) == (Answer.DECLINED, "")


def test_who_sent_the_request_has_no_details_to_take_up(english: Client) -> None:
    party = request_only(other_parent=OtherParent.PASS_ON)
    assert english.get(f"{link_of(party)}details/").status_code == 302
    send(english, f"{link_of(party)}details/", DETAILS)
    assert what_happened() == []


def test_before_giving_details_nothing_is_moved_or_cancelled(english: Client) -> None:
    people = cast(other_parent=OtherParent.PASS_ON)
    Party.objects.filter(pk=people.invited.pk).update(name="")
    link = link_of(people.invited)
    value = slot_value(people.slots()[0])
    assert NOT_POSSIBLE in send(english, f"{link}move/", {"slot": value})
    assert NOT_POSSIBLE in send(english, f"{link}cancel/")
    assert MoveRequest.objects.count() == 0


# The code of an invitation


def enter(client: Client, code: str, status: int = 200) -> str:
    client.cookies["django_language"] = "en"
    response = client.post("/appointment/", {"code": code})
    assert response.status_code == status
    return response.content.decode()


@pytest.mark.parametrize("typed", [str, str.lower, lambda c: f" {c.replace('-', ' ')} "])
def test_the_code_opens_the_invitation_however_it_is_typed(client: Client, typed: Any) -> None:
    party, code = passed_on()
    response = client.post("/appointment/", {"code": typed(code)})
    assert response.status_code == 302
    assert response.headers["Location"] == link_path(party)


def test_unknown_and_used_codes_get_the_same_answer(client: Client) -> None:
    party, code = passed_on()
    client.post(f"{link_of(party)}details/", DETAILS)
    Appointment.objects.update(invitation_hash=None)
    used, unknown = enter(Client(), code), enter(Client(), "AAAA-AAAA-AAAA")
    for page in (used, unknown):
        assert "There is no invitation with this code. Check the code, or call us." in page
    assert used.count("<") == unknown.count("<")


def test_the_code_leads_never_to_who_passed_it_on(client: Client) -> None:
    party, code = passed_on()
    Party.objects.filter(pk=party.pk).update(name="Given already")
    assert "There is no invitation with this code." in enter(client, code)


def test_nobody_tries_codes_by_the_hundred(client: Client, at_ten: Any) -> None:
    party, code = passed_on()
    for _ in range(10):
        enter(client, "AAAA-AAAA-AAAA")
    assert "You can try again from" in enter(client, code, status=429)
    assert enter(Client(REMOTE_ADDR="192.0.2.7"), code, status=302) == ""
    at_ten.shift(3600)
    assert enter(client, code, status=302) == ""
    assert party.appointment.invitation_hash is not None


def test_an_empty_code_is_not_counted_as_a_try(client: Client) -> None:
    for _ in range(12):
        assert "There is a problem" in enter(client, "")
