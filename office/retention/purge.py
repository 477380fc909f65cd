"""The purge: what is kept no longer goes, by the one table of office/retention/table.py.

In batches, each a transaction of its own that counts itself in the report: a purge that is killed has
lost nothing but the batch at hand, and the next one goes on with the same report. The report has numbers
by kind and nobody's data.
"""

from django.db import connection, transaction

from office.core import clock
from office.models import PurgeRun, Unit
from office.retention.rows import RetentionRow
from office.retention.table import TABLE

AT_ONCE = 200
# Any number will do, as long as nothing else locks it: two purges at once would only wait for each other.
_LOCK = 703_2024


def purge() -> PurgeRun:
    """Remove all that is due, and say how much of each kind."""
    unit = Unit.get()
    run = _begin()
    for kept in TABLE:
        while kept.due and _remove_batch(kept, unit, run.pk):
            pass
    run.refresh_from_db()
    run.ended_at = clock.now()
    run.save(update_fields=["ended_at"])
    return run


def counts_due() -> dict[str, int]:
    """Return how many rows of each kind a purge would remove now (dry run); nothing is changed."""
    unit = Unit.get()
    return {kept.key: kept.rows(unit).count() for kept in TABLE if kept.due}


def _begin() -> PurgeRun:
    """A new report, or that of a purge that was cut short."""
    unfinished = PurgeRun.objects.filter(ended_at=None).order_by("-started_at").first()
    return unfinished or PurgeRun.objects.create(started_at=clock.now())


def _remove_batch(kept: RetentionRow, unit: Unit, run: int) -> int:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        report = PurgeRun.objects.select_for_update().get(pk=run)
        keys = list(kept.rows(unit).order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
        if not keys:
            return 0
        kept.remove(keys)
        report.counts[kept.key] = report.counts.get(kept.key, 0) + len(keys)
        report.save(update_fields=["counts"])
    return len(keys)


def last_runs(count: int = 30) -> list[PurgeRun]:
    return list(PurgeRun.objects.order_by("-started_at")[:count])
