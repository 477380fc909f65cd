"""The public status of the walk-in: where, when, and how long the wait is. No ticket's matters."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.utils.translation import get_language, ngettext, override
from django.utils.translation import gettext as _

from bookings.hooks import PointWord, WalkInNow, WalkInState
from office.calendar.working_time import OpenState
from office.core import clock, dates
from office.core.dates import clock_range, duration
from office.models import ServicePoint
from walkin.actions.own_ticket import may_have_more_time
from walkin.days.notices import notice_at, notices_shown, points_stopped
from walkin.days.upcoming import auto_opening_points, upcoming_days
from walkin.estimates.simulation import NEWCOMER, MinuteRange, rounded_to_fives
from walkin.estimates.snapshot import QueueSnapshot
from walkin.estimates.snapshot_cache import cached_snapshot, cached_snapshots
from walkin.models import Duty, PointNotice, Ticket, WalkInDay
from walkin.states import Action
from walkin.tickets.eligibility import TicketNeeds
from walkin.tickets.matters import services_taken
from walkin.tickets.order import WaitingTicket, order_of_all

# Longer waits are shown in hours and minutes.
MINUTES_SHOWN = 90


def in_words(public_hours: MinuteRange) -> str:
    """Format a range of minutes in steps of five; long ones in hours."""
    low, high = rounded_to_fives(public_hours)
    if high > MINUTES_SHOWN:
        if low == 0:
            return _("at most %(time)s") % {"time": duration(high, get_language())}
        return f"{duration(low, get_language())} – {duration(high, get_language())}"
    if low == 0:
        return _("at most %(high)s minutes") % {"high": high}
    return _("%(low)s–%(high)s minutes") % {"low": low, "high": high}


def by_the_clock(now: datetime, wait: MinuteRange) -> str:
    """Say between which times of day the wait ends, in steps of five minutes."""
    low, high = rounded_to_fives(wait)
    begins = clock.local(now).replace(second=0, microsecond=0)
    begins -= timedelta(minutes=begins.minute % 5)
    return clock_range(
        begins + timedelta(minutes=low),
        begins + timedelta(minutes=high + 5),
        get_language() or "fi",
    )


@dataclass(frozen=True)
class PointStatus:
    """The walk-in of one point: the running or next day, and the one after it."""

    point: ServicePoint
    day: WalkInDay
    following: WalkInDay | None
    # The wait of somebody who takes a number now; None where none is given.
    likely: MinuteRange | None = None
    notice: PointNotice | None = None

    @property
    def wait(self) -> str:
        """The wait in words, in the active language: the kiosk shows it in three."""
        return in_words(self.likely) if self.likely else ""

    @property
    def is_stopped(self) -> bool:
        """Whether a notice, such as of a fire alarm, stops numbers for the public."""
        return self.notice is not None and self.notice.stops_numbers

    @property
    def gives_numbers(self) -> bool:
        return self.day.gives_numbers(clock.now()) and not self.is_stopped

    @property
    def is_closed_for_new(self) -> bool:
        """Whether the running day gives no more numbers, whatever a notice says."""
        return self.day.is_running and not self.day.gives_numbers(clock.now())

    @property
    def next(self) -> WalkInDay | None:
        """The day after the running one, or else the next day itself."""
        return self.following if self.day.is_running else self.day

    @property
    def is_today(self) -> bool:
        return self.day.date == clock.today()


def point_statuses(point: int | None = None) -> list[PointStatus]:
    """Return the status of each point with a running or upcoming walk-in, open ones first."""
    notices = {n.service_point_id: n for n in PointNotice.objects.shown()}
    here = {
        pk: PointStatus(
            days[0].service_point,
            days[0],
            days[1] if len(days) > 1 else None,
            None,
            notices.get(pk),
        )
        for pk, days in _by_point(point).items()
    }
    outlooks = cached_snapshots(status.day for status in here.values() if status.gives_numbers)
    found = [
        replace(status, likely=_likely(outlooks[status.day.pk]))
        if status.day.pk in outlooks
        else status
        for status in here.values()
    ]
    return sorted(found, key=lambda p: (not p.gives_numbers, not p.day.is_running, p.day.starts_at))


def status_of(point: int, points: Iterable[PointStatus]) -> PointStatus | None:
    """Return the status of this point; None where it has no walk-in in the coming weeks."""
    return next((status for status in points if status.point.pk == point), None)


def day_status(day: WalkInDay) -> PointStatus:
    """Return the status of a day that gives numbers, without the days that follow."""
    likely = _likely(cached_snapshot(day))
    return PointStatus(day.service_point, day, None, likely, notice_at(day.service_point_id))


def _by_point(point: int | None = None) -> dict[int, list[WalkInDay]]:
    """Return the days of each point: the running one, then upcoming ones."""
    of_points: dict[int, list[WalkInDay]] = {}
    for day in upcoming_days(point):
        of_points.setdefault(day.service_point_id, []).append(day)
    return {pk: sorted(days, key=lambda d: not d.is_running) for pk, days in of_points.items()}


def _likely(outlook: QueueSnapshot) -> MinuteRange | None:
    wait = outlook.waits.get(NEWCOMER)
    return wait.half if wait else None


def public_hours() -> dict[int, WalkInState]:
    """Return the walk-in of each point for the front page. Four to seven queries."""
    now, by_point = clock.now(), _by_point()
    has_begun = any(not d[0].is_running and d[0].starts_at <= now for d in by_point.values())
    by_clock = auto_opening_points() if has_begun else set()
    stopped = (
        points_stopped() if has_begun or any(d[0].is_running for d in by_point.values()) else set()
    )
    return {
        point: _public_hours(
            days, now, opens_by_itself=point in by_clock, is_stopped=point in stopped
        )
        for point, days in by_point.items()
    }


def walk_ins_now(points: Collection[int]) -> dict[int, WalkInNow]:
    """Return what is taken at the points and the wait there now, as their own pages tell it."""
    waits = {
        status.point.pk: rounded_to_fives(status.likely)
        for status in point_statuses()
        if status.likely
    }
    return {
        point: WalkInNow(services, waits.get(point))
        for point, services in services_taken(points).items()
    }


def point_words() -> list[PointWord]:
    """Return the notices shown now for the front page. One query."""
    return [
        PointWord(str(notice.service_point.name), notice.text, notice.is_alarm)
        for notice in notices_shown()
    ]


def _public_hours(
    days: list[WalkInDay], now: datetime, *, opens_by_itself: bool, is_stopped: bool
) -> WalkInState:
    first = days[0]
    goes_on = first.is_running or (opens_by_itself and first.starts_at <= now)
    later = days[1:] if goes_on else days
    following = (later[0].starts_at, later[0].ends_at) if later else None
    if not goes_on:
        return WalkInState(OpenState(None, following))
    if first.is_intake_closed or now >= first.ends_at:
        return WalkInState(OpenState(None, following), is_full=True)
    if is_stopped:
        return WalkInState(OpenState(None, following), is_stopped=True)
    return WalkInState(OpenState(first.ends_at, following))


@dataclass(frozen=True)
class TicketPlace:
    """What a ticket's own page shows of the queue."""

    # Changes when more than the words below do: then the page reads itself anew.
    key: str
    is_waiting: bool
    is_called: bool
    is_over: bool
    # The place and the wait in words; each empty where there is nothing to say.
    before: str
    likely: str
    likely_at: str
    at_most: str
    be_back: str
    # Near the turn: a text that says so comes too late.
    is_near: bool
    # Others go first until then; None for who is called in turn.
    others_until: datetime | None
    # The colleague to whom it was handed over, on duty now.
    handed_to: Duty | None
    may_have_more: bool
    more_minutes: int
    may_leave: bool
    # What staff say to everybody at the point now.
    notice: PointNotice | None

    @property
    def look(self) -> str:
        """What the page is about now: the call, the end, the wait, or the visit that goes on."""
        if self.is_called:
            return "called"
        if self.is_over:
            return "over"
        return "waiting" if self.is_waiting else "visit"


