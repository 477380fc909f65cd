"""Duties of the walk-in: give, replace, move to another desk, end."""

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from office.calendar.occupancy import discard, free, lock, retrying, take_what_is_free
from office.core import clock
from office.core.save_checked import save_checked
from office.models import Absence, Claim, ClaimKind, Professional, User
from walkin.errors import DutyError
from walkin.models import Actor, Desk, Duty, Ticket, WalkInDay
from walkin.states import ASSIGNED, AT_DESK, OPEN, Action, DayAction
from walkin.tickets.events import lock_day, record, save_with_event
from walkin.tickets.live import announce
from walkin.tickets.snapshots import capture

TAKEN_OVER = "taken_over"


def professional_of(user: User) -> Professional | None:
    """Return the user's professional, if active."""
    return Professional.objects.filter(user=user, is_active=True).first()


@retrying
def put_on_duty(
    day_id: int,
    professional: Professional,
    *,
    start: datetime,
    end: datetime,
    desk: Desk | None = None,
    by_hand: bool = True,
) -> Duty:
    """Give the professional duty; it takes their time around what they have booked already.

    Without a desk, the first free one. Raises DutyError where they have no time at all, or sit
    elsewhere then.
    """
    day = lock_day(day_id)
    day.require(DayAction.CHANGE_DUTIES)
    lock([professional.pk])
    during = DateTimeTZRange(start, end)
    if desk is None:
        desk = free_desk(day, during)
    duty = Duty(
        day=day,
        professional=professional,
        desk=desk,
        during=during,
        claim=Claim.objects.create(kind=ClaimKind.WALK_IN, service_point_id=day.service_point_id),
    )
    save_duty(duty)
    take_time(duty)
    if not duty.claim.occupancies.exists():
        raise DutyError(_("This professional is busy for all of that time."))
    if by_hand:
        _mark_by_hand(day)
    if desk is not None and day.is_running and start <= clock.now():
        duty.moved.extend(_adopt_visits(day, desk, professional))
    announce(day.service_point_id)
    return duty


def _adopt_visits(day: WalkInDay, desk: Desk, by: Professional) -> list[Ticket]:
    """Give a visit that was left behind at the desk to whoever sits down there; return it."""
    left = _captured(
        Ticket.objects.select_for_update(of=("self",))
        .select_related("day")
        .filter(day=day, desk=desk, state__in=AT_DESK)
        .exclude(professional=by)
    )
    for ticket in left:
        ticket.professional = by
        save_with_event(ticket, TAKEN_OVER, by=Actor.SYSTEM)
    return left


def _captured(tickets: QuerySet[Ticket]) -> list[Ticket]:
    """Fetch them as they are before they change, so that it can be undone."""
    found = list(tickets)
    for ticket in found:
        ticket.former = capture(ticket)
    return found


def save_duty(duty: Duty) -> None:
    """Save the duty. Raises DutyError with the sentence of what stands in its way."""
    try:
        save_checked(duty)
    except ValidationError as error:
        raise DutyError(*error.messages) from error


def _mark_by_hand(day: WalkInDay) -> None:
    if not day.is_by_hand:
        day.is_by_hand = True
        day.save(update_fields=["is_by_hand"])


def free_desk(day: WalkInDay, during: DateTimeTZRange) -> Desk | None:
    """Return the first desk of the point that is free for all of that time."""
    taken = Duty.objects.filter(during__overlap=during, desk__isnull=False).values("desk")
    return (
        Desk.objects.in_use()
        .filter(service_point=day.service_point_id)
        .exclude(pk__in=taken)
        .order_by("order", "pk")
        .first()
    )


def take_time(duty: Duty) -> None:
    """Take the professional's time as far as it is free, or has become free."""
    take_what_is_free(
        duty.claim, duty.professional_id, start=duty.during.lower, end=duty.during.upper
    )


def refit_duty(duty: Duty) -> bool:
    """Give an overlapping absence its time, take the rest; return whether any is left."""
    if (
        Absence.objects.entered()
        .filter(professional=duty.professional_id, during__overlap=duty.during)
        .exists()
    ):
        free(duty.claim)
    take_time(duty)
    return duty.claim.occupancies.exists()


@retrying
def replace(
    duty_id: int, by: Professional, *, at: datetime | None = None, user: User | None = None
) -> Duty:
    """Let `by` take over the duty and its desk from `at` (now) on.

    Tickets called, being served, on hold or handed over stay with the desk.
    """
    old = lock_duty(duty_id)
    day = lock_day(old.day_id)
    day.require(DayAction.CHANGE_DUTIES)
    start = max(at or clock.now(), old.during.lower)
    end = old.during.upper
    if start >= end or by.pk == old.professional_id:
        raise DutyError(_("There is nothing left of this duty to take over."))
    lock([old.professional_id, by.pk])
    desk = old.desk
    shorten_duty(old, until=start)
    new = put_on_duty(day.pk, by, start=start, end=end, desk=desk)
    if start <= clock.now():
        new.moved.extend(_move_tickets(day, old.professional_id, by, user))
    return new


def lock_duty(duty_id: int) -> Duty:
    """Fetch and lock the duty. Raises DutyError where it was removed meanwhile."""
    duty = (
        Duty.objects.select_for_update(of=("self",))
        .select_related("day", "professional", "desk", "claim")
        .filter(pk=duty_id)
        .first()
    )
    if duty is None:
        raise DutyError(_("This duty no longer exists."))
    return duty


