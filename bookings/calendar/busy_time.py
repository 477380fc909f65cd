"""Busy time with what it is for and who comes, as the secretary's calendar shows it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Case, F, OuterRef, Q, When
from django.db.models.functions import Coalesce

from bookings.models import Appointment, Meeting, Party
from office.core import clock
from office.core.json_rows import json_rows
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
class Visitor:
    """Who comes to a visit."""

    name: str
    # The code of a language; empty where none is needed.
    interpreter: str
    is_protected: bool
    # What the visit needs, as Access has it.
    access: list[str]


@dataclass(frozen=True, slots=True)
class BookedTime:
    """What is booked, held, requested or offered, and who comes."""

    claim: int
    reference: str
    service: int
    language: str
    status: str
    channel: str
    start: datetime
    end: datetime
    is_separate: bool
    is_anonymous: bool
    # In an order that does not tell who asked.
    visitors: tuple[Visitor, ...]
    # The further matters of the visit, by id.
    also: tuple[int, ...] = ()


@dataclass(frozen=True)
class BusyStretch:
    """One busy stretch of one resource.

    `kind`: of BUSY, "wrong" (booked, without hours) or "closed" (a room).
    """

    start: datetime
    end: datetime
    kind: str
    point: int | None
    detail: str
    booking: BookedTime | None


def _of_owner(field: str, *owners: str) -> Coalesce:
    """Select a field of what the claim belongs to: of the first of `owners` that exists."""
    return Coalesce(*(f"claim__{owner}__{field}" for owner in owners))


_VISITS = ("appointment", "moverequest__appointment", "timeoffer__appointment")
_TIMES = ("appointment", "moverequest", "timeoffer", "hold")


def _visitors() -> ArraySubquery:
    """Find who comes to a row's visit. One row of a claim is enough: its professional's."""
    parties = Party.objects.who_come().filter(appointment=OuterRef("visit")).impartial()
    return json_rows(parties, "name", "interpreter", "is_protected", "access")


def _further() -> ArraySubquery:
    """Select the further matters of a row's visit. One row of a claim is enough, as for the visitors."""
    further = Appointment.also.through.objects.filter(appointment=OuterRef("visit"))
    return ArraySubquery(further.order_by("service__order", "service").values("service"))


def busy_time(
    resources: list[int], window: DateTimeTZRange
) -> tuple[dict[int, list[BusyStretch]], dict[int, list[int]]]:
    """Fetch busy time by resource, in order, and the resources of each claim. One query."""
    rows = list(
        # Joined to the few resources, so that each reads its own stretch of the index.
        Occupancy.objects.filter(
            resource__in=resources,
            resource__kind__in=[ResourceKind.PROFESSIONAL, ResourceKind.ROOM],
            during__overlap=window,
        )
        .filter(Q(expires_at__isnull=True) | Q(expires_at__gt=clock.now()))
        .annotate(visit=_of_owner("pk", *_VISITS))
        .order_by("during")
        .values(
            "resource_id",
            "during",
            "claim_id",
            kind=F("claim__kind"),
            point=F("claim__service_point_id"),
            orphaned_at=F("claim__orphaned_at"),
            absence=F("claim__absence__reason"),
            closed=F("claim__room_closure__reason"),
            label=F("claim__label"),
            reference=_of_owner("reference", *_VISITS),
            status=F("claim__appointment__status"),
            service=_of_owner("service_id", *_VISITS, "hold"),
            language=_of_owner("language", *_VISITS, "hold"),
            channel=_of_owner("channel", *_TIMES),
            visit_starts_at=_of_owner("starts_at", *_TIMES),
            visit_ends_at=_of_owner("ends_at", *_TIMES),
            meeting=_of_owner("meeting", *_VISITS),
            is_anonymous=_of_owner("is_anonymous", *_VISITS),
            visitors=Case(
                When(resource__kind=ResourceKind.PROFESSIONAL, then=_visitors()), default=None
            ),
            also=Case(
                When(resource__kind=ResourceKind.PROFESSIONAL, then=_further()), default=None
            ),
        )
    )
    visitors = {
        row["claim_id"]: tuple(Visitor(**visitor) for visitor in row["visitors"])
        for row in rows
        if row["visitors"]
    }
    further = {row["claim_id"]: tuple(row["also"]) for row in rows if row["also"]}
    by_resource: dict[int, list[BusyStretch]] = {}
    members: dict[int, list[int]] = {}
    for row in rows:
        kind = BUSY.get(row["kind"], "other")
        if row["orphaned_at"] is not None and row["kind"] in ClaimKind.booked():
            kind = "wrong"
        elif row["closed"] is not None:
            kind = "closed"
        by_resource.setdefault(row["resource_id"], []).append(
            BusyStretch(
                start=row["during"].lower,
                end=row["during"].upper,
                kind=kind,
                point=row["point"],
                detail=row["label"]
                if row["kind"] == ClaimKind.EVENING
                else row["absence"] or row["closed"] or "",
                booking=None
                if row["service"] is None
                else _booking(
                    row, visitors.get(row["claim_id"], ()), further.get(row["claim_id"], ())
                ),
            )
        )
        members.setdefault(row["claim_id"], []).append(row["resource_id"])
    return by_resource, members


def _booking(
    row: Mapping[str, Any], visitors: tuple[Visitor, ...], also: tuple[int, ...]
) -> BookedTime:
    return BookedTime(
        claim=row["claim_id"],
        reference=row["reference"] or "",
        service=row["service"],
        language=row["language"],
        status=row["status"] or "",
        channel=row["channel"],
        start=max(row["visit_starts_at"] or row["during"].lower, row["during"].lower),
        end=min(row["visit_ends_at"] or row["during"].upper, row["during"].upper),
        is_separate=row["meeting"] == Meeting.SEPARATE,
        is_anonymous=bool(row["is_anonymous"]),
        visitors=visitors,
        also=also,
    )
