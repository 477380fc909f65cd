"""The mark that tells a demo's database from a real unit's, wherever it is copied."""

from typing import Any

from django.contrib.auth import get_user_model
from django.db import DatabaseError, connection

_MARK = "demo data: "
MARK_QUERY = "SELECT obj_description(to_regclass(%s), 'pg_class')"
DEMO_DATA = (
    "This database holds demo data with known passwords, so it never serves a real unit: "
    "use an empty database, or set DEMO."
)


def mark_demo_data(name: str) -> None:
    """Mark the accounts table as that of a demo, so that copies carry the mark along."""
    with connection.cursor() as cursor:
        table = connection.ops.quote_name(get_user_model()._meta.db_table)
        cursor.execute(f"COMMENT ON TABLE {table} IS %s", [f"{_MARK}{name}"])


def demo_data() -> str:
    """Return the name of the demo whose data the database holds, or nothing."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(MARK_QUERY, [get_user_model()._meta.db_table])
            row = cursor.fetchone()
    except DatabaseError:
        return ""
    return demo_name(row)


def demo_name(row: tuple[Any, ...] | None) -> str:
    """Return the name in the answer to MARK_QUERY, or nothing."""
    comment: str = (row[0] if row else None) or ""
    return comment.removeprefix(_MARK) if comment.startswith(_MARK) else ""
