"""An appointment booked from a number: the visit ends with it, in the booking's own transaction."""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from bookings.appointments.occasions import Kind, Occasion, RefusedError
from bookings.models import Appointment
from office.calendar.occupancy import retrying
from office.core import clock
from office.models import HoursKind, Service, User, WeeklyHours
from walkin.actions.calling import lock_desk
from walkin.actions.serving import Result, note_result
from walkin.days.absences import is_a_colleagues
from walkin.days.duties import professional_of
from walkin.errors import WalkInError
from walkin.models import Outcome, Ticket
from walkin.states import Action, State, step
from walkin.tickets.events import locked, record, running, write

# The field by which the booking panel carries a number.
NAME = "ticket"


@retrying
def prepare(ticket_id: int, result: Result, *, user: User, version: int | None = None) -> Ticket:
    """Keep what was ticked about the visit before an appointment is booked from it.

    Raises RefusedError of the transitions where the number is not being served.
    """
    ticket = locked(ticket_id, version=version)
    step(Action.DONE, State(ticket.state))
    note_result(ticket, result)
    ticket.outcome = ""
    write(ticket, "noted", user=user)
    return ticket


def find(user: User, key: str) -> Occasion:
    """The number at the user's desk, as the booking panel needs it. Raises RefusedError."""
    ticket = Ticket.objects.filter(pk=_pk(key)).select_related("day", "service").first()
    if ticket is None:
        raise RefusedError(_("There is no such number."))
    _may_end(user, ticket)
    service = ticket.turned_out_service or ticket.service
    return Occasion(
        NAME,
        key,
        said=_("From number %(number)s: booking ends the visit as “appointment booked”.")
        % {"number": ticket.number},
        wish={
            "service": service.slug if service else "",
            "language": ticket.language,
            "point": _point(ticket, service),
            "meeting": ticket.meeting,
        },
    )


def end(user: User, key: str, appointment: Appointment) -> None:
    """The visit is over: an appointment was booked. In the booking's transaction. Raises RefusedError."""
    ticket = locked(_pk(key))
    _may_end(user, ticket)
    ticket.appointment, ticket.outcome = appointment, Outcome.BOOKED
    record(ticket, Action.DONE, user=user, reason=Outcome.BOOKED)


def reopen(user: User, appointment: Appointment) -> None:
    """The booking is taken back: the visit goes on, at its desk where that is free, else on hold.

    In the transaction that takes it back. Raises RefusedError where the day is over.
    """
    found = Ticket.objects.filter(appointment=appointment).first()
    if found is None or found.desk_id is None:
        return
    lock_desk(found.desk_id)
    ticket = locked(found.pk)
    try:
        running(ticket.day)
        ticket.outcome = ""
        record(ticket, Action.REOPEN, user=user)
        if not Ticket.objects.at_desk().filter(desk=ticket.desk_id).exists():
            record(ticket, Action.RESUME, user=user)
    except WalkInError as error:
        raise RefusedError(error.sentence) from error


def back(appointment: Appointment) -> str:
    """The queue, where the appointment was booked from a number of today."""
    is_ours = Ticket.objects.filter(appointment=appointment).exists()
    return reverse("queue:queue") if is_ours else ""


def _point(ticket: Ticket, service: Service | None) -> str:
    """The point of the walk-in, where such appointments are given in the language; else any."""
    point = ticket.day.service_point_id
    hours = WeeklyHours.objects.filter(
        Q(valid_until__isnull=True) | Q(valid_until__gte=clock.today()),
        service_point=point,
        kind=HoursKind.APPOINTMENTS,
        professional__is_active=True,
        professional__languages__contains=[ticket.language],
    )
    if service is not None:
        hours = hours.filter(professional__services=service)
    return str(point) if hours.exists() else ""


KIND = Kind(find, end, reopen, back)


def _may_end(user: User, ticket: Ticket) -> None:
    """Raises RefusedError where the visit is a colleague's, not going on, or the day is over."""
    who = professional_of(user)
    if is_a_colleagues(ticket, who.pk if who else None):
        raise RefusedError(_("That number is at a colleague's desk."))
    try:
        running(ticket.day)
        step(Action.DONE, State(ticket.state))
    except WalkInError as error:
        raise RefusedError(error.sentence) from error


def _pk(key: str) -> int:
    return int(key) if key.isdecimal() and len(key) < 16 else 0
