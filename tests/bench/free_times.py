"""Free times for twelve weeks: the search in the database, the computation, the page."""

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookings.availability import search as finding
from bookings.availability.search import Wish, find
from bookings.availability.slots import clear_cells
from bookings.models.matters import Matters
from office.calendar import working_time
from office.models import Channel, Service, Unit
from tests.bench import filling
from tests.bench.reference import fixed_computation, light_page
from tests.bench.table import Table, median, ms, p95
from tests.bench.web import Visitor

QUERIES, HISTORY, TURNS = 4, 1.2, 1.1
# Of a fixed computation, and of a light page.
COMPUTATION, PAGE = 4.5, 4.6
TOGETHER = 1.3
PATH = f"/book/{filling.SLUG}/times/?where=any"


def use(name: str) -> None:
    """Turn Django's connection to another database."""
    connection.close()
    connection.settings_dict["NAME"] = name


class Stopwatch:
    """Adds up the time spent in some functions."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def around(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*args: Any, **kwargs: Any) -> Any:
            started = time.perf_counter()
            try:
                return function(*args, **kwargs)
            finally:
                self.seconds += time.perf_counter() - started

        return timed


@contextmanager
def computation() -> Iterator[Stopwatch]:
    """Time the pure part of find(): hours to stretches, stretches to slots."""
    watch = Stopwatch()
    stretches, free_times = working_time.stretches, finding.FreeTimes

    class Timed(free_times):  # type: ignore[misc, valid-type]
        __init__ = watch.around(free_times.__init__)
        slots = watch.around(free_times.slots)

    working_time.stretches = watch.around(stretches)  # type: ignore[attr-defined]
    finding.FreeTimes = Timed  # type: ignore[misc]
    try:
        yield watch
    finally:
        working_time.stretches = stretches  # type: ignore[attr-defined]
        finding.FreeTimes = free_times  # type: ignore[misc]


class Case:
    """find() on one database, measured round by round. `together`: for two matters at one visit."""

    def __init__(self, name: str, *, together: bool = False) -> None:
        self.name = name
        self.together = together
        self.whole: list[float] = []
        self.pure: list[float] = []
        self.queries = self.slots = 0

    def measure(self, times: int) -> None:
        use(self.name)
        unit, wish = Unit.get(), self._wish()
        for _ in range(3):
            find(wish, unit)
        with CaptureQueriesContext(connection) as queries:
            self.slots = len(find(wish, unit).slots)
        self.queries = len(queries)
        for _ in range(times):
            # Nobody has searched before.
            clear_cells.cache_clear()
            with computation() as watch:
                started = time.perf_counter()
                find(wish, unit)
                self.whole.append(time.perf_counter() - started)
            self.pure.append(watch.seconds)

    def _wish(self) -> Wish:
        service = Service.objects.get(slug=filling.SLUG)
        if not self.together:
            return Wish(service, Channel.IN_PERSON)
        further = Service.objects.get(slug=filling.FURTHER_SLUG)
        # As long as one alone, so that the same times are found.
        matters = Matters(service, (further,), service.duration)
        return Wish.about(matters, Channel.IN_PERSON)


def measure(table: Table, names: dict[str, str], rounds: int, appointments: int) -> None:
    """Measure `names`: the databases "full", "new" (no history) and "one" (one professional)."""
    # As the server's workers do, see gunicorn.conf.py.
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    cases = {case: Case(name) for case, name in names.items()}
    cases["together"] = Case(names["full"], together=True)
    computed = fixed_computation()
    # By turns, so that a busy moment of the machine hits all of them alike.
    for number in range(rounds):
        order = list(cases.values())
        for case in order[number % len(order) :] + order[: number % len(order)]:
            computed.sample(4)
            case.measure(8)
    full, new, one = cases["full"], cases["new"], cases["one"]
    table.add(
        "find(): SQL queries (25 professionals / 1 / no history)",
        f"{full.queries} / {one.queries} / {new.queries}",
        f"≤ {QUERIES}",
        max(c.queries for c in cases.values()) <= QUERIES,
    )
    together = cases["together"]
    if together.slots != full.slots:
        raise RuntimeError("Two matters of the same people and length gave other times")
    ratio = median(together.whole) / median(full.whole)
    table.add(
        "find(): two matters at one visit against one, the same times",
        f"{ratio:.2f}×, {together.queries} queries",
        f"≤ {TOGETHER}×, ≤ {QUERIES} queries",
        ratio <= TOGETHER and together.queries <= QUERIES,
    )
    found = f"{full.slots} free times, {appointments} past appointments"
    table.add(f"find(): p50, p95 ({found})", f"{ms(median(full.whole))}, {ms(p95(full.whole))}")
    pure = median(full.pure)
    table.add_time(
        "slot computation alone: p50, p95",
        f"{ms(pure)}, {ms(p95(full.pure))}",
        pure,
        COMPUTATION,
        computed.p50,
    )
    ratio = median(full.whole) / median(one.whole)
    table.add("find(): 25 professionals against 1", f"{ratio:.2f}×")
    ratio = median(full.whole) / median(new.whole)
    table.add(
        f"find(): {appointments} past appointments against 0",
        f"{ratio:.2f}×",
        f"≤ {HISTORY}×",
        ratio <= HISTORY,
    )


def measure_turns(table: Table, weekly: str, turns: str, rounds: int) -> None:
    """Measure the same hours as weekly ones, and as two rows of every second week each."""
    cases = [Case(weekly), Case(turns)]
    for number in range(rounds):
        for case in cases if number % 2 else reversed(cases):
            case.measure(8)
    plain, other = cases
    if (plain.slots, plain.queries) != (other.slots, other.queries):
        raise RuntimeError("Hours of every second week gave other times, or took other queries")
    ratio = median(other.whole) / median(plain.whole)
    table.add(
        "find(): hours of every second week against weekly ones, the same times",
        f"{ratio:.2f}×",
        f"≤ {TURNS}×",
        ratio <= TURNS,
    )


def measure_page(table: Table, port: int, times: int) -> None:
    """Measure the page with the free times, through gunicorn, one visitor at a time."""
    visitor = Visitor(port)
    for _ in range(10):
        status = visitor.get(PATH)
        if status != 200 or not visitor.slots():
            raise RuntimeError(f"{PATH} answered {status} without times")
    visitor.seconds.clear()
    light = light_page()
    for _ in range(times):
        visitor.get(PATH)
        light.sample()
    visitor.close()
    p50 = median(visitor.seconds)
    said = f"{ms(p50)}, {ms(p95(visitor.seconds))}"
    table.add_time("page of free times through gunicorn: p50, p95", said, p50, PAGE, light.p50)
