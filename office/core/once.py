"""Sent twice, made once: a second sending waits for the first, and finds what that has made."""

from typing import TypeVar
from uuid import UUID

from django.db import connection, models

M = TypeVar("M", bound=models.Model)

LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"


def one_at_a_time(key: str) -> None:
    """Let one transaction at a time go on from here for this key, until it ends."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [key])


def made_before(model: type[M], made_from: UUID) -> M | None:
    """Return what the form with this key has made already. Call in the transaction that makes it."""
    one_at_a_time(str(made_from))
    return made_already(model, made_from)


def made_already(model: type[M], key: UUID | str | None) -> M | None:
    """Look up what the form with this key has made, without waiting for one that is being made."""
    try:
        made_from = UUID(str(key))
    except ValueError:
        return None
    return model._default_manager.filter(made_from=made_from).first()
