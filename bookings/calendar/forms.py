"""What the calendar is asked for. Whatever is wrong in an address counts as not said."""

from datetime import date
from typing import Any

from django.http import QueryDict

from bookings.calendar.page import CalendarChoice
from office.core import clock

FIRST, LAST = date(2000, 1, 1), date(2100, 1, 1)


def choice_of(query: QueryDict) -> CalendarChoice:
    """The look that the address asks for."""
    point = query.get("point", "")
    return CalendarChoice(
        day=_day(query.get("day", "")),
        view=_one_of(query.get("view"), ("week", "day")),
        who=_one_of(query.get("who"), ("people", "rooms")),
        # A key has nine digits at most.
        point=int(point) if point.isascii() and point.isdigit() and len(point) < 10 else None,
        service=query.get("service", "").replace("\0", "")[:60],
        channel=query.get("channel", "")[:10],
        language=_one_of(query.get("language"), ("", "fi", "sv", "en")),
    )


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return clock.today()
    return day if FIRST < day < LAST else clock.today()


def _one_of(value: Any, known: tuple[str, ...]) -> str:
    return value if value in known else known[0]
