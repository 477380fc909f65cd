"""Estimate how long until a ticket is called, as ranges, by simulating the queue many times. Pure.

Each run draws how long every visit takes, lets the desks work through the queue in calling order,
and notes when each ticket is called. The runs draw from fixed shuffles: the same queue gives the
same answer, and each part of a visit's distribution is drawn equally often.

All times are minutes from now.
"""

from dataclasses import dataclass, field
from functools import lru_cache
from heapq import heapify, heappop, heappush
from math import exp, log
from random import Random
from statistics import NormalDist
from typing import NamedTuple

from walkin.estimates.durations import PRIOR, Durations

RUNS = 240
# Between two visits: writing up, calling, walking.
BETWEEN_MINUTES = 2.0
# The share of those called who do not come, and the time that a vain call takes.
ABSENT_SHARE = 0.06
ABSENT_MINUTES = 3.0
# How much slower or faster one whole morning goes than another.
PACE_SPREAD = 0.1
# An intake that was full opens again when a newcomer is done half a visit before the end.
SPARE_VISITS = 0.5
_SHUFFLES = 61
_MIN_MINUTES = 0.5


@dataclass(frozen=True, slots=True)
class SimulatedVisit:
    """A visit at a desk; `absent`: called, but nobody has come yet."""

    durations: Durations
    elapsed: float = 0.0
    absent: bool = False


@dataclass(frozen=True, slots=True)
class SimulatedBooking:
    """An appointment at a desk: when it begins and how long it takes."""

    starts: float
    minutes: float


@dataclass(frozen=True, slots=True)
class SimulatedDesk:
    """A desk with somebody on duty. `closes`: None for the last one of the day."""

    key: int
    opens: float = 0.0
    closes: float | None = None
    visit: SimulatedVisit | None = None
    booked: tuple[SimulatedBooking, ...] = ()


@dataclass(frozen=True, slots=True)
class SimulatedTicket:
    """Somebody who waits. `desks`: who may call it (None: any); `ready`: not before then."""

    key: int
    durations: Durations = PRIOR
    desks: frozenset[int] | None = None
    ready: float = 0.0
    # Of a visit on hold: how long it has been served already.
    elapsed: float = 0.0


@dataclass(frozen=True, slots=True)
class SimulatedQueue:
    """The desks, and the waiting tickets in calling order."""

    desks: tuple[SimulatedDesk, ...]
    numbers: tuple[SimulatedTicket, ...] = ()
    # No new ticket is called for this long before an appointment.
    margin: float = 10.0


