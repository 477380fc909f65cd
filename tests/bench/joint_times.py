"""The common times of two parents for twelve weeks: free times, both marks, and which are offered."""

import time
from datetime import date, timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookings.joint_times.actions import pick
from bookings.joint_times.common_times import CELLS, Marks
from bookings.joint_times.free_times import free_times
from bookings.models import Appointment, JointSearch
from office.core import clock
from office.models import Channel, Service, ServicePoint, Unit
from tests.bench import filling
from tests.bench.free_times import use
from tests.bench.reference import fixed_computation
from tests.bench.table import Table, median, ms, p95

# Of a fixed computation.
SEARCH = 11.0


def measure(table: Table, name: str, times: int) -> None:
    """Measure the search as it is made when due, on the database `name`, up to taking the times."""
    use(name)
    unit = Unit.get()
    appointment = Appointment(
        pk=0,
        service=Service.objects.get(slug=filling.SLUG),
        channel=Channel.IN_PERSON,
        service_point=ServicePoint.objects.earliest("pk"),
    )
    search = JointSearch(
        pk=0,
        appointment=appointment,
        service_point=appointment.service_point,
        asked_at=clock.now(),
        due_at=clock.now(),
    )
    marks = [_marks(0), _marks(1)]

    def run() -> tuple[int, int]:
        _wish, slots = free_times(appointment, search, unit)
        return len(slots), len(pick(search, appointment, slots, marks, unit))

    for _ in range(3):
        run()
    with CaptureQueriesContext(connection) as queries:
        free, offered = run()
    if not offered:
        raise RuntimeError("No common times were found")
    seconds, computed = [], fixed_computation()
    for _ in range(times):
        computed.sample()
        started = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - started)
    table.add_time(
        f"common times of two parents, 12 weeks ({free} free times, {len(queries)} queries): p50, p95",
        f"{ms(median(seconds))}, {ms(p95(seconds))}",
        median(seconds),
        SEARCH,
        computed.p50,
    )


def _marks(turn: int) -> Marks:
    """Mark three quarters of the week, and some days off."""
    days: list[date] = [clock.today() + timedelta(days=7 * week + turn) for week in range(12)]
    return Marks(frozenset(c for n, c in enumerate(CELLS) if n % 4 != turn), frozenset(days))
