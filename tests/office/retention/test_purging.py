"""The purge works through the one table: resumable, with a dry run and a report without persons."""

import re
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
import time_machine
from django.conf import settings as django_settings
from django.core.management import call_command
from django.db import connection
from django.utils.module_loading import import_string
from django.utils.translation import override

from bookings.models import Appointment, Status
from office.calendar.blocked_time import block_time
from office.core import clock
from office.models import (
    Absence,
    BlockedTime,
    Claim,
    Occupancy,
    OutboxMessage,
    PurgeRun,
    Unit,
)
from office.retention import purge as purging
from office.retention.purge import counts_due, purge
from office.retention.rows import RETENTION, period_label
from office.retention.shortcomings import unpurged
from office.retention.table import TABLE, period_of
from office.setup.absences import add_absence
from tests.factories import AppointmentFactory, PartyFactory, ProfessionalFactory, UnitFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def unit() -> None:
    UnitFactory(retention_days=100)


def _old_visits(count: int) -> None:
    then = clock.now() - timedelta(days=101)
    for _ in range(count):
        PartyFactory(
            appointment=AppointmentFactory(
                status=Status.DONE, starts_at=then - timedelta(hours=1), ends_at=then
            )
        )


def test_every_row_of_the_table_names_what_is_there() -> None:
    keys = [kept.key for kept in TABLE]
    assert len(set(keys)) == len(keys)
    unit = Unit.get()
    for kept in TABLE:
        assert callable(import_string(kept.removed_by)), kept.key
        assert kept.period(unit) >= timedelta(0)
        if kept.due:
            assert kept.rows(unit).count() >= 0


def test_a_dry_run_counts_and_changes_nothing() -> None:
    _old_visits(3)
    assert counts_due()["appointments"] == 3
    out = StringIO()
    call_command("purge", "--dry-run", stdout=out)
    assert out.getvalue() == "appointments: 3 would be removed\n"
    assert Appointment.objects.count() == 3
    assert not PurgeRun.objects.exists()


def test_a_purge_that_was_cut_short_is_carried_on_in_the_same_report(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(purging, "AT_ONCE", 2)
    _old_visits(5)
    # As it stands after a kill: one batch is gone and counted, no end is noted.
    run = purging._begin()
    assert purging._remove_batch(TABLE[0], Unit.get(), run.pk) == 2
    assert (Appointment.objects.count(), PurgeRun.objects.get().counts) == (3, {"appointments": 2})

    done = purge()
    assert done.pk == run.pk
    assert done.counts["appointments"] == 5
    assert done.ended_at is not None
    assert Appointment.objects.count() == 0
    assert purge().pk != run.pk


@pytest.fixture
def guarded_visit() -> Iterator[Appointment]:
    """Return the one of three old visits that the database refuses to delete."""
    _old_visits(3)
    guarded = Appointment.objects.order_by("pk")[1]
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF OLD.id = {guarded.pk} THEN RAISE EXCEPTION 'no'; END IF; RETURN OLD; END $$"
        )
        cursor.execute(
            "CREATE TRIGGER refuse BEFORE DELETE ON bookings_appointment "
            "FOR EACH ROW EXECUTE FUNCTION refuse()"
        )
    yield guarded
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER refuse ON bookings_appointment")
        cursor.execute("DROP FUNCTION refuse()")


def test_a_row_that_cannot_be_removed_keeps_nothing_else_back(guarded_visit: Appointment) -> None:
    at = clock.now() - timedelta(days=101)
    OutboxMessage.objects.create(
        kind="other",
        channel="email",
        to="x@example.org",
        language="fi",
        created_at=at,
        send_after=at,
    )
    run = purge()
    assert list(Appointment.objects.values_list("pk", flat=True)) == [guarded_visit.pk]
    assert run.counts == {"appointments": 2, "messages": 1}
    assert run.stuck == {"appointments": 1}
    with override("en"):
        assert [one.text for one in unpurged()] == ["Some data could not be deleted"]


def test_the_overview_misses_a_purge() -> None:
    assert unpurged() == []
    purge()
    assert unpurged() == []
    with time_machine.travel(clock.now() + timedelta(days=3), tick=False), override("en"):
        assert [one.text for one in unpurged()] == ["No data have been deleted for two days"]
        PurgeRun.objects.create(started_at=clock.now() - timedelta(days=3))
        assert [one.url for one in unpurged()] == ["/office/retention/"]
        purge()
        assert unpurged() == []


def test_the_report_holds_numbers_alone() -> None:
    _old_visits(1)
    out = StringIO()
    call_command("purge", stdout=out)
    assert out.getvalue() == "appointments: 1 removed\n"
    assert PurgeRun.objects.get().counts == {"appointments": 1}
    call_command("purge", stdout=out)
    assert out.getvalue().endswith("Nothing is due.\n")


def test_why_somebody_was_away_is_forgotten_and_that_they_were_is_not() -> None:
    now = clock.now()
    for days in (400, 300):
        start = now - timedelta(days=days)
        add_absence(
            ProfessionalFactory(),
            start=start,
            end=start + timedelta(hours=8),
            reason=Absence.Reason.SICK,
        )
    assert purge().counts == {"absence-reasons": 1}
    assert list(Absence.objects.order_by("during").values_list("reason", flat=True)) == [
        "other",
        "sick",
    ]


def test_blocked_time_goes_a_year_after_it_with_the_time_that_it_owned() -> None:
    professional, now = ProfessionalFactory(), clock.now()
    for days in (366, 364):
        end = now - timedelta(days=days)
        with time_machine.travel(end - timedelta(days=1), tick=False):
            block_time(
                professional, start=end - timedelta(hours=1), end=end, kind=BlockedTime.Kind.COURT
            )
    assert purge().counts == {"blocked-times": 1}
    assert BlockedTime.objects.get().during.upper == now - timedelta(days=364)
    assert Occupancy.objects.get().claim == BlockedTime.objects.get().claim == Claim.objects.get()


def test_links_of_guidance_go_before_other_messages() -> None:
    for kind, days in (("links", 15), ("other", 15), ("other", 101)):
        at = clock.now() - timedelta(days=days)
        OutboxMessage.objects.create(
            kind=kind,
            channel="email",
            to="x@example.org",
            language="fi",
            created_at=at,
            send_after=at,
        )
    assert purge().counts == {"messages": 1, "guidance-links": 1}


def test_the_docs_tell_the_same_table() -> None:
    """Each row: key, how long, and the function that removes it."""
    text = (Path(django_settings.BASE_DIR) / "docs/data-protection.md").read_text()
    found = re.findall(
        r"^\| `([a-z-]+)` \|[^|]*\|[^|]*\| ([^|]*) \|[^|]*\| `([\w.]+)` \|$", text, re.M
    )
    with override("en"):
        told = [
            (
                kept.key,
                "`Unit.retention_days`"
                if kept.how_long == RETENTION
                else period_label(period_of(kept.key)),
                kept.removed_by,
            )
            for kept in TABLE
        ]
    assert found == told


def test_the_tests_that_the_docs_name_are_there() -> None:
    """The threat list and the templates say which test shows what."""
    docs = Path(django_settings.BASE_DIR) / "docs"
    named = {
        name
        for file in docs.glob("*.md")
        for name in re.findall(r"`(tests/[\w/]+\.py)`", file.read_text())
    }
    assert len(named) > 10
    assert [name for name in sorted(named) if not (docs.parent / name).exists()] == []
