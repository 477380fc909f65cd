"""How long until a number is called: many runs of the same queue, told as ranges. Pure.

Each run draws how long every visit takes, lets the desks work off the queue in the order in which they
call, and notes when each number's turn comes. The runs draw from fixed shuffles: the same queue gives
the same answer, and every part of a visit's distribution is drawn equally often.

All times are minutes from now.
"""

from dataclasses import dataclass, field
from functools import lru_cache
from heapq import heapify, heappop, heappush
from math import exp, log, sqrt
from random import Random
from statistics import NormalDist
from typing import NamedTuple

RUNS = 240
# What a visit takes where nothing has been measured: mostly 12 to 45 minutes.
PRIOR_MINUTES = 22.0
PRIOR_SPREAD = 0.5
# The prior counts as much as so many measured visits.
PRIOR_WEIGHT = 8.0
# From one visit's end to the next one's beginning: writing up, calling, walking.
BETWEEN_MINUTES = 2.0
# Of those called, how many do not come; and what calling in vain takes.
ABSENT_SHARE = 0.06
ABSENT_MINUTES = 3.0
# A whole morning may go slower or faster than others.
PACE_SPREAD = 0.1
_SHUFFLES = 61
_LEAST = 0.5


class Durations(NamedTuple):
    """How long visits about one matter take: the logarithm of the minutes is normal."""

    log_mean: float = log(PRIOR_MINUTES)
    log_spread: float = PRIOR_SPREAD

    @property
    def typical(self) -> float:
        """The median, in minutes."""
        return exp(self.log_mean)


PRIOR = Durations()


@dataclass(frozen=True, slots=True)
class Measured:
    """Sums over measured visits: how many, of the logarithm of their minutes, and of its square."""

    count: int = 0
    log_sum: float = 0.0
    log_squares: float = 0.0

    def plus(self, minutes: float) -> "Measured":
        """With one more visit."""
        value = log(max(minutes, _LEAST))
        return Measured(self.count + 1, self.log_sum + value, self.log_squares + value * value)

    def __add__(self, other: "Measured") -> "Measured":
        return Measured(
            self.count + other.count,
            self.log_sum + other.log_sum,
            self.log_squares + other.log_squares,
        )


def learned(measured: Measured, prior: Durations | None = None) -> Durations:
    """Durations from measured visits, drawn towards the prior while there are few."""
    prior = prior or PRIOR
    weight, n = PRIOR_WEIGHT, measured.count
    mean = (weight * prior.log_mean + measured.log_sum) / (weight + n)
    squares = weight * (prior.log_spread**2 + prior.log_mean**2) + measured.log_squares
    variance = max(squares / (weight + n) - mean**2, 0.01)
    # A mean of few visits may be wrong itself.
    return Durations(mean, sqrt(variance * (1 + 1 / (weight + n))))


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit going on at a desk; `absent`: called, but nobody has come yet."""

    durations: Durations
    elapsed: float = 0.0
    absent: bool = False


@dataclass(frozen=True, slots=True)
class Booked:
    """A booked visit at a desk: when it begins and how long it takes."""

    starts: float
    minutes: float


@dataclass(frozen=True, slots=True)
class Desk:
    """A desk with somebody on duty. `closes`: replaced then; None for the last one of the day."""

    key: int
    opens: float = 0.0
    closes: float | None = None
    visit: Visit | None = None
    booked: tuple[Booked, ...] = ()


@dataclass(frozen=True, slots=True)
class Number:
    """Somebody who waits. `desks`: who may call it (None: any); `ready`: not before then."""

    key: int
    durations: Durations = PRIOR
    desks: frozenset[int] | None = None
    ready: float = 0.0
    # A visit on hold that comes back: how long it has been served already.
    elapsed: float = 0.0


@dataclass(frozen=True, slots=True)
class Queue:
    """The desks, and who waits, in the order in which they are called."""

    desks: tuple[Desk, ...]
    numbers: tuple[Number, ...] = ()
    # Before a booked visit nobody new is called for so long.
    margin: float = 10.0


class Range(NamedTuple):
    """From and to, in minutes from now."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Wait:
    """How long until the call: the median, and where half and nine tenths of the runs lie."""

    median: float
    half: Range
    most: Range


@dataclass(slots=True)
class _Line:
    """The desks at the beginning of every run, and the numbers as plain lists."""

    desks: tuple[Desk, ...]
    allowed: list[frozenset[int] | None]
    ready: list[float]
    is_plain: bool
    booked: list[tuple[Booked, ...]] = field(default_factory=list)


NEWCOMER = -1


def waits(queue: Queue, newcomer: Number | None = None, *, seed: int = 0) -> dict[int, Wait]:
    """The wait of each number by its key, and of a newcomer by NEWCOMER's, if one is given.

    Numbers that no desk will call are left out.
    """
    numbers = list(queue.numbers)
    if newcomer is not None:
        numbers.append(newcomer)
    if not numbers or not queue.desks:
        return {}
    keys = {desk.key for desk in queue.desks}
    # Whom nobody present may call, anybody may: nobody waits for somebody who is not there.
    allowed = [
        n.desks if n.desks is not None and n.desks & keys and not n.desks >= keys else None
        for n in numbers
    ]
    line = _Line(
        queue.desks,
        allowed,
        [n.ready for n in numbers],
        is_plain=all(a is None for a in allowed)
        and all(n.ready <= 0 for n in numbers)
        and all(not d.booked and d.closes is None for d in queue.desks),
    )
    line.booked = [tuple(sorted(d.booked, key=lambda b: b.starts)) for d in queue.desks]
    visits = [_drawn(n.durations, n.elapsed, seed + i) for i, n in enumerate(numbers)]
    free = [_desk_free(d, seed + len(numbers) + i) for i, d in enumerate(queue.desks)]
    run = _run_plain if line.is_plain else _run
    starts = [
        run(line, [v[r] for v in visits], [f[r] for f in free], queue.margin) for r in range(RUNS)
    ]
    found: dict[int, Wait] = {}
    for index, number in enumerate(numbers):
        times = sorted(s for run_ in starts if (s := run_[index]) is not None)
        if len(times) == RUNS:
            is_new = newcomer is not None and index == len(numbers) - 1
            found[NEWCOMER if is_new else number.key] = _told(times)
    return found


