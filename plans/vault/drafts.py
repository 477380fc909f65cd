"""Create a draft, open it by a link, read and change its parts."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from office.core import clock
from office.retention.table import period_of
from plans.models import (
    GuideCode,
    Holder,
    HolderRole,
    Part,
    PartKind,
    Plan,
    ShownSummary,
    WrappedKey,
)
from plans.parents import Parent
from plans.vault import keys
from plans.vault.keys import LinkKeys

# A draft is deleted this long after its last use.
LIFETIME = period_of("plan-drafts")
# How often a use is recorded.
_TOUCHED_AT_MOST_EVERY = timedelta(hours=1)

Content = dict[str, Any]
OWN = {HolderRole.FIRST: PartKind.OWN_FIRST, HolderRole.SECOND: PartKind.OWN_SECOND}


class DraftNotFoundError(Exception):
    """The link opens nothing: mistyped, used, withdrawn or expired. Which is not disclosed."""


class KeyInUseError(Exception):
    """A holder has this key already: the same form was sent twice."""


class NoAccessError(Exception):
    """This holder has no key to that part."""


@dataclass(frozen=True)
class DraftAccess:
    """A draft as opened by one holder's link."""

    plan: Plan
    holder: Holder
    keys: LinkKeys
    # Opened by signing in, without a link.
    by_sign_in: bool = False

    @property
    def parent(self) -> Parent | None:
        """The parent who holds the link; None for a guide."""
        return None if self.holder.role == HolderRole.GUIDE else Parent(self.holder.role)

    @property
    def own_parent(self) -> Parent:
        """The parent who holds the link. Raises NoAccessError for a guide."""
        if self.parent is None:
            raise NoAccessError
        return self.parent

    @property
    def own(self) -> PartKind:
        """The part that this parent writes alone. Raises NoAccessError for a guide."""
        return OWN[HolderRole(self.own_parent)]


def open_draft(token: str) -> DraftAccess:
    """Open a draft by its link. Raises DraftNotFoundError."""
    try:
        derived = keys.derive_keys(token)
    except keys.BadTokenError:
        raise DraftNotFoundError from None
    now = clock.now()
    holder = Holder.objects.select_related("plan", "user").filter(lookup=derived.lookup).first()
    if holder is None or holder.plan.last_used_at <= now - LIFETIME:
        raise DraftNotFoundError
    if holder.expires_at is not None and holder.expires_at <= now:
        raise DraftNotFoundError
    if holder.plan.last_used_at <= now - _TOUCHED_AT_MOST_EVERY:
        Plan.objects.filter(pk=holder.plan_id).update(last_used_at=now)
    return DraftAccess(holder.plan, holder, derived)


def create_draft(shared: Content, token: str = "") -> str:
    """Create a draft with `shared` as its shared part; return the link of the parent.

    `token`: the link, where the form has brought one along. Raises KeyInUseError where the form was
    sent before.
    """
    token = token or keys.new_token()
    with transaction.atomic():
        now = clock.now()
        plan = Plan.objects.create(created_at=now, last_used_at=now)
        holder = add_holder(plan, HolderRole.FIRST, token)
        add_part(plan, PartKind.OWN_FIRST, {}, [holder])
        add_part(plan, PartKind.SHARED, shared, [holder])
    return token


def add_holder(plan: Plan, role: HolderRole, token: str, **fields: Any) -> Holder:
    """Add a holder who has no key to any part yet. Raises KeyInUseError."""
    derived = keys.derive_keys(token)
    holder = Holder(
        plan=plan,
        role=role,
        lookup=derived.lookup,
        public_key=derived.public,
        created_at=clock.now(),
        **fields,
    )
    # A form that is sent twice should not leave an error in the database's log.
    Holder.objects.bulk_create([holder], ignore_conflicts=True)
    made = Holder.objects.filter(lookup=derived.lookup, plan=plan, role=role).first()
    if made is None:
        raise KeyInUseError
    return made


def is_in_use(token: str) -> bool:
    return Holder.objects.filter(lookup=keys.derive_keys(token).lookup).exists()


def add_part(plan: Plan, kind: PartKind, content: Content, holders: Iterable[Holder]) -> Part:
    """Add a part with its own key, wrapped for `holders`."""
    part = Part(plan=plan, kind=kind)
    data_key = keys.new_data_key()
    part.sealed = keys.seal(data_key, _as_bytes(content), place=part.place)
    part.save(force_insert=True)
    for holder in holders:
        give_key(part, data_key, holder)
    return part


def give_key(part: Part, data_key: bytes, holder: Holder) -> None:
    """Let a holder open a part."""
    place = key_place(part, holder)
    WrappedKey.objects.create(
        part=part,
        holder=holder,
        wrapped=keys.wrap(data_key, bytes(holder.public_key), place=place),
    )


def key_place(part: Part, holder: Holder) -> str:
    return f"key of {part.pk} for {holder.pk}"


