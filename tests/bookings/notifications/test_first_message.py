"""The first message to somebody who did not ask us, and to whom nobody has asked their language."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from django.utils.translation import override

from bookings.appointments import notices, notified_parties
from bookings.appointments.answers import take_up_invitation
from bookings.appointments.corrections import add_other_parent
from bookings.appointments.requests import RequestDetails, send_request
from bookings.models import Answer, Appointment, JointSearch, OtherParent, Party, PartyRole
from bookings.notifications.kinds import TO_PARTIES, MessageKind
from bookings.notifications.letters import text_message
from bookings.notifications.notify import Introduction
from bookings.parties.forms import ContactsForm
from bookings.parties.records import PartyDetails
from office.models import OutboxMessage, Unit
from tests.bookings.personal_cast import NOW, Cast, cast, passed_on, text
from tests.factories import PartyFactory, UserFactory, link_of

pytestmark = pytest.mark.django_db
WHY = {
    "fi": "Saimme yhteystietosi henkilöltä, joka pyysi aikaa.",
    "sv": "Vi har fått dina kontaktuppgifter av den som bad om tiden.",
    "en": "We have your contact details from the person who asked for the appointment.",
}


@pytest.fixture(autouse=True)
def at_a_fixed_time() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def house() -> Cast:
    made = cast()
    Unit.objects.update(controller_fi="Esimerkkialue", controller_sv="Exempelområdet")
    Party.objects.filter(pk=made.invited.pk).update(
        language_is_known=False, given_by_other=True, email_is_safe=False
    )
    made.invited.refresh_from_db()
    return made


@pytest.fixture
def unit_of_english() -> Unit:
    unit = cast().unit
    unit.controller_fi = unit.controller_en = "Example county"
    unit.sender_fi = unit.sender_en = ""
    with override("en"):
        assert unit.sender_name == "Example county"
    return unit


def to_invited(house: Cast) -> list[OutboxMessage]:
    return list(
        OutboxMessage.objects.filter(to=house.invited.email, dropped_at=None).order_by("pk")
    )


def test_it_says_who_why_whence_and_whom_to_call_in_both_languages(house: Cast) -> None:
    notices.notify_confirmed(house.appointment)
    [message] = to_invited(house)
    for said in (
        "Tämän viestin lähettää Esimerkkialue.",
        WHY["fi"],
        "soita meille: 019 000 0000",
        "Det här meddelandet kommer från Exempelområdet.",
        WHY["sv"],
        "ringa oss: 019 000 0000",
        "-- \nEsimerkkialue\n019 000 0000\nExempelområdet\n",
    ):
        assert message.body.count(said) == 1, said
    assert message.subject == "Aikasi: ke 2.12.2026 klo 10.00 / Din tid: ons 2.12.2026 kl. 10.00"
    assert message.body.count("{link}") == 2
    asking = OutboxMessage.objects.get(to=house.asking.email)
    assert [why for why in WHY.values() if why in asking.body] == []


def test_by_text_message_too(house: Cast) -> None:
    Party.objects.filter(pk=house.invited.pk).update(email="", phone="+358401234567")
    notices.notify_confirmed(house.appointment)
    message = OutboxMessage.objects.get(to="+358401234567")
    assert message.body == (
        "Esimerkkialue: sinulle on varattu aika: ke 2.12.2026 klo 10.00, Esimerkkikatu 1, Porvoo. "
        "Numerosi antoi meille ajan pyytäjä. Kysyttävää? 019 000 0000. Sopiiko aika? Vastaa: / "
        "Exempelområdet: en tid är reserverad för dig: ons 2.12.2026 kl. 10.00, Esimerkkikatu 1, "
        "Porvoo. Den som bad om tiden gav oss ditt nummer. Frågor? 019 000 0000. Passar tiden? "
        "Svara: {link}"
    )


EVERY_FIRST = sorted(TO_PARTIES - {MessageKind.RECEIVED, MessageKind.MOVE_KEPT})


@pytest.mark.parametrize("has_time", [True, False])
@pytest.mark.parametrize("comes_along", [False, True])
@pytest.mark.parametrize("by_other", [False, True])
@pytest.mark.parametrize("kind", EVERY_FIRST)
def test_a_text_of_any_kind_says_who_why_whence_and_whom_to_call(
    unit_of_english: Unit, kind: str, *, by_other: bool, comes_along: bool, has_time: bool
) -> None:
    """Whichever is somebody's first: the letters in which it stands do not choose."""
    context = {
        "unit": unit_of_english,
        "link": "{link}",
        "asks": not comes_along,
        "visit": {"when": "on Wednesday" if has_time else "", "street": "", "is_in_person": True},
        **dict.fromkeys(("due", "answer_by", "kept_until"), NOW),
        "offer": {"when": "on Tuesday"},
        "introduction": Introduction(
            unit_of_english, by_other=by_other, asks=not comes_along, comes_along=comes_along
        ),
    }
    text = text_message("moved" if kind == "own_channel" else kind, ["en"], context)
    assert text.startswith("Example county: ")
    assert unit_of_english.phone in text
    if by_other or comes_along:
        assert "us your number" in text
    told = ("asked us for a visit", "come along to their visit", "a time is reserved for you")
    assert any(words in text for words in told)


