"""The estimate: obvious cases, properties, and that its ranges hold as often as they say."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from demo.mornings import simulate_morning
from walkin.estimates.durations import (
    PRIOR_MINUTES,
    PRIOR_SPREAD,
    Durations,
    learn_durations,
    measure_visits,
)
from walkin.estimates.replay import Accuracy, combined, replay
from walkin.estimates.simulation import (
    BETWEEN_MINUTES,
    NEWCOMER,
    MinuteRange,
    SimulatedBooking,
    SimulatedDesk,
    SimulatedQueue,
    SimulatedTicket,
    SimulatedVisit,
    has_room,
    is_day_full,
    rounded_to_fives,
    waits,
)
from walkin.states import TicketState
from walkin.tickets.eligibility import StaffSkills, TicketNeeds, eligible_staff
from walkin.tickets.order import WaitingTicket, rank_queue

START = datetime(2026, 11, 26, 6, tzinfo=UTC)
NEW = SimulatedTicket(NEWCOMER)


def queue(desks: int, numbers: int, **fields: Any) -> SimulatedQueue:
    return SimulatedQueue(
        tuple(SimulatedDesk(n, **fields) for n in range(desks)),
        tuple(SimulatedTicket(n) for n in range(numbers)),
    )


def test_with_a_free_desk_nobody_waits() -> None:
    told = waits(queue(1, 0), NEW)[NEWCOMER]
    assert (told.median, told.half, told.most) == (0, (0, 0), (0, 0))


def test_without_desks_there_is_no_estimate() -> None:
    assert waits(queue(0, 3), NEW) == {}
    assert not is_day_full(None, Durations(), 240)
    assert not has_room(None, Durations(), 240)


def test_the_second_waits_for_one_visit() -> None:
    told = waits(queue(1, 2))
    assert told[0].median == 0
    assert told[1].median == pytest.approx(PRIOR_MINUTES + BETWEEN_MINUTES, abs=2)
    assert told[1].most.low < told[1].half.low < told[1].median < told[1].half.high


def test_the_same_queue_gives_the_same_answer() -> None:
    assert waits(queue(3, 20), NEW) == waits(queue(3, 20), NEW)


def test_more_desks_wait_less() -> None:
    one, five = waits(queue(1, 20)), waits(queue(5, 20))
    assert five[19].median < one[19].median / 4


def test_a_visit_that_has_gone_on_ends_sooner_but_never_in_the_past() -> None:
    medians = [
        waits(queue(1, 1, visit=SimulatedVisit(Durations(), elapsed)))[0].median
        for elapsed in (0.0, 10.0, 20.0)
    ]
    assert medians == sorted(medians, reverse=True)
    assert waits(queue(1, 1, visit=SimulatedVisit(Durations(), 500.0)))[0].most.low > 0


def test_a_booked_visit_comes_in_at_its_time() -> None:
    free = waits(queue(1, 1, booked=(SimulatedBooking(5, 60),)))[0]
    assert free.median == pytest.approx(5 + 60 + BETWEEN_MINUTES)
    later = waits(queue(1, 2, booked=(SimulatedBooking(20, 60),)))
    assert later[0].median == 0
    assert later[1].median > 80


def test_a_desk_that_opens_later_and_one_that_closes() -> None:
    desks = (SimulatedDesk(1, closes=30), SimulatedDesk(2, opens=30))
    told = waits(SimulatedQueue(desks, tuple(SimulatedTicket(n) for n in range(4))))
    assert told[0].median == 0
    assert told[2].median >= 30


def test_who_is_not_ready_is_passed_over_and_called_when_they_are() -> None:
    told = waits(
        SimulatedQueue((SimulatedDesk(1),), (SimulatedTicket(1, ready=10), SimulatedTicket(2)))
    )
    assert told[2].median == 0
    assert told[1].median > 15
    alone = waits(SimulatedQueue((SimulatedDesk(1),), (SimulatedTicket(1, ready=10),)))
    assert alone[1].median == 10


def test_only_the_desks_that_may_call() -> None:
    busy = SimulatedDesk(1, visit=SimulatedVisit(Durations()))
    told = waits(
        SimulatedQueue(
            (busy, SimulatedDesk(2)), (SimulatedTicket(1, desks=frozenset({1})), SimulatedTicket(2))
        )
    )
    assert told[2].median == 0
    assert told[1].median > 15
    # Those who may are not there: anybody may.
    assert (
        waits(SimulatedQueue((SimulatedDesk(2),), (SimulatedTicket(1, desks=frozenset({1})),)))[
            1
        ].median
        == 0
    )


@given(
    desks=st.integers(1, 5),
    numbers=st.lists(
        st.tuples(st.none() | st.sets(st.integers(0, 4), min_size=1), st.sampled_from([0.0, 10.0])),
        max_size=12,
    ),
)
@settings(max_examples=60)
def test_everybody_gets_an_estimate_and_ranges_lie_in_each_other(
    desks: int, numbers: list[tuple[set[int] | None, float]]
) -> None:
    line = tuple(
        SimulatedTicket(n, desks=frozenset(may) if may else None, ready=ready)
        for n, (may, ready) in enumerate(numbers)
    )
    told = waits(SimulatedQueue(tuple(SimulatedDesk(n) for n in range(desks)), line), NEW)
    assert told.keys() == {NEWCOMER, *range(len(line))}
    for number in line:
        wait = told[number.key]
        assert number.ready <= wait.most.low <= wait.half.low <= wait.median
        assert wait.median <= wait.half.high <= wait.most.high


def test_measured_visits_draw_the_durations_away_from_the_prior() -> None:
    few, many = measure_visits([10] * 3), measure_visits([10] * 200)
    assert learn_durations(measure_visits([])).typical == pytest.approx(PRIOR_MINUTES)
    assert 10 < learn_durations(many).typical < 11 < learn_durations(few).typical < PRIOR_MINUTES
    assert learn_durations(many).log_spread < learn_durations(few).log_spread < PRIOR_SPREAD * 1.3


def test_slips_and_forgotten_visits_do_not_teach() -> None:
    ordinary = [15, 18, 20, 21, 22, 22, 23, 25, 28, 35]
    plain = learn_durations(measure_visits(ordinary))
    assert learn_durations(measure_visits([*ordinary, 0.1, 2.9, 151, 400])) == plain
    # What may have been a visit counts, but no more than the longest likely one.
    told = [
        waits(
            SimulatedQueue(
                (SimulatedDesk(1, visit=SimulatedVisit(known, 5.0)),),
                tuple(SimulatedTicket(n, known) for n in range(4)),
            ),
            SimulatedTicket(NEWCOMER, known),
        )[NEWCOMER].most
        for known in (plain, learn_durations(measure_visits([*ordinary, 4, 140])))
    ]
    assert told[1].high - told[1].low < 1.3 * (told[0].high - told[0].low)


def test_with_slips_the_error_grows_by_less_than_a_tenth() -> None:
    """One visit in twenty is ended by a mistaken key; each morning learns from those before it."""
    clean, slipped = error_of_learning(0.0), error_of_learning(0.05)
    assert min(clean.count, slipped.count) > 400
    assert slipped.mean_error < 1.1 * clean.mean_error
    assert slipped.held_most > clean.held_most - 0.05


def error_of_learning(slips: float) -> Accuracy:
    minutes: dict[str, list[float]] = {}
    found = []
    for seed in range(24):
        morning = simulate_morning(seed, start=START, desks=2, a_desk_an_hour=2.8, slips=slips)
        known = {matter: learn_durations(measure_visits(m)) for matter, m in minutes.items()}
        found.append(replay(morning.rows, morning.about, morning.duties, known))
        begun = {}
        for row in morning.rows:
            if row.state == TicketState.SERVING:
                begun[row.ticket] = row.at
            elif row.state == TicketState.DONE:
                taken = (row.at - begun[row.ticket]).total_seconds() / 60
                minutes.setdefault(morning.about[row.ticket].matter, []).append(taken)
    return combined(found)


def test_a_newcomer_who_is_only_imagined_takes_nobody_s_place() -> None:
    told = waits(
        SimulatedQueue((SimulatedDesk(1),), (SimulatedTicket(1, ready=10),)), SimulatedTicket(-1)
    )
    assert (told[1].median, told[NEWCOMER].median) == (10, 0)


@pytest.mark.parametrize(
    ("told", "said"),
    [((0, 3), (0, 5)), ((11, 19), (10, 20)), ((10, 10), (10, 15)), ((-1, 0), (0, 5))],
)
def test_ranges_are_told_in_fives_rounded_outwards(
    told: tuple[float, float], said: tuple[int, int]
) -> None:
    assert rounded_to_fives(MinuteRange(*told)) == said


@pytest.mark.parametrize("desks", [1, 2, 5])
def test_the_ranges_hold_about_as_often_as_they_say(desks: int) -> None:
    """Forty made-up mornings whose visits are not distributed as the estimate first believes."""
    found = measure(desks, range(40))
    assert found.count > 200
    assert 0.42 <= found.held_half <= 0.62
    assert 0.82 <= found.held_most <= 0.96
    assert abs(found.bias) < 4
    assert found.mean_error < {1: 20, 2: 14, 5: 8}[desks]


def measure(desks: int, seeds: range) -> Accuracy:
    return combined(
        replay(m.rows, m.about, m.duties)
        for m in (
            simulate_morning(seed, start=START, desks=desks, a_desk_an_hour=2.8) for seed in seeds
        )
    )


def test_a_morning_of_visits_twice_as_long_is_seen_to_be_told_too_short() -> None:
    slow = {"only": Durations(3.9, 0.3)}
    mornings = [
        simulate_morning(seed, start=START, durations=slow, a_desk_an_hour=1.5)
        for seed in range(10)
    ]
    ignorant = combined(replay(m.rows, m.about, m.duties) for m in mornings)
    taught = combined(replay(m.rows, m.about, m.duties, slow) for m in mornings)
    assert ignorant.bias < -10
    assert abs(taught.bias) < abs(ignorant.bias) / 2
    assert taught.held_most > ignorant.held_most


def test_nothing_to_measure() -> None:
    assert replay([], {}, []) == combined([]) == Accuracy()


def test_handed_on_to_somebody_who_has_left_goes_to_anybody() -> None:
    people = [
        StaffSkills(1, frozenset({7}), frozenset({"fi"})),
        StaffSkills(2, frozenset(), frozenset({"sv"})),
    ]
    assert eligible_staff(TicketNeeds(person=2), people) == {2}
    assert eligible_staff(TicketNeeds(person=9), people) == {1, 2}
    assert eligible_staff(TicketNeeds(7, "sv"), people) == {1}
    assert eligible_staff(TicketNeeds(8, "sv"), people) == {2}
    assert eligible_staff(TicketNeeds(8, "en"), people) == {1, 2}
    assert eligible_staff(TicketNeeds(8, "en"), []) == frozenset()


@given(
    st.lists(
        st.tuples(
            st.none() | st.integers(1, 3), st.sampled_from(["fi", "sv", "en"]), st.booleans()
        ),
        max_size=12,
    )
)
def test_every_number_stands_once_in_everybody_s_line_and_somewhere_it_is_called(
    wishes: list[tuple[int | None, str, bool]],
) -> None:
    people = [
        StaffSkills(1, frozenset({1}), frozenset({"fi"})),
        StaffSkills(2, frozenset({2}), frozenset({"fi", "sv"})),
    ]
    waiting = [
        WaitingTicket(
            n,
            n,
            TicketNeeds(service, language),
            START + timedelta(minutes=1) if late else None,
        )
        for n, (service, language, late) in enumerate(wishes)
    ]
    lines = [rank_queue(p.key, waiting, people, START) for p in people]
    for line in lines:
        assert sorted(s.key for s in line) == [w.key for w in waiting]
        called = [s.number for s in line if s.is_callable]
        assert called == sorted(called)
    called_by_any = {s.key for line in lines for s in line if s.is_callable}
    assert called_by_any == {w.key for w in waiting if w.ready_at is None}
