"""Every night belongs to somebody exactly once, or is named as a gap."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, time, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.parents import Parent
from plans.schedule.engine import (
    CLASH,
    GAP,
    OVERRIDE,
    Arrangement,
    HandoverHours,
    Holiday,
    Layer,
    Period,
    Remark,
    Season,
    Share,
    SingleDays,
    Stay,
    Weeks,
    days,
    remarks,
    resolve,
    stays,
    tally,
)
from plans.schedule.patterns import every_other_weekend, two_two_three, week_about

A, B = Parent.FIRST, Parent.SECOND
DAY = timedelta(days=1)
MONDAY = date(2026, 8, 10)
LEAP, WITH_53_WEEKS = 2028, 2026

parents = st.sampled_from(Parent)
dates = st.dates(date(2024, 1, 1), date(2033, 12, 31))
children = st.frozensets(st.integers(0, 3), max_size=2)
labels = st.sampled_from(["a", "b", "c", "d"])


def ordinarily(at: time | None) -> HandoverHours:
    """Return an hour that was chosen for ordinary weeks."""
    return HandoverHours(by_layer={Layer.ORDINARY: at} if at else {})


@st.composite
def weeks(draw: st.DrawFn) -> Weeks:
    cycle = draw(st.lists(st.none() | parents, min_size=7, max_size=7)) * draw(st.integers(1, 3))
    begins = draw(dates)
    return Weeks(
        label=draw(labels),
        children=draw(children),
        mornings=draw(st.frozensets(st.integers(0, 20), max_size=3)),
        cycle=tuple(cycle),
        begins=begins - DAY * begins.weekday(),
        valid_from=draw(st.none() | dates),
        valid_until=draw(st.none() | dates),
    )


@st.composite
def periods(draw: st.DrawFn, longest: int = 80) -> Period:
    first = draw(dates)
    return Period(first, first + DAY * draw(st.integers(0, longest)))


arrangements = st.lists(
    weeks()
    | st.builds(
        Season,
        label=labels,
        children=children,
        periods=st.lists(periods(), max_size=3).map(tuple),
        even=parents,
        odd=parents,
        share=st.sampled_from(Share),
    )
    | st.builds(
        Holiday,
        label=labels,
        children=children,
        day=st.sampled_from(["christmas_eve", "midsummer", "mothers_day", "02-29", "01-01"]),
        even=parents,
        odd=parents,
        before=st.integers(0, 2),
        after=st.integers(1, 3),
    )
    | st.builds(SingleDays, label=labels, children=children, period=periods(9), parent=parents),
    max_size=8,
)


def _said(arrangement: Arrangement, night: date) -> Parent | None:
    """Return what one arrangement says of one night, asked for that night alone."""
    return dict(arrangement.nights(night, night)).get(night)


def reference(given: Sequence[Arrangement], child: int, night: date) -> Parent | None:
    """Return the first that says something, from the top layer down."""
    for layer in sorted(Layer, reverse=True):
        for arrangement in given:
            if arrangement.layer == layer and arrangement.concerns(child):
                parent = _said(arrangement, night)
                if parent is not None:
                    return parent
    return None


@given(arrangements, st.integers(0, 3), periods(120))
def test_every_night_comes_once_with_whom_the_highest_layer_says(
    given: list[Arrangement], child: int, period: Period
) -> None:
    nights = resolve(given, child, period.first, period.last)

    wanted = [period.first + DAY * n for n in range((period.last - period.first).days + 1)]
    assert [night.date for night in nights] == wanted
    assert [night.parent for night in nights] == [reference(given, child, d) for d in wanted]


@given(arrangements, st.sampled_from(range(2024, 2034)))
def test_counts_of_a_year_add_up(given: list[Arrangement], year: int) -> None:
    first, last = date(year, 1, 1), date(year, 12, 31)
    nights = resolve(given, 0, first, last)
    counted = tally(nights, reference(given, 0, first - DAY))

    length = (last - first).days + 1
    assert sum(counted.nights.values()) + counted.open_nights == length
    assert sum(counted.days.values()) + counted.open_days == length


@given(arrangements, periods(200))
def test_stays_are_the_nights_in_their_order(given: list[Arrangement], period: Period) -> None:
    nights = resolve(given, 1, period.first, period.last)
    found = stays(nights)

    again = [(s.first + DAY * n, s.parent) for s in found for n in range(s.nights)]
    assert again == [(night.date, night.parent) for night in nights]
    assert all(one.parent != two.parent for one, two in pairwise(found))


@given(arrangements, periods(200))
def test_a_gap_is_named_wherever_nobody_has_the_night(
    given: list[Arrangement], period: Period
) -> None:
    nights = resolve(given, 2, period.first, period.last)
    gaps = [remark for remark in remarks(nights) if remark.kind == GAP]

    named = {g.first + DAY * n for g in gaps for n in range((g.last - g.first).days + 1)}
    assert named == {night.date for night in nights if night.parent is None}


@given(arrangements, periods(60), st.integers(1, 50))
def test_a_longer_look_says_the_same_of_the_same_nights(
    given: list[Arrangement], period: Period, more: int
) -> None:
    short = resolve(given, 0, period.first, period.last)
    long = resolve(given, 0, period.first - DAY * more, period.last + DAY * more)

    assert long[more:-more] == short


@pytest.mark.parametrize("year", [2026, 2027, LEAP])
def test_week_about_is_even_over_whole_fortnights(year: int) -> None:
    monday = date.fromisocalendar(year, 1, 1)
    ordinary = Weeks(label="", cycle=week_about(A), begins=monday)
    counted = tally(resolve([ordinary], 0, monday, monday + DAY * 363), B)

    assert counted.nights == {A: 182, B: 182}


def test_a_year_of_53_weeks_does_not_turn_the_weeks_round() -> None:
    ordinary = Weeks(label="", cycle=week_about(A), begins=date.fromisocalendar(2026, 1, 1))
    last = date.fromisocalendar(WITH_53_WEEKS, 53, 1)

    nights = resolve([ordinary], 0, last, last + DAY * 7)

    assert [night.parent for night in nights] == [A] * 7 + [B]


def test_week_about_changes_on_the_chosen_weekday() -> None:
    friday = 4

    assert week_about(A, changes_on=friday) == (B,) * 4 + (A,) * 7 + (B,) * 3


def test_every_other_weekend() -> None:
    assert every_other_weekend(A) == (A, A, A, A, B, B, A) + (A,) * 7
    assert every_other_weekend(A, until_monday=True, midweek=2) == (
        *(A, A, B, A, B, B, B),
        *(A, A, B, A, A, A, A),
    )


def test_two_two_three() -> None:
    assert two_two_three(A) == (A, A, B, B, A, A, A, B, B, A, A, B, B, B)


def test_halves_of_an_odd_number_of_nights() -> None:
    summer = Season(
        label="summer",
        periods=(
            Period(date(2026, 6, 1), date(2026, 6, 7)),
            Period(date(2027, 6, 1), date(2027, 6, 7)),
        ),
        even=A,
        odd=B,
        share=Share.HALVES,
    )

    assert [p for _, p in summer.nights(date(2026, 1, 1), date(2026, 12, 31))] == [A] * 4 + [B] * 3
    assert [p for _, p in summer.nights(date(2027, 1, 1), date(2027, 12, 31))] == [B] * 4 + [A] * 3


def test_weeks_of_summer_by_turns() -> None:
    summer = Season(
        label="summer",
        periods=(Period(date(2026, 6, 1), date(2026, 6, 16)),),
        even=B,
        odd=A,
        share=Share.WEEKS,
    )

    assert [p for _, p in summer.nights(date(2026, 6, 1), date(2026, 6, 30))] == (
        [B] * 7 + [A] * 7 + [B] * 2
    )


def test_christmas_over_the_new_year_counts_by_the_year_in_which_it_begins() -> None:
    christmas = Season(
        label="christmas", periods=(Period(date(2026, 12, 20), date(2027, 1, 6)),), even=A, odd=B
    )

    assert dict(christmas.nights(date(2027, 1, 1), date(2027, 1, 2))) == {
        date(2027, 1, 1): A,
        date(2027, 1, 2): A,
    }


def test_holiday_with_the_nights_around_it() -> None:
    eve = Holiday(label="eve", day="christmas_eve", even=A, odd=B, before=1, after=2)

    assert dict(eve.nights(date(2027, 12, 1), date(2027, 12, 31))) == {
        date(2027, 12, 23): B,
        date(2027, 12, 24): B,
        date(2027, 12, 25): B,
    }


def test_nights_before_new_year_belong_to_the_holiday_of_the_next_year() -> None:
    new_year = Holiday(label="", day="new_year", even=A, odd=B, before=1, after=0)

    assert dict(new_year.nights(date(2027, 12, 1), date(2027, 12, 31))) == {date(2027, 12, 31): A}


def test_handover_in_the_morning_gives_the_day_to_the_one_who_takes() -> None:
    weeks = Weeks(label="", cycle=week_about(A), begins=MONDAY)
    early = replace(weeks, mornings=frozenset({0, 7}))

    for handover, whose in ((time(9), A), (time(16), B), (None, B)):
        assert days(resolve([weeks], 0, MONDAY, MONDAY, hours=ordinarily(handover)), B) == [whose]
    for handover in (time(9), time(16), None):
        assert days(resolve([early], 0, MONDAY, MONDAY, hours=ordinarily(handover)), B) == [A]


def test_no_hour_is_told_that_nobody_chose() -> None:
    weeks = Weeks(label="", cycle=week_about(A), begins=MONDAY, mornings=frozenset({7}))
    day = MONDAY + 7 * DAY
    holiday = SingleDays(label="", period=Period(day - DAY, day - DAY), parent=A)

    def at(handover: time | None, *more: Arrangement) -> tuple[time | None, bool]:
        night = resolve([weeks, *more], 0, day, day, hours=ordinarily(handover))[0]
        return night.handover, night.is_morning

    assert at(None) == (None, True)
    # The hour of the other changes is no hour of a morning.
    assert at(time(18)) == (None, True)
    assert at(time(8)) == (time(8), True)
    # After a holiday the child comes when it was agreed for the holiday, or at an open hour.
    assert at(time(18), holiday) == (None, False)
    chosen = HandoverHours(by_layer={Layer.ORDINARY: time(18), Layer.DAY: time(12)})
    night = resolve([weeks, holiday], 0, day, day, hours=chosen)[0]
    assert (night.handover, night.is_morning) == (time(12), False)


def test_coming_back_has_an_hour_of_its_own_where_one_was_chosen() -> None:
    weeks = Weeks(label="", cycle=every_other_weekend(A), begins=MONDAY, home=A)
    hours = HandoverHours(by_layer={Layer.ORDINARY: time(17)}, back=time(18))

    def handovers(hours: HandoverHours) -> list[tuple[int, time | None]]:
        found = stays(resolve([weeks], 0, MONDAY, MONDAY + 13 * DAY, hours=hours))
        return [(stay.first.weekday(), stay.begins) for stay in found[1:]]

    assert handovers(hours) == [(4, time(17)), (6, time(18))]
    assert handovers(ordinarily(time(17))) == [(4, time(17)), (6, time(17))]


def test_clash_within_a_layer_is_named_and_the_first_decides() -> None:
    one = SingleDays(label="trip", period=Period(MONDAY, MONDAY + DAY), parent=A)
    two = SingleDays(label="camp", period=Period(MONDAY + DAY, MONDAY + 2 * DAY), parent=B)
    nights = resolve([one, two], 0, MONDAY, MONDAY + 2 * DAY)

    assert [night.parent for night in nights] == [A, A, B]
    assert remarks(nights) == [Remark(CLASH, MONDAY + DAY, MONDAY + DAY, ("trip", "camp"))]


def test_a_holiday_that_goes_before_a_season_is_pointed_out_and_ordinary_weeks_are_not() -> None:
    midsummer = Holiday(label="midsummer", day="midsummer", even=B, odd=B)
    summer = Season(
        label="summer", periods=(Period(date(2026, 6, 1), date(2026, 7, 1)),), even=A, odd=A
    )
    weeks = Weeks(label="weeks", cycle=(A,) * 7, begins=MONDAY)
    day = date(2026, 6, 20)
    nights = resolve([weeks, summer, midsummer], 0, day - DAY, day + DAY)

    assert [night.parent for night in nights] == [A, B, A]
    assert remarks(nights) == [Remark(OVERRIDE, day, day, ("midsummer", "summer"))]


def test_an_arrangement_for_one_child_leaves_the_others_alone() -> None:
    for_one = SingleDays(label="", period=Period(MONDAY, MONDAY), parent=A, children=frozenset({1}))

    assert resolve([for_one], 0, MONDAY, MONDAY)[0].parent is None
    assert resolve([for_one], 1, MONDAY, MONDAY)[0].parent is A


def test_stays_carry_the_time_of_the_handover() -> None:
    weeks = Weeks(label="", cycle=week_about(A), begins=MONDAY)

    assert stays(resolve([weeks], 0, MONDAY, MONDAY + 8 * DAY, hours=ordinarily(time(17, 30)))) == [
        Stay(A, MONDAY, MONDAY + 6 * DAY, time(17, 30)),
        Stay(B, MONDAY + 7 * DAY, MONDAY + 8 * DAY, time(17, 30)),
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Weeks(label="", cycle=(A,) * 6, begins=MONDAY),
        lambda: Weeks(label="", cycle=(), begins=MONDAY),
        lambda: Weeks(label="", cycle=(A,) * 7, begins=MONDAY + DAY),
        lambda: Period(MONDAY, MONDAY - DAY),
        lambda: Holiday(label="", day="midsummer", even=A, odd=B, before=0, after=0),
        lambda: Holiday(label="", day="midsummer", even=A, odd=B, before=-1, after=3),
    ],
)
def test_what_makes_no_sense_is_refused(wrong: Any) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        wrong()
