"""Free times against a slow and obvious reference."""

import datetime as dt
from collections.abc import Sequence

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bookings.availability.slots import FreeTimes, Horizon, Slot, VisitNeeds, touched_cells
from office.calendar.opening_hours import (
    Closed,
    DayHoursChange,
    Stretch,
    Weekly,
    public_holidays,
    stretches,
)
from office.core import clock

MINUTE = dt.timedelta(minutes=1)
Spans = Sequence[tuple[dt.datetime, dt.datetime]]


def reference(
    *,
    start: dt.datetime,
    end: dt.datetime,
    visit: VisitNeeds,
    working: Sequence[Stretch],
    busy: dict[int, Spans],
    rooms: dict[int, Sequence[int]],
    step: int,
) -> list[Slot]:
    """Search minute by minute, resource by resource, as a patient person would with a pencil."""
    duration = visit.duration * MINUTE
    whole = duration + visit.buffer * MINUTE
    found = []
    moment = start.replace(second=0, microsecond=0)
    moment -= dt.timedelta(minutes=moment.minute % 5)
    while moment + duration <= end:
        if moment >= start and moment.minute % step == 0:
            for point in {w.point for w in working}:
                people = {
                    w.professional
                    for w in working
                    if w.point == point
                    and _covered(moment, moment + duration, working, w.professional, point)
                    and not _clashes(moment, moment + whole, busy.get(w.professional, ()))
                }
                room = not visit.needs_room or any(
                    not _clashes(moment, moment + whole, busy.get(r, ()))
                    for r in rooms.get(point, ())
                )
                if len(people) >= visit.professionals and room:
                    found.append(Slot(moment, point))
        moment += 5 * MINUTE
    return sorted(found)


def _covered(
    start: dt.datetime, end: dt.datetime, working: Sequence[Stretch], who: int, point: int
) -> bool:
    minute = start
    while minute < end:
        if not any(
            w.professional == who
            and w.point == point
            and w.start <= minute
            and minute + MINUTE <= w.end
            for w in working
        ):
            return False
        minute += MINUTE
    return True


def _clashes(start: dt.datetime, end: dt.datetime, busy: Spans) -> bool:
    return any(a < end and start < b for a, b in busy)


def fast(
    *,
    start: dt.datetime,
    end: dt.datetime,
    visit: VisitNeeds,
    working: Sequence[Stretch],
    busy: dict[int, Spans],
    rooms: dict[int, Sequence[int]],
    step: int,
) -> FreeTimes:
    """Search through the product's code."""
    return FreeTimes(
        horizon=Horizon(start, end),
        visit=visit,
        working=working,
        busy={who: [touched_cells(a, b) for a, b in spans] for who, spans in busy.items()},
        rooms=rooms,
        step=step,
    )


