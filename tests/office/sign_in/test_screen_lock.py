"""A screen that nobody uses is locked on the server too: it shows and does nothing."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from office.models import LockTime, Role, User
from office.sign_in import screen_lock
from tests.factories import AppointmentFactory
from tests.office.signing_in import PASSWORD, member, sign_in
from tests.proving import prove

pytestmark = pytest.mark.django_db
MINUTES = 10


@pytest.fixture(autouse=True)
def now() -> Iterator[time_machine.Traveller]:
    LockTime.objects.create(role=Role.SECRETARY, minutes=MINUTES)
    with time_machine.travel("2026-11-23 08:00:00+02:00", tick=False) as traveller:
        yield traveller


@pytest.fixture
def secretary() -> User:
    return member("ritva")


@pytest.fixture
def desk(secretary: User) -> Client:
    return sign_in(secretary)


def unlock(client: Client, password: str = PASSWORD, **more: str) -> str:
    answer = client.post("/session/unlock/", {"password": password, **more})
    return str(answer.get("Location", answer.status_code))


def test_used_it_stays_open_and_idle_it_locks(desk: Client, now: time_machine.Traveller) -> None:
    for _ in range(4):
        now.shift(timedelta(minutes=MINUTES - 1))
        assert desk.get("/desk/").status_code == 200
    now.shift(timedelta(minutes=MINUTES))
    assert desk.get("/desk/")["Location"] == "/session/unlock/?next=%2Fdesk%2F"
    # It does not open by itself, nor by asking again.
    assert desk.get("/desk/").status_code == 302
    assert desk.get("/accounts/password/change/").status_code == 302

    page = desk.get("/session/unlock/?next=/desk/calendar/").content.decode()
    assert "The screen is locked" in page
    assert unlock(desk, "wrong password") == "200"
    assert desk.get("/desk/").status_code == 302
    assert unlock(desk, next="/desk/calendar/") == "/desk/calendar/"
    assert desk.get("/desk/").status_code == 200


def test_pages_that_read_themselves_keep_nothing_open(
    desk: Client, now: time_machine.Traveller
) -> None:
    for _ in range(MINUTES):
        now.shift(timedelta(minutes=1))
        answer = desk.get("/desk/work/", headers={"hx-request": "true"})
    assert (answer.status_code, answer["X-Session"]) == (204, "locked")
    assert answer.content == b""
    live = desk.get("/desk/live/", headers={"accept": "application/json"})
    assert live.status_code == 401


def test_somebody_who_types_is_not_idle(desk: Client, now: time_machine.Traveller) -> None:
    for _ in range(3):
        now.shift(timedelta(minutes=MINUTES - 1))
        assert desk.post("/session/active/").status_code == 204
    assert desk.get("/desk/").status_code == 200
    assert desk.get("/session/active/").status_code == 405


def test_typing_keeps_a_screen_open_that_locks_after_a_minute(
    secretary: User, now: time_machine.Traveller
) -> None:
    LockTime.objects.update(minutes=1)
    desk = sign_in(secretary)
    for _ in range(9):
        now.shift(timedelta(seconds=20))
        assert desk.post("/session/active/").status_code == 204
    assert desk.get("/desk/").status_code == 200


def test_what_was_being_sent_is_kept_and_sent_after_unlocking(
    desk: Client, now: time_machine.Traveller
) -> None:
    appointment = AppointmentFactory()
    url = f"/desk/requests/{appointment.reference}/note/"
    note = {"note": "Soitetaan huomenna uudelleen", "version": "1"}
    now.shift(timedelta(minutes=MINUTES))
    answer = desk.post(url, note)
    appointment.refresh_from_db()
    assert appointment.secretary_note == ""
    then = answer["Location"].partition("?next=")[2].replace("%2F", "/")
    again = unlock(desk, next=then)
    assert again == then
    assert "Soitetaan huomenna uudelleen" in desk.get(again).content.decode()


@pytest.mark.parametrize("header", ["x-saving", "hx-request"])
def test_a_script_is_told_and_the_page_keeps_the_form(
    desk: Client, now: time_machine.Traveller, header: str
) -> None:
    now.shift(timedelta(minutes=MINUTES))
    answer = desk.post("/desk/requests/AAA-111/note/", {}, headers={header: "true"})
    assert (answer.status_code, answer["X-Session"]) == (401, "locked")
    assert answer["HX-Trigger"] == "session-locked"


def test_locked_by_hand_and_unlocked_by_a_script(desk: Client) -> None:
    key = desk.session.session_key
    accept = {"accept": "application/json"}
    assert desk.post("/session/lock/", headers=accept).status_code == 204
    assert desk.get("/desk/").status_code == 302
    wrong = desk.post("/session/unlock/", {"password": "x"}, headers=accept)
    assert (wrong.status_code, wrong.json()) == (422, {"sentence": "The password is not right."})
    empty = desk.post("/session/unlock/", {}, headers=accept)
    assert empty.json() == {"sentence": "Write your password."}
    right = desk.post("/session/unlock/", {"password": PASSWORD}, headers=accept)
    assert right.status_code == 204
    # Streams were ended under the former key.
    assert desk.session.session_key != key
    assert desk.get("/desk/").status_code == 200
    assert desk.get("/session/own/").content.decode().count("this one") == 1


def test_locked_it_does_not_stay_signed_in_for_longer(
    desk: Client, now: time_machine.Traveller
) -> None:
    desk.post("/session/lock/")
    now.shift(timedelta(hours=1))
    assert desk.post("/session/stay/").json()["left"] == 7 * 3600


def test_without_scripts_the_button_locks(desk: Client) -> None:
    assert desk.post("/session/lock/")["Location"] == "/session/unlock/"
    assert desk.get("/session/lock/").status_code == 405
    # Signing out is always possible.
    desk.post("/accounts/logout/")
    assert "_auth_user_id" not in desk.session


def test_a_password_is_not_kept_when_the_session_has_ended(
    desk: Client, now: time_machine.Traveller
) -> None:
    now.shift(timedelta(hours=9))
    answer = desk.post("/session/unlock/", {"password": PASSWORD})
    assert answer["Location"] == "/accounts/login/?next=/"


def test_one_is_led_nowhere_else(desk: Client) -> None:
    desk.post("/session/lock/")
    assert unlock(desk, next="https://elsewhere.example/") == "/desk/"


def test_of_several_roles_the_soonest_and_zero_is_never(
    secretary: User, now: time_machine.Traveller
) -> None:
    LockTime.objects.create(role=Role.MANAGER, minutes=5)
    both = member("both", [Role.SECRETARY, Role.MANAGER])
    guide = member("guide", [Role.GUIDE])
    assert screen_lock.lock_seconds(both) == 300
    assert screen_lock.lock_seconds(secretary) == 600
    assert screen_lock.lock_seconds(guide) == 0
    client = sign_in(guide)
    now.shift(timedelta(hours=3))
    assert client.get("/my-day/").status_code == 200


def test_the_manager_sets_the_times(now: time_machine.Traveller) -> None:
    boss = member("boss", [Role.MANAGER])
    client = sign_in(boss)
    prove(client, boss)
    url = reverse("office:screen_locks")
    times = dict.fromkeys(Role.values, "0") | {"secretary": "7", "manager": "20"}
    assert client.post(url, {**times, "guide": "241"}).status_code == 200
    assert client.post(url, times).status_code == 302
    assert screen_lock.lock_times()["secretary"] == 7
    assert screen_lock.lock_seconds(boss) == 1200
