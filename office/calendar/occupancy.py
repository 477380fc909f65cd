"""Taking and freeing time. Everything that makes anybody or any room busy goes through here."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import F
from psycopg import errors

from office.core import clock, live_updates
from office.core.intervals import subtract
from office.models import (
    Absence,
    Claim,
    ClaimKind,
    Occupancy,
    Resource,
    ResourceKind,
    RoomClosure,
    ServicePoint,
)

P = ParamSpec("P")
R = TypeVar("R")

TRIES = 4


class TimeTakenError(Exception):
    """The database refused: a person or a room is busy then."""


class HoursChangedError(Exception):
    """The hours that the time was found by have been changed since."""


def retrying(action: Callable[P, R]) -> Callable[P, R]:
    """Run `action` in a transaction, again after a deadlock or a serialisation failure.

    Inside a transaction of the caller's there is no retrying: the outermost action does it.
    """

    @wraps(action)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        if connection.in_atomic_block:
            with transaction.atomic():
                return action(*args, **kwargs)
        for left in reversed(range(TRIES)):
            try:
                with transaction.atomic():
                    return action(*args, **kwargs)
            except OperationalError as error:
                passing = (errors.DeadlockDetected, errors.SerializationFailure)
                if not left or not isinstance(error.__cause__, passing):
                    raise
        raise AssertionError("unreachable")

    return run


def lock(resources: Iterable[int]) -> dict[int, int]:
    """Lock resources in sorted order until the transaction ends; their revisions by id."""
    rows = (
        Resource.objects.filter(pk__in=set(resources))
        .order_by("pk")
        .select_for_update(no_key=True)
        .values_list("pk", "revision")
    )
    return dict(rows)


def take(
    *,
    kind: ClaimKind,
    resources: Iterable[int],
    start: datetime,
    end: datetime,
    label: str = "",
    service_point: ServicePoint | None = None,
    expires_at: datetime | None = None,
    revisions: dict[int, int] | None = None,
    replacing: Claim | None = None,
    alongside: Claim | None = None,
) -> Claim:
    """Make all of `resources` busy from `start` to `end`, or none of them.

    `revisions`: what the resources' hours were when the time was found. `replacing`: a claim that is
    let go in the same breath. `alongside`: a claim that is kept, and in whose place this one may come
    later: what it has of the time stays with it until then; see `make_whole`.
    Raises TimeTakenError or HoursChangedError, with nothing changed.
    """
    wanted = sorted(set(resources))
    before = (
        set(replacing.occupancies.values_list("resource_id", flat=True)) if replacing else set()
    )
    with transaction.atomic():
        current = lock({*wanted, *before})
        if revisions is not None and any(current.get(r) != revisions.get(r) for r in wanted):
            raise HoursChangedError
        if replacing is not None:
            free(replacing)
        during = DateTimeTZRange(start, end)
        claim = Claim.objects.create(kind=kind, label=label, service_point=service_point)
        rows = [
            Occupancy(claim=claim, resource_id=resource, during=part, expires_at=expires_at)
            for resource, part in _parts(wanted, during, alongside)
        ]
        if {row.resource_id for row in rows} != set(wanted):
            # Nothing would be left to say that this one belongs to the time.
            raise TimeTakenError
        _occupy(rows)
    return claim


def _parts(
    resources: list[int], during: DateTimeTZRange, alongside: Claim | None
) -> Iterator[tuple[int, DateTimeTZRange]]:
    """Yield the times of each resource that `alongside` does not hold already."""
    has: dict[int, list[DateTimeTZRange]] = {}
    if alongside is not None:
        for resource, busy in alongside.occupancies.values_list("resource_id", "during"):
            has.setdefault(resource, []).append(busy)
    for resource in resources:
        start = during.lower
        for busy in sorted(has.get(resource, []), key=lambda busy: busy.lower):
            if busy.upper <= start or busy.lower >= during.upper:
                continue
            if start < busy.lower:
                yield resource, DateTimeTZRange(start, busy.lower)
            start = busy.upper
        if start < during.upper:
            yield resource, DateTimeTZRange(start, during.upper)


def make_whole(claim: Claim, start: datetime, end: datetime, *, replacing: Claim) -> None:
    """Let `replacing` go, and give the claim that was taken alongside it all of its time.

    Raises TimeTakenError, with nothing changed.
    """
    with transaction.atomic():
        resources = set(claim.occupancies.values_list("resource_id", flat=True))
        lock({*resources, *replacing.occupancies.values_list("resource_id", flat=True)})
        free(replacing)
        alter(claim, resources=resources, start=start, end=end, service_point=claim.service_point)


def _occupy(rows: list[Occupancy]) -> None:
    """Write busy time, in place of holds that have lapsed. Raises TimeTakenError."""
    for during in {row.during for row in rows}:
        _drop_lapsed([row.resource_id for row in rows if row.during == during], during)
    try:
        with transaction.atomic():
            Occupancy.objects.bulk_create(rows)
    except IntegrityError as error:
        if isinstance(error.__cause__, errors.ExclusionViolation):
            raise TimeTakenError from error
        raise
    live_updates.announce(live_updates.DESK)


def alter(
    claim: Claim,
    *,
    resources: Iterable[int],
    start: datetime,
    end: datetime,
    service_point: ServicePoint | None,
) -> None:
    """Let the claim have these resources at this time in place of what it has.

    What stays as it was is not let go in between; the new time may overlap the old one. Raises
    TimeTakenError, with nothing changed.
    """
    wanted = sorted(set(resources))
    during = DateTimeTZRange(start, end)
    with transaction.atomic():
        lock({*wanted, *claim.occupancies.values_list("resource_id", flat=True)})
        has = list(claim.occupancies.values_list("pk", "resource_id", "during", "resource__kind"))
        gone = [row for row in has if row[1] not in wanted or row[2] != during]
        kept = {resource for pk, resource, *_rest in has if pk not in {row[0] for row in gone}}
        Occupancy.objects.filter(pk__in=[row[0] for row in gone]).delete()
        _occupy(
            [Occupancy(claim=claim, resource_id=r, during=during) for r in wanted if r not in kept]
        )
        # Only now: an absence that waits for the old time must not stand in the new one's way.
        for _pk, resource, was, kind in gone:
            _cover_what_waited(resource, was, kind)
        Claim.objects.filter(pk=claim.pk).update(service_point=service_point)
    claim.service_point = service_point


def put_back(
    claim: Claim,
    busy: Iterable[tuple[int, datetime, datetime]],
    *,
    absences: Iterable[int] = (),
    room_closures: Iterable[int] = (),
) -> None:
    """Give the claim busy time that it had: resource, from, until. Raises TimeTakenError.

    `absences`, `room_closures`: those that filled the gap when it went away, and make room for it again.
    """
    rows = [
        Occupancy(claim=claim, resource_id=resource, during=DateTimeTZRange(start, end))
        for resource, start, end in busy
    ]
    with transaction.atomic():
        lock(row.resource_id for row in rows)
        filled: list[Absence | RoomClosure] = [
            *Absence.objects.filter(pk__in=absences).select_related("claim"),
            *RoomClosure.objects.filter(pk__in=room_closures).select_related("claim"),
        ]
        for away in filled:
            away.claim.occupancies.all().delete()
        _occupy(rows)
        for away in filled:
            cover(away)


def _drop_lapsed(resources: Iterable[int], during: DateTimeTZRange) -> None:
    """Delete the lapsed claims' time that stands in the way: of each claim all of it, or it could
    still be kept with a room and without its professional. Call with the resources locked."""
    lapsed = Occupancy.objects.filter(
        resource__in=resources, during__overlap=during, expires_at__lte=clock.now()
    )
    Occupancy.objects.filter(claim__in=lapsed.values("claim")).delete()


def keep(claim: Claim, *, kind: ClaimKind, label: str) -> None:
    """Turn a held claim into a lasting one. Raises TimeTakenError if it has lapsed meanwhile."""
    wanted = list(claim.occupancies.values_list("resource_id", flat=True))
    lock(wanted)
    kept = claim.occupancies.update(expires_at=None)
    if not kept or kept != len(wanted):
        raise TimeTakenError
    Claim.objects.filter(pk=claim.pk).update(kind=kind, label=label)
    claim.refresh_from_db()
    live_updates.announce(live_updates.DESK)


def join(claim: Claim, resource: int) -> None:
    """Make one more professional or room busy for all of the claim's time.

    Raises TimeTakenError, with nothing changed, where the database says that it is busy already.
    """
    with transaction.atomic():
        spans = list(
            claim.occupancies.order_by("during").values_list("during", "expires_at").distinct()
        )
        lock([resource])
        for during, expires_at in spans:
            Occupancy.objects.filter(
                resource=resource, during__overlap=during, expires_at__lte=clock.now()
            ).delete()
            try:
                with transaction.atomic():
                    Occupancy.objects.create(
                        claim=claim, resource_id=resource, during=during, expires_at=expires_at
                    )
            except IntegrityError as error:
                if isinstance(error.__cause__, errors.ExclusionViolation):
                    raise TimeTakenError from error
                raise
        live_updates.announce(live_updates.DESK)


def leave(claim: Claim, resource: int) -> None:
    """Let one of those who are busy with the claim go; the others keep its time."""
    lock([resource])
    mine = claim.occupancies.filter(resource=resource)
    freed = list(mine.values_list("during", "resource__kind"))
    mine.delete()
    live_updates.announce(live_updates.DESK)
    for during, kind in freed:
        _cover_what_waited(resource, during, kind)


def free(claim: Claim) -> None:
    """Let the claim's time go. Where an absence or a room's closure waited for it, that takes it."""
    freed = list(claim.occupancies.values_list("resource_id", "during", "resource__kind"))
    lock(resource for resource, *_rest in freed)
    claim.occupancies.all().delete()
    live_updates.announce(live_updates.DESK)
    for resource, during, kind in freed:
        _cover_what_waited(resource, during, kind)


def _cover_what_waited(resource: int, during: DateTimeTZRange, kind: str) -> None:
    waiting: Iterable[Absence | RoomClosure] = (
        RoomClosure.objects.filter(room=resource, during__overlap=during).select_related("claim")
        if kind == ResourceKind.ROOM
        else Absence.objects.filter(professional=resource, during__overlap=during).select_related(
            "claim"
        )
    )
    for away in waiting:
        cover(away)


def discard(claim: Claim) -> None:
    """Free the claim's time and forget the claim."""
    free(claim)
    claim.delete()


