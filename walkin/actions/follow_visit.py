"""The number of a booked visit follows what is marked of the visit elsewhere, as on its card."""

from bookings.models import Appointment, VisitOutcome
from office.core import clock
from office.models import User
from walkin.actions.call_visit import desk_of_room
from walkin.actions.correcting import CORRECTED
from walkin.days.current import on_duty
from walkin.models import Actor, Outcome, Ticket
from walkin.states import Action, TicketState
from walkin.tickets.attendance import ATTENDANCE
from walkin.tickets.events import FOLLOWS, record, save_with_event


def follow_visit(appointment: Appointment, user: User | None) -> None:
    """Bring the number of the visit, if it has one, to what was marked. In the caller's transaction."""
    ticket = (
        Ticket.objects.select_for_update(of=("self",))
        .select_related("day")
        .filter(visit=appointment)
        .first()
    )
    if ticket is None or not ticket.day.is_running:
        return
    if ATTENDANCE.get(ticket.state) == appointment.status:
        return
    ticket.is_following = True
    for action in _steps(ticket, appointment):
        if action == Action.REOPEN:
            ticket.outcome = ""
        record(ticket, action, user=user, by=None if user else Actor.SYSTEM, reason=FOLLOWS)


def follow_outcome(outcome: VisitOutcome, user: User) -> None:
    """Bring what was noted of a visit to its finished number, for the figures of the day."""
    ticket = (
        Ticket.objects.select_for_update(of=("self",))
        .select_related("day")
        .filter(visit=outcome.appointment_id, state=TicketState.DONE)
        .first()
    )
    if ticket is None or not ticket.day.is_running:
        return
    noted = {
        "outcome": outcome.outcome,
        "agreements": outcome.agreements,
        "came": outcome.came,
        "next_step": outcome.next_step,
    }
    if all(getattr(ticket, name) == value for name, value in noted.items()):
        return
    for name, value in noted.items():
        setattr(ticket, name, value)
    ticket.agreement_made = outcome.outcome == Outcome.AGREEMENT or bool(outcome.agreements)
    ticket.is_following = True
    save_with_event(ticket, CORRECTED, user=user, reason=FOLLOWS)


def _steps(ticket: Ticket, appointment: Appointment) -> list[Action]:
    """Return the actions that lead there; none where people at the desk decide."""
    if appointment.has_arrived:
        back = [Action.REOPEN] if ticket.is_done else []
        return [*back, Action.PUT_BACK] if back or ticket.allows(Action.PUT_BACK) else []
    if appointment.is_in_meeting:
        return _begin(ticket, appointment)
    if appointment.is_over and ticket.allows(Action.DONE):
        return [Action.DONE]
    if appointment.is_no_show and ticket.allows(Action.NOT_THERE):
        return [Action.NOT_THERE]
    # Over, called off, or not arrived after all.
    return [Action.LEAVE] if ticket.allows(Action.LEAVE) else []


def _begin(ticket: Ticket, appointment: Appointment) -> list[Action]:
    """Begin at the desk of one of its professionals, if that is free."""
    if ticket.is_done:
        return [Action.REOPEN]
    if ticket.is_called:
        return [Action.CAME]
    if not ticket.is_waiting:
        return []
    duty = (
        on_duty(ticket.day, clock.now())
        .filter(professional__in=appointment.professionals.all(), desk__isnull=False)
        .exclude(desk__in=Ticket.objects.at_desk().values("desk"))
        .select_related("desk", "professional")
        .first()
    )
    if duty is not None:
        ticket.desk, ticket.professional = duty.desk, duty.professional
        return [Action.CALL, Action.CAME]
    # Its professional meets them in the room of the visit, without walk-in duty.
    desk = desk_of_room(appointment.room) if appointment.room else None
    if desk is None or Ticket.objects.at_desk().filter(desk=desk).exists():
        return []
    ticket.desk, ticket.professional = desk, ticket.for_professional
    return [Action.CALL, Action.CAME] if ticket.professional else []
