"""A session that ends in the middle of a form: nothing is lost, and nobody else gets it."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client

from bookings.models import Appointment
from office.models import Role, User
from office.staff import session_expiry
from tests.factories import AppointmentFactory, UserFactory

pytestmark = pytest.mark.django_db
PASSWORD = "kolme-kuusta-pihalla"
NOTE = {"note": "Soitetaan huomenna uudelleen", "version": "1"}


@pytest.fixture(autouse=True)
def now() -> Iterator[time_machine.Traveller]:
    with time_machine.travel("2026-11-23 08:00:00+02:00", tick=False) as traveller:
        yield traveller


def user(name: str = "ritva", *roles: Role) -> User:
    made: User = UserFactory(username=name, roles=list(roles or (Role.SECRETARY,)))
    made.set_password(PASSWORD)
    made.save()
    return made


@pytest.fixture
def appointment() -> Appointment:
    made: Appointment = AppointmentFactory()
    return made


@pytest.fixture
def secretary() -> Client:
    client = Client(headers={"accept-language": "en"})
    user()
    sign_in(client, "ritva")
    return client


def sign_in(client: Client, name: str, to: str = "/desk/") -> str:
    """Return where it leads."""
    answer = client.post(
        "/accounts/login/", {"login": name, "password": PASSWORD, "next": to}, follow=False
    )
    return str(answer["Location"])


def note_url(appointment: Appointment) -> str:
    return f"/desk/requests/{appointment.reference}/note/"


def send_too_late(
    client: Client, appointment: Appointment, now: time_machine.Traveller, **more: object
) -> str:
    """Send the note after the session has ended; where the browser is led."""
    now.shift(timedelta(hours=9))
    page = f"http://testserver/desk/requests/{appointment.reference}/"
    answer = client.post(note_url(appointment), NOTE, headers={"referer": page})
    assert answer.status_code == 302
    return str(answer["Location"])


def next_of(location: str) -> str:
    return location.partition("?next=")[2]


def test_what_was_written_is_kept_for_its_writer_and_sent_at_once(secretary, appointment, now):
    location = send_too_late(secretary, appointment, now)
    assert location.startswith("/accounts/login/?next=/session/again/")

    again = sign_in(secretary, "ritva", next_of(location))
    page = secretary.get(again).content.decode()

    assert "Nothing has been sent or saved yet" in page
    assert "Soitetaan huomenna uudelleen" in page
    assert f'action="{note_url(appointment)}"' in page
    appointment.refresh_from_db()
    assert appointment.secretary_note == ""

    key = again.split("/")[-2]
    secretary.post(note_url(appointment), {**NOTE, session_expiry.AGAIN: key})
    appointment.refresh_from_db()
    assert appointment.secretary_note == NOTE["note"]
    assert secretary.get(again)["Location"] == "/desk/"


def test_two_tabs_lose_nothing(secretary, appointment, now):
    first = next_of(send_too_late(secretary, appointment, now))
    second = next_of(
        str(secretary.post(note_url(appointment), {"note": "Toinen välilehti"})["Location"])
    )
    sign_in(secretary, "ritva", first)
    assert "Soitetaan huomenna" in secretary.get(first).content.decode()
    assert "Toinen välilehti" in secretary.get(second).content.decode()


def test_the_next_user_of_the_machine_gets_nothing(secretary, appointment, now):
    again = next_of(send_too_late(secretary, appointment, now))
    user("salla")
    sign_in(secretary, "salla", again)
    answer = secretary.get(again, follow=True)
    assert "Soitetaan" not in answer.content.decode()
    assert session_expiry.KEPT not in secretary.session


def test_it_is_neither_readable_in_the_database_nor_kept_for_long(secretary, appointment, now):
    again = next_of(send_too_late(secretary, appointment, now))
    stored = str([row.get_decoded() for row in Session.objects.all()])
    assert "owner" in stored
    assert "Soitetaan" not in stored
    assert appointment.reference not in stored
    now.shift(timedelta(minutes=61))
    sign_in(secretary, "ritva", again)
    assert secretary.get(again)["Location"] == "/desk/"


def test_after_signing_out_nothing_is_kept(secretary, appointment, now):
    cookie = secretary.cookies[settings.SESSION_COOKIE_NAME].value
    secretary.post("/accounts/logout/")
    secretary.cookies[settings.SESSION_COOKIE_NAME] = cookie
    assert next_of(send_too_late(secretary, appointment, now)) == "/"


def test_a_stranger_s_post_is_not_kept(appointment, now):
    assert next_of(send_too_late(Client(), appointment, now)) == "/"


@pytest.mark.parametrize("header", ["x-saving", "hx-request"])
def test_a_script_is_told_and_the_page_keeps_the_form(secretary, appointment, now, header):
    now.shift(timedelta(hours=9))
    answer = secretary.post(note_url(appointment), NOTE, headers={header: "true"})
    assert (answer.status_code, answer["X-Session"]) == (401, "over")
    assert answer["HX-Trigger"] == "session-over"
    assert session_expiry.KEPT not in secretary.session


def test_a_page_that_reads_itself_anew_is_not_thrown_away(secretary, now):
    now.shift(timedelta(hours=9))
    answer = secretary.get("/desk/work/", headers={"hx-request": "true"})
    assert (answer.status_code, answer["HX-Trigger"]) == (204, "session-over")
    assert "HX-Refresh" not in answer


def test_another_user_s_page_sends_nothing(secretary, appointment):
    headers = {"x-saving": "1", "x-staff": str(user("salla").pk)}
    answer = secretary.post(note_url(appointment), NOTE, headers=headers)
    assert (answer.status_code, answer["X-Session"]) == (409, "other")
    appointment.refresh_from_db()
    assert appointment.secretary_note == ""


def test_a_script_is_told_where_it_goes_on_and_the_words_wait_there(secretary, appointment):
    answer = secretary.post(note_url(appointment), NOTE, headers={"x-saving": "1"})
    assert answer.status_code == 204
    assert answer["X-Next"] == f"/desk/requests/{appointment.reference}/"
    assert "The note is kept." in secretary.get(answer["X-Next"]).content.decode()


def test_a_page_instead_of_a_way_is_left_to_the_browser(secretary, appointment):
    headers = {"x-saving": "1"}
    answer = secretary.post(note_url(appointment), {"note": "131052-308T"}, headers=headers)
    assert answer.status_code == 422
    assert "X-Next" not in answer


def test_the_page_knows_when_the_sign_in_ends_and_asking_does_not_prolong_it(secretary, now):
    assert 'data-left="28800"' in secretary.get("/desk/").content.decode()
    now.shift(timedelta(hours=7, minutes=57))
    assert secretary.get("/session/stay/").json() == {"left": 180}
    # A page that somebody opens does, though not beyond twelve hours from the sign-in.
    assert 'data-left="14580"' in secretary.get("/desk/").content.decode()
    assert secretary.post("/session/stay/").json() == {"left": 4 * 3600 + 180}
    now.shift(timedelta(hours=4))
    assert secretary.get("/desk/").status_code == 200
    now.shift(timedelta(hours=2))
    assert (
        secretary.get("/session/stay/").status_code,
        Client().post("/session/stay/").json(),
    ) == (
        401,
        {"left": 0},
    )


def test_signed_in_again_in_a_tab_of_its_own(secretary):
    assert (
        "go back to the one that you came from" in secretary.get("/session/back/").content.decode()
    )
    assert Client().get("/session/back/").status_code == 302


def test_a_partner_may_be_signed_in_again_and_sees_only_the_own(appointment, now):
    client = Client()
    user("pia", Role.PARTNER)
    sign_in(client, "pia", "/my-day/")
    assert client.get("/session/back/").status_code == 200
    assert client.get("/session/again/nothing/")["Location"] == "/my-day/"


def test_an_old_mark_against_forgery_loses_nothing_where_the_form_is_ours(appointment):
    user()
    client = Client(enforce_csrf_checks=True, headers={"accept-language": "en"})
    client.force_login(User.objects.get())
    client.get("/desk/")
    old = {**NOTE, "csrfmiddlewaretoken": "x" * 32}
    ours = {"origin": "http://testserver"}

    answer = client.post(note_url(appointment), old, headers=ours)

    assert answer.status_code == 302
    assert "Soitetaan huomenna" in client.get(answer["Location"]).content.decode()
    appointment.refresh_from_db()
    assert appointment.secretary_note == ""
    for theirs in ({}, {"origin": "https://elsewhere.example"}):
        assert client.post(note_url(appointment), old, headers=theirs).status_code == 403


def test_more_than_anybody_types_is_not_kept(secretary, appointment, now):
    now.shift(timedelta(hours=9))
    answer = secretary.post(note_url(appointment), {"note": "x" * (session_expiry.LONGEST + 1)})
    assert next_of(str(answer["Location"])) == "/"
