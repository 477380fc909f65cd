"""Who is calling: each party's own code, asked for before anything is told."""

from typing import Any

import pytest
from django.test import Client

from bookings.appointments import notices
from bookings.models import Appointment, Party
from bookings.self_service import personal_links
from bookings.self_service.caller_check import CODES_A_MINUTE
from office.core import own_codes
from office.messaging import outbox
from office.models import AccessLogEntry, OutboxMessage, Role
from tests.bookings.conftest import House
from tests.bookings.desk_cast import Desk, request_for, signed_in, url
from tests.bookings.personal_cast import cast, passed_on, text
from tests.factories import UserFactory, link_of

pytestmark = pytest.mark.django_db

EN = {"Accept-Language": "en"}
ON_THE_LINE = "On the line"


@pytest.fixture
def desk(db: None) -> Desk:
    return signed_in(Role.SECRETARY)


@pytest.fixture
def appointment(house: House) -> Appointment:
    return request_for(house)


def code_of(party: Party) -> str:
    return own_codes.own_code(party.link_nonce)


def asking(appointment: Appointment) -> Party:
    return appointment.parties.get(is_requester=True)


def card(desk: Desk, appointment: Appointment) -> str:
    return " ".join(desk.client.get(url(appointment), headers=EN).content.decode().split())


def test_both_parents_have_codes_of_their_own_and_see_only_theirs(
    house: House, appointment: Appointment, client: Client
) -> None:
    client.cookies["django_language"] = "en"
    one, two = appointment.parties.order_by("-is_requester")
    assert code_of(one) != code_of(two)
    page = text(client, link_of(one))
    assert code_of(one) in page
    assert code_of(two) not in page
    # The shared one says of nobody who they are.
    assert appointment.reference not in page


@pytest.mark.parametrize("typed", [str, str.lower, lambda c: c.replace("-", " ")])
def test_the_card_marks_who_is_on_the_line(
    appointment: Appointment, desk: Desk, typed: Any
) -> None:
    assert ON_THE_LINE not in card(desk, appointment)
    party = asking(appointment)
    response = desk.client.post("/desk/who-calls/", {"code": typed(code_of(party))})
    assert response.headers["Location"] == url(appointment)
    html = card(desk, appointment)
    assert html.count(ON_THE_LINE) == 1
    line = html.index(ON_THE_LINE)
    assert html.index("Aino Virtala") < line < html.rindex("Eino Korpi")
    entry = AccessLogEntry.objects.get(action="identify")
    assert (entry.record, entry.user) == (appointment.reference, desk.user)


def test_the_mark_goes_with_the_call_and_is_the_sessions_own(
    appointment: Appointment, desk: Desk, monday: Any
) -> None:
    code = {"code": code_of(asking(appointment))}
    desk.client.post("/desk/who-calls/", code)
    assert ON_THE_LINE not in card(signed_in(Role.SECRETARY), appointment)
    desk.client.post("/desk/phone/calls/start/")
    assert ON_THE_LINE not in card(desk, appointment)
    desk.client.post("/desk/who-calls/", code)
    assert ON_THE_LINE in card(desk, appointment)
    monday.shift(31 * 60)
    assert ON_THE_LINE not in card(desk, appointment)


def test_the_desks_search_takes_the_code_too(appointment: Appointment, desk: Desk) -> None:
    response = desk.client.post("/desk/find/", {"q": code_of(asking(appointment))})
    assert response.headers["Location"] == url(appointment)
    assert ON_THE_LINE in card(desk, appointment)


def test_a_code_that_nobody_has_tells_nothing_and_is_logged(
    appointment: Appointment, desk: Desk
) -> None:
    for wrong in ("22-AAA-22", "x", "", appointment.reference):
        data = {"code": wrong, "reference": appointment.reference}
        response = desk.client.post("/desk/who-calls/", data)
        assert response.headers["Location"] == url(appointment)
    elsewhere = desk.client.post("/desk/who-calls/", {"code": "x", "reference": "none"})
    assert elsewhere.headers["Location"] == "/desk/"
    logged = AccessLogEntry.objects.filter(action="identify").values_list("record", flat=True)
    assert set(logged) == {"-"}
    assert ON_THE_LINE not in card(desk, appointment)


def test_nobody_tries_codes_by_the_hundred(appointment: Appointment, desk: Desk) -> None:
    for _ in range(CODES_A_MINUTE):
        desk.client.post("/desk/who-calls/", {"code": "22-AAA-22"})
    desk.client.post("/desk/who-calls/", {"code": code_of(asking(appointment))})
    assert ON_THE_LINE not in card(desk, appointment)
    other = signed_in(Role.SECRETARY)
    other.client.post("/desk/who-calls/", {"code": code_of(asking(appointment))})
    assert ON_THE_LINE in card(other, appointment)


def test_a_closed_link_takes_its_code_with_it(appointment: Appointment, desk: Desk) -> None:
    party = asking(appointment)
    old = code_of(party)
    personal_links.close_link(party.pk)
    desk.client.post("/desk/who-calls/", {"code": old})
    assert ON_THE_LINE not in card(desk, appointment)
    party.refresh_from_db()
    desk.client.post("/desk/who-calls/", {"code": code_of(party)})
    assert ON_THE_LINE in card(desk, appointment)


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.GUIDE, Role.MANAGER])
def test_colleagues_and_strangers_ask_nobody(appointment: Appointment, role: Role) -> None:
    code = {"code": code_of(asking(appointment))}
    assert signed_in(role).client.post("/desk/who-calls/", code).status_code == 403
    assert Client().post("/desk/who-calls/", code).status_code == 302
    assert signed_in(Role.SECRETARY).client.get("/desk/who-calls/").status_code == 405
    assert AccessLogEntry.objects.filter(action="identify").count() == 0


def test_messages_carry_the_receivers_own_code(db: None) -> None:
    people = cast()
    notices.notify_confirmed(people.appointment)
    for party in (people.asking, people.invited):
        message = OutboxMessage.objects.get(to=party.email)
        said = outbox.text_of(message)
        assert code_of(party) in said
        assert people.appointment.reference not in said
    before = code_of(people.asking)
    personal_links.close_link(people.asking.pk, user=UserFactory())
    waiting = OutboxMessage.objects.filter(to=people.asking.email)
    assert not any(before in outbox.text_of(message) for message in waiting)


def test_an_invitation_has_no_code_by_which_another_could_pass_for_its_owner(
    client: Client, db: None
) -> None:
    client.cookies["django_language"] = "en"
    invited, _code = passed_on()
    page = text(client, link_of(invited))
    assert code_of(invited) not in page
    assert invited.appointment.reference in page
