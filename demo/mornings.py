"""Walk-in mornings drawn at random: for the demo's past days, and to measure the estimates on."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import heappop, heappush
from math import exp
from random import Random

from walkin.estimates.durations import Durations
from walkin.estimates.replay import DutySpan, StateChange, TicketFacts
from walkin.estimates.simulation import ABSENT_SHARE
from walkin.states import TicketState
from walkin.tickets.eligibility import StaffSkills

# What a visit lasts by its rows where its end was pressed by mistake.
SLIP = timedelta(seconds=6)


@dataclass(frozen=True, slots=True)
class SimulatedMorning:
    """The event rows of a morning, with what was asked and who was on duty."""

    rows: list[StateChange]
    about: dict[int, TicketFacts]
    duties: list[DutySpan]


def simulate_morning(
    seed: int,
    *,
    start: datetime,
    desks: int = 2,
    minutes: int = 240,
    a_desk_an_hour: float = 2.0,
    durations: dict[str, Durations] | None = None,
    pace_spread: float = 0.1,
    slips: float = 0.0,
) -> SimulatedMorning:
    """Draw the arrivals, calls and visits of a morning; its intake ends half an hour early.

    `durations`: how long visits really take, by matter; the estimate does not see them. `slips`:
    the share of visits that a mistaken key ends at once, while the person still sits there.
    """
    slipping = Random(f"slips {seed}")  # noqa: S311 - nothing here must be secret
    random = Random(seed)  # noqa: S311 - nothing here must be secret
    real = durations or {"short": Durations(2.7, 0.45), "long": Durations(3.3, 0.4)}
    pace = exp(random.gauss(0, pace_spread))
    end = start + timedelta(minutes=minutes)
    duties = [
        DutySpan(StaffSkills(d, frozenset(), frozenset({"fi"})), start, end) for d in range(desks)
    ]
    about: dict[int, TicketFacts] = {}
    rows: list[tuple[datetime, int, StateChange]] = []

    def add(at: datetime, ticket: int, state: TicketState, person: int | None = None) -> None:
        rows.append((at, len(rows), StateChange(at, ticket, state, person)))

    free = [(start, d) for d in range(desks)]
    arrival = start - timedelta(minutes=10)
    number = 0
    while True:
        arrival += timedelta(minutes=random.expovariate(a_desk_an_hour * desks / 60))
        if arrival > end - timedelta(minutes=30):
            break
        number += 1
        matter = random.choice(sorted(real))
        about[number] = TicketFacts(matter)
        add(arrival, number, TicketState.WAITING)
        at, desk = heappop(free)
        at = max(at, arrival)
        add(at, number, TicketState.CALLED, desk)
        if random.random() < ABSENT_SHARE:
            at += timedelta(minutes=3)
            add(at, number, TicketState.NOT_THERE, desk)
        else:
            at += timedelta(minutes=random.uniform(0.3, 1.2))
            add(at, number, TicketState.SERVING, desk)
            law = real[matter]
            begun = at
            at += timedelta(minutes=pace * exp(random.gauss(law.log_mean, law.log_spread)))
            is_slip = slipping.random() < slips
            add(begun + SLIP if is_slip else at, number, TicketState.DONE, desk)
            at += timedelta(minutes=random.uniform(0.4, 2.0))
        heappush(free, (at, desk))
    return SimulatedMorning([row for *_, row in sorted(rows)], about, duties)
