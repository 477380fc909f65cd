import datetime as dt

from bookings.promise import due, working_days_before
from office import clock

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
