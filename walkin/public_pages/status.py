"""What the public is told of the walk-in: where, when, how long. No number's own matters."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import override

from bookings.public.opening import WalkInTold
from office.calendar.working_time import OpenState
from office.core import clock
from office.models import ServicePoint
from walkin.days.upcoming import coming, opening_by_themselves
from walkin.estimates.simulation import NEWCOMER, Range, in_fives
from walkin.estimates.snapshot import Now
from walkin.estimates.snapshot_cache import now_of
from walkin.models import DayState, Ticket, WalkInDay
from walkin.states import CALLABLE, FINAL, TABLE, Action, State


def in_words(told: Range) -> str:
    """A range of minutes as it is told to people, in whole fives."""
    low, high = in_fives(told)
    if low == 0:
        return _("at most %(high)s minutes") % {"high": high}
    return _("%(low)s–%(high)s minutes") % {"low": low, "high": high}


@dataclass(frozen=True)
class PointNow:
    """The walk-in of one point: the day that goes on or comes next, and the one after it."""

    point: ServicePoint
    day: WalkInDay
    following: WalkInDay | None
    # How long somebody who takes a number now would wait; none where none is given.
    likely: Range | None = None

    @property
    def wait(self) -> str:
        """The wait in words, in the language of the moment: the kiosk says it in three."""
        return in_words(self.likely) if self.likely else ""

    @property
    def gives_numbers(self) -> bool:
        return self.day.state == DayState.OPEN and clock.now() < self.day.ends_at

    @property
    def is_closed_for_new(self) -> bool:
        return self.day.is_running and not self.gives_numbers

    @property
    def next(self) -> WalkInDay | None:
        """The walk-in that comes next: after the one that goes on, or the day itself."""
        return self.following if self.day.is_running else self.day

    @property
    def is_today(self) -> bool:
        return self.day.date == clock.today()


def points_now(point: int | None = None) -> list[PointNow]:
    """Each point that has a walk-in going on or to come: open ones first, then the soonest."""
    found = [_now(days) for days in _by_point(point).values()]
    return sorted(found, key=lambda p: (not p.gives_numbers, not p.day.is_running, p.day.starts_at))


def _by_point(point: int | None = None) -> dict[int, list[WalkInDay]]:
    """The days of each point: the one that runs, then those to come."""
    of_points: dict[int, list[WalkInDay]] = {}
    for day in coming(point):
        of_points.setdefault(day.service_point_id, []).append(day)
    return {pk: sorted(days, key=lambda d: not d.is_running) for pk, days in of_points.items()}


def _now(days: list[WalkInDay]) -> PointNow:
    day, following = days[0], days[1] if len(days) > 1 else None
    here = PointNow(day.service_point, day, following)
    if not here.gives_numbers:
        return here
    wait = now_of(day).waits.get(NEWCOMER)
    return replace(here, likely=wait.half if wait else None)


def told() -> dict[int, WalkInTold]:
    """For the front page: the walk-in of each point as it is held. Four to six queries."""
    now, by_point = clock.now(), _by_point()
    has_begun = any(not d[0].is_running and d[0].starts_at <= now for d in by_point.values())
    by_clock = opening_by_themselves() if has_begun else set()
    return {
        point: _told(days, now, opens_by_itself=point in by_clock)
        for point, days in by_point.items()
    }


def _told(days: list[WalkInDay], now: datetime, *, opens_by_itself: bool) -> WalkInTold:
    first = days[0]
    goes_on = first.is_running or (opens_by_itself and first.starts_at <= now)
    later = days[1:] if goes_on else days
    following = (later[0].starts_at, later[0].ends_at) if later else None
    if not goes_on:
        return WalkInTold(OpenState(None, following))
    if first.state == DayState.INTAKE_CLOSED or now >= first.ends_at:
        return WalkInTold(OpenState(None, following), is_full=True)
    return WalkInTold(OpenState(first.ends_at, following))


@dataclass(frozen=True)
class OwnPlace:
    """What a number's own page tells of the queue."""

    is_waiting: bool
    is_called: bool
    is_over: bool
    before: int
    likely: str
    at_most: str
    be_back_by: datetime | None
    may_have_more: bool
    more_minutes: int
    may_leave: bool


def own_place(ticket: Ticket) -> OwnPlace:
    """The place of a number in the queue and its wait, as an honest range."""
    state = State(ticket.state)
    is_waiting = state in CALLABLE
    # The estimate is only made for who waits.
    now = now_of(ticket.day) if is_waiting else Now(ticket.day)
    wait = now.waits.get(ticket.pk) if is_waiting else None
    return OwnPlace(
        is_waiting=is_waiting,
        is_called=state in (State.CALLED, State.CALLED_AGAIN),
        is_over=state in FINAL,
        before=sum(t.number < ticket.number and t.state in CALLABLE for t in now.tickets)
        if is_waiting
        else 0,
        likely=in_words(wait.half) if wait else "",
        at_most=in_words(wait.most) if wait else "",
        be_back_by=now.be_back_by(ticket) if is_waiting else None,
        may_have_more=state in TABLE[Action.MORE_TIME].come_from
        and ticket.more_times < now.rules.more_times,
        more_minutes=now.rules.more_minutes,
        may_leave=state in TABLE[Action.LEAVE].come_from,
    )


@dataclass(frozen=True)
class Call:
    """A number that is called to a desk: what the display shows and says."""

    key: str
    number: int
    desk: str
    is_new: bool
    said: dict[str, str]


@dataclass(frozen=True)
class Shown:
    """Numbers and desks only."""

    called: list[Call]
    serving: list[Ticket]
    waiting: list[int]
    more: int


# So many waiting numbers have room on the display.
NUMBERS_SHOWN = 8


def shown(day: WalkInDay) -> Shown:
    """What the display at the point shows. One query."""
    tickets = list(Ticket.objects.filter(day=day).open().select_related("desk").order_by("number"))
    called = [t for t in tickets if t.state in (State.CALLED, State.CALLED_AGAIN)]
    called.sort(key=lambda t: (t.called_at is not None, t.called_at), reverse=True)
    waiting = [t.number for t in tickets if t.state in CALLABLE]
    return Shown(
        called=[_call(t, is_new=n == 0) for n, t in enumerate(called)],
        serving=[t for t in tickets if t.state == State.SERVING],
        waiting=waiting[:NUMBERS_SHOWN],
        more=max(len(waiting) - NUMBERS_SHOWN, 0),
    )


def _call(ticket: Ticket, *, is_new: bool) -> Call:
    desk = ticket.desk.name if ticket.desk else ""
    said = {}
    for language in ("fi", "sv"):
        with override(language):
            said[language] = _("Number %(number)s, desk %(desk)s.") % {
                "number": ticket.number,
                "desk": desk,
            }
    moment = f"{ticket.called_at.timestamp():.3f}" if ticket.called_at else ""
    return Call(f"{ticket.pk}-{moment}", ticket.number, desk, is_new, said)
