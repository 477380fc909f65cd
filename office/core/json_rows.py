"""Rows of other tables in one column of a query: JSON objects by the fields' names, and read back."""

from collections.abc import Iterable
from typing import Any, TypeVar

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, Model, QuerySet
from django.db.models.functions import JSONObject

M = TypeVar("M", bound=Model)


def json_rows(queryset: QuerySet[Any], *fields: str, **expressions: Any) -> ArraySubquery:
    """Select the rows of `queryset`, each an object of `fields` (as stored) and `expressions`."""
    # By name: a translating manager would take the bare call for all columns.
    row = JSONObject(**{name: F(name) for name in fields}, **expressions)
    return ArraySubquery(queryset.annotate(json_row=row).values("json_row"))


def from_json(model: type[M], rows: Iterable[dict[str, Any]]) -> list[M]:
    """Make instances from database rows, with the named fields alone; not to be saved."""
    fields = {field.attname: field for field in model._meta.concrete_fields}
    return [
        model(**{name: fields[name].to_python(value) for name, value in row.items()})
        for row in rows
    ]
