"""Months as they are drawn: every date once, every night somebody's or named, counts that add up."""

import re
from calendar import isleap
from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from plans.pages.month_tables import MonthTables
from plans.parents import Parent
from plans.schedule.choices import (
    Handover,
    HandoverKind,
    OneOff,
    Ordinary,
    ScheduleRhythm,
    Scheme,
    YearlyTurn,
)
from plans.schedule.engine import Period
from plans.schedule.months import ScheduleMonthDay, draw, letters, month_after
from plans.schedule.storage import normal
from tests.plans.schedule.test_choices import schemes

A, B = Parent.FIRST, Parent.SECOND
DAY = timedelta(days=1)
NAMES = {A: "Maija <b>", B: "Ismo"}
WEEKENDS = Ordinary(
    rhythm=ScheduleRhythm.WEEKENDS, parent=A, begins=date(2026, 1, 5), evenings=(2,)
)


def cells(scheme: Scheme, first: date, months: int) -> list[ScheduleMonthDay]:
    calendar = draw(scheme, first, months)
    return [c for month in calendar.months for week in month.weeks for c in week.cells if c]


@given(schemes, st.integers(2025, 2033), st.integers(1, 12))
def test_every_night_is_drawn_once_and_is_somebodys_or_named(
    scheme: Scheme, year: int, month: int
) -> None:
    first = date(year, month, 1)
    calendar = draw(normal(scheme), first, 3)
    found = cells(normal(scheme), first, 3)

    length = (month_after(first, 3) - first).days
    assert [cell.date for cell in found] == [first + DAY * n for n in range(length)]
    named = {
        gap.first + DAY * n for gap in calendar.gaps for n in range((gap.last - gap.first).days + 1)
    }
    assert {cell.date for cell in found if cell.parent is None} == named


@given(schemes, st.integers(2025, 2033))
def test_the_months_add_up_to_the_year(scheme: Scheme, year: int) -> None:
    calendar = draw(normal(scheme), date(year, 1, 1), 12)
    tallies = [month.tally for month in calendar.months]
    for parent in Parent:
        assert calendar.tally.nights[parent] == sum(t.nights[parent] for t in tallies)
        assert calendar.tally.days[parent] == sum(t.days[parent] for t in tallies)
    assert calendar.tally.open_nights == sum(t.open_nights for t in tallies)
    total = sum(calendar.tally.nights.values()) + calendar.tally.open_nights
    assert total == 365 + isleap(year)


def test_weeks_have_the_numbers_of_the_calendar_and_seven_places() -> None:
    calendar = draw(Scheme(), date(2026, 12, 1), 2)
    numbers = [[week.number for week in month.weeks] for month in calendar.months]
    assert numbers == [[49, 50, 51, 52, 53], [53, 1, 2, 3, 4]]
    for month in calendar.months:
        for week in month.weeks:
            assert len(week.cells) == 7
            for place, cell in enumerate(week.cells):
                assert cell is None or cell.date.weekday() == place


def test_handovers_evenings_and_special_days() -> None:
    scheme = Scheme(
        ordinary=WEEKENDS,
        at=time(16, 30),
        family={"christmas_eve": YearlyTurn(even=B, odd=A)},
        one_offs=(OneOff(period=Period(date(2026, 1, 14), date(2026, 1, 14)), parent=B),),
    )
    by_date = {cell.date: cell for cell in cells(scheme, date(2026, 1, 1), 12)}

    friday, sunday = by_date[date(2026, 1, 9)], by_date[date(2026, 1, 11)]
    assert (friday.parent, friday.changes_at) == (B, time(16, 30))
    assert (sunday.parent, sunday.changes_at) == (A, time(16, 30))
    assert by_date[date(2026, 1, 7)].evening is B
    assert by_date[date(2026, 1, 8)].evening is None
    # That night is with the other anyway.
    assert (by_date[date(2026, 1, 14)].evening, by_date[date(2026, 1, 14)].label) == (
        None,
        "once 0",
    )
    eve = by_date[date(2026, 12, 24)]
    # The hour of ordinary weeks is none of Christmas Eve.
    assert (eve.parent, eve.label, eve.changes_at) == (B, "family christmas_eve", None)
    own_hour = replace(scheme, handovers={HandoverKind.FAMILY: Handover(at=time(12))})
    eve = {cell.date: cell for cell in cells(own_hour, date(2026, 12, 1), 1)}[date(2026, 12, 24)]
    assert eve.changes_at == time(12)


