"""What breaks the rules of `referrals`, one by one."""

from referrals.models import PartnerLink, Referral, ReferralState, WebsiteCheck
from tests.constraints.rows import broken, own, twice

CASES = [
    *own(WebsiteCheck, "entry"),
    twice("a_partner_has_one_standing_link", PartnerLink),
    *own(PartnerLink, "link_hash"),
    broken("what_is_sealed_has_its_key_beside_it", Referral, sealed=b"words"),
    broken("what_is_sealed_has_its_key_beside_it", Referral, wrapped=b"key"),
    *(
        broken(
            "an_ended_referral_tells_nothing",
            Referral,
            state=state,
            sealed=b"words",
            wrapped=b"key",
        )
        for state in (ReferralState.WITHDRAWN, ReferralState.CLOSED, ReferralState.NOT_OURS)
    ),
    *own(Referral, "reference", "link_hash", "own_hash", "made_from"),
]
