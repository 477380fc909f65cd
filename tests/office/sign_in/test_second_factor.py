"""A password alone opens nothing of clients: the second step is asked for, set up, seen and reset."""

from collections.abc import Iterator

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.core.checks import run_checks
from django.test import Client
from django.urls import reverse
from django.utils.translation import override
from pytest_django import Settings

from familylaw.accounts import SecondFactorAdapter
from office.models import AccessAction, AccessLogEntry, OutboxMessage, Role, User
from office.sign_in.session_guard import ALWAYS, BEFORE_SECOND_STEP, TO_SET_UP, WHILE_LOCKED
from tests.office.signing_in import PASSWORD, code, member, sign_in, with_app

pytestmark = pytest.mark.django_db
HERE = "/session/second-step/"


@pytest.fixture(autouse=True)
def _required(settings: Settings) -> Iterator[None]:
    settings.REQUIRE_SECOND_FACTOR = True
    with time_machine.travel("2026-11-23 08:00:10+02:00", tick=False):
        yield


@pytest.fixture
def secretary() -> User:
    return member("ritva", email="ritva@example.org")


@pytest.fixture
def boss() -> User:
    return with_app(member("boss", [Role.MANAGER]))


def set_up_app(client: Client) -> None:
    """Set up as on the page: the secret is shown there, and its code typed."""
    page = client.get("/accounts/2fa/totp/activate/")
    assert page.status_code == 200
    secret = client.session["mfa.totp.secret"]
    done = client.post("/accounts/2fa/totp/activate/", {"code": code(secret)})
    assert done["Location"] == "/accounts/2fa/recovery-codes/"


@pytest.mark.parametrize(
    "path",
    [
        "/desk/",
        "/session/own/",
        "/accounts/2fa/",
        "/accounts/2fa/recovery-codes/",
        "/accounts/password/change/",
    ],
)
def test_without_a_second_step_one_reaches_only_where_it_is_set_up(
    secretary: User, path: str
) -> None:
    client = sign_in(secretary)
    assert client.get(path)["Location"].startswith(f"{HERE}?next=")
    assert client.get(HERE).status_code == 200
    # What is open to everybody stays so.
    assert client.get("/privacy/").status_code == 200


def test_nothing_is_done_or_read_by_scripts_either(secretary: User) -> None:
    client = sign_in(secretary)
    for headers in ({"hx-request": "true"}, {"x-saving": "1"}):
        answer = client.post("/desk/requests/AAA-111/note/", {}, headers=headers)
        assert (answer.status_code, answer["X-Session"]) == (401, "over")
    assert client.get("/desk/work/", headers={"hx-request": "true"}).status_code == 204


@pytest.mark.django_db(transaction=True)
def test_an_address_that_nobody_has_verified_is_no_hindrance(secretary: User) -> None:
    client = sign_in(secretary)
    set_up_app(client)
    codes = client.get("/accounts/2fa/recovery-codes/")
    assert codes.status_code == 200
    assert client.get("/desk/").status_code == 200
    entry = AccessLogEntry.objects.get(action=AccessAction.SECOND_STEP_ADDED)
    assert (entry.about, entry.details) == (secretary, {"kind": "totp"})
    assert not OutboxMessage.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_recovery_code_opens_once(secretary: User) -> None:
    client = sign_in(secretary)
    set_up_app(client)
    found = Authenticator.objects.get(user=secretary, type="recovery_codes").wrap()
    first = found.get_unused_codes()[0]
    assert _with_code("ritva", first).startswith("/")
    assert _with_code("ritva", first) == "200"


def _with_code(name: str, typed: str) -> str:
    """Return where the second step leads, or its status."""
    client = Client()
    client.post("/accounts/login/", {"login": name, "password": PASSWORD})
    answer = client.post("/accounts/2fa/authenticate/", {"code": typed})
    return str(answer.get("Location", answer.status_code))


@pytest.mark.django_db(transaction=True)
def test_a_session_from_before_proves_it_too_and_adds_nothing_of_its_own(secretary: User) -> None:
    """Somebody with the stolen password was signed in when the true owner set the step up."""
    stolen, own = sign_in(secretary), sign_in(secretary)
    set_up_app(own)
    for path in (
        "/desk/",
        "/accounts/2fa/recovery-codes/",
        "/accounts/2fa/recovery-codes/generate/",
        "/accounts/2fa/totp/activate/",
        "/accounts/2fa/webauthn/add/",
    ):
        assert stolen.get(path)["Location"].startswith(HERE), path
    assert "Confirm the second step" in stolen.get(HERE).content.decode()


def test_an_older_session_goes_on_once_it_has_proved_it(secretary: User) -> None:
    client = Client()
    client.force_login(with_app(secretary))
    assert client.get("/desk/").status_code == 302
    client.post("/accounts/2fa/reauthenticate/", {"code": code()})
    assert client.get("/desk/").status_code == 200


