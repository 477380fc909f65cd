"""How good the estimates are, on mornings that are made up, and what one estimate costs."""

import time
from datetime import UTC, datetime

from demo.mornings import simulate_morning
from tests.bench.reference import fixed_computation
from tests.bench.table import Table, median, ms
from walkin.estimates.durations import Durations
from walkin.estimates.replay import combined, replay
from walkin.estimates.simulation import (
    NEWCOMER,
    SimulatedDesk,
    SimulatedQueue,
    SimulatedTicket,
    SimulatedVisit,
    waits,
)

MORNINGS = 60
# How far the ranges may be from what they say: half, and nine tenths, of all times.
HALF, MOST = (0.40, 0.62), (0.82, 0.97)
ERROR_MINUTES = 12.0
# Of a fixed computation.
COST = 4.5


def measure(table: Table, mornings: int = MORNINGS) -> None:
    """Replay so many mornings with one to five desks."""
    start = datetime(2026, 11, 26, 6, tzinfo=UTC)
    parts = []
    for seed in range(mornings):
        made = simulate_morning(seed, start=start, desks=1 + seed % 5)
        parts.append(replay(made.rows, made.about, made.duties))
    found = combined(parts)
    table.add(
        f"estimate, {mornings} mornings, {found.count} numbers: mean error",
        f"{found.mean_error:.1f} min (told {found.bias:+.1f} min)",
        f"≤ {ERROR_MINUTES:g} min",
        found.mean_error <= ERROR_MINUTES,
    )
    for what, held, (low, high) in (
        ("half of all times", found.held_half, HALF),
        ("nine times out of ten", found.held_most, MOST),
    ):
        table.add(
            f"estimate: the range said to hold {what} held",
            f"{held:.0%}",
            f"{low:.0%}–{high:.0%}",
            low <= held <= high,
        )
    queue = SimulatedQueue(
        tuple(SimulatedDesk(n, visit=SimulatedVisit(Durations(), 5.0)) for n in range(5)),
        tuple(SimulatedTicket(n) for n in range(30)),
    )
    seconds, computed = [], fixed_computation()
    for _ in range(30):
        computed.sample()
        started = time.perf_counter()
        waits(queue, SimulatedTicket(NEWCOMER))
        seconds.append(time.perf_counter() - started)
    p50 = median(seconds)
    table.add_time("estimate of 30 who wait at 5 desks: p50", ms(p50), p50, COST, computed.p50)
