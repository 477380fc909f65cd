"""Calling the number of a booked visit to its room, by a professional who is not on walk-in duty."""

from collections.abc import Sequence

from django.urls import reverse

from bookings.hooks import VisitNumber
from bookings.models import Appointment
from office.calendar.occupancy import retrying
from office.core import clock
from office.models import Professional, Room, User
from walkin.actions.calling import lock_desk, require_gap
from walkin.errors import DeskBusyError, NotOnDutyError
from walkin.models import Desk, Duty, Ticket
from walkin.models.tickets import TicketQuerySet
from walkin.states import CALLABLE, Action, DayAction, TicketState, TransitionRefusedError
from walkin.tickets.events import lock_ticket, record


@retrying
def call_visit(appointment: Appointment, professional: Professional, *, user: User) -> Ticket:
    """Call those who have come to the visit into its room; a second press calls again.

    Raises DeskBusyError, CalledJustNowError, NotOnDutyError where there is no such number,
    TransitionRefusedError.
    """
    found = _numbers([appointment.pk], professional).first()
    if found is None or appointment.room is None:
        raise NotOnDutyError
    desk = desk_of_room(appointment.room)
    lock_desk(desk.pk)
    ticket = lock_ticket(found.pk)
    ticket.day.require(DayAction.CALL)
    other = Ticket.objects.at_desk().filter(desk=desk).exclude(pk=ticket.pk).first()
    if other is not None:
        raise DeskBusyError(other.number)
    if not ticket.is_called and ticket.state not in CALLABLE:
        raise TransitionRefusedError(Action.CALL, TicketState(ticket.state))
    require_gap(ticket)
    ticket.desk, ticket.professional = desk, professional
    ticket.calls += 1
    record(ticket, Action.CALL_AGAIN if ticket.is_called else Action.CALL, user=user)
    return ticket


def desk_of_room(room: Room) -> Desk:
    """Return the room's desk, to which the display calls; one that nobody sits at where there is none."""
    known = Desk.objects.filter(room=room).order_by("-is_active", "order", "pk").first()
    if known is not None:
        return known
    name = str(room.name)[: Desk._meta.get_field("name").max_length]
    desk, _is_new = Desk.objects.get_or_create(
        service_point_id=room.service_point_id,
        name=name,
        defaults={"room": room, "is_active": False},
    )
    return desk


def visit_numbers(
    visits: Sequence[Appointment], professional: Professional
) -> dict[int, VisitNumber]:
    """Return the numbers of those who have come to these visits, by visit; one query, or two.

    With the address that calls it, unless the professional is on walk-in duty and calls from there.
    """
    now, found = clock.now(), {}
    tickets = {t.visit_id: t for t in _numbers([v.pk for v in visits], professional)}
    if not tickets:
        return {}
    on_duty = Duty.objects.filter(
        day__in={t.day_id for t in tickets.values()},
        professional=professional,
        during__endswith__gt=now,
    ).exists()
    for visit in visits:
        ticket = tickets.get(visit.pk)
        if ticket is None or visit.room_id is None:
            continue
        may_call = not on_duty and (ticket.is_waiting or ticket.is_called)
        address = reverse("queue:call_visit", args=[visit.reference]) if may_call else ""
        found[visit.pk] = VisitNumber(ticket.number, address, is_called=ticket.is_called)
    return found


def _numbers(visits: Sequence[int], professional: Professional) -> TicketQuerySet:
    return Ticket.objects.filter(visit__in=visits, for_professional=professional).open()
