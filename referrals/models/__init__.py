from referrals.models.directory import DirectoryEntry
from referrals.models.links import PartnerLink
from referrals.models.referrals import (
    Referral,
    ReferralBy,
    ReferralEvent,
    ReferralState,
    ReferralStep,
    Told,
)

__all__ = [
    "DirectoryEntry",
    "PartnerLink",
    "Referral",
    "ReferralBy",
    "ReferralEvent",
    "ReferralState",
    "ReferralStep",
    "Told",
]
