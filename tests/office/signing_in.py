"""Signing in as people do, in the tests."""

from collections.abc import Sequence

from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.test import Client

from office.models import Role, User
from tests.factories import UserFactory

PASSWORD = "kolme-kuusta-pihalla"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def member(name: str, roles: Sequence[str] = (Role.SECRETARY,), **fields: object) -> User:
    user: User = UserFactory(username=name, roles=list(roles), **fields)
    user.set_password(PASSWORD)
    user.save()
    return user


def sign_in(user: User, **headers: str) -> Client:
    """Sign in with the password; whoever has an app is asked for its code, too."""
    client = Client(headers={"accept-language": "en", **headers})
    answer = client.post("/accounts/login/", {"login": user.username, "password": PASSWORD})
    assert answer.status_code == 302, answer.content.decode()[-2000:]
    if answer["Location"] == "/accounts/2fa/authenticate/":
        answer = client.post(answer["Location"], {"code": code()})
        assert answer.status_code == 302
    return client


def with_app(user: User) -> User:
    TOTP.activate(user, SECRET)
    return user


def code(secret: str = SECRET) -> str:
    """Return the six digits that the app shows now."""
    counters = list(yield_hotp_counters_from_time())
    return format_hotp_value(hotp_value(secret, counters[len(counters) // 2]))
