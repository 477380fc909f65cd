"""Taking a number: at the kiosk, from staff, on one's own phone."""

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from office.calendar.occupancy import retrying
from office.core import clock, tokens
from office.models import Service, User
from walkin.days.lifecycle import is_time_to_open, open_day, refresh_intake
from walkin.days.notices import require_no_stop
from walkin.errors import IntakeClosedError, WrongCodeError
from walkin.estimates.snapshot_cache import latest_snapshot
from walkin.models import (
    Actor,
    Company,
    Destination,
    Source,
    Ticket,
    TicketEvent,
    WalkInDay,
)
from walkin.models.tickets import LINK
from walkin.states import DayAction, TicketState
from walkin.tickets.events import TAKEN, lock_day
from walkin.tickets.live import announce
from walkin.tickets.matters import Matter

# The intake is checked no more often: the queue fills up by tickets, and only slowly by time.
LOOK_AGAIN = timedelta(seconds=60)
# With room for so many more a queue is not full after a few more numbers: no new estimate is needed.
SPARE_PLACES = 5


def take_number(
    day_id: int,
    *,
    matter: Matter,
    language: str,
    meeting: Company,
    source: Source,
    also: Collection[Service] = (),
    sent_by: Destination | None = None,
    user: User | None = None,
    anyway: bool = False,
    reads: str = "",
) -> Ticket:
    """Take the next number of the day. A planned day opens when its time has come.

    `anyway`: staff may give a number after the intake has closed. Raises IntakeClosedError,
    StoppedByNoticeError or DayNotRunningError. Afterwards the intake closes where the waiting tickets
    fill the time.
    """
    refresh_stale_intake(day_id)
    ticket = issue_ticket(
        day_id,
        matter=matter,
        language=language,
        meeting=meeting,
        source=source,
        also=also,
        sent_by=sent_by,
        user=user,
        anyway=anyway,
        reads=reads,
    )
    refresh_filled_intake(ticket)
    return ticket


def refresh_stale_intake(day_id: int) -> None:
    """Check the intake before a number is taken, unless that was done just now."""
    if not _is_intake_fresh(day_id):
        refresh_intake(day_id)


def refresh_filled_intake(ticket: Ticket) -> None:
    """Check the intake after a number was taken, unless there was room for several more just now."""
    last = latest_snapshot(ticket.day, since=clock.now() - LOOK_AGAIN)
    taken = ticket.number - last.last_number if last is not None else 0
    if last is None or last.places_left < taken + SPARE_PLACES:
        refresh_intake(ticket.day_id)


def _is_intake_fresh(day_id: int) -> bool:
    """Say whether the intake was checked just now, after the previous ticket."""
    now = clock.now()
    since = now - LOOK_AGAIN
    return Ticket.objects.filter(day=day_id, day__ends_at__gt=now, taken_at__gt=since).exists()


@retrying
def issue_ticket(
    day_id: int,
    *,
    matter: Matter,
    language: str,
    meeting: Company,
    source: Source,
    also: Collection[Service] = (),
    sent_by: Destination | None = None,
    user: User | None = None,
    anyway: bool = False,
    reads: str = "",
) -> Ticket:
    """Issue a ticket under the day's lock. The caller checks the intake before and after."""
    day = lock_day(day_id)
    if is_time_to_open(day, clock.now()):
        day = open_day(day_id)
    if day.is_intake_closed and not (anyway and user):
        raise IntakeClosedError(day.intake_closed_why)
    if user is None:
        require_no_stop(day.service_point_id)
    day.require(DayAction.CALL)
    ticket = next_ticket(
        day,
        service=matter.service,
        other=matter.other,
        language=language,
        reads=reads,
        meeting=meeting,
        source=source,
        sent_by=sent_by,
        user=user,
    )
    if also:
        ticket.also.set(also)
    return ticket


def next_ticket(day: WalkInDay, *, user: User | None, source: Source, **fields: Any) -> Ticket:
    """Create the ticket with the day's next number, and its first event. `day` is locked."""
    now = clock.now()
    day.last_number += 1
    day.save(update_fields=["last_number"])
    nonce = tokens.new_nonce()
    ticket = Ticket.objects.create(
        day=day,
        number=day.last_number,
        link_nonce=nonce,
        link_hash=tokens.hash_token(tokens.token_for(LINK, nonce)),
        source=source,
        taken_at=now,
        **fields,
    )
    taken = TicketEvent.objects.create(
        ticket=ticket,
        what=TAKEN,
        state=TicketState.WAITING,
        at=now,
        by=_actor(user, source),
        user=user,
        reason=source,
    )
    ticket.new_events.append(taken)
    announce(day.service_point_id)
    return ticket


def _actor(user: User | None, source: Source) -> Actor:
    if user is not None:
        return Actor.STAFF
    return Actor.AGENCY if source == Source.AGENCY else Actor.PERSON


def ticket_path(ticket: Ticket) -> str:
    """Return the secret path of the ticket's own page; empty once the day has ended."""
    if not ticket.link_nonce:
        return ""
    return f"/walk-in/ticket/{tokens.token_for(LINK, ticket.link_nonce)}/"


def ticket_by_token(token: str) -> Ticket | None:
    """Return the ticket that the link opens; None for an unknown one or after the day."""
    return Ticket.objects.by_token_hash(tokens.hash_token(token)).first()


def day_by_code(code: str) -> WalkInDay:
    """Return the open day with this code. Raises WrongCodeError."""
    day = (
        WalkInDay.objects.select_related("service_point")
        .filter(code_hash=tokens.hash_token(code))
        .first()
    )
    if day is None or not (day.is_running or is_time_to_open(day, clock.now())):
        raise WrongCodeError
    return day


def planned_day_by_code(code: str) -> WalkInDay | None:
    """Return the planned day with this code: somebody came before it opens."""
    return (
        WalkInDay.objects.to_come(clock.now())
        .select_related("service_point")
        .filter(code_hash=tokens.hash_token(code))
        .first()
    )
