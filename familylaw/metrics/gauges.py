"""What the database says of the unit when it is asked: queues and ages, and nobody's data."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.models import Count, Min, Q
from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from bookings.availability.search import Wish, find
from familylaw import release
from familylaw.health import worker_silence
from office.core import clock
from office.messaging import restored_copy
from office.models import OutboxMessage, Service, Unit
from walkin.models import WalkInDay
from walkin.states import CALLABLE

# Looking for free times is work: not at every scrape.
FREE_TIMES_FOR = 300  # seconds
_KEY = "metrics.free-times"


class DatabaseCollector(Collector):
    """Asked anew at each scrape, whichever process answers."""

    def collect(self) -> Iterable[Metric]:
        yield _gauge(
            "release", "The release that runs.", [({"version": release.version()}, 1.0)], "version"
        )
        try:
            metrics = list(_of_the_database())
        except DatabaseError:
            metrics = []
        yield _gauge("database_up", "Whether the database answers.", [({}, float(bool(metrics)))])
        yield from metrics


def _gauge(
    name: str, text: str, values: Iterable[tuple[dict[str, str], float]], *labels: str
) -> Metric:
    family = GaugeMetricFamily(f"familylaw_{name}", text, labels=list(labels))
    for given, value in values:
        family.add_metric([given[label] for label in labels], value)
    return family


def _of_the_database() -> Iterator[Metric]:
    yield from _outbox()
    silence = worker_silence()
    yield _gauge(
        "worker_silence_seconds",
        "Seconds since a worker was heard of.",
        [] if silence is None else [({}, silence)],
    )
    yield _gauge("jobs", "Jobs of the worker, by status.", _jobs(), "status")
    yield _gauge(
        "walk_in_waiting",
        "Numbers that wait to be called, by service point with a walk-in now.",
        _walk_ins(),
        "point",
    )
    free = _free_times()
    yield _gauge(
        "free_times",
        "Times that can be asked for online until the horizon, by service; five minutes old at most.",
        (({"service": slug}, float(count)) for slug, (count, _soonest) in free.items()),
        "service",
    )
    now = clock.now().timestamp()
    yield _gauge(
        "next_free_time_seconds",
        "Seconds to the next of them.",
        (
            ({"service": slug}, max(0.0, soonest - now))
            for slug, (_count, soonest) in free.items()
            if soonest is not None
        ),
        "service",
    )


def _outbox() -> Iterator[Metric]:
    now = clock.now()
    waits = Q(sent_at=None, dropped_at=None, failed_at=None)
    due = waits & Q(send_after__lte=now)
    counts = OutboxMessage.objects.filter(sent_at=None, dropped_at=None).aggregate(
        planned=Count("pk", filter=waits & Q(send_after__gt=now, last_error="")),
        due=Count("pk", filter=due),
        retried=Count("pk", filter=waits & Q(send_after__gt=now) & ~Q(last_error="")),
        failed=Count("pk", filter=Q(failed_at__isnull=False)),
        oldest=Min("send_after", filter=due),
    )
    oldest = counts.pop("oldest")
    yield _gauge(
        "outbox_messages",
        "Messages that have not left: planned for later, due, tried again later, or failed for good.",
        (({"state": state}, float(count)) for state, count in counts.items()),
        "state",
    )
    age = (now - oldest).total_seconds() if oldest else 0.0
    yield _gauge("outbox_oldest_due_seconds", "For how long the oldest has been due.", [({}, age)])
    held = float(restored_copy.is_holding())
    yield _gauge("messages_held", "1 in a restored copy, which writes to nobody.", [({}, held)])


def _jobs() -> list[tuple[dict[str, str], float]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT status::text, count(*) FROM procrastinate_jobs "
            "WHERE status IN ('todo', 'doing', 'failed') GROUP BY status"
        )
        found: dict[str, int] = dict(cursor.fetchall())
    return [({"status": each}, float(found.get(each, 0))) for each in ("todo", "doing", "failed")]


def _walk_ins() -> list[tuple[dict[str, str], float]]:
    waiting = Count("tickets", filter=Q(tickets__state__in=CALLABLE))
    days = WalkInDay.objects.running().annotate(waiting=waiting).order_by("service_point__slug")
    counts = days.values_list("service_point__slug", "waiting")
    return [({"point": slug}, float(count)) for slug, count in counts]


def _free_times() -> dict[str, tuple[int, float | None]]:
    """Count the times that each service has online, and when the next is, in seconds since 1970."""
    known: dict[str, Any] | None = cache.get(_KEY)
    if known is None:
        known = {}
        unit = Unit.get()
        for service in Service.objects.online():
            starts = {
                (slot.start, slot.point, channel)
                for channel in service.channels
                for slot in find(Wish(service, channel), unit).slots
            }
            soonest = min(start for start, _, _ in starts).timestamp() if starts else None
            known[service.slug] = [len(starts), soonest]
        cache.set(_KEY, known, FREE_TIMES_FOR)
    return {slug: (count, soonest) for slug, (count, soonest) in known.items()}