@pytest.mark.parametrize("has_time", [True, False])
def test_who_is_asked_when_they_can_come_is_asked_that_first(*, has_time: bool) -> None:
    """Not whether the agreed time suits, of which another message asks."""
    made = cast()
    Party.objects.filter(pk=made.invited.pk).update(
        email="", phone="+358401234567", sms_is_safe=True, language="en", answer=Answer.ASKED
    )
    if not has_time:
        Appointment.objects.filter(pk=made.appointment.pk).update(status="requested")
    made.appointment.refresh_from_db()
    search = JointSearch(appointment=made.appointment, due_at=NOW + timedelta(days=2))
    made.invited.refresh_from_db()
    notices.notify_joint(MessageKind.JOINT_ASKED, search, [made.invited])
    message = OutboxMessage.objects.get(to="+358401234567")
    assert "somebody asked us for a visit to which you are invited" in message.body
    assert "When can you come? Mark it by" in message.body
    assert "Does it suit you" not in message.body


def test_who_comes_along_reads_whence_their_number_is() -> None:
    made = cast()
    lawyer = PartyFactory(
        appointment=made.appointment,
        role=PartyRole.LAWYER,
        accompanies=made.asking,
        answer=Answer.ACCEPTED,
        email="",
        phone="+358401234567",
        sms_is_safe=True,
        language="en",
    )
    notices.notify_confirmed(made.appointment, only=lawyer)
    message = OutboxMessage.objects.get(to="+358401234567")
    assert "somebody told us that you come along to their visit, and gave us your number" in (
        message.body
    )
    assert "You come along:" in message.body


def test_once_it_has_left_the_next_one_is_like_everybody_elses(house: Cast) -> None:
    notices.notify_confirmed(house.appointment)
    OutboxMessage.objects.update(sent_at=NOW)
    Party.objects.filter(pk=house.invited.pk).update(given_by_other=False, email_is_safe=True)
    notices.notify_moved(house.appointment)
    message = to_invited(house)[-1]
    assert message.kind == "moved"
    assert WHY["fi"] not in message.body
    assert message.body.startswith("Aikasi on siirretty.")
    assert "Din tid har flyttats" in message.body


def test_whom_the_secretary_has_asked_is_not_told_of_a_source(house: Cast) -> None:
    Party.objects.filter(pk=house.invited.pk).update(
        given_by_other=False, email_is_safe=True, language="en", language_is_known=True
    )
    notices.notify_confirmed(house.appointment)
    [message] = to_invited(house)
    assert message.body.startswith("This is Esimerkkialue. We write to you because")
    assert WHY["en"] not in message.body


def test_who_has_heard_of_no_time_yet_does_not_hear_that_it_moved(house: Cast) -> None:
    notices.notify_confirmed(house.appointment)
    notices.notify_moved(house.appointment)
    [message] = to_invited(house)
    assert WHY["fi"] in message.body
    assert "siirretty" not in message.body


def test_whoever_gave_their_details_themselves_is_not_told_whence_they_are() -> None:
    party, _code = passed_on()
    given = PartyDetails(name="Bo", email="bo@example.org", email_is_safe=True, language="sv")
    took = take_up_invitation(party.pk, given)
    assert took.language_is_known
    assert not notified_parties.did_not_ask(took, took.appointment)


def test_what_the_secretary_adds_may_be_in_an_unknown_language() -> None:
    made = cast()
    made.invited.delete()
    form = ContactsForm(
        {
            "name": "Bo",
            "email": "bo@example.org",
            "given_by_other": "on",
            "language": "unknown",
        }
    )
    assert form.is_valid()
    add_other_parent(made.appointment.pk, form.details(), user=UserFactory())
    added = Party.objects.get(email="bo@example.org")
    assert (added.language, added.language_is_known) == ("fi", False)
    assert ContactsForm.initial_of(added)["language"] == "unknown"
    [message] = OutboxMessage.objects.filter(to="bo@example.org")
    assert WHY["fi"] in message.body
    assert WHY["sv"] in message.body


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_page_says_the_same_in_the_browsers_language(house: Cast, language: str) -> None:
    browser = Client(headers={"accept-language": language})
    page = text(browser, link_of(house.invited))
    assert page.count(WHY[language]) == 1
    assert text(browser, link_of(house.asking)).count(WHY["fi"]) == 0
    Party.objects.filter(pk=house.invited.pk).update(answer=Answer.ACCEPTED, given_by_other=False)
    assert text(browser, link_of(house.invited)).count(WHY[language]) == 0


def test_the_language_of_the_other_parent_is_not_the_askers() -> None:
    made = cast()
    asked = send_request(
        RequestDetails(
            service=made.service,
            requester=PartyDetails(name="Aino", email="aino@example.org", language="sv"),
            other_parent=OtherParent.GIVEN,
            other=PartyDetails(name="Bo", email="bo@example.org", given_by_other=True),
        ),
        hold=None,
        unit=made.unit,
        made_from=uuid4(),
    )
    assert [(p.name, p.language_is_known) for p in asked.parties.order_by("pk")] == [
        ("Aino", True),
        ("Bo", False),
    ]
