"""Rows of made-up values that break one rule of the database, and what the database says of them."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from typing import Any, NamedTuple

import pytest
from django.apps import apps
from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import IntegrityError, models, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

DAY = date(2026, 3, 2)
AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
LATER = AT + timedelta(hours=1)
NINE, TEN = time(9), time(10)
SOME_TIME = DateTimeTZRange(AT, LATER)
NO_TIME = DateTimeTZRange(AT, AT)
NO_BEGINNING = DateTimeTZRange(None, LATER)
NO_END = DateTimeTZRange(AT, None)

_numbers = count(1)


class Broken(NamedTuple):
    """What a rule refuses: one row of such values, or a second one with the same."""

    rule: str
    model: type[models.Model]
    given: dict[str, Any]
    # What the second row has in other ways, of that which the rule does not look at.
    but: dict[str, Any] | None = None


def broken(rule: str, model: type[models.Model], **given: Any) -> Broken:
    return Broken(rule, model, given)


def twice(
    rule: str, model: type[models.Model], *, but: dict[str, Any] | None = None, **given: Any
) -> Broken:
    return Broken(rule, model, given, but or {})


def own(model: type[models.Model], *fields: str) -> Iterator[Broken]:
    """Yield, of fields that are unique by themselves, what they refuse."""
    for name in fields:
        field = model._meta.get_field(name)
        yield twice(f"{model._meta.label}.{name}", model, **{field.attname: _value(field, 1)})


def rules(app_label: str) -> set[str]:
    """Return the names of all rules that the models of an app lay down, beside keys and foreign keys."""
    names = set()
    for model in apps.get_app_config(app_label).get_models():
        names |= {constraint.name for constraint in model._meta.constraints}
        for field in model._meta.local_concrete_fields:
            if field.unique and not field.primary_key:
                names.add(f"{model._meta.label}.{field.name}")
    return names


def refused(case: Broken) -> str:
    """Write what breaks a rule; return which rule the database names."""
    rows = [row_of(case.model, case.given)]
    constraint = next((c for c in case.model._meta.constraints if c.name == case.rule), None)
    if case.but is not None:
        same = {**case.given, **case.but}
        if isinstance(constraint, models.UniqueConstraint):
            columns = [case.model._meta.get_field(name).attname for name in constraint.fields]
            same |= {column: getattr(rows[0], column) for column in columns}
        elif constraint is not None:
            assert isinstance(constraint, ExclusionConstraint)
        rows.append(row_of(case.model, same))
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        write(rows)
    said = refusal.value.__cause__.diag
    if constraint is None:
        column = case.model._meta.get_field(case.rule.rsplit(".", 1)[1]).column
        assert said.message_detail.startswith(f"Key ({column})="), said.message_detail
        return case.rule
    return said.constraint_name


def write(rows: Iterable[models.Model]) -> None:
    """Write rows as they are; foreign keys that lead nowhere are looked at later, and never here."""
    for row in rows:
        type(row)._base_manager.bulk_create([row])


def row_of(model: type[models.Model], given: dict[str, Any]) -> models.Model:
    """Make a row, not yet written, with whatever its table wants beside what is given."""
    values = {
        field.attname: _value(field, number)
        for number, field in enumerate(model._meta.local_concrete_fields)
        if {field.name, field.attname}.isdisjoint(given) and _must_be_given(field)
    }
    return model(**values, **given)


def _must_be_given(field: models.Field) -> bool:
    if field.primary_key:
        return field.is_relation
    has_its_own = field.has_default() or field.has_db_default()
    return not (field.null or has_its_own or field.blank)


def _value(field: models.Field, number: int) -> Any:
    """Return a value of the field's kind; times go up with the number of the field."""
    if field.is_relation:
        field = field.target_field
        if isinstance(field, models.OneToOneField):
            field = field.target_field
    other = next(_numbers)
    if field.choices:
        return field.choices[0][0]
    match field:
        case models.DateTimeField():
            return AT + timedelta(minutes=number)
        case models.DateField():
            return DAY + timedelta(days=number)
        case models.TimeField():
            return time(8, number)
        case models.UUIDField():
            return f"{other:032x}"
        case models.BinaryField():
            return b"x"
        case models.BooleanField():
            return False
        case models.JSONField():
            return {}
        case models.IntegerField():
            return other
        case models.CharField() | models.TextField():
            return str(other)[-(field.max_length or 9) :]
    return SOME_TIME
