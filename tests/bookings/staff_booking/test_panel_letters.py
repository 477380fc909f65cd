"""The letters of a booking are read before it is sent, in the panel, and nothing is done by reading."""

from typing import Any

import pytest
from django.test import Client
from django.utils.translation import override

from bookings.models import Appointment, ParkedBooking, Party
from office.models import Occupancy, OutboxMessage, Role
from tests.bookings.conftest import House
from tests.bookings.desk_cast import signed_in
from tests.bookings.staff_booking.test_panel import PAGE, typed

pytestmark = pytest.mark.django_db
PART = {"HX-Request": "true"}


@pytest.fixture
def client(house: House) -> Client:
    return signed_in(Role.SECRETARY).client


def read(client: Client, data: dict[str, Any], **headers: str) -> Any:
    with override("fi"):
        return client.post(PAGE, data, headers={"accept-language": "fi", **headers})


def nothing_was_done() -> bool:
    tables = (Appointment, Party, OutboxMessage, Occupancy, ParkedBooking)
    return not any(table.objects.exists() for table in tables)


def test_the_letters_stand_in_the_panel(house: House, client: Client) -> None:
    response = read(client, typed(house, do="letters"), **PART)

    letters = response.context["letters"]
    assert [letter.name for letter in letters if letter.party] == [
        "Aino Virtala",
        "Aino Virtala",
        "Eino Korpi",
    ]
    # The professional is named, although nobody takes part any more once it is taken back.
    assert house.professional.name in [letter.name for letter in letters]
    html = response.content.decode()
    assert "klo 9.00" in html
    assert "<form" not in html
    assert nothing_was_done()


def test_no_code_is_shown_that_nobody_will_have(house: House, client: Client) -> None:
    shown = read(client, typed(house, do="letters"), **PART).content.decode()

    client.post(PAGE, typed(house))
    code = Appointment.objects.get().reference
    bodies = " ".join(OutboxMessage.objects.values_list("body", flat=True))
    assert code in bodies
    assert "[viitekoodi]" in shown


def test_without_scripts_they_stand_on_the_page_with_all_that_was_typed(
    house: House, client: Client
) -> None:
    data = typed(house, do="letters")

    response = read(client, data)

    html = response.content.decode()
    assert response.status_code == 200
    assert 'class="letter"' in html
    assert 'value="Aino Virtala"' in html
    assert f'value="{data["slot"]}"' in html
    assert nothing_was_done()
    # The same key books afterwards.
    client.post(PAGE, {**data, "do": "book"})
    assert Appointment.objects.count() == 1


def test_what_is_missing_is_said_with_its_field(house: House, client: Client) -> None:
    response = read(client, typed(house, do="letters", slot="", caller__name=""), **PART)

    problems = " ".join(response.context["problems"])
    assert "Valitse jokin ajoista" in problems
    assert "Nimi: " in problems
    assert response.context["letters"] == []


def test_what_both_are_asked_is_read_too(house: House, client: Client) -> None:
    data = typed(
        house,
        do="joint_letters",
        slot="",
        where=house.point.pk,
        other__safe=["sms"],
        **{"joint-due_day": ""},
    )

    response = read(client, data, **PART)

    assert response.context["problems"] == []
    names = {letter.name for letter in response.context["letters"]}
    assert {"Aino Virtala", "Eino Korpi"} <= names
    assert nothing_was_done()


def test_who_gets_no_message_is_named(house: House, client: Client) -> None:
    data = typed(house, do="letters", caller__all_safe="")
    del data["caller-all_safe"]

    response = read(client, data, **PART)

    assert response.context["to_call"] == ["Aino Virtala"]
    assert "Viestiä ei voi lähettää turvallisesti: Aino Virtala." in response.content.decode()