def data_key(access: DraftAccess, part: Part) -> bytes:
    """Return the key of a part. Raises NoAccessError where the holder has none."""
    wrapped = WrappedKey.objects.filter(part=part, holder=access.holder).first()
    if wrapped is None:
        raise NoAccessError
    return _unwrapped(access, wrapped)


def _unwrapped(access: DraftAccess, wrapped: WrappedKey) -> bytes:
    place = key_place(wrapped.part, access.holder)
    return keys.unwrap(bytes(wrapped.wrapped), access.keys, place=place)


def part_of(access: DraftAccess, kind: PartKind, *, locked: bool = False) -> Part:
    """Return a part of the plan. Raises NoAccessError where there is none."""
    parts = Part.objects.select_for_update() if locked else Part.objects.all()
    part = parts.filter(plan=access.plan, kind=kind).first()
    if part is None:
        raise NoAccessError
    return part


def lock_parts(access: DraftAccess, kinds: Iterable[PartKind]) -> list[Part]:
    """Lock several parts in a fixed order: the shared one before those written alone.

    Raises NoAccessError where one is missing, DraftNotFoundError where the link was changed
    meanwhile.
    """
    wanted = set(kinds)
    order = [
        kind
        for kind in (PartKind.SHARED, PartKind.OWN_FIRST, PartKind.OWN_SECOND)
        if kind in wanted
    ]
    parts = [part_of(access, kind, locked=True) for kind in order]
    lock_holder(access)
    return parts


def lock_holder(access: DraftAccess) -> Holder:
    """Fetch and lock the holder. Raises DraftNotFoundError where the link was changed or ended.

    What was read before the lock may be out of date.
    """
    now = Holder.objects.select_for_update(no_key=True)
    holder = now.filter(pk=access.holder.pk, lookup=access.keys.lookup).first()
    if holder is None:
        raise DraftNotFoundError
    return holder


def read(access: DraftAccess, kind: PartKind) -> Content:
    """Read a part. Raises NoAccessError."""
    # Seal and key in one query: between two, another request could change the key.
    wrapped = (
        WrappedKey.objects.select_related("part")
        .filter(part__plan=access.plan, part__kind=kind, holder=access.holder)
        .first()
    )
    if wrapped is None:
        raise NoAccessError
    return unseal_part(wrapped.part, _unwrapped(access, wrapped))


def unseal_part(part: Part, key: bytes) -> Content:
    content: Content = json.loads(keys.unseal(key, bytes(part.sealed), place=part.place))
    return content


def change(access: DraftAccess, kind: PartKind, edit: Callable[[Content], Content]) -> Content:
    """Change a part with `edit`, which gets its current content, so that no tab loses another's.

    Raises NoAccessError; whatever `edit` raises leaves the part as it was.
    """
    with transaction.atomic():
        part = part_of(access, kind, locked=True)
        key = data_key(access, part)
        content = edit(unseal_part(part, key))
        reseal(part, key, content)
    return content


def reseal(part: Part, key: bytes, content: Content) -> None:
    """Seal and save a locked part with new content."""
    part.version += 1
    part.sealed = keys.seal(key, _as_bytes(content), place=part.place)
    part.save(update_fields=["version", "sealed"])


def rekey(access: DraftAccess, kind: PartKind) -> None:
    """Give a part a new key, wrapped for its present holders: the former key opens nothing."""
    part = part_of(access, kind, locked=True)
    content = unseal_part(part, data_key(access, part))
    fresh = keys.new_data_key()
    holders = [w.holder for w in part.wrapped_keys.select_related("holder")]
    part.wrapped_keys.all().delete()
    reseal(part, fresh, content)
    for holder in holders:
        give_key(part, fresh, holder)
    # A guide's code wraps the former key.
    GuideCode.objects.filter(part=part).delete()


def expired_drafts(before: datetime) -> QuerySet[Plan]:
    """Find drafts unused since then, and those that nobody can open.

    A draft that was begun at the desk and never taken home has no holder after the meeting.
    """
    over = Q(role=HolderRole.GUIDE, expires_at__lte=clock.now())
    has_holder = Holder.objects.filter(plan=OuterRef("pk")).exclude(over)
    return Plan.objects.filter(Q(last_used_at__lte=before) | ~Exists(has_holder))


def remove_drafts(ids: Sequence[UUID]) -> None:
    Plan.objects.filter(pk__in=ids).delete()


def delete_ended_meetings() -> int:
    """Delete codes, access of guides and shown summaries whose time is over; return how many."""
    now = clock.now()
    codes = GuideCode.objects.filter(expires_at__lte=now).delete()[0]
    codes += ShownSummary.objects.filter(expires_at__lte=now).delete()[0]
    return codes + Holder.objects.filter(role=HolderRole.GUIDE, expires_at__lte=now).delete()[0]


def _as_bytes(content: Content) -> bytes:
    return json.dumps(content, ensure_ascii=False).encode()
