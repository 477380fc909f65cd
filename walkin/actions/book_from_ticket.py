"""Book an appointment from a ticket. The same transaction ends the visit."""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from bookings.appointments.occasions import RefusedError
from bookings.hooks import Occasion, OccasionKind
from bookings.models import Appointment, Meeting
from office.calendar.occupancy import retrying
from office.core import clock
from office.models import HoursKind, Service, User, WeeklyHours
from walkin.actions.calling import lock_desk
from walkin.actions.serving import ServingResult, set_result
from walkin.days.absences import is_with_colleague
from walkin.days.duties import professional_of
from walkin.errors import WalkInError
from walkin.models import Company, Outcome, Ticket
from walkin.states import Action, DayAction
from walkin.tickets.events import lock_ticket, record, save_with_event

# The field in which the booking panel carries the ticket.
FIELD = "ticket"


@retrying
def prepare(
    ticket_id: int, result: ServingResult, *, user: User, version: int | None = None
) -> Ticket:
    """Save what was ticked about the visit before an appointment is booked from it.

    Raises TransitionRefusedError where the ticket is not being served, and ChildrenNotSaidError.
    """
    ticket = lock_ticket(ticket_id, version=version)
    ticket.require(Action.DONE)
    set_result(ticket, result)
    ticket.outcome = ""
    save_with_event(ticket, "noted", user=user)
    return ticket


def find(user: User, key: str) -> Occasion:
    """Return the ticket at the user's desk for the booking panel. Raises RefusedError."""
    ticket = Ticket.objects.filter(pk=_pk(key)).select_related("day", "service").first()
    if ticket is None:
        raise RefusedError(_("There is no such number."))
    _require_may_end(user, ticket)
    service = ticket.turned_out_service or ticket.service
    return Occasion(
        FIELD,
        key,
        sentence=_("From number %(number)s: booking ends the visit as “appointment booked”.")
        % {"number": ticket.number},
        wish={
            "service": service.slug if service else "",
            "also": ",".join(further.slug for further in ticket.further_services),
            "language": ticket.language,
            "point": _point(ticket, service),
            "meeting": _meeting(ticket),
        },
    )


def end(user: User, key: str, appointment: Appointment) -> None:
    """End the visit with a booked appointment, in the booking's transaction. Raises RefusedError."""
    ticket = lock_ticket(_pk(key))
    _require_may_end(user, ticket)
    ticket.appointment, ticket.outcome = appointment, Outcome.BOOKED
    record(ticket, Action.DONE, user=user, reason=Outcome.BOOKED)


def reopen(user: User, appointment: Appointment) -> None:
    """Reopen the visit of a booking that is undone: at its desk if that is free, else on hold.

    Runs in the transaction of the undo. Raises RefusedError where the day is over.
    """
    found = Ticket.objects.filter(appointment=appointment).first()
    if found is None or found.desk_id is None:
        return
    lock_desk(found.desk_id)
    ticket = lock_ticket(found.pk)
    try:
        ticket.day.require(DayAction.CALL)
        ticket.outcome = ""
        record(ticket, Action.REOPEN, user=user)
        if not Ticket.objects.at_desk().filter(desk=ticket.desk_id).exists():
            record(ticket, Action.RESUME, user=user)
    except WalkInError as error:
        raise RefusedError(error.sentence) from error


def back(appointment: Appointment) -> str:
    """Return the queue's address where the appointment was booked from a ticket of today."""
    is_registered = Ticket.objects.filter(appointment=appointment).exists()
    return reverse("queue:queue") if is_registered else ""


def _meeting(ticket: Ticket) -> str:
    """Return how parents meet: together unless somebody asked otherwise; coming alone asks nothing."""
    is_separate = ticket.meeting == Company.SEPARATE
    return Meeting.SEPARATE if is_separate else Meeting.TOGETHER


def _point(ticket: Ticket, service: Service | None) -> str:
    """Return the walk-in's point if it has such appointments in the language; else any point."""
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


KIND = OccasionKind(find, end, reopen, back)


def _require_may_end(user: User, ticket: Ticket) -> None:
    """Raise RefusedError where a colleague has the visit, it is not in progress, or the day is over."""
    who = professional_of(user)
    if is_with_colleague(ticket, who.pk if who else None):
        raise RefusedError(_("That number is at a colleague's desk."))
    try:
        ticket.day.require(DayAction.CALL)
        ticket.require(Action.DONE)
    except WalkInError as error:
        raise RefusedError(error.sentence) from error


def _pk(key: str) -> int:
    return int(key) if key.isdecimal() and len(key) < 16 else 0
