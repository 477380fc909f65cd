"""Checks of the database at start: whose data it is, and whether the link key fits it."""

import logging
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import DatabaseError, connection

from familylaw.demo_mark import DEMO_DATA, MARK_QUERY, demo_name
from launcher.places import Refusal
from office.messaging.link_key import Ask, key_problem
from office.models import Unit

log = logging.getLogger(__name__)

REAL_DATA = (
    "This database holds a real unit's data, and DEMO shows messages with working links to everybody: "
    "use a database of its own for the demo, or leave DEMO empty."
)
NO_ANSWER = "The database does not answer, so that it cannot be seen whether it is a demo's."


class NoAnswerRefusal(Refusal):
    """The database does not answer; it may the next time."""

    def __init__(self) -> None:
        super().__init__(NO_ANSWER)


def refuse_wrong_database() -> None:
    """Raise Refusal where these settings must not work on this database.

    A demo is refused if the database does not answer. A real unit starts all the same: its pages
    say that the service is away, and /readyz checks again.
    """
    try:
        with connection.cursor() as cursor:

            def ask(query: str, values: Sequence[Any]) -> tuple[Any, ...] | None:
                cursor.execute(query, values)
                row: tuple[Any, ...] | None = cursor.fetchone()
                return row

            problem = database_problem(ask)
    except DatabaseError as error:
        if settings.DEMO:
            raise NoAnswerRefusal from None
        log.warning("the database was not looked at: %s", type(error).__name__)
        return
    if problem:
        raise Refusal(problem)


def database_problem(ask: Ask) -> str:
    """Return the problem, if any: a demo needs its own data or an empty database, a unit its own."""
    is_demo = bool(demo_name(ask(MARK_QUERY, [get_user_model()._meta.db_table])))
    if settings.DEMO:
        return REAL_DATA if not is_demo and _is_in_use(ask) else ""
    return DEMO_DATA if is_demo else key_problem(ask)


def _is_in_use(ask: Ask) -> bool:
    """Say whether there are accounts or a unit. Without tables there are none."""
    for table in (get_user_model()._meta.db_table, Unit._meta.db_table):
        (is_there,) = ask("SELECT to_regclass(%s) IS NOT NULL", [table]) or (False,)
        if is_there:
            (has_rows,) = ask(f"SELECT EXISTS (SELECT FROM {table})", []) or (False,)  # noqa: S608
            if has_rows:
                return True
    return False
