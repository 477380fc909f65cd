"""Personal links: whom one opens, when it ends, closing it and sending another."""

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef

from bookings.appointments import notices
from bookings.appointments.answers import is_invitation
from bookings.lifecycle.references import invitation_code
from bookings.lifecycle.transitions import NotPossibleError, locked, locked_with_party, record
from bookings.models import Appointment, EventKind, JointSearch, OtherParent, Party, Status
from bookings.parties.records import hash_code, new_link
from bookings.visibility import Reader
from office.calendar.occupancy import retrying
from office.core import clock, tokens
from office.messaging import outbox
from office.models import Unit, User

VISITED = [Status.CONFIRMED, Status.ARRIVED, Status.IN_MEETING, Status.DONE, Status.NO_SHOW]
CLOSED = [Status.CANCELLED, Status.DECLINED]


def open_link(token: str) -> Party | None:
    """Find the party whose link this is, with the appointment; None where it opens nothing.

    By an invitation that its owner has exchanged for a link of their own, they are found with
    `is_by_invitation`: time and place may be shown then, and nothing else.
    """
    hashed = tokens.hashes_of(token)
    searches = JointSearch.objects.going_on().filter(appointment=OuterRef("appointment"))
    parties = (
        Party.objects.with_visit_seen_by(Reader.OWN)
        .with_known_others()
        .select_related("appointment__service")
        .annotate(is_searched=Exists(searches))
    )
    party = parties.filter(link_hash__in=hashed).first()
    if party is None:
        party = _by_invitation(parties.filter(invitation_link_hash__in=hashed).first())
    return party if party is not None and not has_ended(party.appointment) else None


def open_code(code: str) -> Party | None:
    """Find the invited party whom a code that was handed over is for."""
    party = (
        Party.objects.with_visit_seen_by(Reader.OWN)
        .other_parents()
        .filter(appointment__invitation_hash=hash_code(code))
        .first()
    )
    if party is not None and not is_invitation(party, party.appointment):
        party = _by_invitation(party) if party.invitation_nonce else None
    return party if party is not None and not has_ended(party.appointment) else None


def invited_party(appointment: Appointment) -> Party | None:
    """Return the other parent to whom the requester passes the invitation on; None without one."""
    if appointment.other_parent != OtherParent.PASS_ON or appointment.invitation_hash is None:
        return None
    return appointment.parties.other_parents().first()


def code_to_pass_on(appointment: Appointment) -> str:
    """Return the invitation code, the same whether or not it was taken up: nobody learns that from it."""
    nonce = nonce_to_pass_on(appointment)
    return invitation_code(nonce) if nonce else ""


def nonce_to_pass_on(appointment: Appointment) -> str:
    """Return the nonce of the invitation's code and link; empty where none is to pass on."""
    party = invited_party(appointment)
    if party is None or has_ended(appointment) or not appointment.is_open:
        return ""
    return party.invitation_nonce or party.link_nonce


@retrying
def renew_invitation(appointment_id: int, *, user: User, version: int | None = None) -> None:
    """Make a new invitation code: the earlier one, which may be in wrong hands, opens nothing any more.

    Raises NotPossibleError where it was taken up, or there is none; ChangedMeanwhileError.
    """
    appointment = locked(appointment_id, version=version)
    party = invited_party(appointment)
    if party is None or not may_renew_invitation(party, appointment):
        raise NotPossibleError
    before = party.link_nonce
    new_link(party)
    party.save(update_fields=["link_nonce", "link_hash", "code_hash"])
    outbox.change_link(about=appointment.reference, nonce=before, to=party.link_nonce)
    appointment.invitation_hash = hash_code(invitation_code(party.link_nonce))
    record(appointment, EventKind.INVITATION_RENEWED, user=user)


def may_renew_invitation(party: Party, appointment: Appointment) -> bool:
    """Say whether the invitation has still to be taken up."""
    return is_invitation(party, appointment) and appointment.is_open and not party.given_by_other


def token_of(party: Party) -> str:
    """Return the token by which the party was found: of the invitation, or of their own link."""
    nonce = party.invitation_nonce if party.is_by_invitation else party.link_nonce
    return tokens.link_token("party", nonce)


def has_ended(appointment: Appointment) -> bool:
    """Say whether the visit was so long ago, or was cancelled, that its links no longer open anything."""
    now = clock.now()
    over_since = _over_since(appointment)
    return (
        over_since is not None
        and over_since <= now
        and over_since + timedelta(days=Unit.get().link_days) <= now
    )


def _over_since(appointment: Appointment) -> datetime | None:
    """Return when the visit ended or was cancelled; None where it is not agreed yet."""
    if appointment.status in CLOSED:
        return appointment.updated_at
    return appointment.ends_at if appointment.status in VISITED else None


@retrying
def close_link(
    party_id: int, *, user: User | None = None, version: int | None = None
) -> list[Party]:
    """Close a party's link and send them another; return the party if they must be called instead.

    Messages that have not left yet carry the new link. `user`: the secretary; otherwise the party
    themselves. Raises NotPossibleError, ChangedMeanwhileError.
    """
    party, appointment = locked_with_party(party_id, version=version)
    if not may_close_link(party, appointment):
        raise NotPossibleError
    before = party.link_nonce
    new_link(party)
    party.save(update_fields=["link_nonce", "link_hash", "code_hash"])
    outbox.change_link(about=appointment.reference, nonce=before, to=party.link_nonce)
    record(appointment, EventKind.LINK_CLOSED, user=user, party=party, of=party)
    return notices.notify_link(appointment, party, by=party if user is None else None)


def may_close_link(party: Party, appointment: Appointment) -> bool:
    """Say whether a party has a link of their own that still opens something."""
    takes_part = party.left_at is None and not is_invitation(party, appointment)
    return takes_part and not has_ended(appointment)


def _by_invitation(party: Party | None) -> Party | None:
    if party is not None:
        party.is_by_invitation = True
    return party
