"""What the forms ask about contact details: slips, landlines, one's own number as the other's."""

from typing import Any

import pytest
from django.test import Client

from bookings.appointments import decisions
from bookings.desk import worklist
from bookings.desk.party_card import party_card
from bookings.models import Appointment
from bookings.parties.safe_channels import safe_contacts
from office.core import clock
from office.models import Role
from tests.bookings.conftest import House
from tests.bookings.desk_cast import request_for, signed_in
from tests.bookings.public.test_booking_pages import CONTACT, VISIT, choose, fill
from tests.factories import PartyFactory

pytestmark = pytest.mark.django_db
EN = {"accept-language": "en"}
SLIP = {**CONTACT, "email": "aino@gmial.com"}


@pytest.fixture
def visitor(client: Client, house: House) -> Client:
    client.cookies["django_language"] = "en"
    choose(client, house)
    return client


def test_a_slip_is_asked_about_and_nothing_is_lost(visitor: Client, house: House) -> None:
    answer = visitor.post(house.url("details/"), SLIP)
    page = answer.content.decode()
    assert "Did you mean aino@gmail.com?" in page
    assert 'name="email_is_right" value="aino@gmial.com"' in page
    form = answer.context["form"]
    assert {name: form[name].value() for name in SLIP} == SLIP


def test_a_ticked_slip_is_taken_and_not_asked_about_again(visitor: Client, house: House) -> None:
    ticked = {**SLIP, "email_is_right": "aino@gmial.com"}
    assert visitor.post(house.url("details/"), ticked).status_code == 302
    assert visitor.post(house.url("details/"), SLIP).status_code == 302


def test_the_tick_holds_for_that_address_alone(visitor: Client, house: House) -> None:
    other = {**CONTACT, "email": "aino@gmail.con", "email_is_right": "aino@gmial.com"}
    answer = visitor.post(house.url("details/"), other)
    assert [e.code for e in answer.context["form"].errors.as_data()["email"]] == ["asked"]


def test_a_landline_with_text_messages_alone_is_asked_about(visitor: Client, house: House) -> None:
    landline = {**CONTACT, "phone": "019 123 4567", "safe": ["sms"]}
    answer = visitor.post(house.url("details/"), landline)
    assert "This is not a mobile number" in answer.content.decode()
    ticked = {**landline, "phone_is_right": "+358191234567"}
    assert visitor.post(house.url("details/"), ticked).status_code == 302
    for safe in (["sms", "call"], ["sms", "email"]):
        assert visitor.post(house.url("details/"), {**landline, "safe": safe}).status_code == 302


def test_no_message_counts_as_sent_to_a_landline(house: House) -> None:
    appointment = request_for(house)
    party = PartyFactory(appointment=appointment, phone="+358191234567", email="", sms_is_safe=True)
    assert (safe_contacts(party), party.is_reachable) == ([], False)
    card = party_card(party, appointment)
    assert (card.must_be_called, card.is_landline) == (True, True)
    party.phone = "+358401234567"
    assert len(safe_contacts(party)) == 1


def test_who_has_only_a_landline_is_on_the_list_of_calls(house: House) -> None:
    secretary = signed_in(Role.SECRETARY).user
    appointment = request_for(house)
    appointment.parties.filter(is_requester=True).update(
        phone="+358191234567", sms_is_safe=True, email_is_safe=False, call_is_safe=True
    )
    decisions.confirm(appointment.pk, user=secretary)
    listed = list(worklist.calls(clock.now()))
    assert [str(party.phone) for party in listed] == ["+358191234567"]


def test_a_voicemail_needs_leave_to_call(visitor: Client, house: House) -> None:
    answer = visitor.post(house.url("details/"), {**CONTACT, "safe": ["voicemail", "email"]})
    assert set(answer.context["form"].errors) == {"safe"}


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"phone": "040 000 0001"}, "phone"),
        ({"email": "YKSI@example.org"}, "email"),
    ],
)
def test_ones_own_details_are_not_the_other_parents(
    visitor: Client, house: House, given: dict[str, Any], wrong: str
) -> None:
    fill(visitor, house)
    data = {"other_parent": "given", "name": "Toinen", **given}
    answer = visitor.post(house.url("other/"), data)
    assert set(answer.context["form"].errors) == {wrong}
    assert "These are your own details" in answer.content.decode()


def test_nor_when_ones_own_are_changed_afterwards(visitor: Client, house: House) -> None:
    other = {"other_parent": "given", "name": "Toinen", "phone": "040 000 0002"}
    fill(visitor, house, other=other)
    assert visitor.get(house.url("check/")).status_code == 200
    visitor.post(house.url("details/"), {**CONTACT, "phone": "040 000 0002"})
    assert visitor.post(house.url("check/")).url == house.url("other/")
    assert Appointment.objects.count() == 0


def test_long_texts_are_refused_in_words_and_not_cut(visitor: Client, house: House) -> None:
    page = visitor.get(house.url("visit/")).content.decode()
    assert "maxlength" not in page
    assert "At most 1000 characters." in page
    assert "At most" not in visitor.get(house.url("details/")).content.decode()
    long = "Pelkään häntä. " * 100
    answer = visitor.post(house.url("visit/"), {**VISIT, "message": long})
    assert answer.status_code == 200
    assert set(answer.context["form"].errors) == {"message"}
    assert answer.context["form"]["message"].value() == long
