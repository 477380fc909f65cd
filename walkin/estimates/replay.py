"""Measure the accuracy of estimates by replaying the event rows of a morning. Pure.

Whenever a ticket was taken, the estimate is made again from what was known at that moment, and
compared with when the ticket was called.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from walkin.estimates.durations import (
    Durations,
    learn_durations,
    measure_visits,
    taken_together,
)
from walkin.estimates.simulation import (
    NEWCOMER,
    SimulatedDesk,
    SimulatedQueue,
    SimulatedTicket,
    SimulatedVisit,
    waits,
)
from walkin.states import AT_DESK, CALLABLE, TicketState
from walkin.tickets.eligibility import StaffSkills, TicketNeeds, eligible_staff


class StateChange(NamedTuple):
    """One event row: the ticket's new state. `person`: the professional who called it."""

    at: datetime
    ticket: int
    state: str
    person: int | None = None


_NO_NEEDS = TicketNeeds()


@dataclass(frozen=True, slots=True)
class TicketFacts:
    """What was asked for when the ticket was taken."""

    matter: str
    needs: TicketNeeds = _NO_NEEDS
    # Further matters of the same visit.
    also: tuple[str, ...] = ()

    def durations(self, known: Mapping[str, Durations]) -> Durations:
        """Return how long the whole visit takes."""
        return taken_together([known.get(m, Durations()) for m in (self.matter, *self.also)])


@dataclass(frozen=True, slots=True)
class DutySpan:
    """A professional on duty, from start to end."""

    person: StaffSkills
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Accuracy:
    """How far the estimates were off, and how often their ranges held."""

    count: int = 0
    # Minutes: mean absolute error, and mean signed error (positive: estimated too long).
    mean_error: float = 0.0
    bias: float = 0.0
    held_half: float = 0.0
    held_most: float = 0.0


class _Prediction(NamedTuple):
    median: float
    actual: float
    in_half: bool
    in_most: bool


def combined(parts: Iterable[Accuracy]) -> Accuracy:
    """Combine the accuracy of several mornings."""
    known = [part for part in parts if part.count]
    total = sum(part.count for part in known)
    if not total:
        return Accuracy()

    def mean(name: str) -> float:
        return sum(float(getattr(part, name)) * part.count for part in known) / total

    return Accuracy(total, *map(mean, ("mean_error", "bias", "held_half", "held_most")))


def replay(
    rows: Sequence[StateChange],
    about: dict[int, TicketFacts],
    duties: Sequence[DutySpan],
    durations: dict[str, Durations] | None = None,
) -> Accuracy:
    """Measure the estimates of one morning. `durations`: known before it, by matter."""
    predictions: list[_Prediction] = []
    first_call: dict[int, datetime] = {}
    for row in rows:
        if row.state == TicketState.CALLED:
            first_call.setdefault(row.ticket, row.at)
    states: dict[int, StateChange] = {}
    served: dict[int, timedelta] = {}
    measured: dict[str, list[float]] = {}
    for row in rows:
        if row.ticket not in states and row.ticket in first_call:
            known = _known(durations or {}, measured)
            queue = _queue(row.at, states, served, about, duties, known)
            wait = waits(queue, _number(NEWCOMER, about[row.ticket], queue, duties, row.at, known))
            estimate = wait.get(NEWCOMER)
            # Those who could be called at once would flatter the estimate.
            if estimate is not None and estimate.most.high > 1:
                actual = (first_call[row.ticket] - row.at).total_seconds() / 60
                predictions.append(
                    _Prediction(
                        estimate.median,
                        actual,
                        _contains(estimate.half, actual),
                        _contains(estimate.most, actual),
                    )
                )
        before = states.get(row.ticket)
        if before is not None and before.state == TicketState.SERVING:
            so_far = served.get(row.ticket, timedelta()) + (row.at - before.at)
            served[row.ticket] = so_far
            if row.state == TicketState.DONE and not about[row.ticket].also:
                matter = about[row.ticket].matter
                minutes = so_far.total_seconds() / 60
                measured.setdefault(matter, []).append(minutes)
        states[row.ticket] = row
    return _accuracy(predictions)


def _contains(predictions: tuple[float, float], actual: float) -> bool:
    return predictions[0] <= actual <= predictions[1]


def _accuracy(predictions: list[_Prediction]) -> Accuracy:
    if not predictions:
        return Accuracy()
    n = len(predictions)
    return Accuracy(
        n,
        sum(abs(t.median - t.actual) for t in predictions) / n,
        sum(t.median - t.actual for t in predictions) / n,
        sum(t.in_half for t in predictions) / n,
        sum(t.in_most for t in predictions) / n,
    )


def _known(before: dict[str, Durations], today: dict[str, list[float]]) -> dict[str, Durations]:
    return before | {
        matter: learn_durations(measure_visits(minutes), before.get(matter))
        for matter, minutes in today.items()
    }


def _queue(
    now: datetime,
    states: dict[int, StateChange],
    served: dict[int, timedelta],
    about: dict[int, TicketFacts],
    duties: Sequence[DutySpan],
    known: dict[str, Durations],
) -> SimulatedQueue:
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
            if row.state == TicketState.SERVING:
                elapsed += now - row.at
            visit = SimulatedVisit(
                about[ticket].durations(known),
                elapsed.total_seconds() / 60,
                absent=row.state != TicketState.SERVING,
            )
        desks.append(
            SimulatedDesk(
                duty.person.key,
                opens=max((duty.start - now).total_seconds() / 60, 0),
                closes=None if duty.end >= last else (duty.end - now).total_seconds() / 60,
                visit=visit,
            )
        )
    bare = SimulatedQueue(tuple(desks))
    waiting = sorted(t for t, r in states.items() if r.state in CALLABLE)
    return SimulatedQueue(
        bare.desks,
        tuple(_number(t, about[t], bare, duties, now, known) for t in waiting),
    )


def _number(
    key: int,
    about: TicketFacts,
    queue: SimulatedQueue,
    duties: Sequence[DutySpan],
    now: datetime,
    known: dict[str, Durations],
) -> SimulatedTicket:
    present = {desk.key for desk in queue.desks}
    people = [d.person for d in duties if d.person.key in present and d.end > now]
    return SimulatedTicket(key, about.durations(known), desks=eligible_staff(about.needs, people))
