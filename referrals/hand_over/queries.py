"""Referrals as staff may see them, and how many there were."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Exists, Q

from bookings.parties import conflicts
from office.core import clock
from office.models import Role, User
from referrals.models import DirectoryEntry, Referral, ReferralState
from referrals.models.referrals import ReferralQuerySet

FIGURES_OF = timedelta(days=365)
LATEST = 50


def seen_by(user: User) -> ReferralQuerySet:
    """All for the secretary, their own for the others; none of a matter that they stay out of."""
    found = Referral.objects.listed()
    if not user.has_role(Role.SECRETARY):
        found = found.filter(made_by=user)
    barred = conflicts.codes_barred_to(user)
    if barred:
        found = found.exclude(party__appointment__reference__in=barred)
    return found


def come_back_exists() -> Exists:
    """Whether anything has come back; asked within the query of the secretary's pages."""
    return Exists(Referral.objects.come_back(clock.now()))


@dataclass(frozen=True)
class ReferralLists:
    """What the page of handing on shows, the work first."""

    come_back: list[Referral]
    waiting: list[Referral]
    latest: list[Referral]


def lists_for(user: User, now: datetime) -> ReferralLists:
    """The user's lists, two queries beside who stays out of what."""
    found = seen_by(user)
    unanswered = list(found.come_back(now).order_by("ends_at", "pk"))
    known = {referral.pk for referral in unanswered}
    others = found.exclude(pk__in=known)
    sent = ReferralState.SENT
    waiting = list(others.filter(state=sent).order_by("ends_at", "pk"))
    latest = list(others.exclude(state=sent).order_by("-updated_at", "-pk")[:LATEST])
    return ReferralLists(unanswered, waiting, latest)


@dataclass(frozen=True)
class Figures:
    """How many were handed on to one service within a year, by answer."""

    entry: DirectoryEntry
    counts: list[int]
    total: int


def figures(now: datetime) -> list[Figures]:
    """By service of a partner, those with any; the states in their order. One query."""
    within = Q(referrals__made_at__gte=now - FIGURES_OF)
    entries = DirectoryEntry.objects.select_related("organisation").annotate(
        total=Count("referrals", filter=within),
        **{
            f"n_{state.value}": Count("referrals", filter=within & Q(referrals__state=state))
            for state in ReferralState
        },
    )
    return [
        Figures(entry, [getattr(entry, f"n_{state.value}") for state in ReferralState], entry.total)
        for entry in entries.filter(total__gt=0)
    ]
