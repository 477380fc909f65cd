"""Changing hours so that no appointment is silently left without them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, QuerySet

from office.calendar.eligibility import BusyClaim, fitting
from office.calendar.occupancy import free, lock, retrying, touch_hours
from office.calendar.opening_hours import closed_points
from office.calendar.working_time import closure_rows, working_time
from office.core import clock
from office.core.intervals import Span, intersect, merge, subtract, total
from office.models import (
    Absence,
    Claim,
    ClaimKind,
    HoursKind,
    Occupancy,
    Professional,
    ResourceKind,
    Room,
    RoomClosure,
    Service,
    ServicePoint,
)

# Why a booking is work where somebody does not give, speak or go to any more what it asks for.
SKILLS = "skills"
# Somebody who is booked stays out of the matter.
CONFLICT = "conflict"
# The room is closed for a time; everybody has hours.
ROOM_CLOSED = "room"


@dataclass(frozen=True)
class OrphanedBooking:
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
    # The parties come to a room, so that hours at another point are no help.
    in_person: bool
    is_room: bool

    @property
    def length(self) -> timedelta:
        return self.end - self.start

    @property
    def is_bound_to_no_hours(self) -> bool:
        """Rooms have none, and evenings begin when they end: only what is closed or away bars them."""
        return self.is_room or self.claim.kind == ClaimKind.EVENING

    @property
    def busy(self) -> BusyClaim:
        return BusyClaim(
            self.claim.pk, self.professional, self.claim.service_point_id, self.in_person
        )


@dataclass(frozen=True)
class _Coverage:
    """The hours that bind a booking: how much of it they cover, and what speaks against it."""

    covered: timedelta
    barred: timedelta
    is_eligible: bool = True


@retrying
def change_hours(
    *,
    professionals: Iterable[int],
    change: Callable[[], object],
    reason: str,
    dry_run: bool = False,
) -> list[OrphanedBooking]:
    """Run `change`, which alters the hours of `professionals` or rooms; the bookings that it hits.

    With the reason SKILLS it alters what they do, in which languages, where, or by which channels.

    Hit bookings keep their time and are handed to the secretary as work (`orphaned_at`); a visitor's
    hold that is hit is let go; a booking that is back within hours is work no longer. With `dry_run`
    nothing is changed: the list alone is the answer.
    """
    who = sorted(set(professionals))
    with transaction.atomic():
        lock(who)
        booked = _upcoming(who)
        with_skills = reason == SKILLS
        before = _coverage(who, booked, with_skills=with_skills)
        change()
        after = _coverage(who, booked, with_skills=with_skills)
        lost, regained = [], []
        for booking, had, has in zip(booked, before, after, strict=True):
            if (
                has.covered < had.covered
                or has.barred > had.barred
                or has.is_eligible < had.is_eligible
            ):
                lost.append(booking)
            elif has.covered > had.covered or has.is_eligible > had.is_eligible:
                regained.append(booking)
        if dry_run:
            transaction.set_rollback(True)
        else:
            touch_hours(who)
            _hand_over(lost, regained, reason)
    return [
        OrphanedBooking(b.claim.pk, b.claim.label, b.professional, b.start, b.end)
        for b in lost
        if b.claim.kind != ClaimKind.HOLD
    ]


def _upcoming(professionals: list[int]) -> list[_Booking]:
    return _bookings(
        Occupancy.objects.filter(
            resource__in=professionals,
            during__endswith__gt=clock.now(),
            claim__kind__in=[*ClaimKind.hit_by_cuts(), ClaimKind.HOLD],
        )
    )


def _bookings(rows: QuerySet[Occupancy]) -> list[_Booking]:
    room = Occupancy.objects.filter(claim=OuterRef("claim"), resource__kind=ResourceKind.ROOM)
    return [
        _Booking(
            row.claim,
            row.resource_id,
            row.during.lower,
            row.during.upper,
            row.in_person,
            row.resource.kind == ResourceKind.ROOM,
        )
        for row in rows.annotate(in_person=Exists(room))
        .select_related("claim", "resource")
        .order_by("during", "resource_id")
    ]


def _coverage(
    professionals: list[int], booked: list[_Booking], *, with_skills: bool = False
) -> list[_Coverage]:
    """Return how each booking stands with the hours as they are now. Eleven queries, or none.

    `with_skills`: look also whether the professionals give what it asks; otherwise that is left out.
    """
    if not booked:
        return []
    first = clock.local(min(b.start for b in booked)).date()
    last = clock.local(max(b.end for b in booked)).date()
    hours: dict[int, list[tuple[datetime, datetime, int]]] = {who: [] for who in professionals}
    calls: dict[int, list[tuple[datetime, datetime, int]]] = {who: [] for who in professionals}
    for kind, by_person in ((HoursKind.APPOINTMENTS, hours), (HoursKind.CALL_BACK, calls)):
        for stretch in working_time(kind=kind, first=first, last=last, professionals=professionals):
            by_person[stretch.professional].append((stretch.start, stretch.end, stretch.point))
    away: dict[int, list[Span]] = {who: [] for who in professionals}
    for absence in Absence.objects.filter(
        professional__in=professionals, during__endswith__gt=clock.now()
    ):
        away[absence.professional_id].append((absence.during.lower, absence.during.upper))
    for closure in RoomClosure.objects.filter(
        room__in=professionals, during__endswith__gt=clock.now()
    ):
        away[closure.room_id].append((closure.during.lower, closure.during.upper))
    inactive = {
        pk
        for model in (Professional, Room)
        for pk in model._default_manager.filter(pk__in=professionals, is_active=False).values_list(
            "pk", flat=True
        )
    }
    closures = closure_rows(first=first, last=last)
    closed_for_good = set(ServicePoint.objects.filter(is_active=False).values_list("pk", flat=True))

    eligible = fitting(b.busy for b in booked) if with_skills else [True] * len(booked)

    def state(booking: _Booking, is_eligible: bool) -> _Coverage:
        point = booking.claim.service_point_id
        mine = calls if booking.claim.kind == ClaimKind.CALL_BACK else hours
        here = merge(
            (start, end)
            for start, end, where in mine[booking.professional]
            if not booking.in_person or point in (None, where)
        )
        gone = merge(away[booking.professional])
        day = clock.local(booking.start).date()
        shut = point is not None and (
            point in closed_for_good or point in closed_points(day, [point], closures)
        )
        out = shut or booking.professional in inactive
        barred = booking.length if out else _overlap(booking, gone)
        if booking.is_bound_to_no_hours:
            return _Coverage(booking.length - barred, barred, is_eligible)
        return _Coverage(_overlap(booking, subtract(here, gone)), barred, is_eligible)

    return [state(*pair) for pair in zip(booked, eligible, strict=True)]


def _longest_buffer() -> timedelta:
    """Return how much of the hours may be left uncovered: a visit's buffer may go past them."""
    return timedelta(minutes=Service.objects.aggregate(m=Max("buffer_after"))["m"] or 0)


