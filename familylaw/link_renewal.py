"""Renew all personal links after the key they are made with has leaked.

With that key and a copy of the database anybody could make every link. So the key is replaced, and
every derived link gets a new nonce: links sent before open nothing, and messages still to be sent
carry the new ones.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import models, transaction

from bookings.cases.actions import LINK as INVITATION_LINK
from bookings.lifecycle.references import invitation_code
from bookings.models import Appointment, CallBack, CasePerson, PairInvitation, Party
from bookings.parties.records import hash_code
from evenings.models import LINK as EVENING_LINK
from evenings.models import OrganiserLink, SignUp
from evenings.models.organiser_links import ORGANISER_LINK
from office.core import own_codes, tokens
from office.messaging.link_key import remember_new_key
from office.models import OutboxMessage, Professional
from referrals.hand_over.actions import OWN_LINK
from referrals.models import PartnerLink, Referral
from referrals.models.links import PARTNER_LINK
from walkin.models import AgencyLink, Ticket, WalkInDay
from walkin.models.agency_links import AGENCY_LINK
from walkin.models.days import CODE
from walkin.models.tickets import LINK

_BATCH = 500


@dataclass(frozen=True)
class Derived:
    """Fields of a link: the nonce it is derived from, and the hash it is found by."""

    model: type[models.Model]
    nonce: str
    hash: str
    purpose: str
    # Personal links contain only the beginning of the token.
    token: Callable[[str, str], str] = tokens.token_for


DERIVED = (
    Derived(Party, "link_nonce", "link_hash", "party", tokens.link_token),
    Derived(Party, "invitation_nonce", "invitation_link_hash", "party", tokens.link_token),
    Derived(CallBack, "link_nonce", "link_hash", "call_back", tokens.link_token),
    Derived(PairInvitation, "link_nonce", "link_hash", "pair"),
    Derived(CasePerson, "nonce", "link_hash", INVITATION_LINK, tokens.link_token),
    Derived(Professional, "feed_nonce", "feed_hash", "feed"),
    Derived(WalkInDay, "code_nonce", "code_hash", CODE),
    Derived(Ticket, "link_nonce", "link_hash", LINK),
    Derived(SignUp, "link_nonce", "link_hash", EVENING_LINK, tokens.link_token),
    Derived(Referral, "own_nonce", "own_hash", OWN_LINK, tokens.link_token),
    Derived(PartnerLink, "link_nonce", "link_hash", PARTNER_LINK),
    Derived(OrganiserLink, "link_nonce", "link_hash", ORGANISER_LINK),
    Derived(AgencyLink, "link_nonce", "link_hash", AGENCY_LINK),
)
# Fields that only refer to one of those.
FOLLOWING = ((OutboxMessage, "link_nonce"),)


@transaction.atomic
def renew_links() -> int:
    """Give every link a new nonce under the current LINK_KEY, remember the key; return how many."""
    renewed: dict[str, str] = {}
    for derived in DERIVED:
        renewed |= _renew(derived)
    for model, field in FOLLOWING:
        _follow(model, field, renewed)
    _follow_series(renewed)
    _renew_codes()
    remember_new_key()
    return len(renewed)


def _renew(derived: Derived) -> dict[str, str]:
    """Return the new nonce for each former one. Rows without a hash or nonce stay as they are."""
    rows = list(
        derived.model._default_manager.select_for_update()
        .exclude(**{derived.nonce: ""})
        .exclude(**{f"{derived.hash}__isnull": True})
    )
    renewed = {}
    for row in rows:
        nonce = renewed[getattr(row, derived.nonce)] = tokens.new_nonce()
        setattr(row, derived.nonce, nonce)
        setattr(row, derived.hash, tokens.hash_token(derived.token(derived.purpose, nonce)))
    derived.model._default_manager.bulk_update(
        rows, [derived.nonce, derived.hash], batch_size=_BATCH
    )
    return renewed


def _follow(model: type[models.Model], field: str, renewed: dict[str, str]) -> None:
    rows = list(model._default_manager.select_for_update().exclude(**{field: ""}))
    changed = [row for row in rows if getattr(row, field) in renewed]
    for row in changed:
        setattr(row, field, renewed[getattr(row, field)])
    model._default_manager.bulk_update(changed, [field], batch_size=_BATCH)


def _follow_series(renewed: dict[str, str]) -> None:
    """Renew the links of the other visits that a message tells of."""
    rows = list(OutboxMessage.objects.select_for_update().exclude(also=[]))
    for row in rows:
        row.also = [one | {"nonce": renewed.get(one["nonce"], one["nonce"])} for one in row.also]
    OutboxMessage.objects.bulk_update(rows, ["also"], batch_size=_BATCH)


def _renew_codes() -> None:
    """Renew own codes and invitation codes, which are derived from the nonces of the links."""
    parties = list(Party.objects.exclude(code_hash=""))
    for party in parties:
        party.code_hash = own_codes.hash_of(party.link_nonce)
    Party.objects.bulk_update(parties, ["code_hash"], batch_size=_BATCH)
    posted = list(CasePerson.objects.all())
    for person in posted:
        person.code_hash = hash_code(invitation_code(person.nonce))
    CasePerson.objects.bulk_update(posted, ["code_hash"], batch_size=_BATCH)
    changed = []
    invited = Party.objects.other_parents().order_by("-pk")
    # The first one of a visit, whose code it is, comes last and stays.
    for party in invited.filter(appointment__invitation_hash__isnull=False).select_related(
        "appointment"
    ):
        code = invitation_code(party.invitation_nonce or party.link_nonce)
        party.appointment.invitation_hash = hash_code(code)
        changed.append(party.appointment)
    Appointment.objects.bulk_update(changed, ["invitation_hash"], batch_size=_BATCH)
