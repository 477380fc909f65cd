"""The manager's desks and places to guide on to; the day's code on paper."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from office.models import Role
from tests.bookings.desk_cast import signed_in
from tests.factories import ProfessionalFactory, RoomFactory, ServicePointFactory
from tests.walkin.cast import DeskFactory, RunningWalkIn, at, frozen_at, in_english, running_walk_in
from walkin.actions.take_number import day_by_code
from walkin.days import planning
from walkin.models import Desk, Destination

pytestmark = pytest.mark.django_db
BASE = "/office/walk-in"


@pytest.fixture(autouse=True)
def _eight() -> Any:
    with frozen_at(8):
        yield


@pytest.fixture
def client() -> Client:
    return in_english(signed_in(Role.MANAGER).client)


def guided(place: RunningWalkIn) -> Destination:
    found: Destination = Destination.objects.create(
        service_point=place.point, name_fi="Kela", where_fi="1. kerros"
    )
    return found


def pages(place: RunningWalkIn) -> list[str]:
    point, desk, other = place.point.pk, place.desks[0].pk, guided(place).pk
    return [
        f"{BASE}/points/{point}/",
        f"{BASE}/points/{point}/desks/add/",
        f"{BASE}/points/{point}/places/add/",
        f"{BASE}/desks/{desk}/",
        f"{BASE}/desks/{desk}/switch/",
        f"{BASE}/places/{other}/",
        f"{BASE}/places/{other}/switch/",
    ]


def test_the_manager_opens_every_page(client: Client) -> None:
    assert [client.get(path).status_code for path in pages(running_walk_in())] == [200] * 7


@pytest.mark.parametrize("role", [Role.SECRETARY, Role.SUPERVISOR, Role.GUIDE, Role.PARTNER])
def test_others_open_and_change_none(role: Role) -> None:
    place = running_walk_in()
    worker = signed_in(role).client
    paths = pages(place)
    assert {worker.get(path).status_code for path in paths} == {403}
    assert {worker.post(path, {"name": "9"}).status_code for path in paths[1:]} == {403}
    assert Desk.objects.get().is_active
    assert Destination.objects.get().is_active


def test_a_stranger_is_asked_to_sign_in() -> None:
    for path in pages(running_walk_in())[1:]:
        assert Client().post(path)["Location"].startswith("/accounts/login/")
    assert Desk.objects.get().is_active


def test_a_point_gets_its_first_desk_and_with_it_a_walk_in(client: Client) -> None:
    point = ServicePointFactory()
    room = RoomFactory(service_point=point)
    assert point in client.get(f"{BASE}/").context["others"]
    path = f"{BASE}/points/{point.pk}/desks/add/"
    answer = client.post(path, {"name": "1", "room": room.pk, "order": "0"}, follow=True)
    assert [desk.name for desk in answer.context["desks"]] == ["1"]
    assert Desk.objects.get().room == room
    assert point not in client.get(f"{BASE}/").context["others"]


def test_a_desk_s_name_is_used_once_and_nothing_typed_is_lost(client: Client) -> None:
    place = running_walk_in()
    path = f"{BASE}/points/{place.point.pk}/desks/add/"
    page = client.post(path, {"name": place.desks[0].name, "order": "4"})
    assert "already has a desk of that name" in page.content.decode()
    assert page.context["form"]["order"].value() == "4"


def test_a_desk_at_which_somebody_sits_stays_in_use(client: Client) -> None:
    place = running_walk_in()
    page = client.post(f"{BASE}/desks/{place.desks[0].pk}/switch/", {})
    assert "Somebody sits at this desk now" in page.content.decode()
    assert Desk.objects.get().is_active


def test_who_would_sit_at_a_desk_on_days_to_come_sits_at_a_free_one(client: Client) -> None:
    point = ServicePointFactory()
    first, second = (DeskFactory(service_point=point, name=n, order=int(n)) for n in "12")
    upcoming_days = planning.add_day(
        point,
        start=at(8) + timedelta(days=7),
        end=at(12) + timedelta(days=7),
        professionals=[ProfessionalFactory(points=[point])],
    )
    client.post(f"{BASE}/desks/{first.pk}/switch/", {})
    assert upcoming_days.duties.get().desk == second
    client.post(f"{BASE}/desks/{second.pk}/switch/", {})
    assert upcoming_days.duties.get().desk is None
    assert not Desk.objects.in_use().exists()
    client.post(f"{BASE}/desks/{first.pk}/switch/", {})
    assert Desk.objects.in_use().get() == first


def test_a_place_is_written_in_three_languages_and_taken_out_of_use(client: Client) -> None:
    place = running_walk_in()
    texts = {"name_fi": "Perheneuvola", "name_sv": "Familjerådgivningen", "name_en": ""}
    texts |= {"where_fi": "2. kerros", "where_sv": "Våning 2", "where_en": ""}
    client.post(f"{BASE}/points/{place.point.pk}/places/add/", {**texts, "order": "1"})
    made = Destination.objects.get()
    assert (made.name_sv, made.where_fi) == ("Familjerådgivningen", "2. kerros")
    client.post(f"{BASE}/places/{made.pk}/", {**texts, "where_fi": "3. kerros", "order": "1"})
    made.refresh_from_db()
    assert made.where_fi == "3. kerros"
    client.post(f"{BASE}/places/{made.pk}/switch/", {})
    made.refresh_from_db()
    assert not made.is_active


def test_the_finnish_words_of_a_place_are_needed(client: Client) -> None:
    place = running_walk_in()
    page = client.post(f"{BASE}/points/{place.point.pk}/places/add/", {"order": "0"})
    assert {"name_fi", "where_fi"} <= page.context["form"].errors.keys()


@pytest.mark.parametrize("role", [Role.SECRETARY, Role.SUPERVISOR, Role.GUIDE, Role.MANAGER])
def test_the_code_of_the_day_is_printed_by_staff(role: Role) -> None:
    place = running_walk_in()
    page = signed_in(role).client.get(f"/queue/points/{place.point.pk}/code/")
    address = page.context["qr"].says
    assert day_by_code(address.split("/")[-2]) == place.day
    assert "no-store" in page["Cache-Control"]


def test_the_code_is_another_one_on_another_day() -> None:
    place = running_walk_in()
    path = f"/queue/points/{place.point.pk}/code/"
    client = signed_in(Role.GUIDE).client
    today = client.get(path).context["qr"].says
    planning.add_day(
        place.point,
        start=at(8) + timedelta(days=7),
        end=at(12) + timedelta(days=7),
        professionals=[],
    )
    place.day.delete()
    assert client.get(path).context["qr"].says != today


def test_without_a_walk_in_there_is_no_code() -> None:
    point = ServicePointFactory()
    page = signed_in(Role.GUIDE).client.get(f"/queue/points/{point.pk}/code/")
    assert page.context["qr"] is None


def test_who_may_not_see_the_code() -> None:
    path = f"/queue/points/{running_walk_in().point.pk}/code/"
    assert signed_in(Role.PARTNER).client.get(path).status_code == 403
    assert Client().get(path)["Location"].startswith("/accounts/login/")