def test_evenings_are_those_of_the_weeks_of_that_day() -> None:
    first = Ordinary(rhythm=ScheduleRhythm.MOSTLY, parent=A, begins=date(2026, 1, 5), evenings=(2,))
    after = replace(WEEKENDS, begins=date(2026, 3, 2), evenings=(3,))
    scheme = Scheme(ordinary=replace(first, until=date(2026, 2, 22)), later=after)
    by_date = {cell.date: cell for cell in cells(scheme, date(2026, 1, 1), 4)}

    assert (by_date[date(2026, 1, 7)].evening, by_date[date(2026, 1, 8)].evening) == (B, None)
    assert (by_date[date(2026, 4, 1)].evening, by_date[date(2026, 4, 2)].evening) == (None, B)
    # Between the two nothing is decided; where the first ones have no end, the later ones end them.
    assert by_date[date(2026, 2, 22)].parent is A
    assert by_date[date(2026, 2, 25)].parent is None
    without_end = Scheme(ordinary=first, later=after)
    kept = {cell.date: cell.parent for cell in cells(without_end, date(2026, 1, 1), 4)}
    assert (kept[date(2026, 2, 25)], kept[date(2026, 3, 6)]) == (A, B)


def test_no_hour_is_drawn_that_nobody_chose() -> None:
    weeks = replace(WEEKENDS, until_monday=True, evenings=())
    for at, morning in ((None, None), (time(18), None), (time(8), time(8))):
        scheme = Scheme(ordinary=weeks, at=at, family={"christmas_eve": YearlyTurn(even=B, odd=B)})
        by_date = {cell.date: cell for cell in cells(scheme, date(2026, 1, 1), 12)}
        monday = by_date[date(2026, 1, 12)]
        assert (monday.changes, monday.changes_at, monday.in_the_morning) == (True, morning, True)
        assert by_date[date(2026, 1, 9)].changes_at == at
        assert by_date[date(2026, 12, 24)].changes_at is None
        with override("en"):
            table = MonthTables(NAMES, letters(NAMES), {}).table(
                draw(scheme, date(2026, 1, 1), 1).months[0]
            )
        assert ("changes home in the morning" in table) == (morning is None)
        assert (">16:00" in table, "at 16:00" in table) == (False, False)
        # Seen as well as said: an hour, or the sign of a change without one.
        assert (">18:00</small>" in table) == (at == time(18))
        assert ('aria-hidden="true">\u21c4</small>' in table) == (morning is None)
    # The day of that Monday is the home parent's: the child comes in the morning.
    calendar = draw(Scheme(ordinary=weeks, at=time(18)), date(2026, 1, 1), 1)
    sunday = draw(Scheme(ordinary=replace(weeks, until_monday=False)), date(2026, 1, 1), 1)
    assert calendar.tally.nights[B] == sunday.tally.nights[B] + 2
    assert calendar.tally.days[B] == sunday.tally.days[B]


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("äiti", "isä", ("Ä", "I")),
        ("Maija", "Matti", ("1", "2")),
        ("👩", "isä", ("1", "2")),
        ("Parent 1", "Parent 2", ("1", "2")),
    ],
)
def test_letters_tell_the_parents_apart(first: str, second: str, expected: tuple[str, str]) -> None:
    found = letters({A: first, B: second})
    assert (found[A], found[B]) == expected


def test_the_table_tells_everything_without_colour() -> None:
    scheme = Scheme(ordinary=WEEKENDS, at=time(16, 30))
    calendar = draw(
        scheme,
        date(2026, 1, 1),
        1,
        today=date(2026, 1, 8),
        holidays={date(2026, 1, 6): "Loppiainen & muuta"},
    )
    with override("en"):
        table = MonthTables(NAMES, letters(NAMES), {}).table(calendar.months[0])
    assert "<b> " not in table
    assert "Maija &lt;b&gt;" in table
    assert table.count('<th scope="col"') == 8
    assert table.count('<th scope="row"') == 5
    assert "Week" in table
    row = re.findall(r'<td class="(turn[^"]*)"[^>]*><b>(\d+)</b>(.*?)</td>', table)
    assert [int(day) for _css, day, _rest in row] == list(range(1, 32))
    words = {int(day): re.sub(r"<[^>]+>", "", rest) for _css, day, rest in row}
    assert words[1] == "?, not decided"
    assert words[6] == "M, Maija &lt;b&gt;, Loppiainen &amp; muuta"
    assert words[7] == "MI, Maija &lt;b&gt;, evening: Ismo"
    assert words[8] == "M, Maija &lt;b&gt;, today"
    assert words[9] == "I16:30, Ismo, changes home at 16:30"
    assert table.count('aria-current="date"') == 1


def test_a_day_with_two_names_that_are_the_same_is_named_once() -> None:
    eve = date(2026, 12, 24)
    scheme = Scheme(ordinary=WEEKENDS, family={"christmas_eve": YearlyTurn(even=B, odd=B)})
    calendar = draw(scheme, date(2026, 12, 1), 1, holidays={eve: "Jouluaatto"})
    for label in ("Jouluaatto", "Mummolassa"):
        labels = {"family christmas_eve": label}
        with override("fi"):
            table = MonthTables(NAMES, letters(NAMES), labels).table(calendar.months[0])
        assert (table.count("Jouluaatto"), table.count(label)) == (1, 1)


@pytest.mark.parametrize("steps", [-25, -1, 0, 1, 11, 12, 13])
def test_steps_of_months(steps: int) -> None:
    found = month_after(date(2026, 11, 1), steps)
    assert (found.year * 12 + found.month) == 2026 * 12 + 11 + steps
    assert found.day == 1
