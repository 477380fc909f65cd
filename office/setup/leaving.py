"""Somebody stops working here: what is still theirs, who takes it on, and then the account is closed."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from office.calendar.hours_impact import OrphanedBooking
from office.core import clock
from office.models import (
    ClaimKind,
    GuidanceLink,
    Occupancy,
    Professional,
    User,
)
from office.setup.activation import switch_professional
from office.sign_in.accounts import switch_user


@dataclass(frozen=True)
class Held:
    """One thing ahead that somebody is booked for."""

    kind: str
    label: str
    start: datetime


def held_by(professional: Professional) -> list[Held]:
    """List what lies ahead of somebody: visits, calls, walk-in duties, evenings; the next first."""
    kinds = (*ClaimKind.booked(), ClaimKind.WALK_IN, ClaimKind.EVENING)
    rows = (
        Occupancy.objects.filter(
            resource=professional.pk, during__endswith__gt=clock.now(), claim__kind__in=kinds
        )
        .select_related("claim")
        .order_by("during", "pk")
    )
    return [Held(row.claim.kind, row.claim.label, row.during.lower) for row in rows]


def links_of(professional: Professional) -> list[GuidanceLink]:
    """List the links that somebody looks after."""
    return list(GuidanceLink.objects.in_use().filter(owner__professional=professional))


@transaction.atomic
def close_member(
    professional: Professional, *, links_to: User | None, by: User, seen: str = ""
) -> list[OrphanedBooking]:
    """Hand on what is theirs, take them out of use and close their account.

    Bookings become the secretary's work: raises BookingsHitError unless those were `seen`. Raises
    ValidationError for the last manager and for one's own account. Nothing is changed then.
    """
    if professional.user is not None:
        GuidanceLink.objects.filter(owner=professional.user).update(owner=links_to)
        if professional.user.is_active:
            switch_user(professional.user, on=False, by=by)
    return switch_professional(professional, on=False, seen=seen)
