"""The number and address of a protected person of a case: behind a press of the secretary's, logged."""

from dataclasses import replace

import pytest
from django.test import Client

from bookings.models import Case, CasePerson
from office.models import AccessLogEntry, Role
from tests.bookings.cases.cast import AINO, EINO, notice
from tests.bookings.conftest import House
from tests.bookings.desk_cast import signed_in
from tests.factories import PartyFactory, booked

pytestmark = pytest.mark.django_db

SECRET = replace(
    AINO, phone="+358400000001", email="aino@example.org", post_to="PL 1", is_protected=True
)
OPEN = replace(EINO, phone="+358400000002", email="eino@example.org")
WAYS = ("400000001", "040 000 0001", "aino@example.org")


@pytest.fixture
def case(house: House) -> Case:
    return notice(house, SECRET, OPEN)


@pytest.fixture
def secretary(house: House) -> Client:
    return signed_in(Role.SECRETARY).client


def page(case: Case) -> str:
    return f"/desk/cases/{case.reference}/"


def person_page(case: Case, name: str = AINO.name) -> str:
    return f"{page(case)}people/{case.people.get(name=name).pk}/"


def shows(html: str) -> bool:
    return any(way in html for way in WAYS)


def test_they_are_shown_by_a_press_once_and_logged(case: Case, secretary: Client) -> None:
    html = secretary.get(page(case)).content.decode()
    assert not shows(html)
    assert not shows(secretary.get(person_page(case)).content.decode())
    assert "eino@example.org" in html
    shown = secretary.post(f"{person_page(case)}reveal/")
    assert shows(shown.content.decode())
    assert "no-store" in shown.headers["Cache-Control"]
    entry = AccessLogEntry.objects.get(action="reveal")
    assert (entry.record, entry.reason) == (case.reference, "case")
    assert not shows(secretary.get(page(case)).content.decode())


def test_who_has_said_so_since_is_hidden_too(case: Case, secretary: Client, house: House) -> None:
    visit = booked(start=house.slot(9).start, professionals=[house.professional], case=case)
    party = PartyFactory(appointment=visit, is_protected=True)
    CasePerson.objects.filter(name=EINO.name).update(party=party)
    assert "eino@example.org" not in secretary.get(page(case)).content.decode()


def test_correcting_without_seeing_keeps_them(case: Case, secretary: Client) -> None:
    form = {"name": "Aino V", "post_to": "PL 2", "is_protected": "on", "language": "fi"}
    assert secretary.post(person_page(case), form).status_code == 302
    person = case.people.get(name="Aino V")
    assert (str(person.phone), person.email, person.post_to) == (
        "+358400000001",
        "aino@example.org",
        "PL 2",
    )
    secretary.post(f"{page(case)}people/{person.pk}/", {**form, "phone": "040 123 4567"})
    person.refresh_from_db()
    assert (str(person.phone), person.email) == ("+358401234567", "aino@example.org")


def test_nobody_else_reveals_anything(case: Case, secretary: Client, house: House) -> None:
    path = f"{person_page(case)}reveal/"
    for role in (Role.SUPERVISOR, Role.GUIDE, Role.MANAGER):
        assert signed_in(role).client.post(path).status_code == 403
    assert Client().post(path).status_code == 302
    assert secretary.get(path).status_code == 405
    other = notice(house)
    foreign = case.people.get(name=AINO.name).pk
    assert secretary.post(f"{page(other)}people/{foreign}/reveal/").status_code == 404
    assert not AccessLogEntry.objects.filter(action="reveal").exists()
