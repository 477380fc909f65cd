"""A professional keeps time for a meeting, a court session, lunch: never over what is booked."""

from typing import Any

import pytest
from django.test import Client
from django.utils.translation import override

from bookings.availability.search import Wish, find
from bookings.models import Appointment
from office.calendar.blocked_time import block_time
from office.calendar.occupancy import TimeTakenError
from office.models import BlockedTime, Channel, Claim, Occupancy, Professional, Role
from office.setup.absences import add_absence, end_absence
from tests.bookings.conftest import MONDAY, House, at
from tests.bookings.desk_cast import signed_in
from tests.factories import ProfessionalFactory, UserFactory, booked

TIMES = {"day": "2026-11-25", "starts": "9", "ends": "10.30", "kind": "court"}


@pytest.fixture
def supervisor(house: House) -> Client:
    return of(house.professional)


def of(professional: Professional) -> Client:
    professional.user = UserFactory(roles=[Role.SUPERVISOR])
    professional.save()
    client = Client()
    client.force_login(professional.user)
    return client


def starts(house: House) -> set[Any]:
    """Return when the service can begin on Wednesday."""
    found = find(Wish(house.service, Channel.IN_PERSON, None, ""), house.unit, online=False)
    return {slot.start for slot in found.slots if slot.start.date() == at(9).date()}


def test_blocked_time_is_not_offered_and_comes_back(house: House, supervisor: Client) -> None:
    before = starts(house)
    assert {at(9), at(10, 30)} <= before

    response = supervisor.post("/my-day/block/", TIMES)

    assert response.headers["Location"] == "/my-day/?day=2026-11-25#blocked"
    assert at(9) not in starts(house)
    assert at(10, 30) in starts(house)
    page = supervisor.get("/my-day/?day=2026-11-25").content.decode()
    assert "oikeuden istunto" in page

    row = BlockedTime.objects.get()
    supervisor.post(f"/my-day/block/{row.pk}/remove/", {"day": "2026-11-25"})
    assert starts(house) == before
    assert not BlockedTime.objects.exists()
    assert not Claim.objects.exists()


def test_the_secretary_and_the_manager_see_that_somebody_is_busy_and_not_why(
    house: House, supervisor: Client
) -> None:
    supervisor.post("/my-day/block/", TIMES)

    for role, path in (
        (Role.SECRETARY, "/desk/calendar/?day=2026-11-25"),
        (Role.MANAGER, f"/office/hours/{house.professional.pk}/?day=2026-11-25"),
    ):
        words = signed_in(role).client.get(path).content.decode()
        assert "muuten varattu" in words
        assert "istunto" not in words


def test_never_over_a_visit(house: House, supervisor: Client) -> None:
    booked(start=at(10), professionals=[house.professional], service=house.service)

    page = supervisor.post("/my-day/block/", TIMES, follow=True).content.decode()

    assert "Mitään ei tallennettu" in page
    assert not BlockedTime.objects.exists()
    assert Appointment.objects.count() == 1
    assert Occupancy.objects.count() == 1


def test_the_database_refuses_it(house: House) -> None:
    booked(start=at(10), professionals=[house.professional], service=house.service)

    with pytest.raises(TimeTakenError):
        block_time(house.professional, start=at(9), end=at(10, 15), kind="meeting")
    assert not Claim.objects.filter(kind="other").exists()


def test_pressed_twice_it_is_blocked_once(house: House, supervisor: Client) -> None:
    for _ in range(2):
        page = supervisor.post("/my-day/block/", TIMES, follow=True).content.decode()
        assert "Aika on varattu sinulle" in page

    assert BlockedTime.objects.count() == 1
    pk = BlockedTime.objects.get().pk
    for word in ("taas varattavissa", "jo vapautettu"):
        removed = supervisor.post(f"/my-day/block/{pk}/remove/", {}, follow=True)
        assert word in removed.content.decode()


def test_nobody_removes_a_colleague_s(house: House, supervisor: Client) -> None:
    supervisor.post("/my-day/block/", TIMES)
    row = BlockedTime.objects.get()

    of(ProfessionalFactory()).post(f"/my-day/block/{row.pk}/remove/")

    assert BlockedTime.objects.filter(pk=row.pk).exists()
    nobody = Client()
    nobody.force_login(UserFactory(roles=[Role.GUIDE]))
    assert nobody.post("/my-day/block/", TIMES).status_code == 404
    for role in (Role.SECRETARY, Role.MANAGER):
        stranger = signed_in(role).client
        assert stranger.post("/my-day/block/", TIMES).status_code == 403
        assert stranger.post(f"/my-day/block/{row.pk}/remove/").status_code == 403


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"starts": "x"}, "Kirjoita aika näin: 8.30."),
        ({"ends": "8"}, "alettava"),
        ({"kind": "sick"}, "8.30"),
        ({"day": "2026-11-23", "starts": "7", "ends": "7.30"}, "Aika on jo mennyt"),
    ],
)
def test_what_is_no_time_is_refused(
    house: House, supervisor: Client, fields: dict[str, str], why: str
) -> None:
    page = supervisor.post("/my-day/block/", {**TIMES, **fields}, follow=True)

    assert not BlockedTime.objects.exists()
    with override("fi"):
        assert 'class="notice' in page.content.decode() or why in page.content.decode()


def test_an_absence_around_it_takes_the_time_when_it_is_let_go(house: House) -> None:
    row = block_time(house.professional, start=at(9), end=at(10), kind="lunch")
    add_absence(house.professional, start=at(8), end=at(16), reason="sick")
    assert Occupancy.objects.count() == 3

    of(house.professional).post(f"/my-day/block/{row.pk}/remove/")

    assert at(9) not in starts(house)
    end_absence(house.professional.absences.get())
    assert at(9) in starts(house)


def test_one_s_week_tells_it(house: House, supervisor: Client) -> None:
    block_time(house.professional, start=at(9), end=at(10), kind="lunch")

    page = supervisor.get(f"/my-day/?day={MONDAY}").content.decode()

    assert "9.00–10.00 ruokatauko" in page