def ticket_place(ticket: Ticket) -> TicketPlace:
    """Return the ticket's place in the queue and its wait, as a range."""
    # Only waiting tickets need the estimate.
    now = cached_snapshot(ticket.day) if ticket.is_waiting else QueueSnapshot(ticket.day)
    return _place(ticket, now, notice_at(ticket.day.service_point_id))


def _place(ticket: Ticket, now: QueueSnapshot, notice: PointNotice | None) -> TicketPlace:
    is_waiting = ticket.is_waiting
    wait = now.wait_of(ticket) if is_waiting else None
    is_in_turn = is_waiting and ticket.pk not in now.apart
    is_near = is_waiting and now.is_near(ticket)
    likely, at_most = (in_words(wait.half), in_words(wait.most)) if wait else ("", "")
    notice_id = notice.pk if notice is not None else 0
    others_until = ticket.ready_at if is_waiting and now.lets_others_go(ticket) else None
    return TicketPlace(
        key="-".join(
            map(str, (ticket.version, int(wait is not None), int(bool(others_until)), notice_id))
        ),
        is_waiting=is_waiting,
        is_called=ticket.is_called,
        is_over=ticket.is_over,
        before=_before_in_words(now.count_before(ticket)) if is_in_turn else "",
        likely=likely,
        likely_at=_("at about %(time)s") % {"time": by_the_clock(now.at, wait.half)}
        if wait
        else "",
        at_most=_("nine times out of ten %(wait)s") % {"wait": at_most}
        if at_most != likely
        else "",
        be_back=_be_back_in_words(now.be_back_by(ticket)) if is_waiting else "",
        is_near=is_near,
        others_until=others_until,
        handed_to=_handed_to(ticket, now) if is_waiting else None,
        may_have_more=may_have_more_time(ticket, now.rules),
        more_minutes=now.rules.more_minutes,
        may_leave=ticket.allows(Action.LEAVE),
        notice=notice,
    )


