"""Plan evenings: one or a series at once, change, publish. Whatever writes to people is in moves.py."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from evenings.models import (
    Evening,
    EveningEvent,
    EveningEventKind,
    EveningKind,
    EveningStatus,
)
from evenings.planning.busy_time import take_time
from evenings.planning.errors import AlreadyError, ChangedMeanwhileError, OverError, PastError
from office.calendar.occupancy import retrying
from office.core import clock
from office.core.save_checked import save_checked
from office.models import PartnerOrganisation, Professional, User

# What makes two evenings of one kind and hour the same one.
WHERE = ("service_point", "place_fi", "place_sv", "place_en", "remote_link")


@dataclass(frozen=True)
class Holders:
    """Who holds an evening: the unit's professionals, and partners."""

    professionals: Sequence[Professional] = ()
    organisers: Sequence[PartnerOrganisation] = ()


def record(
    evening: Evening,
    what: EveningEventKind,
    *,
    user: User | None,
    was_at: datetime | None = None,
) -> None:
    """Write down the step, and that the evening is another version now."""
    now = clock.now()
    evening.version += 1
    evening.updated_at = now
    evening.save(update_fields=["version", "updated_at"])
    EveningEvent.objects.create(evening=evening, what=what, at=now, user=user, was_at=was_at)


def locked(evening_id: int, *, version: int | None = None) -> Evening:
    """Lock and fetch the evening. Raises ChangedMeanwhileError where it is not of that version."""
    evening = (
        Evening.objects.select_for_update(of=("self",))
        .select_related("kind", "claim", "service_point", "room")
        .get(pk=evening_id)
    )
    if version is not None and evening.version != version:
        raise ChangedMeanwhileError
    return evening


def require_ahead(evening: Evening) -> None:
    """Raise OverError for an evening that has begun or was cancelled."""
    if not evening.is_ahead(clock.now()):
        raise OverError


@retrying
def plan_evenings(
    drafts: Iterable[Evening], holders: Holders, *, user: User | None
) -> list[Evening]:
    """Plan all of `drafts`, which are not saved yet, or none. Raises ValidationError, PlanningError.

    Nobody sees them before they are published. `user`: None where a partner proposes it by their link.
    """
    planned = []
    what = EveningEventKind.PLANNED if user is not None else EveningEventKind.PROPOSED
    for draft in drafts:
        # Tried again after a deadlock, it is a new row again.
        draft.pk, draft.claim, draft._state.adding = None, None, True
        if draft.starts_at <= clock.now():
            raise PastError
        _refuse_a_second(draft)
        draft.version, draft.created_at, draft.updated_at = 0, clock.now(), clock.now()
        save_checked(draft)
        draft.organisers.set(holders.organisers)
        take_time(draft, holders.professionals)
        record(draft, what, user=user)
        planned.append(draft)
    return planned


def _refuse_a_second(draft: Evening) -> None:
    """Raise AlreadyError for what was planned before. Locks the kind: of two forms one comes first.

    A partner learns nothing of what others have proposed: only of their own, and of what is public.
    """
    EveningKind.objects.select_for_update(no_key=True).get(pk=draft.kind_id)
    same = Evening.objects.exclude(status=EveningStatus.CANCELLED).filter(
        kind=draft.kind_id,
        starts_at=draft.starts_at,
        **{name: getattr(draft, name) for name in WHERE},
    )
    if draft.proposed_by_id is not None:
        public = Q(status=EveningStatus.PUBLISHED)
        same = same.filter(public | Q(proposed_by=draft.proposed_by_id))
    if same.exists():
        raise AlreadyError


@retrying
def change_evening(
    evening_id: int,
    facts: Mapping[str, Any],
    holders: Holders,
    *,
    user: User | None,
    version: int,
) -> Evening:
    """Save other `facts` than time and place. Raises ValidationError, PlanningError.

    Whoever holds it is busy from now on, and whoever does not is free.
    """
    evening = locked(evening_id, version=version)
    require_ahead(evening)
    for name, value in facts.items():
        setattr(evening, name, value)
    save_checked(evening)
    evening.organisers.set(holders.organisers)
    if set(holders.professionals) != set(evening.professionals.all()):
        take_time(evening, holders.professionals)
    record(evening, EveningEventKind.CHANGED, user=user)
    return evening


@retrying
def publish(evening_id: int, *, user: User, version: int) -> Evening:
    """Show the evening to everybody. Raises ValidationError where something is missing, PlanningError."""
    evening = locked(evening_id, version=version)
    require_ahead(evening)
    if evening.is_published:
        raise ChangedMeanwhileError
    evening.status = EveningStatus.PUBLISHED
    save_checked(evening)
    record(evening, EveningEventKind.PUBLISHED, user=user)
    return evening