# Days around both clock changes, a holiday, midnight of a year, and a plain week.
DAYS = [
    dt.date(2026, 3, 29),
    dt.date(2026, 10, 25),
    dt.date(2026, 12, 24),
    dt.date(2026, 6, 19),
    dt.date(2026, 12, 31),
    dt.date(2026, 11, 25),
]
times = st.integers(0, 287).map(lambda n: dt.time(n // 12, n % 12 * 5))
people = st.integers(1, 3)
points = st.integers(1, 2)
ROOMS = {1: [11, 12], 2: [13]}


@st.composite
def hours(draw: st.DrawFn) -> tuple[dt.time, dt.time]:
    pair = sorted([draw(times), draw(times)])
    return (pair[0], pair[1]) if pair[0] < pair[1] else (dt.time(8), dt.time(12))


@st.composite
def cases(draw: st.DrawFn) -> dict:
    day = draw(st.sampled_from(DAYS))
    span = st.integers(-1, 1).map(lambda n: day + dt.timedelta(days=n))
    weekly = []
    for _ in range(draw(st.integers(0, 6))):
        starts, ends = draw(hours())
        valid_from = draw(span) if draw(st.booleans()) else dt.date(2020, 1, 1)
        until = draw(st.none() | span)
        weekly.append(
            Weekly(
                draw(people), draw(points), draw(span).weekday(), starts, ends, valid_from, until
            )
        )
    changes = []
    for _ in range(draw(st.integers(0, 3))):
        starts, ends = draw(hours())
        adds = draw(st.booleans())
        changes.append(
            DayHoursChange(
                draw(people), draw(span), starts, ends, adds, draw(points) if adds else None
            )
        )
    closures = [
        Closed(draw(st.none() | points), first, first, draw(st.booleans()))
        for first in draw(st.lists(span, max_size=2))
    ]
    working = stretches(
        weekly=weekly,
        changes=changes,
        closures=closures,
        first=day - dt.timedelta(days=1),
        last=day + dt.timedelta(days=1),
    )
    base = clock.at(day, dt.time(0))
    busy: dict[int, list] = {}
    for _ in range(draw(st.integers(0, 6))):
        begin = (
            base
            + draw(st.integers(-600, 2400)) * MINUTE
            + dt.timedelta(seconds=draw(st.sampled_from([0, 0, 1])))
        )
        busy.setdefault(draw(st.sampled_from([1, 2, 3, 11, 12, 13])), []).append(
            (begin, begin + draw(st.integers(1, 300)) * MINUTE)
        )
    begin = base + draw(st.integers(-300, 300)) * MINUTE
    return {
        "start": begin,
        "end": begin + draw(st.integers(0, 2000)) * MINUTE,
        "visit": VisitNeeds(
            duration=draw(st.sampled_from([30, 45, 60, 90])),
            buffer=draw(st.sampled_from([0, 15])),
            professionals=draw(st.sampled_from([1, 2])),
            needs_room=draw(st.booleans()),
        ),
        "working": working,
        "busy": busy,
        "rooms": ROOMS,
        "step": draw(st.sampled_from([15, 30, 60])),
    }


@settings(max_examples=150)
@given(cases())
def test_the_fast_way_finds_what_the_slow_one_does(case: dict) -> None:
    assert fast(**case).slots() == reference(**case)


@settings(max_examples=60)
@given(cases())
def test_who_is_free_then_is_really_free(case: dict) -> None:
    found = fast(**case)
    visit = case["visit"]
    for slot in found.slots():
        end = slot.start + (visit.duration + visit.buffer) * MINUTE
        people = found.professionals(slot)
        assert len(people) >= visit.professionals
        for who in [*people, *found.rooms(slot)]:
            assert not _clashes(slot.start, end, case["busy"].get(who, ()))


def at(day: dt.date, hour: int, minute: int = 0) -> dt.datetime:
    return clock.at(day, dt.time(hour, minute))


def one_day(day: dt.date, starts: dt.time, ends: dt.time, minutes: int = 60) -> list[str]:
    """Return local times at which a visit can begin on a day with these hours."""
    working = stretches(
        weekly=[Weekly(1, 1, day.weekday(), starts, ends, dt.date(2020, 1, 1), None)],
        changes=[],
        closures=[],
        first=day,
        last=day,
    )
    found = fast(
        start=clock.day_bounds(day, day)[0],
        end=clock.day_bounds(day, day)[1],
        visit=VisitNeeds(minutes, 0, 1, False),
        working=working,
        busy={},
        rooms={},
        step=60,
    )
    return [f"{clock.local(slot.start):%H.%M}" for slot in found.slots()]


def test_the_hours_are_the_same_on_the_wall_before_and_after_the_clock_changes() -> None:
    whole = ["08.00", "09.00", "10.00", "11.00"]
    for day in [
        dt.date(2026, 3, 27),
        dt.date(2026, 3, 30),
        dt.date(2026, 10, 23),
        dt.date(2026, 10, 26),
    ]:
        assert one_day(day, dt.time(8), dt.time(12)) == whole


def test_the_night_of_the_spring_change_has_an_hour_less() -> None:
    assert one_day(dt.date(2026, 3, 29), dt.time(1), dt.time(6)) == [
        "01.00",
        "02.00",
        "04.00",
        "05.00",
    ]


def test_the_night_of_the_autumn_change_has_an_hour_more() -> None:
    assert one_day(dt.date(2026, 10, 25), dt.time(2), dt.time(5)) == [
        "02.00",
        "03.00",
        "03.00",
        "04.00",
    ]


@pytest.mark.parametrize(
    "day",
    [
        dt.date(2026, 12, 24),
        dt.date(2026, 12, 25),
        dt.date(2026, 6, 19),
        dt.date(2027, 3, 26),
        dt.date(2026, 12, 6),
    ],
)
def test_public_holidays_and_their_eves_have_no_times(day: dt.date) -> None:
    assert day in public_holidays(day.year)
    assert one_day(day, dt.time(8), dt.time(16)) == []


def test_a_change_of_validity_in_mid_week_changes_the_hours_from_that_day() -> None:
    wednesday = dt.date(2026, 11, 25)
    before = [
        Weekly(1, 1, n, dt.time(8), dt.time(10), dt.date(2020, 1, 1), dt.date(2026, 11, 24))
        for n in range(5)
    ]
    after = [Weekly(1, 1, n, dt.time(12), dt.time(14), wednesday, None) for n in range(5)]
    found = stretches(
        weekly=before + after,
        changes=[],
        closures=[],
        first=dt.date(2026, 11, 23),
        last=dt.date(2026, 11, 26),
    )
    assert [clock.local(s.start).hour for s in found] == [8, 8, 12, 12]


def test_a_visit_may_end_when_the_hours_end_and_no_later() -> None:
    assert one_day(dt.date(2026, 11, 25), dt.time(8), dt.time(9, 30), minutes=90) == ["08.00"]
    assert one_day(dt.date(2026, 11, 25), dt.time(8), dt.time(9, 25), minutes=90) == []


def test_a_visit_may_cross_midnight_where_the_hours_do() -> None:
    day = dt.date(2026, 11, 25)
    working = [Stretch(at(day, 23), at(day + dt.timedelta(days=1), 1), 1, 1)]
    found = fast(
        start=at(day, 0),
        end=at(day, 0) + dt.timedelta(days=2),
        visit=VisitNeeds(60, 0, 1, False),
        working=working,
        busy={},
        rooms={},
        step=30,
    )
    assert [f"{clock.local(s.start):%H.%M}" for s in found.slots()] == ["23.00", "23.30", "00.00"]


def test_nothing_is_found_before_the_start_or_past_the_horizon() -> None:
    day = dt.date(2026, 11, 25)
    working = [Stretch(at(day, 8), at(day, 16), 1, 1)]
    found = fast(
        start=at(day, 9, 1),
        end=at(day, 11, 59),
        visit=VisitNeeds(60, 0, 1, False),
        working=working,
        busy={},
        rooms={},
        step=30,
    )
    assert [f"{clock.local(s.start):%H.%M}" for s in found.slots()] == ["09.30", "10.00", "10.30"]


@example(step=15)
@given(st.sampled_from([15, 30, 60]))
def test_times_begin_at_multiples_of_the_step(step: int) -> None:
    day = dt.date(2026, 11, 25)
    found = fast(
        start=at(day, 0, 7),
        end=at(day, 23),
        visit=VisitNeeds(30, 0, 1, False),
        working=[Stretch(at(day, 1), at(day, 22), 1, 1)],
        busy={},
        rooms={},
        step=step,
    )
    assert {slot.start.minute % step for slot in found.slots()} == {0}
