"""Columns of a row as plain data, and restoring them: all but those named, so also a new one.

What is kept to undo an action by goes into a JSON column, hence the encoding.
"""

import json
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Model

Snapshot = dict[str, Any]


def capture(row: Model, left_out: Collection[str]) -> Snapshot:
    """Return the row's columns but those in `left_out`, as JSON has them. No query."""
    return {
        field.attname: encode(getattr(row, field.attname))
        for field in row._meta.concrete_fields
        if field.attname not in left_out
    }


def restore(row: Model, former: Mapping[str, Any], left_out: Collection[str]) -> dict[str, Any]:
    """Set the columns that were captured, without saving; return them.

    One that was not, since an earlier version took the snapshot, stays as it is.
    """
    columns = {
        field.attname: field.to_python(former[field.attname])
        for field in row._meta.concrete_fields
        if field.attname in former and field.attname not in left_out
    }
    for name, value in columns.items():
        setattr(row, name, value)
    return columns


def encode(value: Any) -> Any:
    """Encode for JSON, times to the microsecond, which Django's own encoder would cut."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, DateTimeTZRange):
        ends = {"lower": encode(value.lower), "upper": encode(value.upper)}
        return json.dumps({**ends, "bounds": value.bounds})
    return value if isinstance(value, str | int | float | list | dict | None) else str(value)
