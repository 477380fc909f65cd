"""End or shorten duties for absences, without losing a ticket."""

from datetime import datetime

from django.db.models import Exists, OuterRef

from office.calendar.occupancy import retrying
from office.core import clock
from office.core.names import Alphabetical
from office.models import Absence, Professional
from walkin.days.current import on_duty
from walkin.days.duties import lock_duty, put_on_duty, refit_duty, remove_duty, shorten_duty
from walkin.errors import DutyError
from walkin.models import Actor, Duty, Ticket, WalkInDay
from walkin.states import NOT_OVER, Action, TicketState
from walkin.tickets.events import lock_day, record
from walkin.tickets.live import announce


def is_with_colleague(ticket: Ticket, mine: int | None) -> bool:
    """Say whether a colleague has it at a desk or on hold, and so decides what happens next.

    A ticket left behind by somebody who is away is open to all.
    """
    return (
        ticket.is_assigned
        and ticket.professional_id != mine
        and not is_left_behind(ticket, clock.now())
    )


def is_met_in_room(ticket: Ticket) -> bool:
    """Say whether a professional without walk-in duty that day meets the booked visit."""
    theirs = Duty.objects.filter(day=ticket.day_id, professional=ticket.professional_id)
    return ticket.is_booked and not theirs.exists()


AWAY = "absence"


def apply_absences(professional: int | None = None) -> None:
    """Apply absences to every duty of days not over: when one is entered, and each minute."""
    now = clock.now()
    away = Absence.objects.entered().filter(
        professional=OuterRef("professional"), during__overlap=OuterRef("during")
    )
    met = Duty.objects.filter(
        Exists(away.filter(during__endswith__gt=now)),
        during__endswith__gt=now,
        day__state__in=NOT_OVER,
    )
    if professional is not None:
        met = met.filter(professional=professional)
    for pk in list(met.order_by("pk").values_list("pk", flat=True)):
        apply_absence(pk)


@retrying
def apply_absence(duty_id: int) -> None:
    """End a duty of a running day when its absence begins, and resume it afterwards.

    On a planned day the absence takes its time from the duty; a duty with no time left is removed.
    """
    try:
        duty = lock_duty(duty_id)
    except DutyError:
        return
    day = lock_day(duty.day_id)
    if day.is_planned:
        if not refit_duty(duty):
            remove_duty(duty)
        announce(day.service_point_id)
    elif day.is_running:
        _shorten_for_absence(duty, day)


def _shorten_for_absence(duty: Duty, day: WalkInDay) -> None:
    now, end = clock.now(), duty.during.upper
    absence = (
        Absence.objects.entered()
        .filter(
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
        _release_tickets(day, duty.professional_id)
    shorten_duty(duty, until=until)
    if absence.during.upper < end:
        _resume_after_absence(duty, day, absence.during.upper, end)
    announce(day.service_point_id)


def _resume_after_absence(duty: Duty, day: WalkInDay, start: datetime, end: datetime) -> None:
    try:
        put_on_duty(day.pk, duty.professional, start=start, end=end, desk=duty.desk)
    except DutyError:
        # Busy then, or the desk is taken: the manager sees who is on duty.
        return


def _release_tickets(day: WalkInDay, professional: int) -> None:
    """Return tickets that were called or on hold to their place in the queue.

    A visit in progress is not interrupted: the screens show it as left behind until somebody takes
    over the desk, finishes it or puts it back. Tickets handed over to the absent person become open
    to all by the rules of eligibility.
    """
    theirs = (
        Ticket.objects.select_for_update(of=("self",))
        .filter(
            day=day,
            professional=professional,
            state__in=[TicketState.CALLED, TicketState.CALLED_AGAIN, TicketState.ON_HOLD],
        )
        .order_by("pk")
    )
    for ticket in theirs:
        ticket.day = day
        ticket.calls = 0
        record(ticket, Action.PUT_BACK, by=Actor.SYSTEM, reason=AWAY)


def absent_professionals(day: WalkInDay, now: datetime) -> list[Professional]:
    """Return professionals with duty on the day who are away at this moment. One query."""
    away = Absence.objects.entered().filter(professional=OuterRef("pk"), during__contains=now)
    return list(
        Professional.objects.filter(Exists(away), walk_in_duties__day=day)
        .distinct()
        .order_by(Alphabetical("name"), "pk")
    )


def is_left_behind(ticket: Ticket, now: datetime) -> bool:
    """Say whether the ticket's professional is away or no longer on duty."""
    if not ticket.is_assigned or ticket.professional_id is None:
        return False
    if is_met_in_room(ticket):
        return False
    if (
        Absence.objects.entered()
        .filter(professional=ticket.professional_id, during__contains=now)
        .exists()
    ):
        return True
    duties = Duty.objects.filter(day=ticket.day_id, professional=ticket.professional_id)
    # Somebody who calls some minutes early has a duty that is about to begin.
    ahead = duties.filter(during__startswith__gt=now).exists()
    return not ahead and not on_duty(ticket.day, now).filter(pk__in=duties).exists()
