"""What the calendar is asked for. Whatever is wrong in an address counts as not given."""

from datetime import date
from typing import Any

from django.http import QueryDict

from bookings.calendar.choice import CalendarChoice
from office.core import clock
from office.models import User

FIRST, LAST = date(2000, 1, 1), date(2100, 1, 1)
MATTERS_AT_MOST = 20


def choice_of(query: QueryDict, user: User) -> CalendarChoice:
    """Return the view that the address asks for, and for the rest the one that the user has kept."""
    return CalendarChoice(
        day=_day(query.get("day", "")),
        view=_one_of(query.get("view"), ("week", "day")),
        who=_one_of(query.get("who"), ("people", "rooms")),
        point=_key(query.get("point", "")),
        service=_words(query.get("service", "")),
        also=_slugs(query.getlist("also")),
        channel=query.get("channel", "")[:10],
        language=_one_of(query.get("language"), ("", "fi", "sv", "en")),
        person=_key(query.get("person", "")),
        gives=_words(query.get("gives", "")),
        role=_words(query.get("role", "")),
        rows=_one_of(query.get("rows"), ("", "all", "own")),
        dense=_one_of(query.get("dense"), ("", "0", "1")),
        own_people=frozenset(user.calendar_people),
        own_is_compact=user.calendar_is_compact,
    )


def keys_of(values: list[str]) -> list[int]:
    """Read the keys among what a form has sent."""
    return sorted({key for value in values if (key := _key(value)) is not None})


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return clock.today()
    return day if FIRST < day < LAST else clock.today()


def _key(text: str) -> int | None:
    # A key has nine digits at most.
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _slugs(values: list[str]) -> tuple[str, ...]:
    """Read slugs as a form sends them, one by one, or as an address has them, with commas."""
    found = (_words(slug) for value in values for slug in value.split(","))
    return tuple(sorted({slug for slug in found if slug}))[:MATTERS_AT_MOST]


def _words(text: str) -> str:
    return text.replace("\0", "")[:120]


def _one_of(value: Any, known: tuple[str, ...]) -> str:
    return value if value in known else known[0]
