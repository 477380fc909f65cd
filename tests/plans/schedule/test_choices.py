"""What is chosen comes back as the same choices, and the same choices are the same string."""

import json
from collections.abc import Mapping
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from plans.content.questions import QUESTIONS
from plans.parents import Parent
from plans.schedule.choices import (
    FAMILY,
    LABEL_LONGEST,
    PLACE_LONGEST,
    Birthday,
    OneOff,
    Ordinary,
    ScheduleRhythm,
    Scheme,
    SchoolHoliday,
    SeasonChoice,
    Travels,
    YearlyTurn,
    arrangements,
)
from plans.schedule.engine import GAP, Period, Share, remarks, resolve
from plans.schedule.sentences import arrangement_label, schedule_lines
from plans.schedule.storage import BadSchemeError, from_json, normal, read, to_json
from plans.together.presenters import readable

A, B = Parent.FIRST, Parent.SECOND
NAMES = {A: "Maija", B: "Ismo"}
DAY = timedelta(days=1)

parents = st.sampled_from(Parent)
dates = st.dates(date(2024, 1, 1), date(2032, 12, 31))
weekdays = st.integers(0, 6)
texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=30)


@st.composite
def periods(draw: st.DrawFn) -> Period:
    first = draw(dates)
    return Period(first, first + DAY * draw(st.integers(0, 70)))


ordinary = st.builds(
    Ordinary,
    rhythm=st.sampled_from(ScheduleRhythm),
    parent=st.none() | parents,
    begins=st.none() | dates,
    until_monday=st.booleans(),
    night=st.none() | weekdays,
    evenings=st.frozensets(weekdays, max_size=3).map(sorted).map(tuple),
    changes_on=weekdays,
    cycle=st.integers(0, 4).flatmap(
        lambda n: st.lists(st.none() | parents, min_size=7 * n, max_size=7 * n).map(tuple)
    ),
)
schemes = st.builds(
    Scheme,
    ordinary=st.none() | ordinary,
    at=st.none() | st.times().map(lambda t: t.replace(second=0, microsecond=0)),
    place=texts,
    travels=st.none() | st.sampled_from(Travels),
    seasons=st.dictionaries(
        st.sampled_from(SchoolHoliday),
        st.builds(
            SeasonChoice,
            even=parents,
            odd=parents,
            share=st.sampled_from(Share),
            periods=st.lists(periods(), max_size=3).map(tuple),
        ),
    ),
    family=st.dictionaries(
        st.sampled_from(sorted(FAMILY)), st.builds(YearlyTurn, even=parents, odd=parents)
    ),
    birthdays=st.lists(
        st.builds(
            Birthday,
            day=st.sampled_from(["06-15", "02-29", "12-31"]),
            label=texts,
            even=parents,
            odd=parents,
        ),
        max_size=3,
    ).map(tuple),
    one_offs=st.lists(
        st.builds(OneOff, period=periods(), parent=parents, label=texts), max_size=3
    ).map(tuple),
)


@given(schemes)
def test_what_is_chosen_comes_back(scheme: Scheme) -> None:
    chosen = normal(scheme)

    assert from_json(to_json(chosen)) == chosen
    assert to_json(chosen) == to_json(scheme)
    assert (to_json(chosen) == "") == chosen.is_empty


@given(schemes, st.randoms())
def test_the_order_in_which_it_was_chosen_makes_no_other_string(scheme: Scheme, order: Any) -> None:
    def shuffled(rows: Any) -> list[Any]:
        rows = list(rows)
        order.shuffle(rows)
        return rows

    other = Scheme(
        ordinary=scheme.ordinary,
        at=scheme.at,
        place=scheme.place,
        travels=scheme.travels,
        seasons=dict(shuffled(scheme.seasons.items())),
        family=dict(shuffled(scheme.family.items())),
        birthdays=tuple(shuffled(scheme.birthdays)),
        one_offs=tuple(shuffled(scheme.one_offs)),
    )
    assert to_json(other) == to_json(scheme)


@given(schemes, st.dates(date(2025, 1, 1), date(2030, 12, 1)))
def test_every_night_is_somebodys_or_a_gap(scheme: Scheme, first: date) -> None:
    last = first + DAY * 60
    nights = resolve(arrangements(normal(scheme)), 0, first, last, handover=scheme.at)

    assert [night.date for night in nights] == [first + DAY * n for n in range(61)]
    gaps = {
        remark.first + DAY * n
        for remark in remarks(nights)
        if remark.kind == GAP
        for n in range((remark.last - remark.first).days + 1)
    }
    assert gaps == {night.date for night in nights if night.parent is None}


