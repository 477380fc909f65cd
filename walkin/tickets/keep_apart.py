"""Keep apart two who asked to come separately, where both are known to wait in the same room."""

from collections.abc import Iterable, Mapping

from bookings.appointments import separate_visits
from bookings.models import Appointment, Meeting, Party, Status
from bookings.parties import conflicts
from office.calendar.occupancy import retrying
from office.core import clock
from office.models import Professional, User
from walkin.errors import NotHereError
from walkin.models import Company, Ticket, WalkInDay
from walkin.states import IN_THE_ROOM
from walkin.tickets.events import lock_noted_ticket, save_with_event


def kept_apart(day: WalkInDay, tickets: Iterable[Ticket]) -> dict[int, list[str]]:
    """Return, by ticket, from whom it is kept apart: ticket numbers or reference codes.

    `tickets`: all open ones of the day, with `party__appointment` fetched. Two queries where a
    party is known. Two linked appointments of parents who come separately count as one case.
    """
    here = [t for t in tickets if t.state in IN_THE_ROOM]
    marked = {t.apart_from_id for t in here}
    # Of all others nobody knows of whom they should be kept apart.
    present = [t for t in here if t.party is not None or t.apart_from_id or t.pk in marked]
    known = {t.party.appointment_id for t in present if t.party is not None}
    linked = separate_visits.others_of(known) if known else {}
    arrived = _arrived(day, known | set(linked.values())) if known else {}
    # Of these the number tells that they are here.
    numbered = {t.visit_id for t in here}
    alerts: dict[int, list[str]] = {}
    for ticket in present:
        if not _comes_separately(ticket) or ticket.apart_settled_at is not None:
            continue
        others = [str(o.number) for o in present if _must_be_apart(ticket, o, linked)]
        if ticket.party is not None:
            own = ticket.party.appointment_id
            # With an appointment of their own, it is the linked one that the other party arrived for.
            visit = linked.get(own, own)
            if visit in arrived and visit not in numbered:
                others.append(arrived[visit])
        if others:
            alerts[ticket.pk] = others
    return alerts


def _comes_separately(ticket: Ticket) -> bool:
    """Say whether they did not come together, or asked for separate visits when they booked.

    Two who each came alone with one appointment may not know of each other: staff look first.
    """
    return ticket.meeting != Company.TOGETHER or (
        ticket.party is not None and ticket.party.appointment.meeting == Meeting.SEPARATE
    )


def _must_be_apart(one: Ticket, other: Ticket, linked: Mapping[int, int]) -> bool:
    if one.pk == other.pk:
        return False
    if other.pk == one.apart_from_id or one.pk == other.apart_from_id:
        return True
    if one.party is None or other.party is None or one.party_id == other.party_id:
        return False
    mine, theirs = one.party.appointment_id, other.party.appointment_id
    return mine == theirs or linked.get(mine) == theirs


def _arrived(day: WalkInDay, appointments: set[int]) -> dict[int, str]:
    """Return references of those appointments at the point today whose party has arrived and waits."""
    today = clock.day_bounds(day.date, day.date)
    return dict(
        Appointment.objects.filter(
            pk__in=appointments, status=Status.ARRIVED, service_point=day.service_point_id
        )
        .starting_between(*today)
        .values_list("pk", "reference")
    )


@retrying
def identify_party(ticket_id: int, party: Party | None, *, user: User) -> Ticket:
    """Link the ticket to a party of an appointment, or unlink it. Removed when the day ends.

    Raises NotHereError where the ticket is closed. An earlier settlement is cleared.
    """
    ticket = lock_noted_ticket(ticket_id)
    if ticket.is_over:
        raise NotHereError
    ticket.party, ticket.apart_settled_at = party, None
    save_with_event(ticket, "known" if party else "unknown", user=user)
    return ticket


@retrying
def keep_apart(ticket_id: int, other_id: int, *, user: User) -> list[Ticket]:
    """Keep apart two tickets whose people staff have seen at the door; return both."""
    one, other = (lock_noted_ticket(pk) for pk in sorted((ticket_id, other_id)))
    if one.day_id == other.day_id and one.pk != other.pk:
        one.apart_from = other
        for ticket in (one, other):
            ticket.meeting = Company.SEPARATE
            ticket.apart_settled_at = None
            save_with_event(ticket, "apart", user=user)
    return sorted((one, other), key=lambda ticket: ticket.pk != ticket_id)


@retrying
def settle_separation(ticket_id: int, *, user: User, version: int | None = None) -> Ticket:
    """Note that staff have dealt with it, say by asking one to wait elsewhere."""
    ticket = lock_noted_ticket(ticket_id, version=version)
    ticket.apart_settled_at = clock.now()
    save_with_event(ticket, "settled", user=user)
    return ticket


def barred_tickets(tickets: Iterable[Ticket], professional: Professional) -> set[int]:
    """Return tickets of cases that the professional is recused from. No query where nobody is known."""
    known = {
        t.pk: {t.visit_id, t.party.appointment_id if t.party else None} - {None}
        for t in tickets
        if t.visit_id or t.party
    }
    barred = conflicts.barred_to(professional) if known else set()
    return {pk for pk, appointments in known.items() if appointments & barred}
