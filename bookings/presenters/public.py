"""How the first pages say whether the phone and the walk-in are open, and when next. Pure."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from office import clock, dates
from office.hours import OpenState
from office.models import ServicePoint


@dataclass(frozen=True)
class Opening:
    """Open or not at this moment, and the hours that matter now in words."""

    is_open: bool
    words: str


def soon(moment: datetime | None, language: str | None) -> str:
    """A time of the coming weeks without its year, the clock kept on one line: ke 25.11. klo 9.30."""
    if moment is None:
        return ""
    at = dates.AT[dates.known(language)]
    return (
        f"{dates.short_day(moment, language)} {at}\N{NO-BREAK SPACE}{dates.clock(moment, language)}"
    )


# What a floor above knows of the walk-ins that go on now, by point. Weekly hours only say what is meant.
TOLD_NOW: list[Callable[[], dict[int, Opening]]] = []


def told_now() -> dict[int, Opening]:
    """The walk-ins that go on at this moment, as they really are."""
    return {point: told for tell in TOLD_NOW for point, told in tell().items()}


@dataclass(frozen=True)
class OpeningAt:
    """The walk-in of one service point."""

    point: ServicePoint
    opening: Opening


def opening(state: OpenState, now: datetime, language: str | None) -> Opening:
    """ "Open until 12.00", "Open today 9.00–12.00", "Open tomorrow …", "Open Mon 30 Nov …"."""
    if state.closes is not None:
        return Opening(
            True, _("Open now, closes at %(time)s") % {"time": dates.clock(state.closes, language)}
        )
    if state.next is None:
        return Opening(False, _("No hours in the coming weeks"))
    start, end = state.next
    hours = dates.clock_range(start, end, language)
    today, day = clock.local(now).date(), clock.local(start).date()
    if day == today:
        return Opening(False, _("Opens today, %(hours)s") % {"hours": hours})
    if day == today + timedelta(days=1):
        return Opening(False, _("Opens tomorrow, %(hours)s") % {"hours": hours})
    said = {"day": dates.short_day(start, language), "hours": hours}
    return Opening(False, _("Opens %(day)s, %(hours)s") % said)


def openings(
    states: Mapping[int, OpenState],
    points: Iterable[ServicePoint],
    now: datetime,
    language: str | None,
) -> list[OpeningAt]:
    """The walk-in of each point that has one: open ones first, then the soonest to open.

    One that goes on now is told as it is, whatever the hours say.
    """
    going_on = told_now()
    late = now + timedelta(days=10_000)

    def order(found: OpeningAt) -> tuple[bool, datetime]:
        state = states.get(found.point.pk)
        begins = state.next[0] if state and state.next else late
        return not found.opening.is_open, begins

    having = [
        OpeningAt(point, going_on.get(point.pk) or opening(states[point.pk], now, language))
        for point in points
        if point.pk in states or point.pk in going_on
    ]
    return sorted(having, key=order)
