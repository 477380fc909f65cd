"""The standing links with which partners refer somebody to us: made, withdrawn, looked up."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from bookings.call_backs.actions import Caller, reserve
from bookings.models import CallBack
from office.core import clock, tokens
from office.core.once import made_already, one_at_a_time
from office.models import PartnerOrganisation, Unit, User
from office.staff.rate_limits import count_try
from referrals.models import PartnerLink
from referrals.models.links import PARTNER_LINK

REFERRED_AN_HOUR = 20
# Of how long ago the partner sees what became of a referral.
SHOWN = timedelta(days=60)


@dataclass(frozen=True)
class Wanted:
    """Who is to be called when; `key`: of the form, which sent twice makes one call-back."""

    caller: Caller
    start: datetime
    key: UUID


def make_link(organisation: PartnerOrganisation, *, user: User) -> PartnerLink:
    """Make the partner's link; the one that it has stays."""
    with transaction.atomic():
        one_at_a_time(f"partner link {organisation.pk}")
        known = PartnerLink.objects.filter(organisation=organisation, withdrawn_at=None).first()
        if known is not None:
            return known
        nonce = tokens.new_nonce()
        return PartnerLink.objects.create(
            organisation=organisation,
            link_nonce=nonce,
            link_hash=tokens.hash_token(tokens.token_for(PARTNER_LINK, nonce)),
            made_by=user,
            made_at=clock.now(),
        )


def withdraw_link(link_id: int) -> None:
    """Withdraw the link: it opens nothing any more."""
    PartnerLink.objects.filter(pk=link_id, withdrawn_at=None).update(withdrawn_at=clock.now())


def link_by_token(token: str) -> PartnerLink | None:
    """Find the link while it opens something: not withdrawn, of a partner in use."""
    return (
        PartnerLink.objects.select_related("organisation")
        .filter(link_hash=tokens.hash_token(token), withdrawn_at=None, organisation__is_active=True)
        .first()
    )


def refer(link: PartnerLink, wanted: Wanted, *, unit: Unit) -> CallBack:
    """Reserve a call-back for somebody whom the partner refers, with consent.

    Raises TooManyTriesError, and what call_backs.actions.reserve does.
    """
    if made_already(CallBack, wanted.key) is None:
        count_try("partner refers", str(link.pk), limit=REFERRED_AN_HOUR, every=timedelta(hours=1))
    return reserve(
        wanted.caller, wanted.start, unit=unit, made_from=wanted.key, partner=link.organisation
    )


def referred_lately(link: PartnerLink) -> list[CallBack]:
    """List what the partner asked for lately, the newest first; the page shows only code and state."""
    calls = CallBack.objects.filter(
        referred_by=link.organisation, created_at__gte=clock.now() - SHOWN
    )
    return list(calls.only("reference", "status", "created_at").order_by("-created_at", "-pk"))
