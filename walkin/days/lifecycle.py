"""A day from planned to ended: opening, closing the intake, ending."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from office.calendar.occupancy import retrying
from office.core import clock
from office.models import User
from walkin.days.absences import apply_absences
from walkin.days.planning import end_duties
from walkin.days.statistics import count
from walkin.errors import DayError, DayNotRunningError, StillServingError
from walkin.estimates.snapshot_cache import cached_snapshot
from walkin.models import Actor, CloseReason, DayState, PointRules, Ticket, WalkInDay
from walkin.states import OPEN, Action, DayAction
from walkin.tickets.events import lock_day, record
from walkin.tickets.live import announce

# A day that nobody has ended is ended this long after its hours.
ENDS_BY_ITSELF = timedelta(hours=4)


@retrying
def open_day(day_id: int) -> WalkInDay:
    """Start giving numbers. Leaves a day that is open as it is. Raises DayError."""
    day = lock_day(day_id)
    if day.is_open:
        return day
    day.require(DayAction.OPEN)
    day.state, day.opened_at = DayState.OPEN, clock.now()
    try:
        with transaction.atomic():
            day.save()
    except IntegrityError as error:
        raise DayError(_("The walk-in before this one has not been ended.")) from error
    announce(day.service_point_id)
    return day


@retrying
def close_intake(day_id: int, *, reason: CloseReason = CloseReason.STAFF) -> WalkInDay:
    """Stop giving numbers. Everybody who has one is still served."""
    day = lock_day(day_id)
    if day.state != DayState.INTAKE_CLOSED:
        day.require(DayAction.CLOSE_INTAKE)
        _close_intake(day, reason)
    return day


def _close_intake(day: WalkInDay, reason: CloseReason) -> None:
    day.state = DayState.INTAKE_CLOSED
    day.intake_closed_at, day.intake_closed_why = clock.now(), reason
    day.save()
    announce(day.service_point_id)


@retrying
def open_intake(day_id: int) -> WalkInDay:
    """Give numbers again, even where the estimate would not. Raises DayError."""
    day = lock_day(day_id)
    if day.is_open:
        return day
    day.require(DayAction.REOPEN_INTAKE)
    if clock.now() >= day.ends_at:
        raise DayError(_("Numbers cannot be given any more: the hours are over."))
    day.state, day.is_kept_open = DayState.OPEN, True
    day.intake_closed_at, day.intake_closed_why = None, ""
    day.save()
    announce(day.service_point_id)
    return day


def is_time_to_open(day: WalkInDay, now: datetime) -> bool:
    """Whether a planned day may open by itself now."""
    rules = PointRules.of(day.service_point_id)
    early = timedelta(minutes=rules.opens_early_minutes)
    return day.is_planned and rules.opens_by_itself and day.starts_at - early <= now < day.ends_at


def refresh_intake(day_id: int) -> WalkInDay:
    """Close the intake where the hours are over or the waiting tickets fill the time."""
    day = WalkInDay.objects.get(pk=day_id)
    # Estimated without the day's lock, so that taking a number does not wait for it.
    reason = _close_reason(day)
    return _close_unless_kept_open(day_id, reason) if reason is not None else day


def _close_reason(day: WalkInDay) -> CloseReason | None:
    if not day.is_open:
        return None
    if clock.now() >= day.ends_at:
        return CloseReason.TIME
    if day.is_kept_open:
        return None
    if not PointRules.of(day.service_point_id).closes_when_full:
        return None
    # The snapshot that the open pages show.
    return CloseReason.FULL if cached_snapshot(day).is_full else None


@retrying
def _close_unless_kept_open(day_id: int, reason: CloseReason) -> WalkInDay:
    day = lock_day(day_id)
    if day.is_open and not (reason == CloseReason.FULL and day.is_kept_open):
        _close_intake(day, reason)
    return day


@retrying
def end_day(day_id: int, *, user: User | None = None, anyway: bool = False) -> WalkInDay:
    """End the day: close open tickets, store figures, invalidate links, forget linked parties.

    Raises StillServingError where somebody is at a desk, unless `anyway`. Leaves a day that has
    ended as it is.
    """
    day = lock_day(day_id)
    if day.state == DayState.ENDED:
        return day
    day.require(DayAction.END)
    if day.is_planned and clock.now() < day.ends_at:
        raise DayNotRunningError
    left = list(
        Ticket.objects.select_for_update(of=("self",))
        .filter(day=day, state__in=OPEN)
        .order_by("pk")
    )
    serving = [t.number for t in left if t.is_at_desk]
    if serving and not anyway:
        raise StillServingError(serving)
    for ticket in left:
        ticket.day = day
        record(
            ticket, Action.CLOSE, user=user, by=None if user else Actor.SYSTEM, reason="end_of_day"
        )
    now = clock.now()
    if day.is_open:
        day.intake_closed_at, day.intake_closed_why = now, CloseReason.STAFF
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
    """Open days, apply absences, close intakes and end forgotten days, as the time has come."""
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
                # The previous one is still running: this one opens once staff have ended it.
                continue
    apply_absences()
    for day in WalkInDay.objects.running():
        day = refresh_intake(day.pk)
        if now < day.ends_at:
            continue
        if not Ticket.objects.filter(day=day).open().exists():
            end_day(day.pk)
        elif now >= day.ends_at + ENDS_BY_ITSELF:
            end_day(day.pk, anyway=True)
