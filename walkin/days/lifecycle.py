"""A day from planned to ended: opening, closing the intake, ending."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from office.calendar.occupancy import retrying
from office.core import clock
from office.models import User
from walkin.days.absences import see_to_absences
from walkin.days.planning import end_duties
from walkin.days.statistics import count
from walkin.errors import DayError, DayNotRunningError, StillServingError
from walkin.estimates.snapshot_cache import now_of
from walkin.models import By, DayState, PointRules, Ticket, WalkInDay, WhyClosed
from walkin.states import AT_DESK, OPEN, Action
from walkin.tickets.events import locked_day, record
from walkin.tickets.live import announce

# A day that nobody has ended is ended so long after its hours.
ENDS_BY_ITSELF = timedelta(hours=4)


@retrying
def open_day(day_id: int) -> WalkInDay:
    """Begin to give numbers. A day that is open already stays so. Raises DayError."""
    day = locked_day(day_id)
    if day.state == DayState.OPEN:
        return day
    if day.state != DayState.PLANNED:
        raise DayError(_("This walk-in has been opened already, or is not held."))
    day.state, day.opened_at = DayState.OPEN, clock.now()
    try:
        with transaction.atomic():
            day.save()
    except IntegrityError as error:
        raise DayError(_("The walk-in before this one has not been ended.")) from error
    announce(day.service_point_id)
    return day


@retrying
def close_intake(day_id: int, *, why: WhyClosed = WhyClosed.STAFF) -> WalkInDay:
    """Give no more numbers. Everybody who has one is served."""
    day = locked_day(day_id)
    if day.state == DayState.OPEN:
        _close_intake(day, why)
    elif day.state != DayState.INTAKE_CLOSED:
        raise DayNotRunningError
    return day


def _close_intake(day: WalkInDay, why: WhyClosed) -> None:
    day.state = DayState.INTAKE_CLOSED
    day.intake_closed_at, day.intake_closed_why = clock.now(), why
    day.save()
    announce(day.service_point_id)


@retrying
def open_intake(day_id: int) -> WalkInDay:
    """Staff give numbers again, also where the estimate would not. Raises DayError."""
    day = locked_day(day_id)
    if day.state == DayState.OPEN:
        return day
    if day.state != DayState.INTAKE_CLOSED or clock.now() >= day.ends_at:
        raise DayError(_("Numbers cannot be given any more: the hours are over."))
    day.state, day.is_kept_open = DayState.OPEN, True
    day.intake_closed_at, day.intake_closed_why = None, ""
    day.save()
    announce(day.service_point_id)
    return day


def is_time_to_open(day: WalkInDay, now: datetime) -> bool:
    """Whether a planned day may give numbers by itself now."""
    rules = PointRules.of(day.service_point_id)
    early = timedelta(minutes=rules.opens_early_minutes)
    return (
        day.state == DayState.PLANNED
        and rules.opens_by_itself
        and day.starts_at - early <= now < day.ends_at
    )


def look_at_intake(day_id: int) -> WalkInDay:
    """Close the intake where the hours are over or those who wait fill the time."""
    day = WalkInDay.objects.get(pk=day_id)
    # Estimated without the day's lock, so that nobody who takes a number waits for it.
    why = _why_close(day)
    return _close_unless_kept(day_id, why) if why is not None else day


def _why_close(day: WalkInDay) -> WhyClosed | None:
    if day.state != DayState.OPEN:
        return None
    if clock.now() >= day.ends_at:
        return WhyClosed.TIME
    if day.is_kept_open:
        return None
    if not PointRules.of(day.service_point_id).closes_when_full:
        return None
    # The same look as the open pages tell of.
    return WhyClosed.FULL if now_of(day).is_full else None


@retrying
def _close_unless_kept(day_id: int, why: WhyClosed) -> WalkInDay:
    day = locked_day(day_id)
    if day.state == DayState.OPEN and not (why == WhyClosed.FULL and day.is_kept_open):
        _close_intake(day, why)
    return day


@retrying
def end_day(day_id: int, *, user: User | None = None, anyway: bool = False) -> WalkInDay:
    """End the day: open numbers are closed, figures stored, links die, what staff knew is forgotten.

    Raises StillServingError where somebody is at a desk, unless `anyway`. A day that has ended stays so.
    """
    day = locked_day(day_id)
    if day.state == DayState.ENDED:
        return day
    if not day.is_running and not (day.state == DayState.PLANNED and clock.now() >= day.ends_at):
        raise DayNotRunningError
    left = list(
        Ticket.objects.select_for_update(of=("self",))
        .filter(day=day, state__in=OPEN)
        .order_by("pk")
    )
    serving = [t.number for t in left if t.state in AT_DESK]
    if serving and not anyway:
        raise StillServingError(serving)
    for ticket in left:
        ticket.day = day
        record(ticket, Action.CLOSE, user=user, by=None if user else By.SYSTEM, reason="end_of_day")
    now = clock.now()
    if day.state == DayState.OPEN:
        day.intake_closed_at, day.intake_closed_why = now, WhyClosed.STAFF
    day.state, day.ended_at = DayState.ENDED, now
    day.figures = count(day).as_json()
    day.save()
    day.tickets.update(
        link_nonce="",
        link_hash=None,
        party=None,
        appointment=None,
        apart_from=None,
        apart_settled_at=None,
    )
    end_duties(day, now)
    announce(day.service_point_id)
    return day


def tick() -> None:
    """What the clock brings: days open, who is away yields, intakes close, forgotten days end."""
    now = clock.now()
    for day in WalkInDay.objects.filter(
        state=DayState.PLANNED, starts_at__lt=now + timedelta(hours=3)
    ):
        if day.ends_at <= now:
            end_day(day.pk)
        elif is_time_to_open(day, now):
            try:
                open_day(day.pk)
            except DayError:
                # The one before is still going on: staff end it, and the next minute this one opens.
                continue
    see_to_absences()
    for day in WalkInDay.objects.running():
        day = look_at_intake(day.pk)
        if now < day.ends_at:
            continue
        if not Ticket.objects.filter(day=day).open().exists():
            end_day(day.pk)
        elif now >= day.ends_at + ENDS_BY_ITSELF:
            end_day(day.pk, anyway=True)