def _overlap(booking: _Booking, spans: list[Span]) -> timedelta:
    return total(intersect(spans, (booking.start, booking.end)))


def _hand_over(lost: list[_Booking], regained: list[_Booking], reason: str) -> None:
    for booking in lost:
        if booking.claim.kind == ClaimKind.HOLD:
            free(booking.claim)
    booked = {b.claim.pk for b in lost if b.claim.kind != ClaimKind.HOLD}
    Claim.objects.filter(pk__in=booked, orphaned_at__isnull=True).update(
        orphaned_at=clock.now(), orphan_reason=reason
    )
    if reason == SKILLS:
        # Hours that come back later do not put this right.
        Claim.objects.filter(pk__in=booked).update(orphan_reason=reason)
    back = {b.claim.pk for b in regained} - booked
    if back:
        # Hours that come back put right what they took, and no conflict of interest.
        back_again = Claim.objects.filter(pk__in=back - still_without(back))
        back_again.exclude(orphan_reason=CONFLICT).update(orphaned_at=None, orphan_reason="")


def still_without(claims: set[int]) -> set[int]:
    """Find the claims that lack hours or a room yet, as of a pair one is away while the other is back."""
    everybody = _bookings(Occupancy.objects.filter(claim__in=claims))
    states = _coverage(sorted({b.professional for b in everybody}), everybody, with_skills=True)
    slack = _longest_buffer()
    return {
        booking.claim.pk
        for booking, state in zip(everybody, states, strict=True)
        if state.barred
        or state.covered < booking.length - slack
        or (booking.claim.orphan_reason == SKILLS and not state.is_eligible)
    }
