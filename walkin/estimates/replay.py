"""How good the estimates are: a morning's rows replayed, real or made up. Pure.

At each instant at which somebody took a number, the estimate that they would have been given is made
again from what was known then, and compared with when they were called.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import heappop, heappush
from math import exp
from random import Random
from typing import NamedTuple

from walkin.estimates.simulation import (
    ABSENT_SHARE,
    NEWCOMER,
    Desk,
    Durations,
    Measured,
    Number,
    Queue,
    Visit,
    learned,
    waits,
)
from walkin.states import AT_DESK, CALLABLE, State
from walkin.tickets.eligibility import Person, Wish, who_may_take


class Row(NamedTuple):
    """One event row: what became of which number when; `person`: who had it called."""

    at: datetime
    ticket: int
    state: str
    person: int | None = None


_ANYBODY = Wish()


@dataclass(frozen=True, slots=True)
class About:
    """What was asked when the number was taken."""

    matter: str
    wish: Wish = _ANYBODY


@dataclass(frozen=True, slots=True)
class OnDuty:
    """Somebody on duty, from and until."""

    person: Person
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Accuracy:
    """How far the estimates were off, and how often their ranges held."""

    count: int = 0
    # Minutes: how far off without its sign, and with it (positive: told too long).
    mean_error: float = 0.0
    bias: float = 0.0
    held_half: float = 0.0
    held_most: float = 0.0


class _Told(NamedTuple):
    median: float
    actual: float
    in_half: bool
    in_most: bool


def together(parts: Iterable[Accuracy]) -> Accuracy:
    """Several mornings as one."""
    known = [part for part in parts if part.count]
    total = sum(part.count for part in known)
    if not total:
        return Accuracy()

    def mean(name: str) -> float:
        return sum(float(getattr(part, name)) * part.count for part in known) / total

    return Accuracy(total, *map(mean, ("mean_error", "bias", "held_half", "held_most")))


def replay(
    rows: Sequence[Row],
    about: dict[int, About],
    duties: Sequence[OnDuty],
    durations: dict[str, Durations] | None = None,
) -> Accuracy:
    """Measure the estimates of one morning. `durations`: what was known before it, by matter."""
    told: list[_Told] = []
    first_call: dict[int, datetime] = {}
    for row in rows:
        if row.state == State.CALLED:
            first_call.setdefault(row.ticket, row.at)
    states: dict[int, Row] = {}
    served: dict[int, timedelta] = {}
    measured: dict[str, Measured] = {}
    for row in rows:
        if row.ticket not in states and row.ticket in first_call:
            known = _known(durations or {}, measured)
            queue = _queue(row.at, states, served, about, duties, known)
            wait = waits(queue, _number(NEWCOMER, about[row.ticket], queue, duties, row.at, known))
            found = wait.get(NEWCOMER)
            # Who could be called at once was not told to wait: that would flatter the estimate.
            if found is not None and found.most.high > 1:
                actual = (first_call[row.ticket] - row.at).total_seconds() / 60
                told.append(
                    _Told(
                        found.median,
                        actual,
                        _holds(found.half, actual),
                        _holds(found.most, actual),
                    )
                )
        before = states.get(row.ticket)
        if before is not None and before.state == State.SERVING:
            so_far = served.get(row.ticket, timedelta()) + (row.at - before.at)
            served[row.ticket] = so_far
            if row.state == State.DONE:
                matter = about[row.ticket].matter
                minutes = so_far.total_seconds() / 60
                measured[matter] = measured.get(matter, Measured()).plus(minutes)
        states[row.ticket] = row
    return _accuracy(told)


def _holds(told: tuple[float, float], actual: float) -> bool:
    return told[0] <= actual <= told[1]


def _accuracy(told: list[_Told]) -> Accuracy:
    if not told:
        return Accuracy()
    n = len(told)
    return Accuracy(
        n,
        sum(abs(t.median - t.actual) for t in told) / n,
        sum(t.median - t.actual for t in told) / n,
        sum(t.in_half for t in told) / n,
        sum(t.in_most for t in told) / n,
    )


def _known(before: dict[str, Durations], today: dict[str, Measured]) -> dict[str, Durations]:
    return before | {m: learned(sums, before.get(m)) for m, sums in today.items()}


def _queue(
    now: datetime,
    states: dict[int, Row],
    served: dict[int, timedelta],
    about: dict[int, About],
    duties: Sequence[OnDuty],
    known: dict[str, Durations],
) -> Queue:
    at_desk = {r.person: t for t, r in states.items() if r.state in AT_DESK}
    last = max((d.end for d in duties), default=now)
    desks = []
    for duty in duties:
        if duty.end <= now:
            continue
        ticket = at_desk.get(duty.person.key)
        visit = None
        if ticket is not None:
            row = states[ticket]
            elapsed = served.get(ticket, timedelta())
            if row.state == State.SERVING:
                elapsed += now - row.at
            visit = Visit(
                known.get(about[ticket].matter, Durations()),
                elapsed.total_seconds() / 60,
                absent=row.state != State.SERVING,
            )
        desks.append(
            Desk(
                duty.person.key,
                opens=max((duty.start - now).total_seconds() / 60, 0),
                closes=None if duty.end >= last else (duty.end - now).total_seconds() / 60,
                visit=visit,
            )
        )
    bare = Queue(tuple(desks))
    waiting = sorted(t for t, r in states.items() if r.state in CALLABLE)
    return Queue(
        bare.desks,
        tuple(_number(t, about[t], bare, duties, now, known) for t in waiting),
    )


def _number(
    key: int,
    about: About,
    queue: Queue,
    duties: Sequence[OnDuty],
    now: datetime,
    known: dict[str, Durations],
) -> Number:
    present = {desk.key for desk in queue.desks}
    people = [d.person for d in duties if d.person.key in present and d.end > now]
    return Number(key, known.get(about.matter, Durations()), desks=who_may_take(about.wish, people))


@dataclass(frozen=True, slots=True)
class Morning:
    """A made-up morning, for measuring."""

    rows: list[Row]
    about: dict[int, About]
    duties: list[OnDuty]


def morning(
    seed: int,
    *,
    start: datetime,
    desks: int = 2,
    minutes: int = 240,
    a_desk_an_hour: float = 2.0,
    durations: dict[str, Durations] | None = None,
    pace_spread: float = 0.1,
) -> Morning:
    """Arrivals, calls and visits of a morning, drawn at random; intake ends half an hour early.

    `durations`: how long visits really take, by matter; the estimate does not see them.
    """
    random = Random(seed)  # noqa: S311 - made up
    real = durations or {"short": Durations(2.7, 0.45), "long": Durations(3.3, 0.4)}
    pace = exp(random.gauss(0, pace_spread))
    end = start + timedelta(minutes=minutes)
    duties = [OnDuty(Person(d, frozenset(), frozenset({"fi"})), start, end) for d in range(desks)]
    about: dict[int, About] = {}
    rows: list[tuple[datetime, int, Row]] = []

    def note(at: datetime, ticket: int, state: State, person: int | None = None) -> None:
        rows.append((at, len(rows), Row(at, ticket, state, person)))

    free = [(start, d) for d in range(desks)]
    arrival = start - timedelta(minutes=10)
    number = 0
    while True:
        arrival += timedelta(minutes=random.expovariate(a_desk_an_hour * desks / 60))
        if arrival > end - timedelta(minutes=30):
            break
        number += 1
        matter = random.choice(sorted(real))
        about[number] = About(matter)
        note(arrival, number, State.WAITING)
        at, desk = heappop(free)
        at = max(at, arrival)
        note(at, number, State.CALLED, desk)
        if random.random() < ABSENT_SHARE:
            at += timedelta(minutes=3)
            note(at, number, State.NOT_THERE, desk)
        else:
            at += timedelta(minutes=random.uniform(0.3, 1.2))
            note(at, number, State.SERVING, desk)
            law = real[matter]
            at += timedelta(minutes=pace * exp(random.gauss(law.log_mean, law.log_spread)))
            note(at, number, State.DONE, desk)
            at += timedelta(minutes=random.uniform(0.4, 2.0))
        heappush(free, (at, desk))
    return Morning([row for *_, row in sorted(rows)], about, duties)
