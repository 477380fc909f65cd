"""What the database server writes into its own log: nothing that a client said.

By default PostgreSQL writes each failed statement with its values into a log that no retention rule of
ours reaches. The app logs what went wrong itself, without the values.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connection

from launcher.database import QUIET_LOG

# Further values that write no more than those above.
_AS_GOOD = {
    "log_min_messages": {"fatal", "panic"},
    "log_statement": {"ddl"},
}


def talkative() -> Iterator[str]:
    """The settings of our connection by which the server would log what clients said, each as
    "name is now, should be"."""
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
def server_keeps_quiet(
    app_configs: Sequence[AppConfig] | None = None,
    databases: Sequence[str] | None = None,
    **kwargs: Any,
) -> list[CheckMessage]:
    """For `check --deploy --database default`."""
    if not databases:
        return []
    found = "; ".join(talkative())
    if not found:
        return []
    return [
        Error(
            f"The database server's log would hold what clients said: {found}.",
            hint="See docs/deployment.md: ALTER ROLE … SET, as the server's administrator.",
            id="familylaw.E030",
        )
    ]