def _before_in_words(count: int) -> str:
    if not count:
        return _("You are next")
    return ngettext("%(before)s number before you", "%(before)s numbers before you", count) % {
        "before": count
    }


def _be_back_in_words(by: datetime | None) -> str:
    if by is None:
        return _("Stay near: your turn may come soon.")
    return _("Be back by %(time)s") % {"time": dates.clock(by, get_language() or "fi")}


# The words that an open page takes over when only they have changed.
WORDS = ("before", "likely", "likely_at", "at_most", "be_back")


def numbers_in_words(day: WalkInDay) -> dict[str, list[str]]:
    """Return for each open number its key, and, while it waits, the words of its page.

    For all open pages of a point at once: numbers as they stand on the wall, nothing of whose they
    are or what they are about.
    """
    now, notice = cached_snapshot(day), notice_at(day.service_point_id)
    found = {}
    for ticket in now.tickets:
        place = _place(ticket, now, notice)
        words = [str(getattr(place, name)) for name in WORDS] if place.is_waiting else []
        found[str(ticket.number)] = [place.key, *words]
    return found


def _handed_to(ticket: Ticket, now: QueueSnapshot) -> Duty | None:
    if ticket.for_professional_id is None:
        return None
    theirs = (d for d in now.serving_duties if d.professional_id == ticket.for_professional_id)
    return next(theirs, None)


@dataclass(frozen=True)
class DisplayedCall:
    """A call as the display shows it and says it aloud."""

    key: str
    number: int
    desk: str
    is_new: bool
    sentence: dict[str, str]


@dataclass(frozen=True)
class DisplayState:
    """What the display shows: numbers and desks only."""

    called: list[DisplayedCall]
    serving: list[Ticket]
    waiting: list[int]
    more: int


# The display has room for this many waiting numbers.
MAX_WAITING_SHOWN = 8


def display_state(day: WalkInDay) -> DisplayState:
    """Return what the display at the point shows. One query, and one where a booked visit waits."""
    now = QueueSnapshot(day)
    found = Ticket.objects.filter(day=day).open().select_related("desk", "visit")
    tickets = list(found.order_by("number"))
    called = [t for t in tickets if t.is_called]
    called.sort(key=lambda t: (t.called_at is not None, t.called_at), reverse=True)
    queue = [
        WaitingTicket(
            t.pk,
            t.number,
            TicketNeeds(person=t.for_professional_id),
            t.ready_at,
            due_at=now.due_at(t),
        )
        for t in tickets
        if t.is_waiting
    ]
    waiting = [ticket.number for ticket in order_of_all(queue, now.at)]
    return DisplayState(
        called=[_call(t, is_new=n == 0) for n, t in enumerate(called)],
        serving=[t for t in tickets if t.is_serving],
        waiting=waiting[:MAX_WAITING_SHOWN],
        more=max(len(waiting) - MAX_WAITING_SHOWN, 0),
    )


def _call(ticket: Ticket, *, is_new: bool) -> DisplayedCall:
    desk = ticket.desk.name if ticket.desk else ""
    sentence = {}
    for language in ("fi", "sv"):
        with override(language):
            sentence[language] = _("Number %(number)s, desk %(desk)s.") % {
                "number": ticket.number,
                "desk": desk,
            }
    moment = f"{ticket.called_at.timestamp():.3f}" if ticket.called_at else ""
    return DisplayedCall(f"{ticket.pk}-{moment}", ticket.number, desk, is_new, sentence)
