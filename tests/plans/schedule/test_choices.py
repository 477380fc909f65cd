"""What is chosen comes back as the same choices, and the same choices are the same string."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, time, timedelta
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
    Handover,
    HandoverKind,
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
clocks = st.times().map(lambda t: t.replace(second=0, microsecond=0))
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
    until=st.none() | dates,
    until_monday=st.booleans(),
    night=st.none() | weekdays,
    evenings=st.frozensets(weekdays, max_size=3).map(sorted).map(tuple),
    evening_hours=st.none()
    | st.tuples(clocks, clocks).filter(lambda both: both[0] != both[1]).map(sorted).map(tuple),
    changes_on=weekdays,
    cycle=st.integers(0, 4).flatmap(
        lambda n: st.lists(st.none() | parents, min_size=7 * n, max_size=7 * n).map(tuple)
    ),
)
schemes = st.builds(
    Scheme,
    ordinary=st.none() | ordinary,
    later=st.none() | ordinary,
    at=st.none() | clocks,
    after_care=st.booleans(),
    place=texts,
    handovers=st.dictionaries(
        st.sampled_from(HandoverKind),
        st.builds(Handover, at=st.none() | clocks, after_care=st.booleans(), place=texts),
    ),
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
        later=scheme.later,
        at=scheme.at,
        after_care=scheme.after_care,
        place=scheme.place,
        travels=scheme.travels,
        handovers=dict(shuffled(scheme.handovers.items())),
        seasons=dict(shuffled(scheme.seasons.items())),
        family=dict(shuffled(scheme.family.items())),
        birthdays=tuple(shuffled(scheme.birthdays)),
        one_offs=tuple(shuffled(scheme.one_offs)),
    )
    assert to_json(other) == to_json(scheme)


@given(schemes, st.dates(date(2025, 1, 1), date(2030, 12, 1)))
def test_every_night_is_somebodys_or_a_gap(scheme: Scheme, first: date) -> None:
    last = first + DAY * 60
    nights = resolve(arrangements(normal(scheme)), 0, first, last, hours=scheme.hours)

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
    fixed = replace(weekends, evening_hours=(time(17), time(19, 30)), until=date(2026, 12, 31))
    assert lines(ordinary=fixed)[2:] == [
        "Evenings without a night (Tuesday, Thursday; 17:00–19:30): Ismo.",
        "From 10 Aug 2026 on.",
        "Until 31 Dec 2026.",
    ]
    own = Ordinary(rhythm=ScheduleRhythm.OWN, cycle=(A, A, B, B, B, None, A))
    assert lines(ordinary=own) == [
        "A pattern of our own: every week is the same.",
        "Nights of week 1: Mon–Tue Maija, Wed–Fri Ismo, Sat not decided, Sun Maija.",
        "From which date on is still open.",
    ]


def test_each_handover_is_said_where_it_belongs() -> None:
    row = YearlyTurn(even=A, odd=B)
    assert lines(
        ordinary=Ordinary(rhythm=ScheduleRhythm.WEEKENDS, parent=A, begins=date(2026, 8, 10)),
        after_care=True,
        handovers={
            HandoverKind.BACK: Handover(at=time(18), place="Ovella"),
            HandoverKind.FAMILY: Handover(at=time(12)),
        },
        family={"christmas_eve": row},
        birthdays=(Birthday(day="12-24", label="mummi", even=A, odd=A),),
    )[2:] == [
        "Handover in ordinary weeks when day care or school ends.",
        "Back after the weekend: at 18:00, Ovella.",
        "Christmas Eve: even years Maija, odd years Ismo.",
        "mummi, birthday 24 Dec: every year Maija.",
        "Handover on public and family days: at 12:00.",
    ]


def test_a_schedule_of_an_earlier_version_opens_and_means_the_same() -> None:
    kept = (
        '{"place":"Asema","time":"18:00","weeks":{"begins":"2026-08-10","evenings":[2],'
        '"parent":"first","rhythm":"weekends"}}'
    )
    assert from_json(kept) == Scheme(
        ordinary=Ordinary(
            rhythm=ScheduleRhythm.WEEKENDS, parent=A, begins=date(2026, 8, 10), evenings=(2,)
        ),
        at=time(18),
        place="Asema",
    )
    assert to_json(from_json(kept)) == kept


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


def test_a_shorter_stay_within_a_longer_one_decides_whichever_was_written_first() -> None:
    journey = OneOff(period=Period(date(2027, 3, 26), date(2027, 4, 2)), parent=A, label="Matka")
    surgery = OneOff(period=Period(date(2027, 3, 30), date(2027, 3, 31)), parent=B, label="Hammas")
    for rows in ((journey, surgery), (surgery, journey)):
        found = arrangements(normal(Scheme(one_offs=rows)))
        nights = {n.date: n for n in resolve(found, 0, date(2027, 3, 26), date(2027, 4, 2))}
        assert {day for day, night in nights.items() if night.parent is B} == {
            date(2027, 3, 30),
            date(2027, 3, 31),
        }
        assert nights[date(2027, 3, 30)].clashes


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
