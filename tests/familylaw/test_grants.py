"""The role that the app works as adds to the access log and can do nothing else to it.

Each way is tried on the PostgreSQL at hand; `make test-pg15` does the same on 15.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction
from psycopg import errors

from bookings.models import AppointmentEvent
from familylaw.checks import check_log_rights
from familylaw.grants import grant_app_role, may_rewrite_the_log
from launcher.database import APP, Cluster, running_url
from launcher.places import Refusal
from office.core import clock
from office.models import AccessAction, AccessLogEntry, AccessReason
from office.staff.access_log import note_access
from tests.factories import AppointmentFactory, UserFactory
from tests.familylaw.running import python, running

ROLE = "role_of_a_test"


@contextmanager
def _as_app() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {ROLE}")
        grant_app_role(ROLE)
        cursor.execute(f"SET LOCAL SESSION AUTHORIZATION {ROLE}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET SESSION AUTHORIZATION")


def _refused(statement: str) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    except DatabaseError as error:
        return isinstance(error.__cause__, errors.InsufficientPrivilege)
    return False


LOG = "office_accesslogentry"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        f"UPDATE {LOG} SET record = 'X'",
        f"DELETE FROM {LOG}",
        f"TRUNCATE {LOG}",
        f"TRUNCATE {LOG} CASCADE",
        f"SET LOCAL familylaw.forgetting = 'on'; DELETE FROM {LOG}",
        f"ALTER TABLE {LOG} DISABLE TRIGGER append_only",
        f"ALTER TABLE {LOG} DISABLE TRIGGER ALL",
        f"ALTER TABLE {LOG} OWNER TO {ROLE}",
        f"DROP TRIGGER append_only ON {LOG}",
        f"DROP TABLE {LOG}",
        f"SELECT 1 FROM {LOG} FOR UPDATE",
        f"GRANT DELETE ON {LOG} TO {ROLE}; DELETE FROM {LOG}",
        "SET LOCAL session_replication_role = 'replica'",
        "CREATE OR REPLACE FUNCTION refuse_to_rewrite_the_access_log() RETURNS trigger "
        "LANGUAGE plpgsql AS $$ BEGIN RETURN OLD; END $$",
        "DROP FUNCTION forget_old_access_log()",
        "UPDATE bookings_appointmentevent SET status = 'done'",
        "UPDATE walkin_ticketevent SET at = now()",
        "TRUNCATE bookings_appointmentevent CASCADE",
        "DELETE FROM django_migrations",
    ],
)
def test_the_app_cannot_rewrite_or_empty_the_log(statement: str) -> None:
    note_access(UserFactory(), "AAA-111", action=AccessAction.READ, reason=AccessReason.BOOKING)
    with _as_app():
        assert _refused(statement)
        assert not may_rewrite_the_log()
    assert AccessLogEntry.objects.get().record == "AAA-111"


@pytest.mark.django_db
def test_the_app_adds_to_the_log_reads_it_and_forgets_what_is_due() -> None:
    user = UserFactory()
    old = clock.now() - timedelta(days=12 * 366 + 1)
    AccessLogEntry.objects.bulk_create(
        [
            AccessLogEntry(
                at=old,
                user=user,
                record="OLD-111",
                action=AccessAction.READ,
                reason=AccessReason.BOOKING,
            )
        ]
    )
    event = AppointmentEvent.objects.create(
        appointment=AppointmentFactory(), what="requested", status="requested", at=old, by="party"
    )
    with _as_app():
        note_access(user, "AAA-111", action=AccessAction.READ, reason=AccessReason.BOOKING)
        with connection.cursor() as cursor:
            cursor.execute("SELECT forget_old_access_log()")
            cursor.execute("SET LOCAL familylaw.forgetting = 'on'")
        assert list(AccessLogEntry.objects.values_list("record", flat=True)) == ["AAA-111"]
        # The history of an appointment goes with it.
        event.delete()
    assert not AppointmentEvent.objects.exists()


@pytest.mark.django_db
def test_who_owns_the_log_is_told_so_before_a_real_unit_starts(settings: Any) -> None:
    settings.DEMO = ""
    assert may_rewrite_the_log()
    assert [found.id for found in check_log_rights(None, ["default"])] == ["familylaw.W003"]
    with _as_app():
        assert check_log_rights(None, ["default"]) == []


@pytest.mark.django_db
def test_a_role_that_is_missing_or_the_owner_is_refused() -> None:
    with pytest.raises(Refusal, match="has no user nobody_here"):
        grant_app_role("nobody_here")
    with pytest.raises(Refusal, match="name the same user"):
        grant_app_role(connection.settings_dict["USER"])


def test_what_runs_works_as_the_app_even_where_there_was_but_the_owner(folder: Path) -> None:
    """The data folder is one from before there were two roles."""
    from launcher import places

    cluster = Cluster(folder, places.server_account())
    cluster.start()
    with psycopg.connect(cluster.url(), autocommit=True) as owner:
        owner.execute(f'DROP OWNED BY "{APP}"')
        owner.execute(f'DROP ROLE "{APP}"')
    cluster.stop()
    with running(folder) as copy:
        assert copy.becomes_ready()[0] == 200
        assert copy.get("/readyz")[0] == 200
        url = running_url(folder)
        assert url
        with psycopg.connect(url) as owner:
            rows = owner.execute(
                "SELECT DISTINCT usename FROM pg_stat_activity "
                "WHERE datname = 'familylaw' AND pid <> pg_backend_pid()"
            ).fetchall()
        assert rows == [(APP,)]


def test_the_owner_of_a_real_database_prepares_it_for_the_app(folder: Path) -> None:
    """As docs/deployment.md says: two addresses, and only `prepare` gets the owner's."""
    from launcher import places

    cluster = Cluster(folder, places.server_account())
    cluster.start()
    try:
        given = {
            "DEMO": "porvoo",
            "DATA_DIR": str(folder),
            "STATIC_ROOT": str(folder / "static"),
            "SECRET_KEY": "x" * 60,
            "DATABASE_URL": cluster.url(user=APP),
        }
        done = python("-m", "familylaw.prepare", DATABASE_OWNER_URL=cluster.url(), **given)
        assert done.returncode == 0, done.stderr
        done = python("-m", "familylaw.prepare", DATABASE_OWNER_URL=cluster.url(user=APP), **given)
        assert done.returncode == 1
        assert "name the same user" in done.stderr
    finally:
        cluster.stop()
