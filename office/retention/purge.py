"""The purge: what is kept no longer goes, by the one table of office/retention/table.py.

In batches, each a transaction of its own that counts itself in the report: a purge that is killed has
lost nothing but the batch at hand, and the next one goes on with the same report. A row that cannot be
removed keeps nothing else back: the rest goes, and the report and the overview tell of it. The report has
numbers by kind and nobody's data.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from office.core import clock
from office.models import PurgeRun, Unit
from office.retention.rows import RetentionRow
from office.retention.table import TABLE

log = logging.getLogger(__name__)

AT_ONCE = 200
# So many rows of a kind that cannot be removed: it is the kind, and the rest of it waits too.
STUCK_ENOUGH = 20
# It runs each night: a later one is missing.
MISSING_AFTER = timedelta(hours=50)
# Any number will do, as long as nothing else locks it: two purges at once would only wait for each other.
_LOCK = 703_2024


def purge() -> PurgeRun:
    """Remove all that is due, and say how much of each kind."""
    unit = Unit.get()
    run = _begin()
    stuck = {kept.key: _remove_kind(kept, unit, run.pk) for kept in TABLE if kept.due}
    run.refresh_from_db()
    run.stuck = {key: count for key, count in stuck.items() if count}
    run.ended_at = clock.now()
    run.save(update_fields=["stuck", "ended_at"])
    return run


def counts_due() -> dict[str, int]:
    """Return how many rows of each kind a purge would remove now (dry run); nothing is changed."""
    unit = Unit.get()
    return {kept.key: kept.rows(unit).count() for kept in TABLE if kept.due}


def _begin() -> PurgeRun:
    """Start a report, or continue that of a purge that was cut short."""
    unfinished = PurgeRun.objects.filter(ended_at=None).order_by("-started_at").first()
    return unfinished or PurgeRun.objects.create(started_at=clock.now())


def _remove_kind(kept: RetentionRow, unit: Unit, run: int) -> int:
    """Remove what is due of one kind; return how many rows could not be removed."""
    stuck: list[Any] = []
    while len(stuck) < STUCK_ENOUGH:
        try:
            if not _remove_batch(kept, unit, run, but=stuck):
                break
        except Exception as error:
            # What it says may hold clients' data.
            log.error("purge of %s: %s", kept.key, type(error).__name__)
            stuck += _remove_singly(kept, unit, run, but=stuck)
    return len(stuck)


def _remove_singly(kept: RetentionRow, unit: Unit, run: int, *, but: Sequence[Any]) -> list[Any]:
    """Remove the next batch row by row; return the keys of those that cannot be removed."""
    stuck: list[Any] = []
    for key in _keys_due(kept, unit, but=but):
        try:
            _remove_batch(kept, unit, run, only=key)
        except Exception:
            stuck.append(key)
            if len(but) + len(stuck) >= STUCK_ENOUGH:
                break
    return stuck


def _keys_due(kept: RetentionRow, unit: Unit, *, but: Sequence[Any]) -> list[Any]:
    due = kept.rows(unit).exclude(pk__in=but).order_by("pk")
    return list(due.values_list("pk", flat=True)[:AT_ONCE])


def _remove_batch(
    kept: RetentionRow, unit: Unit, run: int, *, but: Sequence[Any] = (), only: Any = None
) -> int:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        report = PurgeRun.objects.select_for_update().get(pk=run)
        keys = _keys_due(kept, unit, but=but) if only is None else [only]
        if not keys:
            return 0
        kept.remove(keys)
        report.counts[kept.key] = report.counts.get(kept.key, 0) + len(keys)
        report.save(update_fields=["counts"])
    return len(keys)


def last_runs(count: int = 30) -> list[PurgeRun]:
    return list(PurgeRun.objects.order_by("-started_at")[:count])


def is_missing(run: PurgeRun, now: datetime) -> bool:
    """Say whether the last purge began or ended so long ago that another one is missing."""
    return (run.ended_at or run.started_at) + MISSING_AFTER <= now
