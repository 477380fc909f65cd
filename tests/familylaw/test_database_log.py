"""The database server's own log holds nothing that a client said."""

from collections import Counter
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.checks import run_checks
from django.db import connection
from procrastinate.contrib.django import app

from familylaw import database_log
from launcher import database, places
from launcher.database import Cluster
from tests.familylaw.running import open_folder, python, running
from tests.server import Visitor, shown_slots

BOOK = "/book/separation-counselling/"
# At eleven, when nobody's quiet hours are: at night reminders would return at once.
JOBS = """
import asyncio, datetime, django, inspect, sys, zoneinfo
import time_machine
django.setup()
from procrastinate.contrib.django import app
from procrastinate.job_context import JobContext
here = zoneinfo.ZoneInfo("Europe/Helsinki")
eleven = datetime.datetime.now(here).replace(hour=11, minute=0)
with time_machine.travel(eleven):
    for _ in range(2):
        for periodic in app.periodic_registry.periodic_tasks.values():
            task = periodic.task
            job = JobContext(app=app, job=None, start_timestamp=0, abort_reason=lambda: None)
            made = task.func(*[job] * task.pass_context, timestamp=0)
            if inspect.isawaitable(made):
                asyncio.run(made)
            print(task.name)
"""


def failing_statements(cluster: Cluster, secret: str) -> None:
    """Run a clash of a row, and a value that is not a number, both with the secret in them."""
    with psycopg.connect(cluster.url(), autocommit=True) as ours:
        ours.execute("CREATE TABLE people (email text CONSTRAINT once UNIQUE)")
        ours.execute(f"INSERT INTO people VALUES ('{secret}')")
        with pytest.raises(psycopg.errors.UniqueViolation):
            ours.execute(f"INSERT INTO people VALUES ('{secret}')")
        with pytest.raises(psycopg.errors.UniqueViolation):
            ours.execute("INSERT INTO people VALUES (%s)", [secret])
        with pytest.raises(psycopg.errors.InvalidTextRepresentation):
            ours.execute(f"SELECT '{secret}'::int")


@pytest.mark.parametrize("quiet", [True, False])
def test_failed_statements_are_not_in_it(monkeypatch: pytest.MonkeyPatch, quiet: bool) -> None:
    if not quiet:  # As PostgreSQL is by itself: the test would see it.
        monkeypatch.setattr(database, "QUIET_LOG", {})
    with open_folder() as folder:
        account = places.server_account()
        places.open_data_folder(folder, account)
        cluster = Cluster(folder, account, throwaway=True)
        cluster.start()
        try:
            failing_statements(cluster, "aino@example.org")
        finally:
            cluster.stop()
        log = cluster.log.read_text()
        assert "ready to accept connections" in log
        assert ("aino@example.org" in log) == (not quiet)
        assert cluster.log.stat().st_mode & 0o777 == 0o600


def said_by_clients(url: str) -> set[str]:
    """Return all that is kept of anybody: names, addresses, numbers, codes."""
    queries = [
        "SELECT unnest(ARRAY[name, phone, email, message]) FROM bookings_party",
        "SELECT unnest(ARRAY[name, phone, email]) FROM bookings_callback",
        'SELECT unnest(ARRAY["to", about]) FROM office_outboxmessage',
    ]
    with psycopg.connect(url) as ours:
        found = {row[0] for query in queries for row in ours.execute(query).fetchall()}
    return {text for text in found if text and len(text) > 5}


def test_a_journey_and_all_jobs_twice_leave_nothing_in_it(folder: Path) -> None:
    with running(folder) as copy:
        visitor = Visitor(copy.address, 1)
        slot = shown_slots(visitor.get(f"{BOOK}times/").text)[0]
        pages: list[tuple[str, dict[str, Any]]] = [
            ("times", {"slot": slot, "where": "any"}),
            ("details", {"name": "Tuula Turvassa", "email": "tuula@example.org", "safe": "email"}),
            ("visit", {"language": "fi", "meeting": "together"}),
            ("other", {"other_parent": "pass_on"}),
            ("check", {"website": ""}),
        ]
        for page, data in pages:
            assert visitor.post(f"{BOOK}{page}/", data).status == 302, page
        url = database.running_url(folder)
        assert url
        ran = python("-c", JOBS, DATABASE_URL=url, DATA_DIR=str(folder), **settings_of(folder))
        assert ran.returncode == 0, ran.stderr
        done = Counter(ran.stdout.split())
        assert set(done.values()) == {2}
        assert {
            periodic.task.name for periodic in app.periodic_registry.periodic_tasks.values()
        } == set(done)
        said = said_by_clients(url)
        assert {"Tuula Turvassa", "tuula@example.org"} <= said
    log = (folder / "postgres.log").read_text()
    assert [text for text in said if text in log] == []


def settings_of(folder: Path) -> dict[str, str]:
    """Return what `make run` gives its processes in this data folder."""
    key = places.demo_secret(folder)
    return {"DEMO": "porvoo", "SECRET_KEY": key, "DJANGO_SETTINGS_MODULE": "familylaw.settings"}


@pytest.mark.django_db
def test_a_server_that_would_log_them_is_refused_by_check_deploy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def found() -> list[str | None]:
        checks = run_checks(include_deployment_checks=True, databases=["default"])
        return [c.id for c in checks if c.id == "familylaw.E030"]

    with connection.cursor() as cursor:
        cursor.execute("SHOW log_min_messages")
        now = cursor.fetchone()[0]
    monkeypatch.setattr(database_log, "QUIET_LOG", {"log_min_messages": now})
    assert found() == []
    monkeypatch.setattr(database_log, "QUIET_LOG", {"log_min_messages": "silent"})
    assert list(database_log.leaking_settings()) == [f"log_min_messages is {now}, should be silent"]
    assert found() == ["familylaw.E030"]
