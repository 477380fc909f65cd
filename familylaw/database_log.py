"""Keep clients' data out of the database server's own log.

By default PostgreSQL logs each failed statement with its values, and no retention rule of ours
reaches that log. The app logs errors itself, without the values.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connection

from launcher.database import QUIET_LOG

# Other values that log no more than those above.
_AS_GOOD = {
    "log_min_messages": {"fatal", "panic"},
    "log_statement": {"ddl"},
}


def leaking_settings() -> Iterator[str]:
    """Return the connection settings that would log clients' data, as “name is now, should be”."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, setting FROM pg_settings WHERE name = ANY(%s) ORDER BY name",
            [list(QUIET_LOG)],
        )
        rows = cursor.fetchall()
    for name, setting in rows:
        if setting != QUIET_LOG[name] and setting not in _AS_GOOD.get(name, ()):
            yield f"{name} is {setting}, should be {QUIET_LOG[name]}"


@register(Tags.database, deploy=True)
def check_server_log(
    app_configs: Sequence[AppConfig] | None = None,
    databases: Sequence[str] | None = None,
    **kwargs: Any,
) -> list[CheckMessage]:
    """Check with `check --deploy --database default` that the server logs no clients' data."""
    if not databases:
        return []
    found = "; ".join(leaking_settings())
    if not found:
        return []
    return [
        Error(
            f"The database server's log would hold what clients said: {found}.",
            hint="See docs/deployment.md: ALTER ROLE … SET, as the server's administrator.",
            id="familylaw.E030",
        )
    ]
