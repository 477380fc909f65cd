"""Signing in: whose tries are counted, that nobody is shut out by others, and that no mail is sent."""

import pytest
from django.core.cache import cache
from django.http import HttpRequest
from django.test import Client, RequestFactory
from pytest_django import Settings

from office.models import OutboxMessage, User
from office.sign_in import limits as sign_in_limits
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
PASSWORD = "a long pass phrase"


@pytest.fixture(autouse=True)
def _proxy(settings: Settings) -> None:
    settings.TRUSTED_PROXIES = 1


@pytest.fixture
def secretary() -> User:
    user: User = UserFactory(username="secretary", email="secretary@example.org")
    user.set_password(PASSWORD)
    user.save()
    return user


def sign_in(name: str, address: str, password: str = "wrong", client: Client | None = None) -> bool:
    """Say whether it let in."""
    client = client or Client()
    client.cookies["django_language"] = "en"
    response = client.post(
        "/accounts/login/",
        {"login": name, "password": password},
        headers={"x-forwarded-for": address},
    )
    return bool(response.status_code == 302)


def test_wrong_passwords_from_anywhere_keep_nobody_out(secretary: User) -> None:
    for number in range(7):
        assert not sign_in("secretary", f"198.51.100.{number}")
    assert sign_in("secretary", "203.0.113.7", PASSWORD)


@pytest.mark.parametrize("name", ["secretary", "Secretary", "secretary@example.org"])
def test_a_name_is_not_guessed_from_one_address(secretary: User, name: str) -> None:
    for _ in range(sign_in_limits.TRIES_OF_A_NAME_FROM_AN_ADDRESS):
        assert not sign_in(name, "198.51.100.9")
    assert not sign_in(name, "198.51.100.9", PASSWORD)
    assert sign_in(name, "198.51.100.10", PASSWORD)


def test_many_names_are_not_guessed_from_one_address(secretary: User) -> None:
    for number in range(sign_in_limits.TRIES_FROM_AN_ADDRESS):
        sign_in(f"nobody{number}", "198.51.100.9")
    assert not sign_in("secretary", "198.51.100.9", PASSWORD)
    assert sign_in("secretary", "203.0.113.7", PASSWORD)


def test_a_browser_that_signed_in_before_is_not_kept_out_by_its_neighbours(secretary: User) -> None:
    own = Client()
    assert sign_in("secretary", "198.51.100.9", PASSWORD, own)
    own.post("/accounts/logout/")
    for number in range(sign_in_limits.TRIES_FROM_AN_ADDRESS):
        sign_in("secretary" if number % 2 else f"nobody{number}", "198.51.100.9")
    assert not sign_in("secretary", "198.51.100.9", PASSWORD)
    assert sign_in("secretary", "198.51.100.9", PASSWORD, own)


def test_a_known_browser_has_its_limit_too(secretary: User) -> None:
    own = Client()
    sign_in("secretary", "198.51.100.9", PASSWORD, own)
    own.post("/accounts/logout/")
    for _ in range(sign_in_limits.TRIES_FROM_A_KNOWN_BROWSER):
        assert not sign_in("secretary", "198.51.100.9", client=own)
    assert not sign_in("secretary", "198.51.100.9", PASSWORD, own)
    # It is known for who has signed in there, and for nobody else.
    UserFactory(username="other")
    assert not sign_in_limits._known_browser(_with_cookies(own), "other")
    assert sign_in_limits._known_browser(_with_cookies(own), "secretary")


def _with_cookies(client: Client) -> HttpRequest:
    request = RequestFactory().get("/")
    request.COOKIES.update({name: morsel.value for name, morsel in client.cookies.items()})
    return request


def test_a_forged_cookie_is_no_known_browser(secretary: User) -> None:
    client = Client()
    client.cookies[sign_in_limits.COOKIE] = f'["x", [{secretary.pk}]]'
    assert not sign_in_limits._known_browser(_with_cookies(client), "secretary")


def test_right_passwords_are_not_counted(secretary: User) -> None:
    for _ in range(sign_in_limits.TRIES_FROM_AN_ADDRESS + 5):
        assert sign_in("secretary", "198.51.100.9", PASSWORD)


def test_wrong_passwords_of_a_name_are_answered_later(
    secretary: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []
    monkeypatch.setattr(sign_in_limits.time, "sleep", slept.append)
    for number in range(sign_in_limits.SLOW_AFTER + 3):
        sign_in("secretary", f"198.51.100.{number}")
    assert slept == [sign_in_limits.SLOW_SECONDS] * 3
    assert sign_in("secretary", "203.0.113.7", PASSWORD)
    assert len(slept) == 3


def test_many_names_do_not_push_out_the_counts_of_tries() -> None:
    cache.set("0-tries", [1, 2, 3], 300)
    for number in range(400):
        cache.set(f"other-{number}", 1, 300)
    assert cache.get("0-tries") == [1, 2, 3]


def test_a_forgotten_password_is_the_manager_s_to_mend(
    secretary: User, client: Client, mailoutbox: list[object]
) -> None:
    page = client.get("/accounts/password/reset/", headers={"accept-language": "en"})
    assert "Ask the manager of your unit." in page.content.decode()
    for address in ("stranger@example.net", secretary.email):
        answer = client.post("/accounts/password/reset/", {"email": address})
        assert answer.status_code == 405
    assert mailoutbox == []
    assert not OutboxMessage.objects.exists()


@pytest.mark.parametrize(
    "path",
    ["email/", "confirm-email/", "password/set/", "login/code/confirm/", "password/reset/done/"],
)
def test_pages_of_the_library_that_write_to_people_are_not_there(
    secretary: User, client: Client, path: str
) -> None:
    client.force_login(secretary)
    assert client.get(f"/accounts/{path}").status_code == 404
