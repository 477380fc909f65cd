"""DATABASE_URL, as libpq reads it, becomes Django's settings."""

import psycopg
import pytest

from familylaw.database_settings import database_settings


@pytest.mark.parametrize(
    ("url", "host", "port", "options"),
    [
        ("postgresql://me:h%40sh@db.example.fi:5433/unit", "db.example.fi", "5433", {}),
        (
            "postgres://me:h%40sh@one:5433,two:5434/unit?target_session_attrs=read-write",
            "one,two",
            "5433,5434",
            {"target_session_attrs": "read-write"},
        ),
        (
            "postgresql://me:h%40sh@/unit?host=one,two&port=5433,5434&sslmode=verify-full",
            "one,two",
            "5433,5434",
            {"sslmode": "verify-full"},
        ),
    ],
)
def test_address(url: str, host: str, port: str, options: dict[str, str]) -> None:
    assert database_settings(url) == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "unit",
        "USER": "me",
        "PASSWORD": "h@sh",
        "HOST": host,
        "PORT": port,
        "OPTIONS": options,
    }


def test_a_socket_needs_neither_port_nor_password() -> None:
    found = database_settings("postgresql://me@%2Frun%2Fsockets/unit")
    assert (found["HOST"], found["PORT"], found["PASSWORD"]) == ("/run/sockets", "", "")


def test_what_is_no_address_is_refused() -> None:
    with pytest.raises(psycopg.ProgrammingError):
        database_settings("postgresql://host/unit?nonsense=1")
