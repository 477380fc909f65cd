"""The product with nobody locking rows, for the tests that show what the locks prevent."""

from typing import Any

from django.db.models import QuerySet

from familylaw.wsgi import application

__all__ = ["application"]


def _chain(rows: QuerySet[Any], **kwargs: Any) -> QuerySet[Any]:
    return rows.all()


QuerySet.select_for_update = _chain  # type: ignore[method-assign,assignment]
