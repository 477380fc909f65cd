"""A look at DATABASE_URL before anything starts: each mistake is one sentence, never a password."""

import re
from urllib.parse import SplitResult, unquote, urlsplit

import psycopg

from familylaw.places import Refusal

OLDEST = 15
_SCHEMES = {"postgres", "postgresql"}


def check_database(url: str, *, oldest: int = OLDEST) -> None:
    """Raise Refusal unless the address leads into a PostgreSQL that is new enough."""
    parts = _parse(url)
    where = f"the database server at {_place(parts)}"
    name = unquote(parts.path.removeprefix("/"))
    try:
        with psycopg.connect(url, connect_timeout=5) as connection:
            version = connection.info.server_version // 10000
    except psycopg.ProgrammingError:
        raise _unreadable("it holds something that PostgreSQL does not know") from None
    except psycopg.Error as error:
        raise _refusal(str(error), where, name) from None
    if version < oldest:
        raise Refusal(
            f"DATABASE_URL: {where} is PostgreSQL {version}, and {oldest} or newer is needed."
        )


def _parse(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise _unreadable("its host or port is not one") from None
    if parts.scheme not in _SCHEMES:
        raise _unreadable("it does not begin with postgresql://")
    if not parts.path.removeprefix("/"):
        raise _unreadable("it names no database")
    return parts


def _unreadable(why: str) -> Refusal:
    return Refusal(
        f"DATABASE_URL cannot be read ({why}): "
        "it looks like postgresql://user:password@host:5432/database."
    )


def _place(parts: SplitResult) -> str:
    host = unquote(parts.hostname or "") or "the default socket"
    return f"{host}:{parts.port}" if parts.port else host


def _refusal(text: str, where: str, name: str) -> Refusal:
    """PostgreSQL tells these apart in words only, as the connection has no state yet."""
    if re.search(r"password authentication failed|no password supplied|SCRAM|SASL", text):
        return Refusal(f"DATABASE_URL: {where} refuses this user and password.")
    if re.search(r'database ".*" does not exist', text):
        return Refusal(f"DATABASE_URL: {where} has no database named {name}.")
    if re.search(r"FATAL:|role .* does not exist|pg_hba", text):
        return Refusal(f"DATABASE_URL: {where} answers but does not let this user in.")
    return Refusal(f"DATABASE_URL: {where} cannot be reached.")
