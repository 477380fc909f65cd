"""Somebody on duty falls ill or is called away: their duty ends then, and no number is lost by it."""

from datetime import datetime

from django.db.models import Exists, OuterRef

from office.calendar.occupancy import retrying
from office.core import clock
from office.models import Absence, Professional
from walkin.days.duties import locked_duty, put_on_duty, remove, retake, shorten
from walkin.errors import DutyError
from walkin.estimates.snapshot import on_duty
from walkin.models import By, DayState, Duty, Ticket, WalkInDay
from walkin.states import AT_DESK, Action, State
from walkin.tickets.events import locked_day, record
from walkin.tickets.live import announce


def is_a_colleagues(ticket: Ticket, mine: int | None) -> bool:
    """Whether it is at a colleague's desk, or on hold there: that one says how it goes on.

    One that somebody who is away has left behind is everybody's.
    """
    held = ticket.state in (*AT_DESK, State.ON_HOLD)
    return held and ticket.professional_id != mine and not is_left_behind(ticket, clock.now())


AWAY = "absence"


def see_to_absences(professional: int | None = None) -> None:
    """Let every duty of days not over yield to the absences that meet it. Called when one is noted,
    and each minute."""
    now = clock.now()
    away = Absence.objects.filter(
        professional=OuterRef("professional"), during__overlap=OuterRef("during")
    )
    met = Duty.objects.filter(
        Exists(away.filter(during__endswith__gt=now)),
        during__endswith__gt=now,
        day__state__in=[DayState.PLANNED, *DayState.running()],
    )
    if professional is not None:
        met = met.filter(professional=professional)
    for pk in list(met.order_by("pk").values_list("pk", flat=True)):
        yield_to_absence(pk)


@retrying
def yield_to_absence(duty_id: int) -> None:
    """End a duty of a running day when its absence begins; after it the duty goes on.

    Of a planned day the absence takes its time, and a duty with none left is no more.
    """
    try:
        duty = locked_duty(duty_id)
    except DutyError:
        return
    day = locked_day(duty.day_id)
    if day.state == DayState.PLANNED:
        if not retake(duty):
            remove(duty)
        announce(day.service_point_id)
    elif day.is_running:
        _cut(duty, day)


def _cut(duty: Duty, day: WalkInDay) -> None:
    now, end = clock.now(), duty.during.upper
    absence = (
        Absence.objects.filter(
            professional=duty.professional_id,
            during__overlap=duty.during,
            during__endswith__gt=now,
        )
        .order_by("during")
        .first()
    )
    if absence is None:
        return
    until = max(absence.during.lower, now)
    if until <= now:
        _let_go(day, duty.professional_id)
    shorten(duty, until=until)
    if absence.during.upper < end:
        _goes_on(duty, day, absence.during.upper, end)
    announce(day.service_point_id)


def _goes_on(duty: Duty, day: WalkInDay, start: datetime, end: datetime) -> None:
    try:
        put_on_duty(day.pk, duty.professional, start=start, end=end, desk=duty.desk)
    except DutyError:
        # Busy then, or somebody else sits at the desk: the manager sees who is on duty.
        return


def _let_go(day: WalkInDay, professional: int) -> None:
    """Numbers that were called or on hold stand in their own place again.

    A visit that goes on is not broken off: the screens show it as left behind until somebody takes over
    the desk, finishes it or puts it back. What was handed on to them is open to all by itself.
    """
    theirs = (
        Ticket.objects.select_for_update(of=("self",))
        .filter(
            day=day,
            professional=professional,
            state__in=[State.CALLED, State.CALLED_AGAIN, State.ON_HOLD],
        )
        .order_by("pk")
    )
    for ticket in theirs:
        ticket.day = day
        ticket.calls = 0
        record(ticket, Action.PUT_BACK, by=By.SYSTEM, reason=AWAY)


def away_from(day: WalkInDay, now: datetime) -> list[Professional]:
    """Who had duty on the day and is away at this moment. One query."""
    away = Absence.objects.filter(professional=OuterRef("pk"), during__contains=now)
    return list(
        Professional.objects.filter(Exists(away), walk_in_duties__day=day)
        .distinct()
        .order_by("name", "pk")
    )


def is_left_behind(ticket: Ticket, now: datetime) -> bool:
    """Whether the number is at a desk, or on hold, of somebody who is away or not on duty any more."""
    if ticket.state not in (*AT_DESK, State.ON_HOLD) or ticket.professional_id is None:
        return False
    if Absence.objects.filter(professional=ticket.professional_id, during__contains=now).exists():
        return True
    duties = Duty.objects.filter(day=ticket.day_id, professional=ticket.professional_id)
    # Somebody who calls some minutes before their hours has a duty to come.
    ahead = duties.filter(during__startswith__gt=now).exists()
    return not ahead and not on_duty(ticket.day, now).filter(pk__in=duties).exists()
