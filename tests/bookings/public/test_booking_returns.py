"""Changing an answer comes back to the check page, and pages that were left behind do not lie later."""

import pytest
from django.test import Client

from bookings.appointments import answers, decisions
from bookings.models import Appointment, Party
from bookings.parties.search import matches
from office.models import Attendance, Role
from tests.bookings.conftest import House
from tests.bookings.desk_cast import request_for, signed_in
from tests.bookings.public.test_booking_pages import choose, fill, send
from tests.factories import ServiceFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def visitor(client: Client, house: House) -> Client:
    client.cookies["django_language"] = "en"
    choose(client, house)
    fill(client, house)
    return client


def test_another_time_leads_back_to_the_check(visitor: Client, house: House) -> None:
    assert choose(visitor, house, 12).url == house.url("check/")
    wish = {"days": ["0"], "parts": ["morning"]}
    assert visitor.post(house.url("no-time/"), wish).url == house.url("check/")


def test_the_first_time_leads_on_to_the_details(client: Client, house: House) -> None:
    assert choose(client, house).url == house.url("details/")


def test_the_times_open_at_the_chosen_week(client: Client, house: House) -> None:
    value = house.value(9, day=25)
    late = value.replace("20261125", "20261209")
    assert late != value
    client.post(house.url("times/"), {"slot": late, "where": "any"})
    page = client.get(house.url("times/"))
    assert "week=2026-W51" in page.content.decode()


def test_a_choice_of_ones_own_is_no_loss_to_somebody_else(visitor: Client, house: House) -> None:
    visitor.get(house.url("check/"))
    second = ServiceFactory(slug="custody", attendance=Attendance.BOTH)
    house.professional.services.add(second)
    visitor.post("/book/custody/times/", {"slot": house.value(12), "where": "any"})
    page = visitor.post(house.url("check/"), follow=True).content.decode()
    assert ("for another matter since" in page, "somebody else" in page) == (True, False)
    assert Appointment.objects.count() == 0


def test_the_sent_page_of_a_cancelled_request_leads_to_how_it_stands(
    visitor: Client, house: House
) -> None:
    send(visitor, house)
    assert visitor.get(house.url("sent/")).status_code == 200
    answers.cancel_visit(Party.objects.get().pk)
    answer = visitor.get(house.url("sent/"), follow=True)
    assert "has been cancelled" in answer.content.decode()


def test_a_declined_one_too(visitor: Client, house: House) -> None:
    send(visitor, house)
    user = signed_in(Role.SECRETARY).user
    decisions.decline(Appointment.objects.get().pk, user=user, reason="no_times")
    answer = visitor.get(house.url("sent/"))
    assert answer.status_code == 302
    assert answer.url.startswith("/appointment/")


@pytest.mark.parametrize(("where", "asked"), [("phone", False), ("any", True)])
def test_a_way_in_is_asked_about_only_where_one_comes(
    client: Client, house: House, where: str, *, asked: bool
) -> None:
    client.post(house.url(), {"where": where})
    client.post(house.url("no-time/"), {"days": ["0"], "parts": ["morning"]})
    page = client.get(house.url("visit/")).content.decode()
    assert ('value="step_free"' in page, 'value="sign"' in page) == (asked, True)


@pytest.mark.parametrize(
    "typed",
    [
        "040 000 0001",
        "\u202a0400000001\u202c",
        "040\u20110000001",
        "040–0000001",
        "0400000001\u200b",
        "tel:+358400000001",
        "0400000001,",
    ],
)
def test_a_pasted_number_finds_its_owner(house: House, typed: str) -> None:
    appointment = request_for(house)
    assert [match.party.appointment for match in matches(typed)] == [appointment]
