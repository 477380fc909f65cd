"""Hold all messages in a restored copy of the database, until somebody says that they may leave.

A backup holds messages that waited when it was made. Restored for a drill, or in place of a lost
database, it would write to clients what they have read already, or what is no longer so.
"""

from django.db import connection, transaction

from office.core import clock
from office.models import DatabaseMark, OutboxMessage

# A dump that is restored makes each table anew. A standby that takes over has all three unchanged.
IDENTITY = """
    SELECT concat_ws(
        '/',
        (SELECT system_identifier FROM pg_control_system()),
        (SELECT oid FROM pg_database WHERE datname = current_database()),
        %s::regclass::oid
    )
"""


def identity() -> str:
    """Return what tells this database from every copy that was restored from a dump of it."""
    with connection.cursor() as cursor:
        cursor.execute(IDENTITY, [OutboxMessage._meta.db_table])
        row = cursor.fetchone()
    return str(row[0]) if row else ""


def is_holding() -> bool:
    """Say whether the messages were written in another database than this one."""
    mark = DatabaseMark.objects.first()
    return mark is not None and mark.identity != identity()


def remember_database() -> None:
    """Let messages leave from this database, if none is known yet."""
    DatabaseMark.objects.get_or_create(
        pk=1, defaults={"identity": identity(), "since": clock.now()}
    )


def release(*, drop_waiting: bool) -> int:
    """Let messages leave from here on; how many had waited. `drop_waiting`: those never leave."""
    with transaction.atomic():
        DatabaseMark.objects.update_or_create(
            pk=1, defaults={"identity": identity(), "since": clock.now()}
        )
        waiting = OutboxMessage.objects.waiting()
        return waiting.update(dropped_at=clock.now()) if drop_waiting else waiting.count()
