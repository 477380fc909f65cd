"""Referrals as staff may see them, and how many there were."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from bookings.parties import conflicts
from office.models import Role, User
from referrals.models import Referral, ReferralState
from referrals.models.referrals import ReferralQuerySet

LATEST = 50
# Of those that wait, unless all are asked for.
LISTED = 60


def seen_by(user: User) -> ReferralQuerySet:
    """Find all for the secretary, their own for the others; none of a matter that they stay out of."""
    found = Referral.objects.listed()
    if not user.has_role(Role.SECRETARY):
        found = found.filter(made_by=user)
    barred = conflicts.codes_barred_to(user)
    if barred:
        found = found.exclude(party__appointment__reference__in=barred)
    return found


@dataclass(frozen=True)
class ReferralLists:
    """What the page of handing on shows, the work first."""

    come_back: list[Referral]
    waiting: list[Referral]
    latest: list[Referral]
    # How many wait in all.
    count_waiting: int


def lists_for(user: User, now: datetime, *, whole: bool = False) -> ReferralLists:
    """Return the user's lists; four queries besides who stays out of what. `whole`: all that wait."""
    found = seen_by(user)
    unanswered = list(found.come_back(now).order_by("ends_at", "pk"))
    known = {referral.pk for referral in unanswered}
    others = found.exclude(pk__in=known)
    sent = ReferralState.SENT
    waits = others.filter(state=sent).order_by("ends_at", "pk")
    waiting = list(waits if whole else waits[:LISTED])
    latest = list(others.exclude(state=sent).order_by("-updated_at", "-pk")[:LATEST])
    count = len(waiting) if len(waiting) < LISTED or whole else waits.count()
    return ReferralLists(unanswered, waiting, latest, count)


def is_needed(parties: Collection[int]) -> bool:
    """Say whether somebody was handed on as one of these parties."""
    return Referral.objects.filter(party__in=parties).exists()