@given(schemes)
def test_everything_is_said_in_every_language(scheme: Scheme) -> None:
    scheme = normal(scheme)
    for language in ("fi", "sv", "en"):
        with override(language):
            lines = schedule_lines(scheme, NAMES)
            assert bool(lines) != scheme.is_empty
            assert all(arrangement_label(a.label, scheme) for a in arrangements(scheme))


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        "7",
        '"x"',
        "null",
        "[" * 5000,
        '{"weeks":{}}',
        '{"weeks":{"rhythm":"none"}}',
        '{"weeks":{"rhythm":"own","cycle":["first"]}}',
        json.dumps({"weeks": {"rhythm": "own", "cycle": ["first"] * 35}}),
        '{"weeks":{"rhythm":"week-about","changes_on":7}}',
        '{"weeks":{"rhythm":"week-about","changes_on":true}}',
        '{"weeks":{"rhythm":"mostly","begins":"0001-01-01"}}',
        '{"weeks":{"rhythm":"mostly","parent":"third"}}',
        '{"once":[["2026-01-02","2026-01-01","","first"]]}',
        '{"once":[["2026-01-02","2036-01-01","","first"]]}',
        '{"once":[["2026-01-02"]]}',
        '{"birthdays":[["02-30","","first","first"]]}',
        '{"birthdays":[["christmas_eve","","first","first"]]}',
        '{"family":{"pancake_day":{"even":"first","odd":"first"}}}',
        '{"seasons":{"spring":{}}}',
        '{"place":7}',
        json.dumps({"place": "x" * (PLACE_LONGEST + 1)}),
        json.dumps({"birthdays": [["06-15", "x" * (LABEL_LONGEST + 1), "first", "first"]]}),
        json.dumps({"birthdays": [["06-15", "", "first", "first"]] * 61}),
    ],
)
def test_what_is_no_schedule_is_refused_and_shown_as_it_is(text: str) -> None:
    with pytest.raises(BadSchemeError):
        from_json(text)
    assert read(text) is None
    assert readable({}, QUESTIONS["living-schedule"], text) == text


def lines(names: Mapping[Parent, str] = NAMES, **chosen: Any) -> list[str]:
    with override("en"):
        return schedule_lines(Scheme(**chosen), names)


def test_ordinary_weeks_in_words() -> None:
    begins = date(2026, 8, 10)
    weekends = Ordinary(
        rhythm=ScheduleRhythm.WEEKENDS, parent=A, begins=begins, night=2, evenings=(1, 3)
    )
    assert lines(ordinary=weekends) == [
        "Every other weekend from Friday to Sunday: Ismo. Otherwise: Maija.",
        "One night of each week as well (Wednesday): Ismo.",
        "Evenings without a night (Tuesday, Thursday): Ismo.",
        "From 10 Aug 2026 on.",
    ]
    own = Ordinary(rhythm=ScheduleRhythm.OWN, cycle=(A, A, B, B, B, None, A))
    assert lines(ordinary=own) == [
        "A pattern of our own: every week is the same.",
        "Nights of week 1: Mon–Tue Maija, Wed–Fri Ismo, Sat not decided, Sun Maija.",
        "From which date on is still open.",
    ]


def test_a_shared_schedule_is_read_in_the_readers_language_and_not_as_it_is_kept() -> None:
    chosen = Scheme(family={"christmas_eve": YearlyTurn(even=A, odd=B)})
    shared = {"parents": {"first": "Maija"}}
    question = QUESTIONS["living-schedule"]
    with override("fi"):
        assert readable(shared, question, to_json(chosen)) == (
            "Jouluaatto: parilliset vuodet Maija, parittomat vuodet Vanhempi 2."
        )
    with override("sv"):
        assert readable(shared, question, to_json(chosen)) == (
            "Julafton: jämna år Maija, udda år Förälder 2."
        )


@pytest.mark.parametrize("changes_on", range(7))
@pytest.mark.parametrize("begins", [date(2026, 8, 10) + DAY * n for n in range(7)])
def test_who_begins_week_about_has_the_first_night_and_it_changes_on_that_day(
    changes_on: int, begins: date
) -> None:
    weeks = Ordinary(
        rhythm=ScheduleRhythm.WEEK_ABOUT, parent=B, begins=begins, changes_on=changes_on
    )
    nights = resolve(arrangements(Scheme(ordinary=weeks)), 0, begins, begins + DAY * 27)

    assert nights[0].parent is B
    changes = [n.date for m, n in pairwise(nights) if m.parent is not n.parent]
    assert {day.weekday() for day in changes} == {changes_on}
    assert {later - day for day, later in pairwise(changes)} == {DAY * 7}
