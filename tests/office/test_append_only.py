"""Logs are never rewritten: the database refuses."""

import pytest
from django.db import DatabaseError, connection, transaction

from bookings.models import AppointmentEvent
from office import clock
from office.access_log import note_access
from office.models import AccessLogEntry
from tests.factories import AppointmentFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_the_access_log_is_append_only() -> None:
    note_access(UserFactory(), ["AAA-111", "AAA-112"], action="read", reason="booking")
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


def test_forgetting_for_good_is_said_in_the_transaction() -> None:
    note_access(UserFactory(), "AAA-111", action="read", reason="booking")
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL familylaw.forgetting = 'on'")
        AccessLogEntry.objects.all().delete()
    assert AccessLogEntry.objects.count() == 0
