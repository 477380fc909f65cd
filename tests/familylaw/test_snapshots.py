"""What is kept to undo an action by: every column but those that are named, in all five places."""

import json
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Model

from bookings.appointments import snapshots as appointments
from bookings.cases import undo as cases
from bookings.models import CallBack, Case, CasePerson
from evenings.models import Evening, SignUp
from evenings.planning import undo as evenings
from office.core.snapshots import capture, restore
from walkin.days import undo as days
from walkin.models import Duty, Ticket, WalkInDay
from walkin.tickets import snapshots as tickets

EVERYWHERE = {
    **appointments.LEFT_OUT,
    Case: cases.LEFT_OUT_OF_CASE,
    CasePerson: cases.LEFT_OUT_OF_PERSON,
    Ticket: tickets.LEFT_OUT,
    Evening: evenings.LEFT_OUT_OF_EVENING,
    SignUp: evenings.LEFT_OUT_OF_SIGN_UP,
    WalkInDay: days.LEFT_OUT_OF_DAY,
    Duty: days.LEFT_OUT_OF_DUTY,
}
EIGHT, NOON = (datetime(2026, 11, 26, hour, 0, 0, 7, tzinfo=UTC) for hour in (8, 12))


@pytest.mark.parametrize("model", EVERYWHERE)
def test_every_column_is_captured_but_those_named(model: type[Model]) -> None:
    columns = {field.attname for field in model._meta.concrete_fields}
    assert EVERYWHERE[model] <= columns
    assert set(capture(model(), EVERYWHERE[model])) == columns - EVERYWHERE[model]


def test_what_was_captured_comes_back_as_it_was_to_the_microsecond() -> None:
    duty = Duty(professional_id=3, desk_id=None, during=DateTimeTZRange(EIGHT, NOON))
    former = json.loads(json.dumps(capture(duty, days.LEFT_OUT_OF_DUTY)))
    other = Duty(professional_id=4, desk_id=5, break_until=NOON)

    restore(other, former, days.LEFT_OUT_OF_DUTY)

    assert (other.professional_id, other.desk_id, other.break_until) == (3, None, None)
    assert other.during == duty.during


def test_a_column_that_was_not_captured_stays_as_it_is() -> None:
    call = CallBack(starts_at=EIGHT, made_from=uuid4(), name="Aino")
    former = capture(CallBack(starts_at=NOON, language="sv"), {"name", "language"})

    restored = restore(call, {**former, "name": "Kuu"}, {"name"})

    assert (call.starts_at, call.name, call.language) == (NOON, "Aino", CallBack().language)
    assert "name" not in restored
