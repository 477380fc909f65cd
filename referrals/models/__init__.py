from referrals.models.directory import DirectoryEntry, WebsiteCheck
from referrals.models.links import PartnerLink
from referrals.models.referrals import (
    Disclosed,
    Referral,
    ReferralBy,
    ReferralEvent,
    ReferralState,
    ReferralStep,
)

__all__ = [
    "DirectoryEntry",
    "Disclosed",
    "PartnerLink",
    "Referral",
    "ReferralBy",
    "ReferralEvent",
    "ReferralState",
    "ReferralStep",
    "WebsiteCheck",
]
