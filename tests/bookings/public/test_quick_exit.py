"""Leaving quickly, and what lies in the database meanwhile: nothing that can be read."""

from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.http import HttpResponse
from django.test import Client

from bookings.availability.codec import time_value
from bookings.cases.invitations import token_of
from bookings.models import Hold, OtherParent
from bookings.parties.records import link_path
from bookings.preparation import device
from office.core import browser_seal
from office.models import Role
from plans.pages.links import SIGNED_IN
from plans.pages.sign_in import TYING_COOKIE
from tests.bookings.call_cast import call_hours
from tests.bookings.cases.cast import EINO, notice
from tests.bookings.conftest import House, at
from tests.bookings.desk_cast import request_for, signed_in
from tests.bookings.public.test_booking_pages import CONTACT, choose, fill
from tests.evenings.factories import EveningFactory

pytestmark = pytest.mark.django_db


def begun(client: Client, house: House) -> None:
    """Choose a time and write who one is."""
    choose(client, house, where=house.point.slug)
    client.post(house.url("details/"), CONTACT)
    assert CONTACT["name"] in client.get(house.url("details/")).content.decode()


def everything_in_the_database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT session_data FROM django_session")
        decoded = [str(row.get_decoded()) for row in Session.objects.all()]
        return "\n".join([*decoded, *(str(row) for row in cursor.fetchall())])


def test_what_was_typed_and_not_sent_is_sealed(client: Client, house: House) -> None:
    begun(client, house)
    stored = everything_in_the_database()
    assert "visitor" in stored
    assert [value for value in CONTACT.values() if isinstance(value, str) and value in stored] == []


def test_without_the_browsers_key_the_draft_is_gone(client: Client, house: House) -> None:
    begun(client, house)
    del client.cookies[browser_seal.COOKIE]
    assert CONTACT["name"] not in client.get(house.url("details/")).content.decode()
    client.cookies[browser_seal.COOKIE] = "another"
    assert CONTACT["name"] not in client.get(house.url("details/")).content.decode()


def test_the_key_is_the_browsers_alone(client: Client, house: House) -> None:
    begun(client, house)
    cookie = client.cookies[browser_seal.COOKIE]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert (cookie["max-age"], cookie["expires"]) == ("", "")
    assert cookie.value not in everything_in_the_database()


def test_leaving_ends_the_draft_the_held_time_and_the_session(
    client: Client, house: House, settings: Any
) -> None:
    begun(client, house)
    assert Hold.objects.count() == 1
    answer = client.post("/leave/")
    assert (answer.status_code, answer.url) == (302, settings.QUICK_EXIT_URL)
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert (Hold.objects.count(), Session.objects.count()) == (0, 0)
    assert {name for name, c in answer.cookies.items() if c.value} == set()
    assert client.get(house.url("details/")).url == house.url()


def test_leaving_drops_every_key_that_this_browser_has(client: Client, house: House) -> None:
    """The way to papers at home and the sign-in to a plan too, from whichever page one leaves."""
    party = request_for(house).parties.get(is_requester=True)
    answer = HttpResponse()
    device.remember(answer, party, "key")
    [papers] = answer.cookies
    client.cookies[papers] = "key"
    left = client.post("/leave/").cookies
    ended = {name: (left[name].value, left[name]["max-age"], left[name]["path"]) for name in left}
    assert ended[papers] == ("", 0, answer.cookies[papers]["path"])
    # Sent to the page of leaving, or it could not be known there.
    assert answer.cookies[papers]["path"] == "/"
    assert ended[SIGNED_IN] == ended[TYING_COOKIE] == ("", 0, "/plan/")


def test_the_form_is_emptied_by_a_press(client: Client, house: House) -> None:
    client.cookies["django_language"] = "en"
    begun(client, house)
    fill(client, house)
    for page in ("details/", "visit/", "other/", "check/"):
        assert f'action="{house.url("empty/")}"' in client.get(house.url(page)).content.decode()
    for _press in range(2):
        answer = client.post(house.url("empty/"), follow=True)
        assert answer.redirect_chain[-1][0] == house.url()
        assert "What you wrote is gone." in answer.content.decode()
    assert Hold.objects.count() == 0
    assert client.get(house.url("check/")).status_code == 302
    choose(client, house)
    assert CONTACT["name"] not in client.get(house.url("details/")).content.decode()
    assert client.get(house.url("empty/")).status_code == 405


WARNING = "history still shows that you have been here"


@pytest.mark.parametrize("path", ["/", "/guidance/"])
def test_where_one_comes_in_it_says_what_stays_in_the_history(
    client: Client, house: House, path: str
) -> None:
    client.cookies["django_language"] = "en"
    html = client.get(path).content.decode()
    assert WARNING in html
    assert 'href="/guidance/afraid/"' in html


def test_the_front_page_has_the_way_for_who_is_afraid(client: Client, house: House) -> None:
    client.cookies["django_language"] = "en"
    html = client.get("/").content.decode()
    assert "<strong>I am afraid of the other parent</strong>" in html


def test_where_one_writes_of_oneself_it_says_so_too(client: Client, house: House) -> None:
    client.cookies["django_language"] = "en"
    begun(client, house)
    assert WARNING in client.get(house.url("details/")).content.decode()
    appointment = request_for(house, 11, other_parent=OtherParent.PASS_ON, other=None)
    invited = appointment.parties.get(is_requester=False)
    assert WARNING in client.get(f"{link_path(invited)}details/").content.decode()
    person = notice(house, EINO).people.get()
    own = f"/invitation/{token_of(person)}/details/?slot={house.value(13)}"
    assert WARNING in client.get(own).content.decode()


def test_where_one_asks_for_a_call_or_a_place_at_an_evening_it_says_so(
    client: Client, house: House
) -> None:
    client.cookies["django_language"] = "en"
    call_hours(house)
    evening = EveningFactory()
    for path in (
        f"/call-back/details/?time={time_value(at(16))}&language=fi",
        f"/evenings/{evening.pk}/sign-up/",
    ):
        page = client.get(path)
        assert page.status_code == 200, path
        assert WARNING in page.content.decode(), path


def test_leaving_needs_no_token_and_no_session(house: House) -> None:
    stranger = Client(enforce_csrf_checks=True)
    assert stranger.post("/leave/").status_code == 302
    assert Session.objects.count() == 0
    assert stranger.get("/leave/").status_code == 405


def test_another_site_ends_nothing(client: Client, house: House) -> None:
    begun(client, house)
    client.post("/leave/", headers={"Sec-Fetch-Site": "cross-site"})
    assert Hold.objects.count() == 1
    assert CONTACT["name"] in client.get(house.url("details/")).content.decode()


def test_staff_stay_signed_in(house: House) -> None:
    client = signed_in(Role.SECRETARY).client
    client.post("/leave/")
    assert client.get("/desk/").status_code == 200
