"""What is older than the unit keeps is gone, with all that hangs on it; nothing else is."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction

from bookings.appointments import notices
from bookings.models import (
    Appointment,
    AppointmentEvent,
    MoveRequest,
    Party,
    Status,
    TimeOffer,
)
from office.models import Channel, Claim, ClaimKind, Occupancy, OutboxMessage
from office.retention import purge as purging
from tests.factories import AppointmentFactory, ProfessionalFactory, UnitFactory, booked
from tests.purged import purged

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 25, 8, tzinfo=UTC)
LIMIT = NOW - timedelta(days=100)
LONG_AGO, LATELY = LIMIT - timedelta(days=1), LIMIT + timedelta(days=1)


def forget() -> int:
    with time_machine.travel(NOW, tick=False):
        return purged("appointments", "call-backs")


@pytest.fixture(autouse=True)
def unit() -> None:
    UnitFactory(retention_days=100)


def a_visit(start: datetime, **fields: object) -> Appointment:
    with time_machine.travel(start - timedelta(days=20), tick=False):
        appointment = booked(start=start, professionals=[ProfessionalFactory()], **fields)
        AppointmentEvent.objects.create(
            appointment=appointment,
            what="accepted",
            status=Status.CONFIRMED,
            at=start,
            by="party",
            party=appointment.parties.get(),
        )
        notices.notify_confirmed(appointment)
    return appointment


def test_an_old_visit_goes_with_all_that_hangs_on_it() -> None:
    old = a_visit(LONG_AGO, status=Status.DONE)
    for model, fields in (
        (MoveRequest, {"party": old.parties.get()}),
        (TimeOffer, {"expires_at": LONG_AGO}),
    ):
        model.objects.create(
            appointment=old,
            starts_at=LONG_AGO,
            ends_at=LONG_AGO + timedelta(hours=1),
            channel=Channel.IN_PERSON,
            created_at=LONG_AGO,
            claim=Claim.objects.create(kind=ClaimKind.OFFER),
            **fields,
        )
    assert OutboxMessage.objects.count() == 1
    assert forget() == 1
    for model in (Appointment, Party, AppointmentEvent, MoveRequest, TimeOffer, OutboxMessage):
        assert model.objects.count() == 0
    assert (Claim.objects.count(), Occupancy.objects.count()) == (0, 0)


def test_what_is_younger_stays_whole() -> None:
    a_visit(LATELY, status=Status.DONE)
    OutboxMessage.objects.update(created_at=LATELY)
    assert forget() == 0
    counts = [m.objects.count() for m in (Appointment, Party, AppointmentEvent, OutboxMessage)]
    assert counts == [1, 1, 1, 1]


def test_a_visit_that_nobody_marked_goes_too() -> None:
    a_visit(LONG_AGO, status=Status.CONFIRMED)
    assert forget() == 1


@pytest.mark.parametrize("status", [Status.CANCELLED, Status.DECLINED, Status.REQUESTED])
@pytest.mark.parametrize(
    ("touched", "starts", "forgotten"),
    [
        (LONG_AGO, None, 1),
        (LATELY, None, 0),
        (LONG_AGO, LATELY, 0),
        (LATELY, LONG_AGO, 0),
        (LONG_AGO, LONG_AGO - timedelta(days=1), 1),
    ],
)
def test_what_never_took_place_goes_when_it_was_closed_long_ago(
    status: str, touched: datetime, starts: datetime | None, forgotten: int
) -> None:
    AppointmentFactory(
        status=status,
        updated_at=touched,
        starts_at=starts,
        ends_at=starts + timedelta(hours=1) if starts else None,
    )
    assert forget() == forgotten


def test_many_go_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(purging, "AT_ONCE", 2)
    AppointmentFactory.create_batch(5, status=Status.DECLINED, updated_at=LONG_AGO)
    assert forget() == 5


def test_afterwards_history_is_closed_again() -> None:
    a_visit(LATELY)
    AppointmentFactory(status=Status.DECLINED, updated_at=LONG_AGO)
    assert forget() == 1
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        AppointmentEvent.objects.all().delete()


def test_no_other_deletion_touches_history() -> None:
    a_visit(LONG_AGO)
    with (
        pytest.raises(IntegrityError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("DELETE FROM bookings_appointmentevent")
