"""Calling tickets: the next one, a chosen one, again; and what follows a call."""

from datetime import timedelta
from math import ceil

from office.calendar.occupancy import retrying
from office.core import clock
from office.models import User
from walkin.errors import (
    AColleagueCallsError,
    AppointmentFirstError,
    CalledJustNowError,
    DeskBusyError,
    KeptApartError,
    NobodyToCallError,
    NotOnDutyError,
    OnBreakError,
    OutOfTurnError,
)
from walkin.estimates.snapshot import QueueSnapshot
from walkin.models import Desk, Duty, PointRules, Ticket
from walkin.states import CALLABLE, Action, DayAction, TicketState, TransitionRefusedError
from walkin.tickets.events import lock_ticket, record
from walkin.tickets.keep_apart import barred_tickets
from walkin.tickets.order import QueueReason
from walkin.tickets.snapshots import capture


@retrying
def call_next(duty_id: int, *, user: User, anyway: bool = False) -> Ticket:
    """Call the next ticket for this professional to their desk.

    Two who press at the same instant never get the same ticket: each locks the first one that
    nobody else holds. `anyway`: even though an appointment is due. Raises NotOnDutyError,
    DeskBusyError, AppointmentFirstError, NobodyToCallError.
    """
    duty = lock_active_duty(duty_id)
    snapshot = QueueSnapshot(duty.day)
    _require_free_desk(duty)
    if not anyway:
        _require_no_due_booking(duty, snapshot)
    kept_apart = []
    for position in snapshot.queue_of(duty.professional):
        if position.reason == QueueReason.APART:
            kept_apart.append(position.number)
        if not position.is_callable:
            continue
        ticket = _lock_if_callable(position.key)
        if ticket is not None:
            _call(ticket, duty, user)
            return ticket
    raise NobodyToCallError(kept_apart)


@retrying
def call(
    duty_id: int,
    ticket_id: int,
    *,
    user: User,
    version: int | None = None,
    anyway: bool = False,
    only_in_turn: bool = False,
) -> Ticket:
    """Call this ticket. `anyway`: even if kept apart, or an appointment is due.

    `only_in_turn`: raises OutOfTurnError unless it is the next one for this professional.
    """
    duty = lock_active_duty(duty_id)
    snapshot = QueueSnapshot(duty.day)
    _require_free_desk(duty)
    if not anyway:
        _require_no_due_booking(duty, snapshot, unless=ticket_id)
        if ticket_id in snapshot.apart:
            raise KeptApartError(next(t.number for t in snapshot.tickets if t.pk == ticket_id))
    if ticket_id in barred_tickets(snapshot.tickets, duty.professional):
        raise AColleagueCallsError
    if only_in_turn:
        _require_turn(duty, snapshot, ticket_id)
    ticket = lock_ticket(ticket_id, version=version)
    if ticket.day_id != duty.day_id:
        raise TransitionRefusedError(Action.CALL, TicketState(ticket.state))
    _call(ticket, duty, user)
    return ticket


def lock_active_duty(duty_id: int) -> Duty:
    """Fetch and lock the duty of somebody at a desk now, with its desk. Raises NotOnDutyError.

    After the hours the last ones on duty go on until all are served.
    """
    duty = (
        Duty.objects.select_for_update(of=("self",))
        .select_related("day", "professional", "desk")
        .filter(pk=duty_id)
        .first()
    )
    if duty is None:
        raise NotOnDutyError
    duty.day.require(DayAction.CALL)
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
    """Keep others from calling or resuming at the desk until the transaction ends."""
    Desk.objects.select_for_update(no_key=True).get(pk=desk_id)


def _require_free_desk(duty: Duty) -> None:
    if duty.is_on_break(clock.now()):
        raise OnBreakError
    at_desk = Ticket.objects.at_desk().filter(desk=duty.desk).first()
    if at_desk is not None:
        raise DeskBusyError(at_desk.number)


