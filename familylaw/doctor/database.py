"""The database: whether it answers, what it is, whose role works on it, and what stands beside it."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import psycopg
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from familylaw.doctor.findings import Finding, broken, look, ok
from familylaw.grants import may_rewrite_the_log
from launcher.preflight import OLDEST
from office.core import clock

NEWEST = 18
PATIENCE = 5
# A code of an authenticator app is good for half a minute.
CLOCK_MAY_DIFFER, CLOCK_IS_WRONG = timedelta(seconds=2), timedelta(seconds=30)
_FINNISH = ("fi", "sv")


def examine_database() -> Iterator[Finding]:
    """Yield what is found; only that it is away where it does not answer."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except (DatabaseError, psycopg.Error) as error:
        yield broken(
            "database",
            f"does not answer ({type(error).__name__})",
            "Look whether PostgreSQL runs, and at DATABASE_URL: `python -m familylaw.prepare` says "
            "in one sentence what is wrong with it.",
        )
        return
    yield _version()
    yield _encryption()
    yield _role()
    yield _collation()
    yield _migrations()
    yield from _hosts()
    yield _clock()


def _row(query: str) -> tuple[Any, ...]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return tuple(cursor.fetchone() or ())


def _version() -> Finding:
    (number,) = _row("SELECT current_setting('server_version_num')::int / 10000")
    sentence = f"PostgreSQL {number}"
    if number < OLDEST:
        return broken("database", sentence, f"Upgrade it: {OLDEST} or newer is needed.")
    if number > NEWEST:
        return look("database", sentence, f"The tests run on {OLDEST} to {NEWEST}: try it first.")
    return ok("database", sentence)


def _encryption() -> Finding:
    used, protocol, local = _row(
        "SELECT ssl, version, inet_server_addr() IS NULL OR inet_server_addr() <<= '127.0.0.0/8' "
        "OR inet_server_addr() = '::1' FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
    )
    subject = "database TLS"
    if used:
        return ok(subject, str(protocol))
    if local:
        return ok(subject, "not needed: the server is this machine")
    return broken(
        subject,
        "the connection is not encrypted",
        "Add ?sslmode=verify-full&sslrootcert=… to DATABASE_URL.",
    )


def _role() -> Finding:
    subject = "database role"
    if may_rewrite_the_log():
        return look(
            subject,
            "could rewrite or empty the access log",
            "Give the app a role of its own: see 'Two roles' in docs/deployment.md.",
        )
    return ok(subject, "reads and writes rows, and only adds to the access log")


def _collation() -> Finding:
    columns = "coalesce(daticulocale, datcollate)"
    if _row("SELECT current_setting('server_version_num')::int >= 170000")[0]:
        columns = "coalesce(datlocale, datcollate)"
    name, encoding = _row(
        f"SELECT {columns}, pg_encoding_to_char(encoding) FROM pg_database "  # noqa: S608
        "WHERE datname = current_database()"
    )
    subject = "database collation"
    if encoding != "UTF8":
        return broken(subject, f"the encoding is {encoding}", "Move the data to a UTF8 database.")
    if name.startswith(_FINNISH):
        return ok(subject, name)
    return look(
        subject,
        f"{name}: names with å, ä and ö may stand in the wrong order",
        "Make the database with --locale-provider=icu --icu-locale=fi, and restore a backup into it.",
    )


def _migrations() -> Finding:
    executor = MigrationExecutor(connection)
    missing = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    if missing:
        return broken(
            "database tables",
            f"{missing} migrations of this release have not run",
            "Run `python -m familylaw.prepare`.",
        )
    return ok("database tables", "are those of this release")


def _hosts() -> Iterator[Finding]:
    """Look at each server of an address with several, since the app meets only one at a time."""
    parameters = connection.get_connection_params()
    hosts = str(parameters.get("host") or "").split(",")
    if len(hosts) < 2:
        return
    ports = str(parameters.get("port") or "5432").split(",")
    if len(ports) < len(hosts):
        ports = ports[:1] * len(hosts)
    if parameters.get("target_session_attrs") != "read-write":
        yield look(
            "database hosts",
            "several hosts without target_session_attrs=read-write",
            "Add it to DATABASE_URL: without it the app may stay on a server that can only be read.",
        )
    roles = [_role_of(parameters, host, port) for host, port in zip(hosts, ports, strict=True)]
    for host, port, role in zip(hosts, ports, roles, strict=True):
        if not role:
            yield look(
                "database hosts", f"{host}:{port} does not answer", "Nothing would take over now."
            )
        else:
            yield ok("database hosts", f"{host}:{port} is the {role}")
    if roles.count("primary") > 1:
        yield broken(
            "database hosts",
            "more than one server takes writes",
            "Stop the former primary at once: what is written there is lost.",
        )
    (synchronous,) = _row("SELECT current_setting('synchronous_standby_names')")
    if not synchronous:
        yield look(
            "database hosts",
            "the primary does not wait for a standby",
            "Set synchronous_standby_names, or a failover may lose confirmed appointments.",
        )


def _role_of(parameters: dict[str, Any], host: str, port: str) -> str:
    own = {
        name: value
        for name, value in parameters.items()
        if name not in ("cursor_factory", "context", "target_session_attrs", "pool")
    }
    own |= {"host": host, "port": port, "connect_timeout": PATIENCE}
    try:
        with psycopg.connect(**own) as server:
            row = server.execute("SELECT pg_is_in_recovery()").fetchone()
    except psycopg.Error:
        return ""
    return "standby" if row and row[0] else "primary"


def _clock() -> Finding:
    """Compare with the database: every node does, so that all agree."""
    before = clock.now()
    (theirs,) = _row("SELECT clock_timestamp()")
    after = clock.now()
    apart = max(before - theirs, theirs - after, timedelta())
    sentence = f"{apart.total_seconds():.1f} s from the database's"
    advice = "Switch on time synchronisation (chrony or systemd-timesyncd) on both machines."
    if apart >= CLOCK_IS_WRONG:
        return broken("clock", sentence, advice)
    if apart >= CLOCK_MAY_DIFFER:
        return look("clock", sentence, advice)
    zone = settings.TIME_ZONE
    return ok("clock", f"{sentence}; {clock.local(after):%H:%M} in {zone}")
