"""Contacts that the other parent gave: one neutral invitation, then nothing until their owner says."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from bookings.appointments import answers, decisions, notices, reminders
from bookings.desk import worklist
from bookings.models import Answer, Appointment, Party
from bookings.parties.records import PartyDetails
from office.core import clock
from office.models import OutboxMessage, Role
from tests.bookings.conftest import House
from tests.bookings.desk_cast import Desk, request_for, signed_in, url
from tests.bookings.personal_cast import text
from tests.factories import UserFactory, link_of

pytestmark = pytest.mark.django_db

GIVEN = PartyDetails(
    name="Eino Korpi", phone="+358400000002", email="eino@example.org", given_by_other=True
)
EN = {"Accept-Language": "en"}


@pytest.fixture
def desk(db: None) -> Desk:
    return signed_in(Role.SECRETARY)


@pytest.fixture
def appointment(house: House) -> Appointment:
    return request_for(house, other=GIVEN)


def invited(appointment: Appointment) -> Party:
    return appointment.parties.get(is_requester=False)


def sent_to_eino() -> list[tuple[str, str]]:
    found = OutboxMessage.objects.filter(
        to__in=["eino@example.org", "+358400000002"], dropped_at=None
    )
    return list(found.order_by("pk").values_list("kind", "to"))


def all_leave() -> None:
    OutboxMessage.objects.waiting().update(sent_at=clock.now())


def test_one_invitation_and_then_nothing_until_they_have_said_what_is_safe(
    appointment: Appointment, house: House, monday: Any
) -> None:
    user = UserFactory()
    assert decisions.confirm(appointment.pk, user=user) == []
    assert sent_to_eino() == [("confirmed", "eino@example.org")]
    party = invited(appointment)
    assert (party.call_is_safe, party.sms_is_safe, party.email_is_safe) == (False, False, False)
    all_leave()
    assert list(worklist.calls(clock.now())) == []

    # Reminders do not go there, and neither does a cancellation: that is work at the desk.
    monday.move_to(clock.now() + timedelta(days=1, hours=2))
    reminders.send_reminders()
    assert sent_to_eino() == [("confirmed", "eino@example.org")]
    assert decisions.cancel(appointment.pk, user=user) == [party]
    assert sent_to_eino() == [("confirmed", "eino@example.org")]
    assert list(worklist.calls(clock.now())) == [party]


def test_an_invitation_that_had_not_left_is_replaced_not_doubled(
    appointment: Appointment, house: House
) -> None:
    user = UserFactory()
    decisions.confirm(appointment.pk, user=user)
    appointment.refresh_from_db()
    assert notices.notify_moved(appointment) == []
    assert sent_to_eino() == [("confirmed", "eino@example.org")]
    # Taken back before anybody was told: there is nobody to tell that it is cancelled.
    assert decisions.cancel(appointment.pk, user=user) == []
    assert sent_to_eino() == []


def test_their_page_asks_first_how_to_reach_them(appointment: Appointment, client: Client) -> None:
    decisions.confirm(appointment.pk, user=UserFactory())
    party = invited(appointment)
    link = link_of(party)
    client.cookies["django_language"] = "en"
    page = text(client, link)
    assert "Before you answer, tell us how we reach you safely." in page
    assert "I will come" not in page
    assert "eino@example.org" not in text(client, f"{link}details/")
    own = {
        "name": "Eino Korpi",
        "phone": "040 777 8889",
        "email": "",
        "safe": ["sms"],
        "language": "fi",
        "interpreter": "",
        "needs": "",
        "key": "one form",
    }
    response = client.post(f"{link}details/", own, follow=True)
    assert "Will you come?" in response.content.decode()
    party.refresh_from_db()
    assert (party.given_by_other, party.email, party.sms_is_safe) == (False, "", True)
    # The link went to an address that the other parent may read: it shows the first page only now.
    assert link_of(party) != link
    assert "You have been invited" in text(client, link)
    assert sent_to_eino() == [("confirmed", "eino@example.org")]
    assert OutboxMessage.objects.filter(to="+358407778889", kind="confirmed").count() == 1


def test_the_desk_shows_it_as_not_confirmed_and_never_as_safe(
    appointment: Appointment, desk: Desk
) -> None:
    html = desk.client.get(url(appointment), headers=EN).content.decode()
    assert "Given by the other parent, not confirmed" in html
    assert "one neutral invitation by e-mail, nothing more" in html
    assert "tel:+358400000002" not in html
    decisions.confirm(appointment.pk, user=desk.user)
    party = invited(appointment)
    appointment.refresh_from_db()
    page = f"parties/{party.pk}/"
    form = {
        "name": "Eino Korpi",
        "phone": "040 000 0002",
        "email": "eino@example.org",
        "language": "fi",
        "version": appointment.version,
    }
    refused = desk.client.post(
        url(appointment, page), {**form, "safe": ["sms"], "given_by_other": "on"}, headers=EN
    )
    assert refused.status_code == 422
    assert "Only the person can say what is safe." in refused.content.decode()
    # The person has said it on the phone.
    desk.client.post(url(appointment, page), {**form, "safe": ["call", "sms"]})
    party.refresh_from_db()
    assert (party.given_by_other, party.call_is_safe, party.sms_is_safe) == (False, True, True)
    html = desk.client.get(url(appointment), headers=EN).content.decode()
    assert "not confirmed" not in html
    assert sent_to_eino()[-1] == ("confirmed", "+358400000002")


def test_a_number_put_right_is_invited_once_more_while_it_is_the_others_word(
    appointment: Appointment, desk: Desk
) -> None:
    decisions.confirm(appointment.pk, user=desk.user)
    all_leave()
    party = invited(appointment)
    appointment.refresh_from_db()
    form = {
        "name": "Eino Korpi",
        "email": "eino.korpi@example.org",
        "language": "fi",
        "given_by_other": "on",
        "version": appointment.version,
    }
    desk.client.post(url(appointment, f"parties/{party.pk}/"), form)
    told = OutboxMessage.objects.filter(to="eino.korpi@example.org").values_list("kind", flat=True)
    assert list(told) == ["confirmed"]
    party.refresh_from_db()
    assert answers.is_invitation(party, appointment)


@pytest.mark.parametrize(
    ("given", "field"),
    [({"phone": "040 000 0001"}, "phone"), ({"email": "AINO@example.org"}, "email")],
)
def test_one_partys_contacts_are_refused_for_the_other(
    house: House, desk: Desk, given: dict[str, str], field: str
) -> None:
    appointment = request_for(house, other=None, other_parent="unit")
    form = {"name": "Eino", "language": "fi", "version": appointment.version, **given}
    response = desk.client.post(url(appointment, "parties/add/"), form, headers=EN)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert appointment.parties.count() == 1


def test_the_same_contacts_of_both_are_flagged_on_the_card(
    appointment: Appointment, desk: Desk
) -> None:
    html = desk.client.get(url(appointment), headers=EN).content.decode()
    assert "Two of them have the same" not in html
    appointment.parties.update(phone="+358400000001")
    html = desk.client.get(url(appointment), headers=EN).content.decode()
    assert "Two of them have the same phone number." in html


def test_nobody_answers_for_them_before(appointment: Appointment) -> None:
    decisions.confirm(appointment.pk, user=UserFactory())
    party = invited(appointment)
    link = link_of(party)
    client = Client()
    client.post(f"{link}answer/", {"answer": "yes"})
    party.refresh_from_db()
    assert party.answer == Answer.ASKED
    client.post(f"{link}answer/", {"answer": "no"})
    party.refresh_from_db()
    assert party.answer == Answer.DECLINED