def _require_no_due_booking(
    duty: Duty, snapshot: QueueSnapshot, *, unless: int | None = None
) -> None:
    """Raise AppointmentFirstError. `unless`: the ticket to be called, where it is of that visit.

    Without one, a visit whose number can be called is no obstacle: that number is the next.
    """
    booked = snapshot.due_booking(duty.professional_id)
    if booked is None or (unless is not None and booked.ticket == unless):
        return
    if unless is not None or not booked.may_be_called:
        raise AppointmentFirstError(booked.reference, booked.starts_at)


def _require_turn(duty: Duty, snapshot: QueueSnapshot, ticket_id: int) -> None:
    line = snapshot.queue_of(duty.professional)
    first = next((position for position in line if position.is_callable), None)
    if first is None or first.key != ticket_id:
        raise OutOfTurnError(first.number if first else None)


def _lock_if_callable(ticket_id: int) -> Ticket | None:
    """Fetch and lock the ticket, unless somebody else is calling it or has called it."""
    ticket = (
        Ticket.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("day")
        .filter(pk=ticket_id, state__in=CALLABLE)
        .first()
    )
    if ticket is not None:
        ticket.former = capture(ticket)
    return ticket


def _call(ticket: Ticket, duty: Duty, user: User) -> None:
    ticket.require(Action.CALL)
    ticket.desk, ticket.professional = duty.desk, duty.professional
    ticket.calls += 1
    record(ticket, Action.CALL, user=user)


@retrying
def call_again(ticket_id: int, *, user: User, version: int | None = None) -> Ticket:
    """Repeat the call. Raises CalledJustNowError."""
    ticket = lock_ticket(ticket_id, version=version)
    require_gap(ticket)
    ticket.calls += 1
    record(ticket, Action.CALL_AGAIN, user=user)
    return ticket


@retrying
def came(ticket_id: int, *, user: User, version: int | None = None) -> Ticket:
    """Begin the visit: they came to the desk."""
    ticket = lock_ticket(ticket_id, version=version)
    record(ticket, Action.CAME, user=user)
    return ticket


@retrying
def record_no_show(ticket_id: int, *, user: User, version: int | None = None) -> Ticket:
    """As nobody came, call again, step back or close the ticket, as the rules say.

    Raises CalledJustNowError while they may still be on their way.
    """
    ticket = lock_ticket(ticket_id, version=version)
    rules = PointRules.of(ticket.day.service_point_id)
    action = no_show_action(ticket, rules)
    ticket.require(action)
    require_gap(ticket, rules)
    if action == Action.CALL_AGAIN:
        ticket.calls += 1
    elif action == Action.STEP_BACK:
        ticket.step_backs += 1
        ticket.calls = 0
        ticket.ready_at = clock.now() + timedelta(minutes=rules.step_back_minutes)
    record(ticket, action, user=user)
    return ticket


def require_gap(ticket: Ticket, rules: PointRules | None = None) -> None:
    """Raise CalledJustNowError while they may still be on their way."""
    if not ticket.is_called or ticket.called_at is None:
        return
    rules = rules or PointRules.of(ticket.day.service_point_id)
    left = rules.call_gap_seconds - (clock.now() - ticket.called_at).total_seconds()
    if left > 0:
        raise CalledJustNowError(ticket.number, seconds=ceil(left))


def no_show_action(ticket: Ticket, rules: PointRules) -> Action:
    """Return what a no-show means for this ticket now."""
    if ticket.calls < rules.calls:
        return Action.CALL_AGAIN
    if ticket.step_backs < rules.step_backs:
        return Action.STEP_BACK
    return Action.NOT_THERE


@retrying
def put_back(ticket_id: int, *, user: User, version: int | None = None) -> Ticket:
    """Return the ticket to its own place, as after a wrong key or when they come after all."""
    ticket = lock_ticket(ticket_id, version=version)
    ticket.day.require(DayAction.CALL)
    if ticket.is_over:
        # The person came after all: earlier no-shows no longer count against them.
        ticket.step_backs = 0
    ticket.calls = 0
    if not ticket.is_booked:
        ticket.for_professional = None
    record(ticket, Action.PUT_BACK, user=user)
    return ticket