def cover(away: Absence | RoomClosure) -> None:
    """Make the professional or the room busy for all of the time that nobody has booked already."""
    take_what_is_free(
        away.claim,
        away.room_id if isinstance(away, RoomClosure) else away.professional_id,
        start=away.during.lower,
        end=away.during.upper,
    )


def take_what_is_free(claim: Claim, resource: int, *, start: datetime, end: datetime) -> None:
    """Let the claim have all of the resource's time from `start` to `end` that nothing else has."""
    lock([resource])
    _drop_lapsed([resource], DateTimeTZRange(start, end))
    mine = Occupancy.objects.filter(
        resource_id=resource, during__overlap=DateTimeTZRange(start, end)
    )
    busy = [(during.lower, during.upper) for during in mine.values_list("during", flat=True)]
    Occupancy.objects.bulk_create(
        Occupancy(claim=claim, resource_id=resource, during=DateTimeTZRange(*gap))
        for gap in subtract([(start, end)], busy)
    )
    live_updates.announce(live_updates.DESK)


def touch_hours(resources: Iterable[int]) -> None:
    """Say that the hours of these resources have changed. Call with the resources locked."""
    Resource.objects.filter(pk__in=set(resources)).update(revision=F("revision") + 1)
    live_updates.announce(live_updates.DESK)
