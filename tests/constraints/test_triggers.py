"""What happened stays as it was written, in every table that is a history."""

from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction

from bookings.models import AppointmentEvent, CallBackEvent, CaseEvent, Recusal
from evenings.models import EveningEvent, SignUpEvent
from office.models import AccessLogEntry
from office.models.set_up_change import WATCHED
from referrals.models import ReferralEvent
from tests.constraints.rows import row_of, write
from walkin.models import TicketEvent

HISTORIES: dict[type[models.Model], dict[str, Any]] = {
    AccessLogEntry: {},
    AppointmentEvent: {},
    CallBackEvent: {},
    CaseEvent: {},
    Recusal: {"professional_id": 1},
    TicketEvent: {},
    ReferralEvent: {},
    SignUpEvent: {},
    EveningEvent: {},
}
# Tried in tests/bookings/parties/test_conflicts.py and tests/evenings/models/test_places.py; those of
# the set-up in tests/office/core/test_set_up_cache.py.
OTHERS = {
    ("bookings_appointmentprofessional", "a_barred_professional_meets_nobody"),
    ("evenings_signup", "people_are_counted"),
    ("evenings_evening", "people_are_kept"),
}


@pytest.mark.django_db
@pytest.mark.parametrize("model", HISTORIES, ids=lambda model: model._meta.label)
def test_history_is_neither_changed_nor_deleted(model: type[models.Model]) -> None:
    with transaction.atomic():
        write([row_of(model, HISTORIES[model])])
        written = model._base_manager.all()
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            written.update(at=None)
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            written.delete()
        # Its foreign keys lead nowhere.
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_every_trigger_is_tried() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, tgname FROM pg_trigger "
            "WHERE NOT tgisinternal AND tgname NOT LIKE 'procrastinate%'"
        )
        found = set(cursor.fetchall())
    histories = {(model._meta.db_table, "append_only") for model in HISTORIES}
    set_up = {(table, "notes_set_up_changes") for table in WATCHED}
    assert found == OTHERS | histories | set_up


def test_every_table_of_events_is_a_history() -> None:
    events = {model for model in apps.get_models() if model.__name__.endswith("Event")}
    assert {model for model in events if model._meta.app_label != "procrastinate"} <= set(HISTORIES)
