"""A held time that has lapsed: the visitor goes on with it, as long as nobody else has needed it."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from bookings.availability.holds import LAPSED_ARE_KEPT_FOR, forget_lapsed_holds
from bookings.models import Appointment, Hold
from office.calendar.occupancy import take
from office.models import ClaimKind, Occupancy
from tests.bookings.conftest import House, at
from tests.bookings.public.test_booking_pages import CONTACT, UNIT_ASKS, VISIT, choose, fill

OVER = "no longer held for you"


@pytest.fixture(autouse=True)
def english(client: Client) -> None:
    client.cookies["django_language"] = "en"


def test_a_visitor_goes_on_with_a_lapsed_time_that_is_still_free(
    client: Client, house: House, monday: time_machine.Traveller
) -> None:
    choose(client, house)
    monday.shift(timedelta(minutes=16))
    # What the page says while it is open holds after a reload too: go on.
    page = client.get(house.url("details/")).content.decode()
    assert (OVER in page, "hidden" in page.split('id="hold-over"')[1][:20]) == (True, False)
    assert "data-countdown" not in page
    for name, data, then in (
        ("details/", CONTACT, "visit/"),
        ("visit/", VISIT, "other/"),
        ("other/", UNIT_ASKS, "check/"),
    ):
        assert client.post(house.url(name), data).url == house.url(then)
    assert "Vanhempi Yksi" in client.get(house.url("check/")).content.decode()
    assert client.post(house.url("check/")).url == house.url("sent/")
    assert Appointment.objects.get().starts_at == at(9)


def test_while_the_time_is_held_nothing_says_that_it_is_over(client: Client, house: House) -> None:
    choose(client, house)
    page = client.get(house.url("details/")).content.decode()
    assert "hidden" in page.split('id="hold-over"')[1][:20]


def test_a_lapsed_time_that_another_holds_sends_back_to_the_times(
    client: Client, house: House, monday: time_machine.Traveller
) -> None:
    choose(client, house)
    monday.shift(timedelta(minutes=16))
    choose(Client(), house)
    answer = client.post(house.url("details/"), CONTACT, follow=True)
    assert answer.redirect_chain[-1][0] == house.url("times/")
    assert "what you wrote is kept" in answer.content.decode()
    assert client.get(house.url("visit/")).status_code == 302


@pytest.mark.parametrize("what", ["room", "professional"])
def test_a_lapsed_time_is_kept_whole_or_not_at_all(
    client: Client, house: House, monday: time_machine.Traveller, what: str
) -> None:
    choose(client, house)
    fill(client, house)
    client.get(house.url("check/"))
    monday.shift(timedelta(minutes=20))
    # Somebody needs the room, or the professional, and not the other.
    needed = getattr(house, what).pk
    take(kind=ClaimKind.OTHER, resources=[needed], start=at(9), end=at(9, 30))
    answer = client.post(house.url("check/"), follow=True)
    assert answer.redirect_chain[-1][0] == house.url("times/")
    assert Appointment.objects.count() == 0
    assert Occupancy.objects.get().resource_id == needed


def test_lapsed_holds_are_forgotten_after_a_while(
    client: Client, house: House, monday: time_machine.Traveller
) -> None:
    choose(client, house)
    monday.shift(timedelta(minutes=16))
    assert (forget_lapsed_holds(), Hold.objects.count()) == (0, 1)
    monday.shift(LAPSED_ARE_KEPT_FOR)
    assert (forget_lapsed_holds(), Hold.objects.count()) == (1, 0)
    assert Occupancy.objects.count() == 0
