"""Plan walk-in days: made from the weekly hours, added, moved and called off by the manager."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.translation import gettext_lazy as _

from office.calendar.occupancy import lock, retrying
from office.calendar.opening_hours import Stretch
from office.calendar.working_time import working_time
from office.core import clock, tokens
from office.core.intervals import covers, merge
from office.core.save_checked import save_checked
from office.models import HoursKind, Professional, ServicePoint
from walkin.days.duties import put_on_duty, refit_duty, remove_duty, shorten_duty
from walkin.errors import DayError, DutyError
from walkin.models import DayState, WalkInDay
from walkin.models.days import CODE
from walkin.states import NOT_OVER, DayAction
from walkin.tickets.events import lock_day
from walkin.tickets.live import announce

AHEAD = timedelta(days=35)


@dataclass(frozen=True)
class PlannedDay:
    """A day according to the weekly hours, with the duties of its professionals."""

    start: datetime
    end: datetime
    stretches: tuple[Stretch, ...]


def make_days(first: date | None = None, last: date | None = None) -> int:
    """Make the walk-in days of the weekly hours, update planned ones; return how many were made.

    Days that were moved, staffed or called off by hand stay as they are, and so do those that have
    begun. Public holidays and closures have no hours and therefore no day.
    """
    first = first or clock.today()
    last = last or first + AHEAD
    wanted = planned_days(first, last)
    points = {key[0] for key in wanted}
    points |= set(
        WalkInDay.objects.filter(hours_date__range=(first, last)).values_list(
            "service_point", flat=True
        )
    )
    made = 0
    for point in sorted(points):
        made += _make_days_for_point(
            point, first, last, {k: v for k, v in wanted.items() if k[0] == point}
        )
    return made


def planned_days(first: date, last: date) -> dict[tuple[int, date, int], PlannedDay]:
    """Return the days of the weekly hours by point, date and part of the day."""
    by_day: dict[tuple[int, date], list[Stretch]] = {}
    for stretch in working_time(kind=HoursKind.WALK_IN, first=first, last=last):
        day = clock.local(stretch.start).date()
        by_day.setdefault((stretch.point, day), []).append(stretch)
    return {
        (point, day, part): PlannedDay(
            start, end, tuple(s for s in found if covers((start, end), (s.start, s.end)))
        )
        for (point, day), found in by_day.items()
        for part, (start, end) in enumerate(merge((s.start, s.end) for s in found))
    }


@retrying
def _make_days_for_point(
    point: int, first: date, last: date, wanted: dict[tuple[int, date, int], PlannedDay]
) -> int:
    # One worker at a time for each point, so that no day is made twice.
    ServicePoint.objects.select_for_update(no_key=True).get(pk=point)
    there = {
        (d.service_point_id, d.hours_date, d.hours_part): d
        for d in WalkInDay.objects.select_for_update(of=("self",))
        .filter(service_point=point, hours_date__range=(first, last))
        .order_by("pk")
    }
    now, made = clock.now(), 0
    for key, day in there.items():
        if day.is_planned and not day.is_by_hand and key not in wanted:
            _delete_day(day)
    for key, plan in wanted.items():
        found = there.get(key)
        if found is None and plan.end > now:
            made += _make_day(key, plan)
        elif found is not None and found.is_planned and not found.is_by_hand:
            _update_day(found, plan)
    return made


def _make_day(key: tuple[int, date, int], plan: PlannedDay) -> int:
    point, day, part = key
    clash = WalkInDay.objects.filter(
        service_point=point,
        starts_at__lt=plan.end,
        ends_at__gt=plan.start,
        state__in=NOT_OVER,
    )
    if clash.exists():
        # One added by hand at that time takes precedence.
        return 0
    made = new_day(point, plan.start, plan.end)
    made.hours_date, made.hours_part = day, part
    made.save()
    _put_on_duty(made, plan.stretches)
    announce(point)
    return 1


def new_day(point: int, start: datetime, end: datetime) -> WalkInDay:
    """Return a planned day with its code, not saved."""
    nonce = tokens.new_nonce()
    return WalkInDay(
        service_point_id=point,
        date=clock.local(start).date(),
        starts_at=start,
        ends_at=end,
        code_nonce=nonce,
        code_hash=tokens.hash_token(tokens.token_for(CODE, nonce)),
    )


def _put_on_duty(day: WalkInDay, stretches: Sequence[Stretch]) -> None:
    people = Professional.objects.in_bulk({s.professional for s in stretches})
    for stretch in stretches:
        try:
            put_on_duty(
                day.pk,
                people[stretch.professional],
                start=stretch.start,
                end=stretch.end,
                by_hand=False,
            )
        except DutyError:
            # Away or busy all that time: the manager sees that nobody is on duty.
            continue


def _update_day(day: WalkInDay, plan: PlannedDay) -> None:
    is_moved = (day.starts_at, day.ends_at) != (plan.start, plan.end)
    if is_moved:
        day.starts_at, day.ends_at = plan.start, plan.end
        day.save()
    duties = {
        (d.during.lower, d.during.upper, d.professional_id): d
        for d in day.duties.select_related("claim")
    }
    wanted = {(s.start, s.end, s.professional): s for s in plan.stretches}
    for key, duty in duties.items():
        if key not in wanted or not refit_duty(duty):
            remove_duty(duty)
    missing = [stretch for key, stretch in wanted.items() if key not in duties]
    _put_on_duty(day, missing)
    if is_moved or missing or duties.keys() - wanted.keys():
        announce(day.service_point_id)


def _delete_day(day: WalkInDay) -> None:
    for duty in day.duties.select_related("claim"):
        remove_duty(duty)
    point = day.service_point_id
    day.delete()
    announce(point)


@retrying
def add_day(
    point: ServicePoint, *, start: datetime, end: datetime, professionals: Iterable[Professional]
) -> WalkInDay:
    """Add a day outside the weekly hours. Raises DayError or DutyError."""
    day = new_day(point.pk, start, end)
    day.is_by_hand = True
    _save(day)
    for professional in professionals:
        put_on_duty(day.pk, professional, start=start, end=end)
    announce(point.pk)
    return day


def _save(day: WalkInDay) -> None:
    try:
        save_checked(day)
    except ValidationError as error:
        raise DayError(*error.messages) from error


@retrying
def open_now(
    point: ServicePoint,
    *,
    professionals: Iterable[Professional],
    start: datetime | None = None,
    hours: timedelta = timedelta(hours=4),
) -> WalkInDay:
    """Open a walk-in at the point now: the running one, one planned for soon, or a new one.

    One that is planned within these `hours` is brought forward and keeps its end. Those of
    `professionals` who have time are on duty from `start` (now) on. Raises DayError.
    """
    running = WalkInDay.objects.at(point.pk).running().first()
    if running is not None:
        return running
    now = clock.now()
    start, end = start or now, now + hours
    planned = WalkInDay.objects.at(point.pk).to_come(now).filter(starts_at__lt=end).first()
    if planned is None:
        day = new_day(point.pk, start, end)
        day.is_by_hand = True
        _save(day)
    else:
        day = move_day(planned.pk, start=min(start, planned.starts_at), end=planned.ends_at)
    there = set(day.duties.values_list("professional_id", flat=True))
    for professional in professionals:
        if professional.pk not in there:
            with suppress(DutyError):
                put_on_duty(day.pk, professional, start=start, end=day.ends_at)
    day.refresh_from_db()
    day.state, day.opened_at = DayState.OPEN, now
    day.save()
    announce(point.pk)
    return day


@retrying
def move_day(day_id: int, *, start: datetime, end: datetime) -> WalkInDay:
    """Give a planned day other hours or another date, with those on duty who have time then.

    Raises DayError. Professionals without time then are left out: check the duties afterwards.
    """
    day = lock_day(day_id)
    day.require(DayAction.MOVE)
    old_start, old_end = day.starts_at, day.ends_at
    shift = start - old_start
    duties = list(day.duties.select_related("professional", "desk", "claim"))
    lock(d.professional_id for d in duties)
    for duty in duties:
        remove_duty(duty)
    day.date = clock.local(start).date()
    day.starts_at, day.ends_at, day.is_by_hand = start, end, True
    _save(day)
    for duty in duties:
        # A duty from the beginning, or until the end, is so in the new hours as well.
        began = start if duty.during.lower <= old_start else duty.during.lower + shift
        ended = end if duty.during.upper >= old_end else duty.during.upper + shift
        if began < ended:
            with suppress(DutyError):
                put_on_duty(day.pk, duty.professional, start=began, end=ended, desk=duty.desk)
    announce(day.service_point_id)
    return day


@retrying
def call_off(day_id: int) -> WalkInDay:
    """Call off a planned day; the weekly hours do not make it again. Raises DayError."""
    day = lock_day(day_id)
    day.require(DayAction.CALL_OFF)
    for duty in day.duties.select_related("claim"):
        remove_duty(duty)
    day.state, day.is_by_hand = DayState.CALLED_OFF, True
    day.save()
    announce(day.service_point_id)
    return day


@retrying
def restore_day(day_id: int) -> WalkInDay:
    """Plan a day again that was called off; one of the weekly hours gets its duties from them.

    Raises DayError where its time has passed, or another walk-in was added at that time.
    """
    day = lock_day(day_id)
    day.require(DayAction.RESTORE)
    if day.ends_at <= clock.now():
        raise DayError(_("That time has already passed."))
    day.state = DayState.PLANNED
    plan = None
    if day.hours_date is not None and day.hours_date == day.date:
        usual = planned_days(day.hours_date, day.hours_date)
        plan = usual.get((day.service_point_id, day.hours_date, day.hours_part))
    day.is_by_hand = plan is None
    _save(day)
    if plan is not None:
        _update_day(day, plan)
    announce(day.service_point_id)
    return day


def end_duties(day: WalkInDay, at: datetime) -> None:
    """End all duties of the day at that moment."""
    for duty in day.duties.select_related("claim").filter(
        during__overlap=DateTimeTZRange(at, None)
    ):
        shorten_duty(duty, until=at)
