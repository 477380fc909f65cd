"""The front page and the own day say when the walk-in is held, not only when it is meant."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from bookings.my_day import queries as own_day
from office.models import Closure, HoursKind, WeeklyHours
from tests.factories import ProfessionalFactory, ServicePointFactory, UnitFactory
from tests.walkin.cast import THURSDAY, at, frozen_at, running_walk_in, walk_in_hours
from walkin.days import lifecycle, planning
from walkin.models import WalkInDay

pytestmark = pytest.mark.django_db
WEEK = timedelta(days=7)


@pytest.fixture
def english(client: Client) -> Client:
    UnitFactory()
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def point() -> Any:
    """Make a point open on Thursdays from eight to twelve."""
    place = ServicePointFactory()
    walk_in_hours(ProfessionalFactory(points=[place]), place)
    return place


def said(client: Client, path: str = "/") -> str:
    return " ".join(client.get(path).content.decode().split())


def front(client: Client, point: Any) -> str:
    """Return what the front page says of the point's walk-in."""
    page = said(client)
    mark = f"{point.name} · "
    return page.split(mark)[1].split("</small>")[0] if mark in page else ""


def test_as_the_hours_have_it_before_and_after_the_days_are_made(
    english: Client, point: Any
) -> None:
    with frozen_at(7):
        before = front(english, point), "8:00–12:00" in said(english, "/walk-in/")
        planning.make_days()
        after = front(english, point), "8:00–12:00" in said(english, "/walk-in/")
    assert before == after == ("Opens today, 8:00–12:00", True)


def test_moved_added_and_called_off(english: Client, point: Any) -> None:
    with frozen_at(7):
        planning.make_days()
        thursday = WalkInDay.objects.get(date=THURSDAY)
        planning.move_day(thursday.pk, start=at(13), end=at(15))
        assert front(english, point) == "Opens today, 13:00–15:00"
        planning.call_off(thursday.pk)
        assert front(english, point) == "Opens Thu 3 Dec, 8:00–12:00"
        assert "3 Dec 2026" in said(english, "/walk-in/")
        friday = THURSDAY + timedelta(days=1)
        planning.add_day(point, start=at(9, day=friday), end=at(10, day=friday), professionals=[])
        assert front(english, point) == "Opens tomorrow, 9:00–10:00"


def test_open_full_and_ended_early(english: Client, point: Any) -> None:
    with frozen_at(9):
        planning.make_days()
        day = WalkInDay.objects.get(date=THURSDAY)
        lifecycle.open_day(day.pk)
        assert front(english, point) == "Open now, closes at 12:00"
        lifecycle.close_intake(day.pk)
        assert front(english, point) == ("No more numbers today · Opens Thu 3 Dec, 8:00–12:00")
        lifecycle.end_day(day.pk)
        assert front(english, point) == "Opens Thu 3 Dec, 8:00–12:00"


@pytest.mark.parametrize(
    ("hour", "minute", "words"),
    [
        (7, 59, "Opens today, 8:00–12:00"),
        (8, 0, "Open now, closes at 12:00"),
        (11, 59, "Open now, closes at 12:00"),
        (12, 0, "Opens Thu 3 Dec, 8:00–12:00"),
    ],
)
def test_to_the_minute(english: Client, point: Any, hour: int, minute: int, words: str) -> None:
    with frozen_at(6):
        planning.make_days()
    with frozen_at(hour, minute):
        assert front(english, point) == words


def test_after_the_hours_of_a_day_that_nobody_has_ended(english: Client, point: Any) -> None:
    with frozen_at(9):
        planning.make_days()
        lifecycle.open_day(WalkInDay.objects.get(date=THURSDAY).pk)
    with frozen_at(12, 30):
        assert front(english, point).startswith("No more numbers today · Opens Thu 3 Dec")
        assert "No more numbers today" in said(english, "/walk-in/")


def test_a_walk_in_that_staff_open_is_not_called_open_by_the_clock(
    english: Client,
) -> None:
    with frozen_at(9):
        place = running_walk_in(opened=False, opens_by_itself=False)
        assert front(english, place.point) == "Opens today, 8:00–12:00"


def test_hours_and_closures_changed_since_the_days_were_made(english: Client, point: Any) -> None:
    with frozen_at(7):
        planning.make_days()
        Closure.objects.create(service_point=point, first_day=THURSDAY, last_day=THURSDAY)
        assert front(english, point) == "Opens Thu 3 Dec, 8:00–12:00"
        WeeklyHours.objects.filter(kind=HoursKind.WALK_IN).delete()
        assert front(english, point) == ""
        assert "No walk-in is planned now" in said(english, "/walk-in/")


def test_a_public_holiday_has_no_walk_in(english: Client, point: Any) -> None:
    # Christmas Eve of 2026 is a Thursday.
    with frozen_at(7, day=date(2026, 12, 24)):
        planning.make_days()
        assert front(english, point) == "Opens Thu 31 Dec, 8:00–12:00"


def test_the_own_day_has_the_duty_as_it_is(point: Any) -> None:
    who = WeeklyHours.objects.get().professional
    other = ProfessionalFactory(points=[point])

    def duty(professional: Any, day: date = THURSDAY) -> list[tuple[Any, Any]]:
        found = own_day.own_hours(professional, day, day)[HoursKind.WALK_IN]
        return [(s.start, s.end) for s in found]

    with frozen_at(7):
        assert duty(who) == [(at(8), at(12))]
        planning.make_days()
        assert duty(who) == [(at(8), at(12))]
        day = WalkInDay.objects.get(date=THURSDAY)
        planning.move_day(day.pk, start=at(13), end=at(15))
        assert duty(who) == [(at(13), at(15))]
        planning.call_off(day.pk)
        assert duty(who) == []
        added = planning.add_day(point, start=at(9), end=at(10), professionals=[other])
        assert (duty(who), duty(other)) == ([], [(at(9), at(10))])
        assert added.duties.count() == 1
        # Weeks for which no days are made yet are told by the hours.
        assert duty(who, THURSDAY + 8 * WEEK) == [
            (at(8, day=THURSDAY + 8 * WEEK), at(12, day=THURSDAY + 8 * WEEK))
        ]