def test_signed_in_with_both_steps_one_works(boss: User) -> None:
    assert sign_in(boss).get("/office/").status_code == 200


def test_the_manager_sees_who_has_which_and_resets_it(boss: User, secretary: User) -> None:
    with_app(secretary)
    theirs, manager = sign_in(secretary), sign_in(boss)
    page = manager.get("/office/people/users/").context["rows"]
    assert {user.username: bool(factors.app) for user, _, factors in page} == {
        "boss": True,
        "ritva": True,
    }
    url = reverse("office:user_reset", args=[secretary.pk])
    assert manager.get(url).status_code == 200
    assert Authenticator.objects.filter(user=secretary).exists()
    manager.post(url)
    assert not Authenticator.objects.filter(user=secretary).exists()
    assert theirs.get("/desk/")["Location"].startswith("/accounts/login/")
    entry = AccessLogEntry.objects.get(action=AccessAction.SECOND_STEP_RESET)
    assert (entry.user, entry.about) == (boss, secretary)
    assert sign_in(secretary).get("/desk/")["Location"].startswith(HERE)


@pytest.mark.django_db(transaction=True)
def test_one_s_own_step_is_taken_away_and_asked_for_anew(boss: User) -> None:
    manager = sign_in(boss)
    manager.post("/accounts/2fa/totp/deactivate/")
    assert not Authenticator.objects.filter(user=boss).exists()
    assert AccessLogEntry.objects.filter(action=AccessAction.SECOND_STEP_REMOVED).count() == 1


def test_it_can_be_switched_off_and_the_checks_say_so(secretary: User, settings: Settings) -> None:
    settings.REQUIRE_SECOND_FACTOR = False
    assert sign_in(secretary).get("/desk/").status_code == 200
    settings.DEMO = ""
    said = [check.id for check in run_checks(tags=["security"], include_deployment_checks=True)]
    assert "familylaw.W001" in said
    settings.REQUIRE_SECOND_FACTOR = True
    said = [check.id for check in run_checks(tags=["security"], include_deployment_checks=True)]
    assert "familylaw.W001" not in said


def test_the_pages_that_are_let_through_exist() -> None:
    """A name that is misspelt would close the way to set it up."""
    with_arguments = {"account_reset_password_from_key": ["1", "key"]}
    for name in ALWAYS | BEFORE_SECOND_STEP | TO_SET_UP | WHILE_LOCKED:
        assert reverse(name, args=with_arguments.get(name, []))


@pytest.mark.django_db(transaction=True)
def test_where_the_phone_is_lost_the_page_tells_whom_to_ask_and_offers_no_key_there_is_not() -> (
    None
):
    with_app(member("aino", language="fi"))
    client = Client(headers={"accept-language": "fi"})
    client.post("/accounts/login/", {"login": "aino", "password": PASSWORD})
    page = client.get("/accounts/2fa/authenticate/").content.decode()
    assert f'href="{reverse("account_reset_password")}"' in page
    assert "palautuskoodeistasi" in page
    assert "mfa_webauthn_authenticate" not in page


def test_a_session_without_its_second_step_is_led_on_to_where_it_was_going(secretary: User) -> None:
    client = Client()
    client.force_login(with_app(secretary))
    stopped = client.get("/desk/calendar/")["Location"]
    page = client.get(stopped).content.decode()
    assert "/accounts/2fa/reauthenticate/?next=/desk/calendar/" in page
    elsewhere = client.get(f"{HERE}?next=https://example.org/").content.decode()
    assert "/accounts/2fa/reauthenticate/?next=/desk/" in elsewhere


@pytest.mark.parametrize(
    ("language", "named", "unused"),
    [("fi", "Avain 1", "ei vielä"), ("sv", "Nyckel 1", "inte ännu")],
)
def test_an_unused_key_is_listed_in_ones_own_language(
    secretary: User, settings: Settings, language: str, named: str, unused: str
) -> None:
    settings.REQUIRE_SECOND_FACTOR = False
    with override(language):
        name = SecondFactorAdapter().generate_authenticator_name(
            secretary, Authenticator.Type.WEBAUTHN
        )
    assert name == named
    Authenticator.objects.create(
        user=secretary,
        type=Authenticator.Type.WEBAUTHN,
        data={"name": name, "passwordless": True, "credential": {}},
    )
    client = Client(headers={"accept-language": language})
    client.force_login(secretary)
    page = client.get("/accounts/2fa/webauthn/").content.decode()
    assert name in page
    assert unused in page
    assert "Not used" not in page


def test_a_closed_account_is_told_whom_to_ask() -> None:
    page = Client(headers={"accept-language": "fi"}).get("/accounts/inactive/").content.decode()
    assert "esihenkilöä avaamaan" in page
    assert f'href="{reverse("account_login")}"' in page
