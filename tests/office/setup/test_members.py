"""Somebody new on one page, all of it or nothing; somebody who leaves hands on what is theirs."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time

import pytest
import time_machine
from django.test import Client
from django.utils import translation

from office.models import (
    AccessAction,
    AccessLogEntry,
    Claim,
    GuidanceLink,
    Professional,
    Role,
    Service,
    ServicePoint,
    User,
    WeeklyHours,
)
from tests.factories import (
    ProfessionalFactory,
    ServiceFactory,
    ServicePointFactory,
    UnitFactory,
    UserFactory,
    WeeklyHoursFactory,
    booked,
)
from tests.proving import prove

pytestmark = pytest.mark.django_db
URL = "/office/people/new/"


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel("2026-07-30 09:00:00+03:00", tick=False), translation.override("en"):
        yield


@pytest.fixture
def manager(client: Client) -> Client:
    UnitFactory()
    me = UserFactory(roles=[Role.MANAGER], email="boss@example.org")
    client.force_login(me)
    prove(client, me)
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def point() -> ServicePoint:
    return ServicePointFactory()


@pytest.fixture
def service() -> Service:
    return ServiceFactory(is_active=False, awaits_check=True)


def test_an_empty_unit_has_nothing_to_choose_from_and_says_so(manager: Client) -> None:
    nothing = "There is nothing to choose from yet."
    assert manager.get(URL).content.decode().count(nothing) == 2
    ServicePointFactory()
    ServiceFactory()
    assert nothing not in manager.get(URL).content.decode()


def given(point: ServicePoint, service: Service) -> dict[str, object]:
    return {
        "name": "Camilla Ekholm",
        "title_fi": "lastenvalvoja",
        "email": "camilla@example.org",
        "languages": ["fi", "sv"],
        "services": [service.pk],
        "service_points": [point.pk],
        "username": "camilla",
        "roles": [Role.SUPERVISOR],
        "language": "sv",
        "weekdays": ["0", "2"],
        "starts": "8",
        "ends": "11.30",
        "kind": "appointments",
        "valid_from": "3.8.2026",
    }


def test_one_page_makes_the_account_the_profile_and_the_hours(manager, point, service) -> None:
    answer = manager.post(URL, given(point, service))
    assert answer.url == "/office/people/users/link/"
    assert "/accounts/password/reset/key/" in manager.get(answer.url).content.decode()
    person = Professional.objects.get()
    user = person.user
    assert user
    assert (user.username, user.first_name, user.last_name) == ("camilla", "Camilla", "Ekholm")
    assert (user.roles, user.language, user.email) == (
        [Role.SUPERVISOR],
        "sv",
        "camilla@example.org",
    )
    assert not user.has_usable_password()
    assert list(person.services.all()) == [service]
    hours = [(row.weekday, row.starts, row.ends, row.service_point, row.valid_from)
             for row in person.weekly_hours.all()]  # fmt: skip
    assert hours == [(day, time(8), time(11, 30), point, date(2026, 8, 3)) for day in (0, 2)]
    log = AccessLogEntry.objects.filter(about=user).values_list("action", flat=True)
    assert set(log) == {AccessAction.ACCOUNT_CREATED, AccessAction.PASSWORD_LINK}


def test_somebody_may_come_without_an_account_and_without_hours(manager, point, service) -> None:
    bare = {**given(point, service), "username": "", "roles": [], "weekdays": [], "starts": "",
            "ends": ""}  # fmt: skip
    assert manager.post(URL, bare).url == "/office/people/"
    assert Professional.objects.get().user is None
    assert not WeeklyHours.objects.exists()


def test_what_is_at_fault_is_said_at_its_field_and_nothing_is_made(manager, point, service) -> None:
    UserFactory(username="Taken")
    other = ServicePointFactory()
    for change, field in (
        ({"name": ""}, "name"),
        ({"title_fi": ""}, "title_fi"),
        ({"username": "taken"}, "username"),
        ({"username": "no blanks please"}, "username"),
        ({"username": ""}, "username"),
        ({"roles": []}, "roles"),
        ({"email": "BOSS@example.org"}, "email"),
        ({"weekdays": []}, "weekdays"),
        ({"starts": ""}, "starts"),
        ({"starts": "8.3"}, "starts"),
        ({"ends": "7"}, "ends"),
        ({"hours_point": other.pk}, "hours_point"),
        ({"service_points": [point.pk, other.pk]}, "hours_point"),
    ):
        page = manager.post(URL, {**given(point, service), **change})
        assert set(page.context["form"].errors) == {field}, change
    assert not Professional.objects.exists()
    assert User.objects.count() == 2


def test_only_a_manager_who_has_just_proved_it_adds_somebody(client, point, service) -> None:
    UnitFactory()
    for role in (Role.SECRETARY, Role.GUIDE):
        client.force_login(UserFactory(roles=[role]))
        assert client.post(URL, given(point, service)).status_code == 403
    client.force_login(UserFactory(roles=[Role.MANAGER]))
    assert "reauthenticate" in client.post(URL, given(point, service)).url
    assert not Professional.objects.exists()


def test_who_leaves_hands_on_what_is_theirs_and_is_closed_at_once(manager: Client, point) -> None:
    user = UserFactory(roles=[Role.GUIDE], username="leaver")
    person = ProfessionalFactory(user=user, name="Camilla Ekholm")
    start = datetime(2026, 8, 4, 6, 0, tzinfo=UTC)
    WeeklyHoursFactory(professional=person, service_point=point, weekday=1)
    booked(start=start, professionals=[person])
    link = GuidanceLink.objects.create(title_fi="Kela", url_fi="https://kela.fi/", owner=user)
    colleague = UserFactory(roles=[Role.GUIDE])
    url = f"/office/people/{person.pk}/leaving/"
    page = manager.get(url).content.decode()
    assert "Kela" in page
    assert "The secretary finds somebody" in page
    assert manager.post(url, {}).context["form"].errors["links_to"]
    # The bookings are looked at before anything happens.
    page = manager.post(url, {"links_to": colleague.pk})
    assert page.status_code == 200
    person.refresh_from_db()
    user.refresh_from_db()
    link.refresh_from_db()
    assert (person.is_active, user.is_active, link.owner) == (True, True, user)
    given = {"links_to": colleague.pk, "seen": page.context["seen"]}
    assert manager.post(url, given).url == "/office/people/"
    person.refresh_from_db()
    user.refresh_from_db()
    link.refresh_from_db()
    assert (person.is_active, user.is_active, link.owner) == (False, False, colleague)
    assert Claim.objects.orphaned().count() == 1
    assert manager.get(url).status_code == 404


def test_the_last_manager_does_not_leave_by_mistake(manager: Client) -> None:
    me = User.objects.get(email="boss@example.org")
    person = ProfessionalFactory(user=me)
    page = manager.post(f"/office/people/{person.pk}/leaving/", {})
    assert page.context["form"].non_field_errors()
    person.refresh_from_db()
    me.refresh_from_db()
    assert (person.is_active, me.is_active) == (True, True)
