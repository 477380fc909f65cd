"""How the first pages say whether the phone and the walk-in are open, and when next."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from bookings.hooks import WALK_INS, WalkInState
from office.calendar.working_time import OpenState, open_states
from office.core import clock, dates
from office.models import HoursKind, ServicePoint
from office.models.set_up_rows import points_in_use


@dataclass(frozen=True)
class Opening:
    """Open or not at this moment, and the hours that matter now in words."""

    is_open: bool
    words: str


def soon(moment: datetime | None, language: str | None) -> str:
    """Word a time of the coming weeks without its year, the clock on one line: ke 25.11. klo 9.30."""
    if moment is None:
        return ""
    at = dates.AT[dates.named(language)]
    return (
        f"{dates.short_day(moment, language)} {at}\N{NO-BREAK SPACE}{dates.clock(moment, language)}"
    )


def walk_in_states() -> dict[int, WalkInState]:
    """Return the walk-in of each point that has one: as it is held, or as the weekly hours plan it."""
    if not WALK_INS:
        return {at: WalkInState(state) for at, state in open_states(HoursKind.WALK_IN).items()}
    return {point: state for states in WALK_INS for point, state in states().items()}


def has_walk_ins() -> bool:
    """Say whether a point in use has a walk-in, open now or not."""
    states = walk_in_states()
    return any(point.pk in states for point in points_in_use())


@dataclass(frozen=True)
class OpeningAt:
    """The walk-in of one service point."""

    point: ServicePoint
    opening: Opening


def opening(state: OpenState, now: datetime, language: str | None) -> Opening:
    """Say "Open until 12.00", "Open today 9.00–12.00", "Open tomorrow …", "Open Mon 30 Nov …"."""
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
    opens = {"day": dates.short_day(start, language), "hours": hours}
    return Opening(False, _("Opens %(day)s, %(hours)s") % opens)


def walk_ins(
    points: Iterable[ServicePoint], now: datetime, language: str | None
) -> list[OpeningAt]:
    """Return the walk-in of each point that has one: open ones first, then the soonest to open."""
    states = walk_in_states()
    late = now + timedelta(days=10_000)

    def order(found: OpeningAt) -> tuple[bool, datetime]:
        state = states[found.point.pk].state
        return not found.opening.is_open, state.next[0] if state.next else late

    having = [
        OpeningAt(point, _walk_in(states[point.pk], now, language))
        for point in points
        if point.pk in states
    ]
    return sorted(having, key=order)


def _walk_in(walk_in: WalkInState, now: datetime, language: str | None) -> Opening:
    if walk_in.is_stopped:
        return Opening(False, _("No numbers are given at the moment"))
    if not walk_in.is_full:
        return opening(walk_in.state, now, language)
    if walk_in.state.next is None:
        return Opening(False, _("No more numbers today"))
    following = opening(OpenState(None, walk_in.state.next), now, language).words
    return Opening(False, f"{_('No more numbers today')} · {following}")
