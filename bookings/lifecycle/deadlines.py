"""Deadlines for the unit's answers, counted in working hours. Pure."""

from datetime import date, datetime, time, timedelta

from office.calendar.opening_hours import public_holidays, working_days_away
from office.core import clock
from office.models import Unit


def is_working_day(day: date) -> bool:
    """Say whether it is from Monday to Friday and not a public holiday."""
    return day.weekday() < 5 and day not in public_holidays(day.year)


def due(asked: datetime, hours: int, opens: time, closes: time) -> datetime:
    """Return the instant `hours` working hours after a request was sent."""
    left = timedelta(hours=hours)
    day = clock.local(asked).date()
    while True:
        if is_working_day(day):
            start, end = max(asked, clock.at(day, opens)), clock.at(day, closes)
            if start < end:
                if left <= end - start:
                    return start + left
                left -= end - start
        day += timedelta(days=1)


def answer_due(asked: datetime, unit: Unit) -> datetime:
    """Return the instant by which a request that is sent at `asked` is answered."""
    return due(asked, unit.answer_within_hours, unit.office_opens, unit.office_closes)


def soonest_online(now: datetime, unit: Unit) -> datetime:
    """Return when the first time may begin that is offered online: after the notice and the answer.

    Both count working hours, so that no weekend or holiday lets a visit come before its answer.
    """
    hours = max(unit.notice_hours, unit.answer_within_hours + unit.answer_margin_hours)
    return due(now, hours, unit.office_opens, unit.office_closes)


def working_days_before(day: date, count: int) -> date:
    """Return the working day `count` working days before `day`."""
    return working_days_away(day, -count)


def left(now: datetime, by: datetime, opens: time, closes: time) -> timedelta:
    """Return the working time from `now` until the instant `by`; zero where it has passed."""
    total = timedelta()
    day = clock.local(now).date()
    last = clock.local(by).date()
    while day <= last:
        if is_working_day(day):
            start, end = max(now, clock.at(day, opens)), min(by, clock.at(day, closes))
            total += max(timedelta(), end - start)
        day += timedelta(days=1)
    return total
