"""Signing in: whose tries are counted, and that the counts last."""

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def sign_in(name: str, address: str, password: str = "wrong") -> str:
    client = Client(headers={"x-forwarded-for": address})
    client.cookies["django_language"] = "en"
    response = client.post("/accounts/login/", {"login": name, "password": password})
    return str(response.status_code)


def test_a_stranger_behind_the_same_proxy_locks_nobody_out(settings: Settings) -> None:
    settings.TRUSTED_PROXIES = 1
    user = UserFactory(username="secretary")
    user.set_password("a long pass phrase")
    user.save()
    for number in range(40):
        sign_in(f"nobody{number}", "198.51.100.9")
    assert sign_in("secretary", "198.51.100.9", "a long pass phrase") == "429"
    assert sign_in("secretary", "203.0.113.7", "a long pass phrase") == "302"


def test_many_names_do_not_push_out_the_counts_of_tries() -> None:
    cache.set("0-tries", [1, 2, 3], 300)
    for number in range(400):
        cache.set(f"other-{number}", 1, 300)
    assert cache.get("0-tries") == [1, 2, 3]