def _told(times: list[float]) -> Wait:
    def at(share: float) -> float:
        place = share * (len(times) - 1)
        low = int(place)
        high = min(low + 1, len(times) - 1)
        return times[low] + (times[high] - times[low]) * (place - low)

    return Wait(at(0.5), Range(at(0.25), at(0.75)), Range(at(0.05), at(0.95)))


@lru_cache(maxsize=1)
def _shuffles() -> list[list[int]]:
    """The runs in so many different orders; always the same ones."""
    random = Random(2020)  # noqa: S311 - nothing here must not be guessed
    orders = []
    for _ in range(_SHUFFLES):
        order = list(range(RUNS))
        random.shuffle(order)
        orders.append(order)
    return orders


@lru_cache(maxsize=1)
def _paces() -> list[float]:
    """How fast the morning goes in each run."""
    normal = NormalDist(0, PACE_SPREAD)
    return [exp(normal.inv_cdf((i + 0.5) / RUNS)) for i in range(RUNS)]


@lru_cache(maxsize=2048)
def _quantiles(durations: Durations, elapsed: int, absent: bool) -> list[float]:
    """What is left of a visit after `elapsed` minutes, in equal steps of likelihood."""
    normal = NormalDist(durations.log_mean, durations.log_spread)
    done = min(normal.cdf(log(elapsed)), 0.995) if elapsed > 0 else 0.0
    in_vain = round(ABSENT_SHARE * RUNS) if absent else 0
    rest = RUNS - in_vain
    return [ABSENT_MINUTES] * in_vain + [
        max(exp(normal.inv_cdf(done + (1 - done) * (i + 0.5) / rest)) - elapsed, _LEAST)
        for i in range(rest)
    ]


def _drawn(durations: Durations, elapsed: float, which: int, *, absent: bool = True) -> list[float]:
    """For each run what a visit still takes, with the pause after it."""
    absent = absent and elapsed <= 0
    rounded = Durations(round(durations.log_mean, 2), round(durations.log_spread, 2))
    steps = _quantiles(rounded, round(elapsed), absent)
    order = _shuffles()[which % _SHUFFLES]
    return [steps[i] * pace + BETWEEN_MINUTES for i, pace in zip(order, _paces(), strict=True)]


def _desk_free(desk: Desk, which: int) -> list[float]:
    """For each run when the desk is free to call."""
    if desk.visit is None:
        return [max(desk.opens, 0.0)] * RUNS
    drawn = _drawn(desk.visit.durations, desk.visit.elapsed, which, absent=desk.visit.absent)
    return [max(desk.opens, minutes) for minutes in drawn]


def _run_plain(
    line: _Line, visits: list[float], free: list[float], margin: float
) -> list[float | None]:
    """Any desk calls any number, and nothing comes between."""
    heap = free.copy()
    heapify(heap)
    starts: list[float | None] = []
    for minutes in visits:
        now = heappop(heap)
        starts.append(now)
        heappush(heap, now + minutes)
    return starts


def _run(line: _Line, visits: list[float], free: list[float], margin: float) -> list[float | None]:
    """Each desk, as it becomes free, calls the first number that it may, or takes its booked visit."""
    starts: list[float | None] = [None] * len(visits)
    waiting = list(range(len(visits)))
    came = [0] * len(line.desks)
    heap = [(moment, index) for index, moment in enumerate(free)]
    heapify(heap)
    while waiting and heap:
        now, index = heappop(heap)
        desk, booked = line.desks[index], line.booked[index]
        if came[index] < len(booked) and booked[came[index]].starts - margin <= now:
            visit = booked[came[index]]
            came[index] += 1
            heappush(heap, (max(now, visit.starts) + visit.minutes + BETWEEN_MINUTES, index))
            continue
        if desk.closes is not None and now >= desk.closes:
            continue
        later: float | None = None
        for place, number in enumerate(waiting):
            allowed = line.allowed[number]
            if allowed is not None and desk.key not in allowed:
                continue
            if line.ready[number] <= now:
                starts[number] = now
                del waiting[place]
                heappush(heap, (now + visits[number], index))
                break
            later = line.ready[number] if later is None else min(later, line.ready[number])
        else:
            if later is not None:
                heappush(heap, (later, index))
    return starts


def fills(wait: Wait | None, durations: Durations, left: float) -> bool:
    """Whether a newcomer who waits so long would most likely not be finished in the time `left`."""
    return wait is None or wait.median + durations.typical > left


def in_fives(told: Range) -> tuple[int, int]:
    """The range in whole five minutes, rounded outwards, as it is told to people."""
    low = int(max(told.low, 0) // 5) * 5
    high = int(-(-max(told.high, 0) // 5)) * 5
    return low, max(high, low + 5)
