"""Check DATABASE_URL before anything starts. Each mistake is one sentence, never a password."""

import re
from typing import Any, LiteralString
from urllib.parse import SplitResult, unquote, urlsplit

import psycopg

from launcher.places import Refusal

OLDEST = 15
EXTENSIONS = ("btree_gist", "pg_trgm")
_SCHEMES = {"postgres", "postgresql"}


def check_database(url: str, *, oldest: int = OLDEST) -> None:
    """Raise Refusal unless the address leads to a PostgreSQL that the app can work with."""
    parts = _parse(url)
    where = f"the database server at {_places(parts)}"
    name = unquote(parts.path.removeprefix("/"))
    try:
        with psycopg.connect(url, connect_timeout=5) as connection:
            version = connection.info.server_version // 10000
            lacks = _missing(connection) if version >= oldest else ""
    except psycopg.ProgrammingError:
        raise _unreadable("it holds something that PostgreSQL does not know") from None
    except psycopg.Error as error:
        raise _refusal(str(error), where, name) from None
    if version < oldest:
        raise Refusal(
            f"DATABASE_URL: {where} is PostgreSQL {version}, and {oldest} or newer is needed."
        )
    if lacks:
        raise Refusal(f"DATABASE_URL: {lacks}.")


def _missing(connection: psycopg.Connection) -> str:
    """Return what the database or the user's rights in it lack; empty where all is well."""
    name = connection.info.dbname
    encoding, is_copy, may_make_tables, may_extend, is_in_use = _one(
        connection,
        """SELECT current_setting('server_encoding'), pg_is_in_recovery(),
            has_schema_privilege(coalesce(current_schema(), 'public'), 'CREATE'),
            has_database_privilege(current_database(), 'CREATE'),
            to_regclass('django_migrations') IS NOT NULL""",
    )
    if encoding != "UTF8":
        return f"the database {name} is in {encoding}, and UTF8 is needed"
    if is_copy:
        return f"the database {name} is a copy that can only be read"
    if not (is_in_use or may_make_tables):
        return f"this user may not make tables in the database {name}: make it the owner"
    for extension in EXTENSIONS:
        is_there, is_known, is_trusted = _one(
            connection,
            """SELECT EXISTS (SELECT FROM pg_extension WHERE extname = %(name)s),
                count(*) > 0, coalesce(bool_or(trusted), false)
            FROM pg_available_extension_versions WHERE name = %(name)s""",
            {"name": extension},
        )
        if is_there:
            continue
        if not is_known:
            return f"its server has no extension {extension} (Debian: postgresql-contrib)"
        is_superuser = connection.info.parameter_status("is_superuser") == "on"
        if not (is_superuser or (is_trusted and may_extend)):
            return (
                f"this user may not make the extension {extension} in the database {name}: "
                "make it the owner, or let an administrator make the extension"
            )
    return ""


def _one(connection: psycopg.Connection, query: LiteralString, values: Any = None) -> Any:
    return connection.execute(query, values).fetchone()


def _parse(url: str) -> SplitResult:
    if not url:
        raise Refusal("DATABASE_URL is not set: postgresql://user:password@host:5432/database.")
    try:
        parts = urlsplit(url)
        _places(parts)
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


def _places(parts: SplitResult) -> str:
    """Return the hosts with their ports. Raises ValueError where a port is none."""
    hosts = parts.netloc.rpartition("@")[2].split(",")
    return " or ".join(_place(urlsplit(f"//{host}")) for host in hosts)


def _place(parts: SplitResult) -> str:
    host = unquote(parts.hostname or "") or "the default socket"
    return f"{host}:{parts.port}" if parts.port else host


def _refusal(text: str, where: str, name: str) -> Refusal:
    """Tell the errors apart by their text: the connection has no state yet."""
    if re.search(r"password authentication failed|no password supplied|SCRAM|SASL", text):
        return Refusal(f"DATABASE_URL: {where} refuses this user and password.")
    if re.search(r'database ".*" does not exist', text):
        return Refusal(f"DATABASE_URL: {where} has no database named {name}.")
    if re.search(r"FATAL:|role .* does not exist|pg_hba", text):
        return Refusal(f"DATABASE_URL: {where} answers but does not let this user in.")
    return Refusal(f"DATABASE_URL: {where} cannot be reached.")
