"""Requests that may be the same, or of the same two people."""

from typing import Any

import pytest

from bookings.models import Appointment, Status
from bookings.parties.duplicates import BOTH_ASKED, EMAIL, NAME, PHONE, possible_duplicates
from tests.bookings.conftest import House, at
from tests.factories import AppointmentFactory, PartyFactory


def asked(**fields: Any) -> Appointment:
    """A request by one parent. The factory's own names are alike, and left out."""
    appointment = AppointmentFactory()
    PartyFactory(appointment=appointment, is_requester=True, **{"name": "", **fields})
    return appointment


def reasons(appointment: Appointment) -> list[tuple[int, set[str]]]:
    found = possible_duplicates([appointment.pk]).get(appointment.pk, [])
    return [(duplicate.appointment, duplicate.reasons) for duplicate in found]


@pytest.mark.parametrize(
    ("mine", "theirs", "why"),
    [
        ({"phone": "+358400000001"}, {"phone": "+358400000001"}, {PHONE}),
        ({"email": "A@example.org"}, {"email": "a@EXAMPLE.org"}, {EMAIL}),
        ({"name": "Aino Virtala"}, {"name": "Virtala Aino"}, {NAME}),
        ({"name": "Aino Virtala"}, {"name": "Aino Virtalla"}, {NAME}),
        (
            {"phone": "+358400000001", "email": "a@example.org"},
            {"phone": "+358400000001", "email": "a@example.org"},
            {PHONE, EMAIL},
        ),
    ],
)
def test_same_or_near(
    house: House, mine: dict[str, str], theirs: dict[str, str], why: set[str]
) -> None:
    first, second = asked(**mine), asked(**theirs)

    assert reasons(first) == [(second.pk, why)]
    assert reasons(second) == [(first.pk, why)]


def test_others_are_left_alone(house: House) -> None:
    first = asked(name="Aino Virtala", phone="")
    asked(name="Eino Korpi", phone="")
    asked(name="", phone="", email="")

    assert reasons(first) == []


def test_both_parents_asked(house: House) -> None:
    first = asked(phone="+358400000001")
    PartyFactory(appointment=first, name="", phone="+358400000002")
    second = asked(phone="+358400000002")

    assert reasons(first) == [(second.pk, {PHONE, BOTH_ASKED})]
    assert reasons(second) == [(first.pk, {PHONE, BOTH_ASKED})]


def test_name_alone_does_not_say_that_both_asked(house: House) -> None:
    first = asked(name="Aino Virtala")
    PartyFactory(appointment=first, name="Eino Korpi")
    second = asked(name="Eino Korpi")

    assert reasons(first) == [(second.pk, {NAME})]


def test_nicknames_are_not_names(house: House) -> None:
    first, second = asked(name="Kettu"), asked(name="Kettu")
    Appointment.objects.filter(pk=second.pk).update(is_anonymous=True)

    assert reasons(first) == []


@pytest.mark.parametrize(
    ("change", "is_found"),
    [
        ({"status": Status.DONE}, False),
        (
            {"status": Status.REQUESTED, "starts_at": at(9, day=20), "ends_at": at(10, day=20)},
            False,
        ),
        ({"status": Status.REQUESTED, "starts_at": at(9), "ends_at": at(10)}, True),
        ({"status": Status.CANCELLED}, True),
        ({"status": Status.CANCELLED, "created_at": at(9, day=1, month=9)}, False),
        ({"status": Status.REQUESTED, "created_at": at(9, day=1, month=9)}, True),
    ],
    ids=["held", "past", "ahead", "cancelled lately", "cancelled long ago", "open since long"],
)
def test_what_counts(house: House, change: dict[str, object], is_found: bool) -> None:
    first, second = asked(phone="+358400000001"), asked(phone="+358400000001")
    Appointment.objects.filter(pk=second.pk).update(**change)

    assert bool(reasons(first)) is is_found


def test_one_query_for_all(house: House, django_assert_num_queries: Any) -> None:
    ids = [asked(phone="+358400000001").pk for _ in range(3)]

    with django_assert_num_queries(1):
        found = possible_duplicates(ids)

    assert {pk: len(others) for pk, others in found.items()} == dict.fromkeys(ids, 2)
    assert possible_duplicates([]) == {}
