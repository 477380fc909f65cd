"""The directory of partners, and two slips: one that was answered, and one that came back."""

from datetime import datetime, timedelta
from uuid import uuid4

from demo.unit import read, texts
from office.core import clock, tokens
from office.models import PartnerOrganisation, Role, Unit, User
from referrals.hand_over.actions import OWN_LINK
from referrals.hand_over.codes import keys_of, new_code
from referrals.models import (
    DirectoryEntry,
    Disclosed,
    Referral,
    ReferralBy,
    ReferralEvent,
    ReferralState,
    ReferralStep,
)

FIELDS = ("address", "hours", "for_whom", "how")


def build_directory(name: str) -> None:
    """Build a service of each of the unit's organisations that the file knows, under their names."""
    names = {row["key"]: row["name"] for row in read(name)["organisation"]}
    for order, row in enumerate(read("directory")["service"]):
        if row["organisation"] not in names:
            continue
        organisation = PartnerOrganisation.objects.get(name_fi=names[row["organisation"]]["fi"])
        DirectoryEntry.objects.create(
            organisation=organisation,
            **texts({"name": names[row["organisation"]]}, "name"),
            phone=organisation.phone,
            email=organisation.email,
            languages=row["languages"],
            order=order,
            is_public=row.get("is_public", True),
            takes_referrals=row.get("takes_referrals", True),
            **texts(row, *FIELDS),
        )


def hand_people_on() -> None:
    """Hand on two people whose slips have been taken along: what they told is deleted already."""
    guide = User.objects.filter(roles__contains=[Role.GUIDE]).earliest("pk")
    answered, unanswered = DirectoryEntry.objects.open_to_referrals()[:2]
    now, days = clock.now(), timedelta(days=Unit.get().referral_days)
    made = _slip(answered, guide, now - timedelta(days=5), ReferralState.TAKEN)
    _steps(
        made, (ReferralStep.OPENED, timedelta(hours=20)), (ReferralStep.TAKEN, timedelta(hours=21))
    )
    _slip(unanswered, guide, now - days - timedelta(days=1), ReferralState.SENT)


def _slip(entry: DirectoryEntry, guide: User, at: datetime, state: ReferralState) -> Referral:
    nonce = tokens.new_nonce()
    referral = Referral.objects.create(
        reference=f"ZKA-{Referral.objects.count() + 482}",
        state=state,
        entry=entry,
        disclosed=[Disclosed.FIRST_NAME, Disclosed.CONTACT, Disclosed.LANGUAGE],
        link_hash=keys_of(new_code()).lookup,
        own_nonce=nonce,
        own_hash=tokens.hash_token(tokens.link_token(OWN_LINK, nonce)),
        made_by=guide,
        made_at=at,
        made_from=uuid4(),
        ends_at=at + timedelta(days=Unit.get().referral_days),
        opened_at=at + timedelta(hours=20) if state == ReferralState.TAKEN else None,
        updated_at=at,
    )
    ReferralEvent.objects.create(
        referral=referral, what=ReferralStep.MADE, at=at, by=ReferralBy.STAFF, user=guide
    )
    return referral


def _steps(referral: Referral, *steps: tuple[ReferralStep, timedelta]) -> None:
    ReferralEvent.objects.bulk_create(
        ReferralEvent(
            referral=referral, what=what, at=referral.made_at + after, by=ReferralBy.PARTNER
        )
        for what, after in steps
    )
