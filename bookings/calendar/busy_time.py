"""Busy time with what it is for, as a calendar shows it: codes and facts, never a name."""

from dataclasses import dataclass
from datetime import datetime

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Q

from office.core import clock
from office.models import ClaimKind, Occupancy, ResourceKind

# What a claim of each kind is on the calendar.
BUSY = {
    ClaimKind.HOLD: "held",
    ClaimKind.REQUEST: "request",
    ClaimKind.OFFER: "offer",
    ClaimKind.APPOINTMENT: "booked",
    ClaimKind.CALL_BACK: "call",
    ClaimKind.WALK_IN: "walkin",
    ClaimKind.ABSENCE: "away",
    ClaimKind.EVENING: "evening",
    ClaimKind.OTHER: "other",
}


@dataclass(frozen=True, slots=True)
class Booking:
    """What is booked, held, requested or offered: a code and facts, never a name."""

    claim: int
    reference: str
    service: int | None
    language: str
    status: str
    channel: str
    start: datetime
    end: datetime


@dataclass(frozen=True)
class Busy:
    """One busy stretch of one resource. `kind`: of BUSY, or "wrong": booked, without hours."""

    start: datetime
    end: datetime
    kind: str
    point: int | None
    detail: str
    booking: Booking | None


# The columns of one busy row; those of what a claim may belong to come by left joins of single rows.
_COLUMNS = (
    "resource_id",
    "during",
    "claim_id",
    "claim__kind",
    "claim__service_point_id",
    "claim__orphaned_at",
    "claim__absence__reason",
    "claim__appointment__reference",
    "claim__appointment__status",
    "claim__appointment__service_id",
    "claim__appointment__language",
    "claim__appointment__channel",
    "claim__appointment__ends_at",
    "claim__moverequest__appointment__reference",
    "claim__moverequest__appointment__service_id",
    "claim__moverequest__appointment__language",
    "claim__moverequest__channel",
    "claim__moverequest__ends_at",
    "claim__timeoffer__appointment__reference",
    "claim__timeoffer__appointment__service_id",
    "claim__timeoffer__appointment__language",
    "claim__timeoffer__channel",
    "claim__timeoffer__ends_at",
    "claim__hold__service_id",
    "claim__hold__language",
    "claim__hold__channel",
    "claim__hold__ends_at",
)


def busy_time(
    resources: list[int], window: DateTimeTZRange
) -> tuple[dict[int, list[Busy]], dict[int, list[int]]]:
    """Busy time by resource, in order, and the resources of each claim. One query."""
    rows = (
        # Joined to the few resources, so that each reads its own stretch of the index.
        Occupancy.objects.filter(
            resource__in=resources,
            resource__kind__in=[ResourceKind.PROFESSIONAL, ResourceKind.ROOM],
            during__overlap=window,
        )
        .filter(Q(expires_at__isnull=True) | Q(expires_at__gt=clock.now()))
        .order_by("during")
        .values_list(*_COLUMNS)
    )
    found: dict[int, list[Busy]] = {}
    members: dict[int, list[int]] = {}
    for resource, during, claim, kind, point, orphaned, reason, *owners in rows:
        booking = _booking(claim, during, owners)
        shown = "wrong" if orphaned and kind in ClaimKind.booked() else BUSY.get(kind, "other")
        found.setdefault(resource, []).append(
            Busy(during.lower, during.upper, shown, point, reason or "", booking)
        )
        members.setdefault(claim, []).append(resource)
    return found, members


def _booking(claim: int, during: DateTimeTZRange, owners: list[object]) -> Booking | None:
    appointment, others = owners[:6], (owners[6:11], owners[11:16], ["", *owners[16:20]])
    if appointment[0]:
        reference, status, service, language, channel, end = appointment
    else:
        row = next((o for o in others if o[1] is not None), None)
        if row is None:
            return None
        (reference, service, language, channel, end), status = row, ""
    visit_end = min(end, during.upper) if isinstance(end, datetime) else during.upper
    return Booking(
        claim,
        str(reference or ""),
        service if isinstance(service, int) else None,
        str(language or ""),
        str(status or ""),
        str(channel or ""),
        during.lower,
        visit_end,
    )
