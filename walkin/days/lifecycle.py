"""A day from planned to ended: opening, closing the intake, ending."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from office.calendar.occupancy import retrying
from office.core import clock
from office.core.once import one_at_a_time
from office.models import User
from walkin.days.absences import apply_absences
from walkin.days.notices import end_notice_of_day
from walkin.days.planning import end_duties
from walkin.days.statistics import count
from walkin.errors import DayError, DayNotRunningError, StillServingError
from walkin.estimates.snapshot_cache import cached_snapshot
from walkin.models import Actor, CloseReason, DayState, NearText, PointRules, Ticket, WalkInDay
from walkin.states import OPEN, RUNNING, Action, DayAction
from walkin.tickets.events import lock_day, record
from walkin.tickets.live import announce
from walkin.tickets.undo import forget_offers

# A day that nobody has ended is ended this long after its hours.
ENDS_BY_ITSELF = timedelta(hours=4)


@retrying
def open_day(day_id: int) -> WalkInDay:
    """Start giving numbers. Leaves a day that is open as it is. Raises DayError."""
    day = lock_day(day_id)
    if day.is_open:
        return day
    day.require(DayAction.OPEN)
    one_at_a_time(f"open walk-in of {day.service_point_id}")
    running = WalkInDay.objects.filter(service_point=day.service_point_id, state__in=RUNNING)
    if running.exclude(pk=day.pk).exists():
        raise DayError(_("The walk-in before this one has not been ended."))
    day.state, day.opened_at = DayState.OPEN, clock.now()
    day.save()
    announce(day.service_point_id)
    return day


@retrying
def close_intake(day_id: int, *, reason: CloseReason = CloseReason.STAFF) -> WalkInDay:
    """Stop giving numbers. Everybody who has one is still served."""
    day = lock_day(day_id)
    if not day.is_intake_closed:
        day.require(DayAction.CLOSE_INTAKE)
        _close_intake(day, reason)
    return day


def _close_intake(day: WalkInDay, reason: CloseReason) -> None:
    day.state, day.is_kept_open, day.kept_open_until = DayState.INTAKE_CLOSED, False, None
    day.intake_closed_at, day.intake_closed_why = clock.now(), reason
    day.save()
    announce(day.service_point_id)


@retrying
def keep_intake_open(day_id: int, *, numbers: int | None = None) -> WalkInDay:
    """Give numbers whatever the estimate says: so many, or until staff say otherwise.

    Raises DayError after the hours.
    """
    day = lock_day(day_id)
    if not day.is_open:
        day.require(DayAction.REOPEN_INTAKE)
    if clock.now() >= day.ends_at:
        raise DayError(_("Numbers cannot be given any more: the hours are over."))
    day.is_kept_open = True
    day.kept_open_until = day.last_number + numbers if numbers is not None else None
    _open_intake(day)
    return day


def _open_intake(day: WalkInDay) -> None:
    day.state = DayState.OPEN
    day.intake_closed_at, day.intake_closed_why = None, ""
    day.save()
    announce(day.service_point_id)


@retrying
def follow_estimate(day_id: int) -> WalkInDay:
    """Let the estimate close the intake again, after staff kept it open."""
    day = lock_day(day_id)
    day.require(DayAction.CLOSE_INTAKE)
    day.is_kept_open, day.kept_open_until = False, None
    day.save()
    announce(day.service_point_id)
    return day


def is_time_to_open(day: WalkInDay, now: datetime) -> bool:
    """Say whether a planned day may open by itself now."""
    if not day.is_planned or now >= day.ends_at:
        return False
    rules = PointRules.of(day.service_point_id)
    early = timedelta(minutes=rules.opens_early_minutes)
    return rules.opens_by_itself and day.starts_at - early <= now


def refresh_intake(day_id: int) -> WalkInDay:
    """Let the intake follow the hours and the estimate: close it, or open it again."""
    day = WalkInDay.objects.get(pk=day_id)
    # Estimated without the day's lock, so that taking a number does not wait for it.
    change = _due_change(day)
    return _change_intake(day_id, change) if change is not None else day


def _due_change(day: WalkInDay) -> Callable[[WalkInDay], None] | None:
    """Return what should happen to the intake now, if anything."""
    if not day.is_running:
        return None
    if clock.now() >= day.ends_at:
        return _close_for_time if day.is_open else None
    if not day.follows_estimate or not PointRules.of(day.service_point_id).closes_when_full:
        return None
    # The snapshot that the open pages show.
    snapshot = cached_snapshot(day)
    if day.is_open:
        return _close_as_full if snapshot.is_full else None
    return _open_again if snapshot.has_room else None


def _close_for_time(day: WalkInDay) -> None:
    if day.is_open:
        _close_intake(day, CloseReason.TIME)


def _close_as_full(day: WalkInDay) -> None:
    if day.is_open and day.follows_estimate:
        _close_intake(day, CloseReason.FULL)


def _open_again(day: WalkInDay) -> None:
    if day.is_intake_closed and day.follows_estimate:
        _open_intake(day)


@retrying
def _change_intake(day_id: int, change: Callable[[WalkInDay], None]) -> WalkInDay:
    """Change it under the day's lock, unless staff were faster."""
    day = lock_day(day_id)
    change(day)
    return day


@retrying
def end_day(day_id: int, *, user: User | None = None, anyway: bool = False) -> WalkInDay:
    """End the day: close open tickets, store figures, invalidate links, forget linked parties.

    Raises StillServingError where somebody is at a desk, unless `anyway`. Leaves a day that has
    ended as it is.
    """
    day = lock_day(day_id)
    if day.has_ended:
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
        visit=None,
        apart_from=None,
        apart_settled_at=None,
    )
    NearText.objects.filter(ticket__day=day).delete()
    day.agency_links.filter(withdrawn_at=None).update(withdrawn_at=now)
    end_duties(day, now)
    end_notice_of_day(day.service_point_id, user=user)
    forget_offers(day=day)
    announce(day.service_point_id)
    return day


def tick() -> None:
    """Open days, apply absences, let intakes follow and end forgotten days, as the time has come."""
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
