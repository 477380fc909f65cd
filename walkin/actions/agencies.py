"""Hand-over with the other agencies in the building, both ways, by a link of the day."""

from collections.abc import Collection
from datetime import timedelta

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from office.calendar.occupancy import retrying
from office.core import clock, tokens
from office.models import Service, User
from office.staff.rate_limits import count_try
from walkin.actions.take_number import take_number
from walkin.errors import DutyError, NotReferredHereError
from walkin.models import (
    Actor,
    AgencyAnswer,
    AgencyLink,
    Company,
    Destination,
    Source,
    Ticket,
    WalkInDay,
)
from walkin.models.agency_links import AGENCY_LINK
from walkin.states import NOT_OVER, Action, TicketState
from walkin.tickets.events import lock_day, lock_ticket, record, save_with_event
from walkin.tickets.matters import Matter

NUMBERS_AN_HOUR = 30


@retrying
def make_link(destination: Destination, day_id: int, *, user: User) -> AgencyLink:
    """Make the agency's link for the day; the one that it has already stays. Raises DutyError."""
    day = lock_day(day_id)
    if day.is_over or destination.service_point_id != day.service_point_id:
        raise DutyError(_("That place is at another service point, or the walk-in is over."))
    known = AgencyLink.objects.filter(destination=destination, day=day, withdrawn_at=None).first()
    if known is not None:
        return known
    nonce = tokens.new_nonce()
    return AgencyLink.objects.create(
        destination=destination,
        day=day,
        link_nonce=nonce,
        link_hash=tokens.hash_token(tokens.token_for(AGENCY_LINK, nonce)),
        made_by=user,
        made_at=clock.now(),
    )


def withdraw_link(link_id: int) -> None:
    """Withdraw the link: it opens nothing any more."""
    AgencyLink.objects.filter(pk=link_id, withdrawn_at=None).update(withdrawn_at=clock.now())


def link_by_token(token: str) -> AgencyLink | None:
    """Return the link while it opens something: not withdrawn, of a day that is not over."""
    return (
        AgencyLink.objects.select_related("destination", "day__service_point")
        .filter(
            link_hash=tokens.hash_token(token),
            withdrawn_at=None,
            day__state__in=NOT_OVER,
            destination__is_active=True,
        )
        .first()
    )


def referred_to(link: AgencyLink) -> QuerySet[Ticket]:
    """Return the tickets of the day that were referred to the agency, those without an answer first."""
    return Ticket.objects.filter(
        day=link.day, sent_to=link.destination, state=TicketState.REFERRED
    ).order_by("agency_answer", "closed_at")


def send_here(
    link: AgencyLink,
    *,
    matter: Matter,
    language: str,
    meeting: Company,
    also: Collection[Service] = (),
) -> Ticket:
    """Give somebody whom the agency sends a number.

    Raises what take_number does, and TooManyTriesError.
    """
    count_try("walk-in agency", str(link.pk), limit=NUMBERS_AN_HOUR, every=timedelta(hours=1))
    return take_number(
        link.day_id,
        matter=matter,
        also=also,
        language=language,
        meeting=meeting,
        source=Source.AGENCY,
        sent_by=link.destination,
    )


@retrying
def answer_referral(link: AgencyLink, ticket_id: int, answer: AgencyAnswer) -> Ticket:
    """Note whether somebody who was referred came to the agency. Raises NotReferredHereError."""
    ticket = _lock_referred(link, ticket_id)
    ticket.agency_answer = answer
    save_with_event(ticket, f"ag_{answer}", by=Actor.AGENCY)
    return ticket


@retrying
def send_back(link: AgencyLink, ticket_id: int) -> Ticket:
    """Send somebody back who was referred: they wait here in the place of their number again."""
    ticket = _lock_referred(link, ticket_id)
    ticket.agency_answer = ""
    record(ticket, Action.COME_BACK, by=Actor.AGENCY)
    return ticket


def _lock_referred(link: AgencyLink, ticket_id: int) -> Ticket:
    if not referred_to(link).filter(pk=ticket_id).exists():
        raise NotReferredHereError
    ticket = lock_ticket(ticket_id)
    is_theirs = ticket.sent_to_id == link.destination_id and ticket.day_id == link.day_id
    if not ticket.is_referred or not is_theirs:
        raise NotReferredHereError
    return ticket


def links_of(day: WalkInDay) -> dict[int, AgencyLink]:
    """Return the links of the day that are in force, by agency."""
    return {link.destination_id: link for link in day.agency_links.filter(withdrawn_at=None)}
