"""Changing hours so that no appointment is silently left without them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from office import clock
from office.hours import working_time
from office.models import Absence, Claim, ClaimKind, HoursKind, Occupancy
from office.opening import merged
from office.taking import free, lock, retrying, touch_hours

Spans = list[tuple[datetime, datetime]]


@dataclass(frozen=True)
class Hit:
    """A booking that a change of hours leaves without hours."""

    claim: int
    label: str
    professional: int
    start: datetime
    end: datetime


@dataclass(frozen=True)
class _Booking:
    claim: Claim
    professional: int
    start: datetime
    end: datetime


@retrying
def change_hours(
    *,
    professionals: Iterable[int],
    change: Callable[[], object],
    reason: str,
    dry_run: bool = False,
) -> list[Hit]:
    """Run `change`, which alters the hours of `professionals`; the bookings that it hits.

    Hit bookings keep their time and are handed to the secretary as work (`orphaned_at`); a visitor's
    hold that is hit is let go; a booking that is back within hours is work no longer. With `dry_run`
    nothing is changed: the list alone is the answer.
    """
    who = sorted(set(professionals))
    with transaction.atomic():
        lock(who)
        booked = _upcoming(who)
        before = _working_spans(who, booked)
        change()
        after = _working_spans(who, booked)
        lost, regained = [], []
        for booking in booked:
            had = _covered(booking, before.get(booking.professional, []))
            has = _covered(booking, after.get(booking.professional, []))
            if has < had:
                lost.append(booking)
            elif has > had:
                regained.append(booking)
        if dry_run:
            transaction.set_rollback(True)
        else:
            touch_hours(who)
            _hand_over(lost, regained, reason)
    return [
        Hit(b.claim.pk, b.claim.label, b.professional, b.start, b.end)
        for b in lost
        if b.claim.kind != ClaimKind.HOLD
    ]


def _upcoming(professionals: list[int]) -> list[_Booking]:
    rows = (
        Occupancy.objects.filter(
            resource__in=professionals,
            during__endswith__gt=clock.now(),
            claim__kind__in=[*ClaimKind.booked(), ClaimKind.HOLD],
        )
        .select_related("claim")
        .order_by("during", "resource_id")
    )
    return [_Booking(r.claim, r.resource_id, r.during.lower, r.during.upper) for r in rows]


def _working_spans(professionals: list[int], booked: list[_Booking]) -> dict[int, Spans]:
    """Working time of each professional while anything is booked, absences taken off."""
    if not booked:
        return {}
    first = clock.local(min(b.start for b in booked)).date()
    last = clock.local(max(b.end for b in booked)).date()
    spans: dict[int, Spans] = {who: [] for who in professionals}
    for stretch in working_time(
        kind=HoursKind.APPOINTMENTS, first=first, last=last, professionals=professionals
    ):
        spans[stretch.professional].append((stretch.start, stretch.end))
    away: dict[int, Spans] = {who: [] for who in professionals}
    for absence in Absence.objects.filter(
        professional__in=professionals, during__endswith__gt=clock.now()
    ):
        away[absence.professional_id].append((absence.during.lower, absence.during.upper))
    return {who: _without(merged(spans[who]), merged(away[who])) for who in professionals}


def _without(spans: Spans, cuts: Spans) -> Spans:
    for cut_start, cut_end in cuts:
        spans = [
            part
            for start, end in spans
            for part in ((start, min(end, cut_start)), (max(start, cut_end), end))
            if part[0] < part[1]
        ]
    return spans


def _covered(booking: _Booking, spans: Spans) -> timedelta:
    return sum(
        (
            max(timedelta(), min(booking.end, end) - max(booking.start, start))
            for start, end in spans
        ),
        timedelta(),
    )


def _hand_over(lost: list[_Booking], regained: list[_Booking], reason: str) -> None:
    for booking in lost:
        if booking.claim.kind == ClaimKind.HOLD:
            free(booking.claim)
    booked = {b.claim.pk for b in lost if b.claim.kind != ClaimKind.HOLD}
    Claim.objects.filter(pk__in=booked, orphaned_at__isnull=True).update(
        orphaned_at=clock.now(), orphan_reason=reason
    )
    back = {b.claim.pk for b in regained} - booked
    Claim.objects.filter(pk__in=back).update(orphaned_at=None, orphan_reason="")