class MinuteRange(NamedTuple):
    """A range in minutes from now."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class WaitEstimate:
    """The wait until the call: its median, and where half and nine tenths of the runs lie."""

    median: float
    half: MinuteRange
    most: MinuteRange


@dataclass(slots=True)
class _Setup:
    """What all runs start from."""

    desks: tuple[SimulatedDesk, ...]
    allowed: list[frozenset[int] | None]
    ready: list[float]
    # Whether they are called in the order in which they stand.
    is_in_order: bool
    is_plain: bool
    booked: list[tuple[SimulatedBooking, ...]] = field(default_factory=list)


NEWCOMER = -1


def waits(
    queue: SimulatedQueue, newcomer: SimulatedTicket | None = None, *, seed: int = 0
) -> dict[int, WaitEstimate]:
    """Estimate the wait of each ticket by its key, and of a newcomer, if given, by NEWCOMER.

    Tickets that no desk will call are left out.
    """
    numbers = list(queue.numbers)
    if newcomer is not None:
        numbers.append(newcomer)
    if not numbers or not queue.desks:
        return {}
    keys = {desk.key for desk in queue.desks}
    # Where no desk present may call a ticket, any desk may.
    allowed = [
        n.desks if n.desks is not None and n.desks & keys and not n.desks >= keys else None
        for n in numbers
    ]
    setup = _Setup(
        queue.desks,
        allowed,
        [n.ready for n in numbers],
        is_in_order=(in_order := all(a is None for a in allowed) and _are_ready(numbers)),
        is_plain=in_order and all(not d.booked and d.closes is None for d in queue.desks),
    )
    setup.booked = [tuple(sorted(d.booked, key=lambda b: b.starts)) for d in queue.desks]
    visits = [_draw_durations(n.durations, n.elapsed, seed + i) for i, n in enumerate(numbers)]
    free = [_draw_free_times(d, seed + len(numbers) + i) for i, d in enumerate(queue.desks)]
    run = _run_plain if setup.is_plain else _run
    passes = [numbers]
    if newcomer is not None and not setup.is_in_order:
        # Somebody who has not come yet must not take the place of one who steps back.
        passes.append(numbers[:-1])
    found: dict[int, WaitEstimate] = {}
    for present in passes:
        n = len(present)
        starts = [
            run(setup, [v[r] for v in visits[:n]], [f[r] for f in free], queue.margin)
            for r in range(RUNS)
        ]
        for index, number in enumerate(present):
            times = sorted(s for run_ in starts if (s := run_[index]) is not None)
            key = NEWCOMER if newcomer is not None and index == len(queue.numbers) else number.key
            found.pop(key, None)
            if len(times) == RUNS:
                found[key] = _summarise(times)
    return found


def _are_ready(numbers: list[SimulatedTicket]) -> bool:
    return all(number.ready <= 0 for number in numbers)


def _summarise(times: list[float]) -> WaitEstimate:
    def at(share: float) -> float:
        place = share * (len(times) - 1)
        low = int(place)
        high = min(low + 1, len(times) - 1)
        return times[low] + (times[high] - times[low]) * (place - low)

    return WaitEstimate(at(0.5), MinuteRange(at(0.25), at(0.75)), MinuteRange(at(0.05), at(0.95)))


@lru_cache(maxsize=1)
def _shuffles() -> list[list[int]]:
    """Return the runs in several fixed orders."""
    random = Random(2020)  # noqa: S311 - nothing here must be secret
    orders = []
    for _ in range(_SHUFFLES):
        order = list(range(RUNS))
        random.shuffle(order)
        orders.append(order)
    return orders


@lru_cache(maxsize=1)
def _paces() -> list[float]:
    """Return the pace of the morning in each run."""
    normal = NormalDist(0, PACE_SPREAD)
    return [exp(normal.inv_cdf((i + 0.5) / RUNS)) for i in range(RUNS)]


@lru_cache(maxsize=2048)
def _quantiles(durations: Durations, elapsed: int, absent: bool) -> list[float]:
    """Return the rest of a visit after `elapsed` minutes, in equal steps of likelihood."""
    normal = NormalDist(durations.log_mean, durations.log_spread)
    done = min(normal.cdf(log(elapsed)), 0.995) if elapsed > 0 else 0.0
    in_vain = round(ABSENT_SHARE * RUNS) if absent else 0
    rest = RUNS - in_vain
    return [ABSENT_MINUTES] * in_vain + [
        max(exp(normal.inv_cdf(done + (1 - done) * (i + 0.5) / rest)) - elapsed, _MIN_MINUTES)
        for i in range(rest)
    ]


def _draw_durations(
    durations: Durations, elapsed: float, which: int, *, absent: bool = True
) -> list[float]:
    """Draw for each run the rest of a visit, with the pause after it."""
    absent = absent and elapsed <= 0
    rounded = Durations(round(durations.log_mean, 2), round(durations.log_spread, 2))
    steps = _quantiles(rounded, round(elapsed), absent)
    order = _shuffles()[which % _SHUFFLES]
    return [steps[i] * pace + BETWEEN_MINUTES for i, pace in zip(order, _paces(), strict=True)]


def _draw_free_times(desk: SimulatedDesk, which: int) -> list[float]:
    """Draw for each run when the desk becomes free."""
    if desk.visit is None:
        return [max(desk.opens, 0.0)] * RUNS
    drawn = _draw_durations(
        desk.visit.durations, desk.visit.elapsed, which, absent=desk.visit.absent
    )
    return [max(desk.opens, minutes) for minutes in drawn]


def _run_plain(
    setup: _Setup, visits: list[float], free: list[float], margin: float
) -> list[float | None]:
    """Run a queue in which any desk calls any ticket, without appointments."""
    heap = free.copy()
    heapify(heap)
    starts: list[float | None] = []
    for minutes in visits:
        now = heappop(heap)
        starts.append(now)
        heappush(heap, now + minutes)
    return starts


def _run(
    setup: _Setup, visits: list[float], free: list[float], margin: float
) -> list[float | None]:
    """Run a queue: each free desk takes its appointment or calls the first ticket that it may."""
    starts: list[float | None] = [None] * len(visits)
    waiting = list(range(len(visits)))
    taken = [0] * len(setup.desks)
    heap = [(moment, index) for index, moment in enumerate(free)]
    heapify(heap)
    while waiting and heap:
        now, index = heappop(heap)
        desk, booked = setup.desks[index], setup.booked[index]
        if taken[index] < len(booked) and booked[taken[index]].starts - margin <= now:
            visit = booked[taken[index]]
            taken[index] += 1
            heappush(heap, (max(now, visit.starts) + visit.minutes + BETWEEN_MINUTES, index))
            continue
        if desk.closes is not None and now >= desk.closes:
            continue
        later: float | None = None
        for place, number in enumerate(waiting):
            allowed = setup.allowed[number]
            if allowed is not None and desk.key not in allowed:
                continue
            if setup.ready[number] <= now:
                starts[number] = now
                del waiting[place]
                heappush(heap, (now + visits[number], index))
                break
            later = setup.ready[number] if later is None else min(later, setup.ready[number])
        else:
            if later is not None:
                heappush(heap, (later, index))
    return starts


def is_day_full(wait: WaitEstimate | None, durations: Durations, left: float) -> bool:
    """Say whether a newcomer with this wait would most likely not be finished in the time `left`.

    Without an estimate nobody knows: then the day is not full.
    """
    return wait is not None and not has_time(wait, durations, left)


def has_room(wait: WaitEstimate | None, durations: Durations, left: float) -> bool:
    """Say whether a newcomer would be finished in the time `left`, with half a visit to spare.

    The spare time keeps an intake from closing and opening with every small change of the estimate.
    """
    return has_time(wait, durations, left - SPARE_VISITS * durations.typical)


def count_fitting(
    wait: WaitEstimate | None, durations: Durations, left: float, *, desks: int
) -> int:
    """Estimate how many coming now, one after the other, would be finished in the time `left`.

    After the newcomer with this wait each desk takes one in the time of a visit. Not simulated,
    since each staff page shows it after each change.
    """
    if wait is None or not has_time(wait, durations, left):
        return 0
    spare = left - wait.median - durations.typical
    return 1 + int(spare * desks / (durations.typical + BETWEEN_MINUTES))


def has_time(wait: WaitEstimate | None, durations: Durations, left: float) -> bool:
    """Say whether somebody with this wait would most likely be finished in the time `left`."""
    return wait is not None and wait.median + durations.typical <= left


def rounded_to_fives(minutes_range: MinuteRange) -> tuple[int, int]:
    """Round the range outwards to whole five minutes, as it is shown."""
    low = int(max(minutes_range.low, 0) // 5) * 5
    high = int(-(-max(minutes_range.high, 0) // 5)) * 5
    return low, max(high, low + 5)
