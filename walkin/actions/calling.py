"""Calling: next, this one, again; they came, did not come, back into the queue."""

from datetime import timedelta

from bookings.parties import conflicts
from office.calendar.occupancy import retrying
from office.core import clock
from office.models import User
from walkin.errors import (
    AColleagueCallsError,
    AppointmentFirstError,
    DeskBusyError,
    KeptApartError,
    NobodyToCallError,
    NotOnDutyError,
)
from walkin.estimates.snapshot import Now
from walkin.models import Desk, Duty, PointRules, Ticket
from walkin.states import CALLABLE, FINAL, Action, RefusedError, State, step
from walkin.tickets.events import locked, record, running
from walkin.tickets.order import Why


@retrying
def call_next(duty_id: int, *, user: User, anyway: bool = False) -> Ticket:
    """Call whoever is next for this professional to their desk.

    Two who press in the same instant never get the same number: each locks the first that nobody else
    holds. `anyway`: although a booked visit is due. Raises NotOnDutyError, DeskBusyError,
    AppointmentFirstError, NobodyToCallError.
    """
    duty = at_work(duty_id)
    now = Now(duty.day)
    _desk_is_free(duty)
    if not anyway:
        _nothing_booked(duty, now)
    held = []
    barred = _barred(duty, now)
    for standing in now.line(duty.professional_id):
        if standing.why == Why.APART:
            held.append(standing.number)
        if not standing.is_callable or standing.key in barred:
            continue
        ticket = _if_still_free(standing.key)
        if ticket is not None:
            _call(ticket, duty, user)
            return ticket
    raise NobodyToCallError(held)


@retrying
def call(
    duty_id: int, ticket_id: int, *, user: User, version: int | None = None, anyway: bool = False
) -> Ticket:
    """Call this very number, out of turn. `anyway`: although it is kept apart, or a visit is booked."""
    duty = at_work(duty_id)
    now = Now(duty.day)
    _desk_is_free(duty)
    if not anyway:
        _nothing_booked(duty, now)
        if ticket_id in now.apart:
            raise KeptApartError(next(t.number for t in now.tickets if t.pk == ticket_id))
    if ticket_id in _barred(duty, now):
        raise AColleagueCallsError
    ticket = locked(ticket_id, version=version)
    if ticket.day_id != duty.day_id:
        raise RefusedError(Action.CALL, State(ticket.state))
    _call(ticket, duty, user)
    return ticket


def at_work(duty_id: int) -> Duty:
    """The duty, locked, of somebody who sits at a desk now. Raises NotOnDutyError.

    After the hours the last ones on duty go on until everybody has been served. A duty that was removed
    meanwhile, as when the day ends early, is none.
    """
    duty = (
        Duty.objects.select_for_update(of=("self",))
        .select_related("day", "professional", "desk")
        .filter(pk=duty_id)
        .first()
    )
    if duty is None:
        raise NotOnDutyError
    running(duty.day)
    now = clock.now()
    early = timedelta(minutes=PointRules.of(duty.day.service_point_id).opens_early_minutes)
    is_last = duty.during.upper >= duty.day.ends_at
    if duty.desk is None or now < duty.during.lower - early:
        raise NotOnDutyError
    if now >= duty.during.upper and not is_last:
        raise NotOnDutyError
    lock_desk(duty.desk.pk)
    return duty


def lock_desk(desk_id: int) -> None:
    """Nobody else calls or resumes at the desk until the transaction ends."""
    Desk.objects.select_for_update(no_key=True).get(pk=desk_id)


def _desk_is_free(duty: Duty) -> None:
    at_desk = Ticket.objects.at_desk().filter(desk=duty.desk).first()
    if at_desk is not None:
        raise DeskBusyError(at_desk.number)


def _nothing_booked(duty: Duty, now: Now) -> None:
    booked = now.booked_first(duty.professional_id)
    if booked is not None:
        raise AppointmentFirstError(booked.reference, booked.starts_at)


def _barred(duty: Duty, now: Now) -> set[int]:
    """Numbers, by id, that are known to be of a matter which the professional stays out of."""
    known = {t.pk: t.party.appointment_id for t in now.tickets if t.party is not None}
    barred = conflicts.barred_to(duty.professional) if known else set()
    return {pk for pk, appointment in known.items() if appointment in barred}


def _if_still_free(ticket_id: int) -> Ticket | None:
    """The number, locked, unless somebody else is calling it or has called it."""
    return (
        Ticket.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("day")
        .filter(pk=ticket_id, state__in=CALLABLE)
        .first()
    )


def _call(ticket: Ticket, duty: Duty, user: User) -> None:
    step(Action.CALL, State(ticket.state))
    ticket.desk, ticket.professional = duty.desk, duty.professional
    ticket.calls += 1
    record(ticket, Action.CALL, user=user)


@retrying
def call_again(ticket_id: int, *, user: User, version: int | None = None) -> Ticket:
    """Let the call be heard once more."""
    ticket = locked(ticket_id, version=version)
    ticket.calls += 1
    record(ticket, Action.CALL_AGAIN, user=user)
    return ticket


@retrying
def came(ticket_id: int, *, user: User, version: int | None = None) -> Ticket:
    """They came to the desk: the visit begins."""
    ticket = locked(ticket_id, version=version)
    record(ticket, Action.CAME, user=user)
    return ticket


@retrying
def did_not_come(ticket_id: int, *, user: User, version: int | None = None) -> Ticket:
    """Nobody came: called again, then stepped back, then closed as not there, as the rules say."""
    ticket = locked(ticket_id, version=version)
    action = what_if_absent(ticket, PointRules.of(ticket.day.service_point_id))
    step(action, State(ticket.state))
    if action == Action.CALL_AGAIN:
        ticket.calls += 1
    elif action == Action.STEP_BACK:
        rules = PointRules.of(ticket.day.service_point_id)
        ticket.step_backs += 1
        ticket.calls = 0
        ticket.ready_at = clock.now() + timedelta(minutes=rules.step_back_minutes)
    record(ticket, action, user=user)
    return ticket


def what_if_absent(ticket: Ticket, rules: PointRules) -> Action:
    """What “did not come” means for this number now."""
    if ticket.calls < rules.calls:
        return Action.CALL_AGAIN
    if ticket.step_backs < rules.step_backs:
        return Action.STEP_BACK
    return Action.NOT_THERE


@retrying
def put_back(ticket_id: int, *, user: User, version: int | None = None) -> Ticket:
    """Back to the number's own place, as after a wrong key or when they come after all."""
    ticket = locked(ticket_id, version=version)
    running(ticket.day)
    if ticket.state in FINAL:
        # A link that has not died works again; what was counted against the person is not held on to.
        ticket.step_backs = 0
    ticket.calls = 0
    ticket.for_professional = None
    record(ticket, Action.PUT_BACK, user=user)
    return ticket