def _move_tickets(day: WalkInDay, old: int, by: Professional, user: User | None) -> list[Ticket]:
    tickets = _tickets_of(day, old)
    for ticket in tickets:
        if ticket.is_assigned:
            ticket.professional = by
        else:
            ticket.for_professional = by
        save_with_event(ticket, TAKEN_OVER, user=user)
    return tickets


def _tickets_of(day: WalkInDay, professional: int) -> list[Ticket]:
    """Lock the tickets that the professional has: called, served, on hold or handed over to them."""
    theirs = (
        Ticket.objects.select_for_update(of=("self",))
        .select_related("day")
        .filter(day=day, state__in=OPEN)
        .filter(
            Q(professional=professional, state__in=ASSIGNED)
            | Q(for_professional=professional, state__in=OPEN - ASSIGNED)
        )
        .order_by("pk")
    )
    return _captured(theirs)


def shorten_duty(duty: Duty, *, until: datetime) -> None:
    """End the duty at `until`, or remove it where that is before it begins."""
    if until <= duty.during.lower:
        remove_duty(duty)
        return
    if until >= duty.during.upper:
        return
    free(duty.claim)
    duty.during = DateTimeTZRange(duty.during.lower, until)
    duty.save(update_fields=["during"])
    take_time(duty)


def remove_duty(duty: Duty) -> None:
    """Remove the duty and free its time."""
    claim = duty.claim
    duty.delete()
    discard(claim)


@retrying
def end_duty(duty_id: int, *, at: datetime | None = None) -> None:
    """End the duty at `at` (now) without a replacement. Raises DutyError with somebody at the desk."""
    duty = lock_duty(duty_id)
    day = lock_day(duty.day_id)
    day.require(DayAction.CHANGE_DUTIES)
    until = at or clock.now()
    assigned_tickets = Ticket.objects.filter(day=day, professional=duty.professional_id).assigned()
    if until <= clock.now() and assigned_tickets.exists():
        raise DutyError(_("Somebody is at the desk or on hold: finish, or name a replacement."))
    shorten_duty(duty, until=until)
    _mark_by_hand(day)
    announce(day.service_point_id)


@retrying
def leave_desk(duty_id: int) -> None:
    """End one's own duty now. Raises DutyError while somebody is at the desk or on hold there."""
    duty = lock_duty(duty_id)
    if (
        Ticket.objects.filter(day=duty.day_id, professional=duty.professional_id)
        .assigned()
        .exists()
    ):
        raise DutyError(_("Somebody is at your desk or on hold: finish, or hand them over first."))
    end_duty(duty_id)


@retrying
def take_break(duty_id: int, *, minutes: int) -> Duty:
    """Leave the desk for some minutes; who is on hold waits. Raises DutyError with somebody there."""
    duty = lock_duty(duty_id)
    duty.day.require(DayAction.CALL)
    if Ticket.objects.filter(day=duty.day_id, professional=duty.professional_id).at_desk().exists():
        raise DutyError(_("Somebody is at your desk: finish with them, or put them on hold first."))
    return _set_break(duty, clock.now() + timedelta(minutes=minutes))


@retrying
def end_break(duty_id: int) -> Duty:
    """Come back to the desk before the break is over."""
    return _set_break(lock_duty(duty_id), None)


def _set_break(duty: Duty, until: datetime | None) -> Duty:
    duty.break_until = until
    duty.save(update_fields=["break_until"])
    announce(duty.day.service_point_id)
    return duty


@retrying
def take_over_numbers(duty_id: int, own_id: int, *, user: User) -> Duty:
    """Bring a colleague's numbers to one's own desk; the colleague's duty ends, their desk is free.

    A visit there goes on as one of one's own on hold, a called number waits to be called first.
    Raises DutyError.
    """
    locked = {pk: lock_duty(pk) for pk in sorted((duty_id, own_id))}
    old, own = locked[duty_id], locked[own_id]
    day = lock_day(old.day_id)
    day.require(DayAction.CALL)
    now = clock.now()
    if own.day_id != day.pk or own.professional_id == old.professional_id or own.desk is None:
        raise DutyError(_("There is nothing left of this duty to take over."))
    own.moved.extend(_tickets_of(day, old.professional_id))
    for ticket in own.moved:
        _bring(ticket, own, user)
    shorten_duty(old, until=now)
    _mark_by_hand(day)
    announce(day.service_point_id)
    return own


def _bring(ticket: Ticket, own: Duty, user: User) -> None:
    if ticket.is_called:
        ticket.for_professional, ticket.calls = own.professional, 0
        record(ticket, Action.HAND_OVER, user=user, reason=TAKEN_OVER)
    elif ticket.is_serving:
        ticket.desk, ticket.professional = own.desk, own.professional
        record(ticket, Action.HOLD, user=user, reason=TAKEN_OVER)
    elif ticket.is_on_hold:
        ticket.desk, ticket.professional = own.desk, own.professional
        save_with_event(ticket, TAKEN_OVER, user=user)
    else:
        ticket.for_professional = own.professional
        save_with_event(ticket, TAKEN_OVER, user=user)


@retrying
def change_desk(duty_id: int, desk: Desk) -> Duty:
    """Move the professional to another desk of the point, while nobody is at the old one."""
    duty = lock_duty(duty_id)
    if Ticket.objects.filter(day=duty.day_id, desk=duty.desk_id).at_desk().exists():
        raise DutyError(_("Somebody is at the desk or on hold: finish, or name a replacement."))
    if desk.service_point_id != duty.day.service_point_id:
        raise DutyError(_("That desk is at another service point."))
    duty.desk = desk
    save_duty(duty)
    if duty.day.is_running:
        duty.moved.extend(_adopt_visits(duty.day, desk, duty.professional))
    announce(duty.day.service_point_id)
    return duty
