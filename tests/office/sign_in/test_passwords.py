"""Which passwords are refused, and that good ones are not."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from office.models import User


def user() -> User:
    return User(
        username="victim", first_name="Ritva", last_name="Suvikoski", email="r.suvi@example.org"
    )


@pytest.mark.parametrize(
    "password",
    [
        "victimvictim",
        "Victim-2026-kesä!",
        "suvikoski-kolme-kuusta",
        "salasana12345",
        "Salasana-2026!",
        "S4l4s4n4-2026",
        "passwordpassword",
        "password1password2",
        "Kesäkuu2026!!",
        "qwertyuiop12",
        "asdfghjklöä123",
        "123456789012",
        "abcabcabcabc",
        "aaaaaaaaaaaaaa",
        "sommar-vinter-2026",
        "Lastenvalvoja1",
        "1qaz2wsx3edc",
    ],
)
def test_what_is_guessed_first_is_refused(password: str) -> None:
    with pytest.raises(ValidationError):
        validate_password(password, user())


@pytest.mark.parametrize(
    "password",
    [
        "kolme-kuusta-pihalla",
        "correct horse battery staple",
        "8xT!qpV2mZ#r",
        "a long password of a test",
    ],
)
def test_what_is_not_guessed_is_taken(password: str) -> None:
    validate_password(password, user())


def test_a_user_who_is_not_known_yet_is_no_trouble() -> None:
    validate_password("kolme-kuusta-pihalla", None)
    validate_password("kolme-kuusta-pihalla", User(username="al"))
