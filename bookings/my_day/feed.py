"""A professional's private calendar feed: giving it, taking it away, and what stands in it."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from office.core import clock, tokens
from office.messaging.ics import uid_for
from office.models import Absence, ClaimKind, Occupancy, Professional, Unit

PAST_WEEKS = 4
# What is not agreed yet is left out: a calendar of one's own should not move by itself.
SHOWN = (
    ClaimKind.APPOINTMENT,
    ClaimKind.CALL_BACK,
    ClaimKind.WALK_IN,
    ClaimKind.EVENING,
    ClaimKind.ABSENCE,
    ClaimKind.OTHER,
)


def issue_feed(professional: Professional) -> str:
    """Give a new feed, in place of the one before; its token."""
    nonce = tokens.new_nonce()
    token = tokens.token_for("feed", nonce)
    with transaction.atomic():
        Professional.objects.filter(pk=professional.pk).update(
            feed_nonce=nonce, feed_hash=tokens.hash_token(token)
        )
    professional.feed_nonce, professional.feed_hash = nonce, tokens.hash_token(token)
    return token


def revoke_feed(professional: Professional) -> None:
    """Take the feed away: its address leads nowhere from now on."""
    Professional.objects.filter(pk=professional.pk).update(feed_nonce="", feed_hash=None)
    professional.feed_nonce, professional.feed_hash = "", None


def feed_path(professional: Professional) -> str:
    """Return the address of the professional's feed; empty where there is none."""
    if not professional.feed_hash:
        return ""
    return f"/calendar/{tokens.token_for('feed', professional.feed_nonce)}.ics"


def professional_of_feed(token: str) -> Professional | None:
    """Return whose feed it is; None for an unknown or revoked one, or when the person has left."""
    found: Professional | None = (
        Professional.objects.in_use()
        .select_related("user")
        .filter(Q(user=None) | Q(user__is_active=True), feed_hash=tokens.hash_token(token))
        .first()
    )
    return found


def busy_times(professional: Professional, unit: Unit) -> list[tuple[datetime, datetime, str, str]]:
    """Return start, end, id and summary (none) of agreed busy times, some weeks back and all ahead."""
    today = clock.today()
    first = today - timedelta(weeks=PAST_WEEKS)
    last = today + timedelta(weeks=unit.horizon_weeks)
    start, end = clock.day_bounds(first, last)
    rows = Occupancy.objects.filter(
        resource=professional.pk,
        during__overlap=(start, end),
        expires_at=None,
        claim__kind__in=SHOWN,
    )
    # What was read from their own calendar is there already.
    rows = rows.exclude(claim__absence__reason=Absence.Reason.CALENDAR).order_by("during")
    return [
        (during.lower, during.upper, uid_for("feed", str(claim), str(pk)), "")
        for pk, claim, during in rows.values_list("pk", "claim_id", "during")
    ]
