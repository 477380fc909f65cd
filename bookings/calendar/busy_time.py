"""Busy time with what it is for, as a calendar shows it: codes and facts, never a name."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import F, Q
from django.db.models.functions import Coalesce

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
class BookedTime:
    """What is booked, held, requested or offered: a code and facts, never a name."""

    claim: int
    reference: str
    service: int
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
    booking: BookedTime | None


def _of_owner(field: str, *owners: str) -> Coalesce:
    """A fact of what the claim belongs to: of the first of `owners` that there is."""
    return Coalesce(*(f"claim__{owner}__{field}" for owner in owners))


_VISITS = ("appointment", "moverequest__appointment", "timeoffer__appointment")
_TIMES = ("appointment", "moverequest", "timeoffer", "hold")


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
        .values(
            "resource_id",
            "during",
            "claim_id",
            kind=F("claim__kind"),
            point=F("claim__service_point_id"),
            orphaned_at=F("claim__orphaned_at"),
            absence=F("claim__absence__reason"),
            reference=_of_owner("reference", *_VISITS),
            status=F("claim__appointment__status"),
            service=_of_owner("service_id", *_VISITS, "hold"),
            language=_of_owner("language", *_VISITS, "hold"),
            channel=_of_owner("channel", *_TIMES),
            visit_ends_at=_of_owner("ends_at", *_TIMES),
        )
    )
    by_resource: dict[int, list[Busy]] = {}
    members: dict[int, list[int]] = {}
    for row in rows:
        is_wrong = row["orphaned_at"] is not None and row["kind"] in ClaimKind.booked()
        by_resource.setdefault(row["resource_id"], []).append(
            Busy(
                start=row["during"].lower,
                end=row["during"].upper,
                kind="wrong" if is_wrong else BUSY.get(row["kind"], "other"),
                point=row["point"],
                detail=row["absence"] or "",
                booking=None if row["service"] is None else _booking(row),
            )
        )
        members.setdefault(row["claim_id"], []).append(row["resource_id"])
    return by_resource, members


def _booking(row: Mapping[str, Any]) -> BookedTime:
    return BookedTime(
        claim=row["claim_id"],
        reference=row["reference"] or "",
        service=row["service"],
        language=row["language"],
        status=row["status"] or "",
        channel=row["channel"],
        start=row["during"].lower,
        end=min(row["visit_ends_at"] or row["during"].upper, row["during"].upper),
    )
