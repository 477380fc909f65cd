"""Two who asked to come separately: where the other party waits in the same room, as far as is known."""

from collections.abc import Iterable, Mapping

from bookings.appointments import separate_visits
from bookings.models import Appointment, Meeting, Party, Status
from office.calendar.occupancy import retrying
from office.core import clock
from office.models import User
from walkin.errors import NotHereError
from walkin.models import Ticket, WalkInDay
from walkin.states import IN_THE_ROOM, OPEN
from walkin.tickets.events import locked, running, write


def kept_apart(day: WalkInDay, tickets: Iterable[Ticket]) -> dict[int, list[str]]:
    """Of open tickets, those kept apart from somebody: whom, as a number or a reference code.

    `tickets`: all open ones of the day, with `party__appointment` fetched. Two queries where somebody
    is known. Two linked visits of parents who come separately are one matter.
    """
    present = [t for t in tickets if t.state in IN_THE_ROOM]
    known = {t.party.appointment_id for t in present if t.party is not None}
    linked = separate_visits.others_of(known) if known else {}
    arrived = _arrived(day, known | set(linked.values())) if known else {}
    alerts: dict[int, list[str]] = {}
    for ticket in present:
        if not _comes_separately(ticket) or ticket.apart_settled_at is not None:
            continue
        others = [str(o.number) for o in present if _are_apart(ticket, o, linked)]
        if ticket.party is not None:
            own = ticket.party.appointment_id
            # Who has a visit of their own has arrived for it themselves: the other has the linked one.
            visit = linked.get(own, own)
            others += [arrived[visit]] if visit in arrived else []
        if others:
            alerts[ticket.pk] = others
    return alerts


def _comes_separately(ticket: Ticket) -> bool:
    """Asked so with the number, or when the visit was booked that this person has."""
    return ticket.meeting == Meeting.SEPARATE or (
        ticket.party is not None and ticket.party.appointment.meeting == Meeting.SEPARATE
    )


def _are_apart(one: Ticket, other: Ticket, linked: Mapping[int, int]) -> bool:
    if one.pk == other.pk:
        return False
    if other.pk == one.apart_from_id or one.pk == other.apart_from_id:
        return True
    if one.party is None or other.party is None or one.party_id == other.party_id:
        return False
    mine, theirs = one.party.appointment_id, other.party.appointment_id
    return mine == theirs or linked.get(mine) == theirs


def _arrived(day: WalkInDay, appointments: set[int]) -> dict[int, str]:
    """Those of the appointments for which somebody has arrived at the point today and waits."""
    today = clock.day_bounds(day.date, day.date)
    return dict(
        Appointment.objects.filter(
            pk__in=appointments, status=Status.ARRIVED, service_point=day.service_point_id
        )
        .starting_between(*today)
        .values_list("pk", "reference")
    )


@retrying
def tell_who(ticket_id: int, party: Party | None, *, user: User) -> Ticket:
    """Staff know who this is: a party to an appointment. Forgotten when the day ends.

    Raises NotHereError where the number is not open any more. What was settled is looked at anew.
    """
    ticket = locked(ticket_id)
    running(ticket.day)
    if ticket.state not in OPEN:
        raise NotHereError
    ticket.party, ticket.apart_settled_at = party, None
    write(ticket, "known" if party else "unknown", user=user)
    return ticket


@retrying
def keep_apart(ticket_id: int, other_id: int, *, user: User) -> Ticket:
    """Staff see two at the door who come separately: their numbers are kept apart."""
    one, other = (locked(pk) for pk in sorted((ticket_id, other_id)))
    if one.day_id == other.day_id and one.pk != other.pk:
        one.apart_from = other
        for ticket in (one, other):
            ticket.meeting = Meeting.SEPARATE
            ticket.apart_settled_at = None
            write(ticket, "apart", user=user)
    return one if one.pk == ticket_id else other


@retrying
def settle(ticket_id: int, *, user: User) -> Ticket:
    """Staff have seen to it, as by asking one to wait elsewhere: the number may be called."""
    ticket = locked(ticket_id)
    ticket.apart_settled_at = clock.now()
    write(ticket, "settled", user=user)
    return ticket
