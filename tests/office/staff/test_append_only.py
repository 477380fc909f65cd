"""Logs are never rewritten: the database refuses."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from bookings.models import AppointmentEvent
from office.core import clock
from office.models import AccessAction, AccessLogEntry, AccessReason
from office.staff.access_log import note_access
from tests.factories import AppointmentFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_the_access_log_is_append_only() -> None:
    note_access(
        UserFactory(), ["AAA-111", "AAA-112"], action=AccessAction.READ, reason=AccessReason.BOOKING
    )
    assert AccessLogEntry.objects.count() == 2
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        AccessLogEntry.objects.update(record="X")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        AccessLogEntry.objects.all().delete()


def test_events_are_append_only() -> None:
    event = AppointmentEvent.objects.create(
        appointment=AppointmentFactory(),
        what="requested",
        status="requested",
        at=clock.now(),
        by="party",
    )
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        AppointmentEvent.objects.update(status="done")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        event.delete()


def _forget() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL familylaw.forgetting = 'on'")


def test_history_goes_where_a_transaction_says_that_it_forgets() -> None:
    AppointmentEvent.objects.create(
        appointment=AppointmentFactory(),
        what="requested",
        status="requested",
        at=clock.now(),
        by="party",
    )
    _forget()
    AppointmentEvent.objects.all().delete()
    assert not AppointmentEvent.objects.exists()


def test_nothing_that_is_said_opens_the_access_log() -> None:
    note_access(UserFactory(), "AAA-111", action=AccessAction.READ, reason=AccessReason.BOOKING)
    _forget()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        AccessLogEntry.objects.all().delete()


def test_what_is_older_than_the_log_has_to_be_kept_goes() -> None:
    note_access(
        UserFactory(), ["AAA-111", "BBB-222"], action=AccessAction.READ, reason=AccessReason.BOOKING
    )
    old = clock.now() - timedelta(days=12 * 366 + 1)
    AccessLogEntry.objects.bulk_create(
        [AccessLogEntry(at=old, user=UserFactory(), record="CCC-333", action="read", reason="x")]
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT forget_old_access_log()")
        assert cursor.fetchone() == (1,)
    assert set(AccessLogEntry.objects.values_list("record", flat=True)) == {"AAA-111", "BBB-222"}
