"""Finding a caller while typing: by number, name, address or code, a slip forgiven."""

from typing import Any

import pytest
from django.db import connection

from bookings.models import AppointmentEvent, Party
from bookings.parties.search import callers, international
from office.core import clock
from office.core.names import Folded, folded
from tests.factories import AppointmentFactory, PartyFactory

pytestmark = pytest.mark.django_db


def party(name: str, **fields: Any) -> Party:
    fields = {"is_requester": True, "phone": "+358401234567", "email": "", **fields}
    made: Party = PartyFactory(name=name, **fields)
    return made


def names(text: str) -> list[str]:
    return [caller.party.name for caller in callers(text)]


@pytest.mark.parametrize(
    "typed",
    [
        "Väinö Mäkinen",
        "väinö",
        "mäki",
        "Mäkinen Väinö",
        "vaino makinen",
        "Vainö M",
        # Slips: a letter wrong, left out, doubled, two changed about
        "Mäkonen",
        "Mäknen",
        "Mäkkinen",
        "Mäkinne",
        "Väiön",
        # Another Swedish or Estonian letter for the same sound
        "Måkinen",
        "Mækinen",
    ],
)
def test_a_name_is_found_however_it_is_typed(typed: str) -> None:
    party("Väinö Mäkinen")
    party("Otso Ek", phone="+358409999999")
    assert names(typed) == ["Väinö Mäkinen"]


def test_short_names_are_found_whole() -> None:
    party("Otso Ek")
    assert names("ek") == []
    assert names("otso ek") == ["Otso Ek"]


@pytest.mark.parametrize(
    "typed",
    [
        "040 123 4567",
        "0401234567",
        "040-1234567",
        "+358 40 1234567",
        "+358 (0)40 123 4567",
        "00358401234567",
        "358401234567",
        "40 123 4567",
        "040 123",
    ],
)
def test_a_number_is_found_however_it_is_typed(typed: str) -> None:
    party("Aino Virtala")
    party("Eino Korpi", phone="+358407654321")
    assert names(typed) == ["Aino Virtala"]


@pytest.mark.parametrize("typed", ["040", "040 1", "12", "+", "", "  ", "ab", "\0", "%", "_", "'"])
def test_too_little_finds_nothing(typed: str) -> None:
    party("Aino Virtala")
    assert names(typed) == []


def test_a_number_from_abroad() -> None:
    assert international("+46 70 123 4567") == "+46701234567"
    assert international("0046701234567") == "+46701234567"


@pytest.mark.parametrize("typed", ["KLM-482", "klm482", "KLM 48"])
def test_a_reference_code_is_found(typed: str) -> None:
    party("Aino Virtala", appointment=AppointmentFactory(reference="KLM-482"))
    assert names(typed) == ["Aino Virtala"]


def test_an_address_is_found_whole() -> None:
    party("Aino Virtala", email="Aino@example.org")
    assert names("aino@EXAMPLE.org") == ["Aino Virtala"]
    assert names("aino@example") == []


def test_a_person_is_found_once_with_the_newest_details() -> None:
    party("Aino Virtala", language="fi")
    newest = party("Aino Virtala", language="sv")
    other = party("Aino Virtala", phone="+358409999999")
    assert [caller.party for caller in callers("aino virtala")] == [other, newest]


def test_who_stays_anonymous_is_not_found() -> None:
    party("Kettu", phone="", appointment=AppointmentFactory(is_anonymous=True))
    assert names("kettu") == []


def test_details_that_the_other_parent_gave_are_not_own() -> None:
    given = party("Eino Korpi", is_requester=False)
    assert [caller.is_own for caller in callers("eino")] == [False]
    AppointmentEvent.objects.create(
        appointment=given.appointment,
        what="details_given",
        status="confirmed",
        at=clock.now(),
        by="party",
        party=given,
    )
    assert [caller.is_own for caller in callers("eino")] == [True]


def test_own_details_go_before_newer_ones_that_another_gave() -> None:
    own = party("Eino Korpi")
    party("Eino Korpi", is_requester=False)
    assert [caller.party for caller in callers("eino")] == [own]


def test_the_number_of_queries_does_not_grow(django_assert_num_queries: Any) -> None:
    party("Aino Virtala")
    with django_assert_num_queries(7):
        callers("aino virtala")
    party("Aino Virtanen", phone="+358400000009")
    party("Aino Virta", phone="+358400000008")
    with django_assert_num_queries(7):
        callers("aino virtala")


@pytest.mark.parametrize("name", ["Väinö Mäkinen", "Åke Öhman-Berg", "Zoë Šimić", "  ÆØ  é "])
def test_names_are_folded_alike_in_python_and_in_the_database(name: str) -> None:
    row = Party.objects.filter(pk=party(name).pk).annotate(folded=Folded("name")).get()
    assert " ".join(row.folded.split()) == folded(name)


def test_the_indexes_are_used() -> None:
    with connection.cursor() as cursor:
        # Of a small table any plan is good; these ways would not be of a large one.
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off")
    named = Party.objects.annotate(folded=Folded("name"))
    for rows, index in (
        (named.filter(folded__contains=" aino"), "party_by_name"),
        (named.filter(folded__trigram_word_similar="aino"), "party_by_name"),
        (Party.objects.filter(phone__startswith="+35840123"), "party_by_phone"),
    ):
        assert index in rows.explain()
