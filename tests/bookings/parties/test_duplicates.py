"""Requests that may be the same, or of the same two people."""

from typing import Any

import pytest

from bookings.models import Appointment, Case, StartedBy, Status
from bookings.parties import apart
from bookings.parties.duplicates import (
    BOTH_ASKED,
    EMAIL,
    NAME,
    NEAR,
    PHONE,
    look_alikes,
    possible_duplicates,
)
from office.core import clock
from office.models import AccessLogEntry
from tests.bookings.conftest import House, at
from tests.factories import AppointmentFactory, PartyFactory, ServiceFactory, UserFactory


def asked(**fields: Any) -> Appointment:
    """Make a request by one parent, without the factory's own names, which are alike."""
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
        (
            {"name": "Aino Virtala", "phone": "+358400000001"},
            {"name": "Aino Virtalla", "phone": "+358400000001"},
            {NEAR, PHONE},
        ),
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
    # A name that is merely like it says nothing by itself.
    asked(name="Aino Virtalla", phone="")
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
        ({"status": Status.CANCELLED}, False),
        ({"status": Status.DECLINED}, False),
        ({"status": Status.REQUESTED, "created_at": at(9, day=1, month=9)}, True),
    ],
    ids=["held", "past", "ahead", "cancelled", "declined", "open since long"],
)
def test_what_counts(house: House, change: dict[str, object], is_found: bool) -> None:
    first, second = asked(phone="+358400000001"), asked(phone="+358400000001")
    Appointment.objects.filter(pk=second.pk).update(**change)

    assert bool(reasons(first)) is is_found


def test_two_queries_for_all(house: House, django_assert_num_queries: Any) -> None:
    ids = [asked(phone="+358400000001").pk for _ in range(3)]

    with django_assert_num_queries(2):
        found = possible_duplicates(ids)

    assert {pk: len(others) for pk, others in found.items()} == dict.fromkeys(ids, 2)
    assert possible_duplicates([]) == {}


def told_apart(one: Appointment, other: Appointment) -> None:
    (found,) = look_alikes([one.pk])[one.pk]
    references = [one.reference, other.reference]
    apart.tell_apart(found.pairs, references=references, user=UserFactory())


def test_two_people_stay_apart_in_later_requests(house: House) -> None:
    aino, other = {"name": "Aino Virtala", "phone": "+358400000001"}, "+358400000002"
    first, second = asked(**aino), asked(name="Virtala Aino", phone=other, email="")
    told_apart(first, second)

    later = asked(name="Aino Virtala", phone=other, email="")

    assert reasons(first) == []
    assert reasons(later) == [(second.pk, {NAME, PHONE})]


def test_one_person_with_two_matters_is_told_apart_for_these_two_only(house: House) -> None:
    aino = {"name": "Aino Virtala", "phone": "+358400000001"}
    first, second = asked(**aino), asked(**aino)
    told_apart(first, second)

    third = asked(**aino)

    assert [pk for pk, _why in reasons(first)] == [third.pk]
    assert [pk for pk, _why in reasons(third)] == [first.pk, second.pk]


def test_another_who_is_alike_still_warns(house: House) -> None:
    """Of two pairs one was told apart: the other one is looked at as before."""
    first, second = (
        asked(name="Aino Virtala", phone="+358400000001"),
        asked(name="Aino Virtala", phone="+358400000002"),
    )
    told_apart(first, second)
    for appointment in (first, second):
        PartyFactory(appointment=appointment, name="Eino Korpi", phone="+358400000003", email="")

    assert [pk for pk, _why in reasons(first)] == [second.pk]


def test_telling_apart_is_logged_and_can_be_taken_back(house: House) -> None:
    first = asked(name="Aino Virtala", phone="+358400000001")
    second = asked(name="Aino Virtala", phone="+358400000002")
    told_apart(first, second)
    told_apart(first, second)
    assert AccessLogEntry.objects.filter(details__step="told apart").count() == 4

    (found,) = look_alikes([second.pk])[second.pk]
    assert found.is_apart
    apart.take_back(found.pairs, references=[first.reference], user=UserFactory())

    assert reasons(first) == [(second.pk, {NAME})]


def test_what_is_kept_of_people_names_nobody(house: House) -> None:
    first = asked(name="Aino Virtala", phone="+358400000001")
    second = asked(name="Aino Virtala", phone="+358400000002")
    told_apart(first, second)

    for row in apart.ToldApart.objects.values_list("first", "second"):
        assert all(len(key) == 64 and int(key, 16) for key in row)


def test_visits_of_one_case_are_no_duplicates(house: House) -> None:
    now = clock.now()
    case, other = [
        Case.objects.create(
            reference=reference,
            started_by=StartedBy.COURT,
            service=ServiceFactory(),
            received_on=clock.today(),
            due_on=clock.today(),
            created_at=now,
            updated_at=now,
        )
        for reference in ("DAA-111", "DBB-222")
    ]
    first, second, elsewhere = [asked(name="Aino Virtala", phone="+358400000001") for _ in range(3)]
    Appointment.objects.filter(pk__in=[first.pk, second.pk]).update(case=case)
    Appointment.objects.filter(pk=elsewhere.pk).update(case=other)

    assert reasons(first) == reasons(second) == [(elsewhere.pk, {NAME, PHONE})]
    Appointment.objects.filter(pk=elsewhere.pk).update(case=None)
    assert [pk for pk, _why in reasons(elsewhere)] == [first.pk, second.pk]
