import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from bookings.lifecycle.deadlines import (
    answer_due,
    due,
    is_working_day,
    soonest_online,
    working_days_before,
)
from office.core import clock
from office.models import Unit

OPENS, CLOSES = dt.time(8), dt.time(16)


def at(day: int, hour: int, minute: int = 0, month: int = 11) -> dt.datetime:
    return clock.at(dt.date(2026, month, day), dt.time(hour, minute))


def test_a_request_in_the_morning_is_answered_the_same_day() -> None:
    assert due(at(25, 9), 4, OPENS, CLOSES) == at(25, 13)


def test_the_hours_go_on_the_next_working_day() -> None:
    assert due(at(25, 14), 4, OPENS, CLOSES) == at(26, 10)


def test_the_weekend_does_not_count() -> None:
    assert due(at(27, 15), 8, OPENS, CLOSES) == at(30, 15)


def test_a_request_at_night_counts_from_the_morning() -> None:
    assert due(at(25, 3), 8, OPENS, CLOSES) == at(25, 16)


def test_christmas_does_not_count() -> None:
    assert due(at(23, 12, month=12), 8, OPENS, CLOSES) == at(28, 12, month=12)


def test_working_days_before_skip_weekends_and_holidays() -> None:
    assert working_days_before(dt.date(2026, 11, 30), 2) == dt.date(2026, 11, 26)
    assert working_days_before(dt.date(2026, 12, 28), 2) == dt.date(2026, 12, 22)


MOMENTS = st.datetimes(dt.datetime(2026, 1, 1), dt.datetime(2027, 12, 31)).map(  # noqa: DTZ001
    lambda naive: naive.replace(tzinfo=dt.UTC)
)


@given(
    now=MOMENTS,
    answer=st.integers(1, 40),
    margin=st.integers(1, 16),
    notice=st.integers(0, 80),
    minutes=st.integers(0, 59),
)
def test_no_time_online_begins_before_the_answer_is_promised(
    now: dt.datetime, answer: int, margin: int, notice: int, minutes: int
) -> None:
    unit = Unit(
        answer_within_hours=answer,
        answer_margin_hours=margin,
        notice_hours=notice,
        office_opens=OPENS,
        office_closes=CLOSES,
    )
    first = soonest_online(now, unit)
    # Details take their time: what is sent within the hour is answered before the visit all the same.
    assert answer_due(now + dt.timedelta(minutes=minutes), unit) < first
    assert due(now, notice, OPENS, CLOSES) <= first
    assert is_working_day(clock.local(first).date())


def test_a_time_of_monday_morning_is_not_offered_in_the_weekend() -> None:
    unit = Unit(office_opens=OPENS, office_closes=CLOSES)
    assert answer_due(at(29, 0, 35), unit) == at(30, 16)
    assert soonest_online(at(29, 0, 35), unit) == at(1, 10, month=12)
    # The evening before Christmas Eve: neither it nor the holidays and the weekend count.
    assert soonest_online(at(23, 18, month=12), unit) == at(29, 10, month=12)
