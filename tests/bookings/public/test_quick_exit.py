"""Leaving quickly, and what lies in the database meanwhile: nothing that can be read."""

from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client

from bookings.models import Hold
from office.core import browser_seal
from office.models import Role
from tests.bookings.conftest import House
from tests.bookings.desk_cast import signed_in
from tests.bookings.public.test_booking_pages import CONTACT, choose

pytestmark = pytest.mark.django_db


def begun(client: Client, house: House) -> None:
    """Somebody has chosen a time and written who they are."""
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
