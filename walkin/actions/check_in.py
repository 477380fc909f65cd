"""Checking in for a booked visit of today: at the kiosk, at the desk, or on one's own phone."""

import re
from dataclasses import dataclass
from datetime import timedelta

from bookings.appointments.attendance import set_attendance
from bookings.lifecycle.by_video import channel_of
from bookings.lifecycle.references import normal_code
from bookings.models import Appointment, Meeting, Party, Status
from bookings.models.appointments import AppointmentQuerySet
from bookings.parties import conflicts
from office.calendar.occupancy import retrying
from office.core import clock
from office.core.intervals import contains
from office.core.own_codes import hash_typed
from office.models import Channel, Professional, User
from walkin.actions.take_number import next_ticket
from walkin.days.lifecycle import is_time_to_open, open_day
from walkin.days.notices import require_no_stop
from walkin.errors import NoSuchVisitError
from walkin.models import Company, Duty, OtherMatter, Source, Ticket, WalkInDay
from walkin.states import Action, TicketState
from walkin.tickets.events import lock_day, lock_ticket, record
from walkin.tickets.live import announce

# On one's own phone, from home as well: not long before the visit.
BY_LINK_FROM = timedelta(hours=1)
NEAR = timedelta(hours=3)
_REFERENCE = re.compile(r"^[A-Z]{3}\d{3}$")


@dataclass(frozen=True)
class CheckedIn:
    """A visit whose people are here. Without a ticket they are fetched: nobody of theirs is at a desk."""

    appointment: Appointment
    ticket: Ticket | None


def visits_of_today(point: int) -> AppointmentQuerySet:
    """Return the visits at the point today that are agreed and not over, in order of time.

    Midnight divides none: what is within some hours of now is of today as well.
    """
    now, today = clock.now(), clock.today()
    start, end = clock.day_bounds(today, today)
    return (
        Appointment.objects.agreed()
        .filter(service_point=point, channel=Channel.IN_PERSON)
        .starting_between(min(start, now - NEAR), max(end, now + NEAR))
        .order_by("starts_at", "pk")
    )


def find_visit(text: str, point: int) -> tuple[Appointment, Party | None]:
    """Find a visit of today by its reference, or by a party's own code. Raises NoSuchVisitError."""
    text = text.replace("\0", "").strip()[:40]
    visits, code = visits_of_today(point), normal_code(text)
    if _REFERENCE.match(code):
        visit = visits.filter(reference=f"{code[:3]}-{code[3:]}").first()
        if visit is not None:
            return visit, None
    hashed = hash_typed(text)
    party = (
        Party.objects.all_who_come()
        .select_related("accompanies")
        .filter(appointment__in=visits, code_hash=hashed)
        .first()
        if hashed
        else None
    )
    if party is None:
        raise NoSuchVisitError
    # Who comes along is here with whom they accompany.
    return visits.get(pk=party.appointment_id), party.accompanies or party


def may_check_in_by_link(party: Party) -> bool:
    """Say whether the holder of a personal link may say now that they have come.

    A companion is here with their party, and one who has left the matter is not awaited.
    """
    appointment = party.appointment
    if not party.rules.is_invited or party.left_at is not None:
        return False
    starts_at, ends_at = appointment.starts_at, appointment.ends_at
    return bool(
        appointment.is_agreed
        and channel_of(party, appointment) == Channel.IN_PERSON
        and appointment.service_point_id
        and starts_at
        and ends_at
        and contains((starts_at - BY_LINK_FROM, ends_at), clock.now())
    )


@retrying
def check_in(
    appointment_id: int,
    *,
    language: str,
    source: Source,
    party: Party | None = None,
    user: User | None = None,
    reads: str = "",
) -> CheckedIn:
    """Note that they have come, and give the visit a number by which its professional calls them.

    One on duty calls from their desk, another one from their own day to the room of the visit; where
    there is neither duty nor room, they are fetched.

    Asked for again, the same number is given; one that was given back or not there waits again. Raises
    NoSuchVisitError where the visit is not one of today, or is over, and StoppedByNoticeError while only
    staff give numbers.
    """
    appointment = Appointment.objects.select_for_update(of=("self",)).get(pk=appointment_id)
    point = appointment.service_point_id
    if point is None or not visits_of_today(point).filter(pk=appointment.pk).exists():
        raise NoSuchVisitError
    day = _running_day(point)
    ticket = Ticket.objects.filter(visit=appointment, day=day).first() if day else None
    if user is None and (ticket is None or ticket.is_over):
        require_no_stop(point)
    if ticket is not None and ticket.is_void:
        # Given by mistake, and undone: this is another one.
        Ticket.objects.filter(pk=ticket.pk).update(visit=None)
    elif ticket is not None:
        return CheckedIn(appointment, _back_in_queue(ticket, user))
    ticket = None
    professional = _who_calls(appointment, day) if day else None
    if day is not None and professional is not None:
        ticket = next_ticket(
            lock_day(day.pk),
            other=OtherMatter.BOOKED,
            language=language,
            reads=reads,
            meeting=_company(appointment),
            for_professional=professional,
            visit=appointment,
            party=party or _only_party(appointment),
            source=source,
            user=user,
        )
    if appointment.is_confirmed:
        set_attendance(appointment.pk, Status.ARRIVED, user=user, party=None if user else party)
    announce(point)
    return CheckedIn(appointment, ticket)


def _running_day(point: int) -> WalkInDay | None:
    day = WalkInDay.objects.at(point).running().first()
    if day is not None:
        return day
    planned = WalkInDay.objects.at(point).to_come(clock.now()).first()
    if planned is not None and is_time_to_open(planned, clock.now()):
        return open_day(planned.pk)
    return None


def _back_in_queue(ticket: Ticket, user: User | None) -> Ticket:
    if ticket.state not in (TicketState.LEFT, TicketState.NOT_THERE):
        return ticket
    ticket = lock_ticket(ticket.pk)
    ticket.calls = ticket.step_backs = 0
    record(ticket, Action.PUT_BACK, user=user)
    return ticket


def _who_calls(appointment: Appointment, day: WalkInDay) -> Professional | None:
    on_duty = _professional_on_duty(appointment, day)
    if on_duty is not None or appointment.room_id is None:
        return on_duty
    barred = conflicts.barred_from(appointment.pk)
    own = appointment.professionals.exclude(pk__in=barred).order_by(
        "-duties__is_lead", "duties__pk"
    )
    return own.first()


def _professional_on_duty(appointment: Appointment, day: WalkInDay) -> Professional | None:
    """Find the first of the visit's professionals who is at the walk-in now or later, or finishes it."""
    now = clock.now()
    theirs = Duty.objects.filter(day=day, professional__in=appointment.professionals.all())
    duty = (
        theirs.filter(during__endswith__gt=min(now, day.ends_at - timedelta(seconds=1)))
        .select_related("professional")
        .order_by("during", "pk")
        .first()
    )
    return duty.professional if duty else None


def _company(appointment: Appointment) -> Company:
    if appointment.meeting == Meeting.SEPARATE:
        return Company.SEPARATE
    several = Party.objects.who_come().sides().filter(appointment=appointment).count() > 1
    return Company.TOGETHER if several else Company.ALONE


def _only_party(appointment: Appointment) -> Party | None:
    """Return the only party who comes; if two come, nobody says who is here."""
    parties = list(Party.objects.who_come().filter(appointment=appointment)[:2])
    return parties[0] if len(parties) == 1 else None
