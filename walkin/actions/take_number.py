"""Taking a number: at the kiosk, by staff for somebody, on one's own phone."""

from datetime import timedelta

from bookings.models import Meeting
from office.calendar.occupancy import retrying
from office.core import clock, tokens
from office.models import User
from walkin.days.lifecycle import is_time_to_open, look_at_intake, open_day
from walkin.errors import DayNotRunningError, IntakeClosedError, WrongCodeError
from walkin.models import By, DayState, Source, Ticket, TicketEvent, WalkInDay
from walkin.models.tickets import LINK
from walkin.states import State
from walkin.tickets.events import TAKEN, locked_day
from walkin.tickets.live import announce
from walkin.tickets.matters import Matter

# A look at the intake holds for so long: the queue fills up by numbers, and slowly by time.
LOOK_AGAIN = timedelta(seconds=60)


def take_number(
    day_id: int,
    *,
    matter: Matter,
    language: str,
    meeting: Meeting,
    source: Source,
    user: User | None = None,
    anyway: bool = False,
) -> Ticket:
    """The next number of the day. A planned day opens when its time has come.

    `anyway`: staff may give a number after the intake has closed. Raises IntakeClosedError or
    DayNotRunningError. Afterwards the intake closes where those who wait fill the time.
    """
    look_before(day_id)
    ticket = give_number(
        day_id,
        matter=matter,
        language=language,
        meeting=meeting,
        source=source,
        user=user,
        anyway=anyway,
    )
    look_at_intake(day_id)
    return ticket


def look_before(day_id: int) -> None:
    """Close the intake before a number is taken, where nobody has looked at it for some time."""
    if not _looked_at(day_id):
        look_at_intake(day_id)


def _looked_at(day_id: int) -> bool:
    """Whether the intake was looked at just now, after the number before this one."""
    now = clock.now()
    since = now - LOOK_AGAIN
    if WalkInDay.objects.filter(pk=day_id, ends_at__lte=now).exists():
        return False
    return Ticket.objects.filter(day=day_id, taken_at__gt=since).exists()


@retrying
def give_number(
    day_id: int,
    *,
    matter: Matter,
    language: str,
    meeting: Meeting,
    source: Source,
    user: User | None = None,
    anyway: bool = False,
) -> Ticket:
    """The number alone, under the day's lock: looking at the intake before and after is the caller's."""
    day = locked_day(day_id)
    if is_time_to_open(day, clock.now()):
        day = open_day(day_id)
    if day.state == DayState.INTAKE_CLOSED and not (anyway and user):
        raise IntakeClosedError(day.intake_closed_why)
    if not day.is_running:
        raise DayNotRunningError
    now = clock.now()
    day.last_number += 1
    day.save(update_fields=["last_number"])
    nonce = tokens.new_nonce()
    ticket = Ticket.objects.create(
        day=day,
        number=day.last_number,
        link_nonce=nonce,
        link_hash=tokens.hash_token(tokens.token_for(LINK, nonce)),
        service=matter.service,
        other=matter.other,
        language=language,
        meeting=meeting,
        source=source,
        taken_at=now,
    )
    TicketEvent.objects.create(
        ticket=ticket,
        what=TAKEN,
        state=State.WAITING,
        at=now,
        by=By.STAFF if user else By.PERSON,
        user=user,
        reason=source,
    )
    announce(day.service_point_id)
    return ticket


def link_of(ticket: Ticket) -> str:
    """The secret address of the number's own page; empty when the day has ended."""
    if not ticket.link_nonce:
        return ""
    return f"/walk-in/ticket/{tokens.token_for(LINK, ticket.link_nonce)}/"


def ticket_of(token: str) -> Ticket | None:
    """Whose link it is; None for an unknown one, and when the day has ended."""
    return Ticket.objects.by_token_hash(tokens.hash_token(token)).first()


def day_of_code(code: str) -> WalkInDay:
    """The day whose code at the point it is. Raises WrongCodeError for one of another day."""
    day = (
        WalkInDay.objects.select_related("service_point")
        .filter(code_hash=tokens.hash_token(code))
        .first()
    )
    if day is None or not (day.is_running or is_time_to_open(day, clock.now())):
        raise WrongCodeError
    return day


def planned_of_code(code: str) -> WalkInDay | None:
    """The day whose code it is, where its numbers are still to come: somebody is early."""
    return (
        WalkInDay.objects.to_come(clock.now())
        .select_related("service_point")
        .filter(code_hash=tokens.hash_token(code))
        .first()
    )
