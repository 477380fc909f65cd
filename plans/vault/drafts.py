"""Beginning a draft, entering it by a link, reading and changing its parts."""

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
from plans.models import GuideCode, Holder, Kind, Part, Plan, Role, WrappedKey
from plans.parents import Parent
from plans.vault import keys
from plans.vault.keys import LinkKeys

# The one stated lifetime: so long after its last use a draft is gone.
LIFETIME = period_of("plan-drafts")
# A use is written down this often at most.
_USED = timedelta(hours=1)

Content = dict[str, Any]
OWN = {Role.FIRST: Kind.OWN_FIRST, Role.SECOND: Kind.OWN_SECOND}


class NoSuchPlanError(Exception):
    """The link opens nothing: wrong, truncated, used up, taken back, or too old. It is not said which."""


class KeyInUseError(Exception):
    """Somebody holds that key already: the same form was sent twice."""


class NotYoursError(Exception):
    """This holder has no key to that part."""


@dataclass(frozen=True)
class Access:
    """A draft as one holder's link opens it."""

    plan: Plan
    holder: Holder
    keys: LinkKeys
    # Opened by signing in: there is no link to show.
    by_sign_in: bool = False

    @property
    def parent(self) -> Parent | None:
        """Which parent it is; None for a guide."""
        return None if self.holder.role == Role.GUIDE else Parent(self.holder.role)

    @property
    def own(self) -> Kind:
        """The part that this parent writes alone. Raises NotYoursError for a guide."""
        try:
            return OWN[Role(self.holder.role)]
        except KeyError:
            raise NotYoursError from None


def enter(token: str) -> Access:
    """Open a draft by its link. Raises NoSuchPlanError."""
    try:
        derived = keys.keys_of(token)
    except keys.BadTokenError:
        raise NoSuchPlanError from None
    now = clock.now()
    holder = Holder.objects.select_related("plan", "user").filter(lookup=derived.lookup).first()
    if holder is None or holder.plan.last_used_at <= now - LIFETIME:
        raise NoSuchPlanError
    if holder.expires_at is not None and holder.expires_at <= now:
        raise NoSuchPlanError
    if holder.plan.last_used_at <= now - _USED:
        Plan.objects.filter(pk=holder.plan_id).update(last_used_at=now)
    return Access(holder.plan, holder, derived)


def begin(shared: Content, token: str = "") -> str:
    """A new draft with `shared` in the part to be shared; the link of the parent who begins it.

    `token`: what becomes the link, where a form has brought it along. Raises KeyInUseError where the
    form's first press has begun the draft.
    """
    token = token or keys.new_token()
    with transaction.atomic():
        now = clock.now()
        plan = Plan.objects.create(created_at=now, last_used_at=now)
        holder = add_holder(plan, Role.FIRST, token)
        add_part(plan, Kind.OWN_FIRST, {}, [holder])
        add_part(plan, Kind.SHARED, shared, [holder])
    return token


def add_holder(plan: Plan, role: Role, token: str, **fields: Any) -> Holder:
    """Somebody with a link, who has no key to anything yet. Raises KeyInUseError."""
    derived = keys.keys_of(token)
    holder = Holder(
        plan=plan,
        role=role,
        lookup=derived.lookup,
        public_key=derived.public,
        created_at=clock.now(),
        **fields,
    )
    # The second press of a form is no error that the database would write into its log.
    Holder.objects.bulk_create([holder], ignore_conflicts=True)
    made = Holder.objects.filter(lookup=derived.lookup, plan=plan, role=role).first()
    if made is None:
        raise KeyInUseError
    return made


def is_in_use(token: str) -> bool:
    """Whether somebody holds this key."""
    return Holder.objects.filter(lookup=keys.keys_of(token).lookup).exists()


def add_part(plan: Plan, kind: Kind, content: Content, holders: Iterable[Holder]) -> Part:
    """A part with a key of its own, wrapped for `holders`."""
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


def data_key(access: Access, part: Part) -> bytes:
    """The key of a part. Raises NotYoursError where the holder has none."""
    wrapped = WrappedKey.objects.filter(part=part, holder=access.holder).first()
    if wrapped is None:
        raise NotYoursError
    return _unwrapped(access, wrapped)


def _unwrapped(access: Access, wrapped: WrappedKey) -> bytes:
    place = key_place(wrapped.part, access.holder)
    return keys.unwrap(bytes(wrapped.wrapped), access.keys, place=place)


def part_of(access: Access, kind: Kind, *, locked: bool = False) -> Part:
    """A part of the plan. Raises NotYoursError where there is none."""
    parts = Part.objects.select_for_update() if locked else Part.objects.all()
    part = parts.filter(plan=access.plan, kind=kind).first()
    if part is None:
        raise NotYoursError
    return part


def lock_parts(access: Access, kinds: Iterable[Kind]) -> list[Part]:
    """Lock several parts, in the one order that all keep: the shared one before what is written alone.

    Raises NotYoursError where one is missing, NoSuchPlanError where the link was changed meanwhile.
    """
    wanted = set(kinds)
    order = [kind for kind in (Kind.SHARED, Kind.OWN_FIRST, Kind.OWN_SECOND) if kind in wanted]
    parts = [part_of(access, kind, locked=True) for kind in order]
    lock_holder(access)
    return parts


def lock_holder(access: Access) -> Holder:
    """The holder as it is now, locked. Raises NoSuchPlanError where the link was changed or ended since.

    What was read before the lock may be another request's past.
    """
    now = Holder.objects.select_for_update(no_key=True)
    holder = now.filter(pk=access.holder.pk, lookup=access.keys.lookup).first()
    if holder is None:
        raise NoSuchPlanError
    return holder


def read(access: Access, kind: Kind) -> Content:
    """What a part holds. Raises NotYoursError."""
    # Seal and key in one look: between two, another request may have changed the lock.
    wrapped = (
        WrappedKey.objects.select_related("part")
        .filter(part__plan=access.plan, part__kind=kind, holder=access.holder)
        .first()
    )
    if wrapped is None:
        raise NotYoursError
    return unsealed(wrapped.part, _unwrapped(access, wrapped))


def unsealed(part: Part, key: bytes) -> Content:
    content: Content = json.loads(keys.unseal(key, bytes(part.sealed), place=part.place))
    return content


def change(access: Access, kind: Kind, edit: Callable[[Content], Content]) -> Content:
    """Change a part by `edit`, which gets it as it stands now: two tabs lose nothing of each other's.

    Raises NotYoursError; whatever `edit` raises leaves the part as it was.
    """
    with transaction.atomic():
        part = part_of(access, kind, locked=True)
        key = data_key(access, part)
        content = edit(unsealed(part, key))
        reseal(part, key, content)
    return content


def reseal(part: Part, key: bytes, content: Content) -> None:
    """Write a locked part anew."""
    part.version += 1
    part.sealed = keys.seal(key, _as_bytes(content), place=part.place)
    part.save(update_fields=["version", "sealed"])


def new_lock(access: Access, kind: Kind) -> None:
    """Give a part another key, wrapped for those who hold one now: the former opens nothing more."""
    part = part_of(access, kind, locked=True)
    content = unsealed(part, data_key(access, part))
    fresh = keys.new_data_key()
    holders = [w.holder for w in part.wrapped_keys.select_related("holder")]
    part.wrapped_keys.all().delete()
    reseal(part, fresh, content)
    for holder in holders:
        give_key(part, fresh, holder)
    # What was sealed for a guide's digits is the former key.
    GuideCode.objects.filter(part=part).delete()


def old_drafts(before: datetime) -> QuerySet[Plan]:
    """Drafts unused since then, and those that nobody can open.

    One begun at the desk that nobody has taken home has no holder after the meeting.
    """
    over = Q(role=Role.GUIDE, expires_at__lte=clock.now())
    has_holder = Holder.objects.filter(plan=OuterRef("pk")).exclude(over)
    return Plan.objects.filter(Q(last_used_at__lte=before) | ~Exists(has_holder))


def remove_drafts(ids: Sequence[UUID]) -> None:
    Plan.objects.filter(pk__in=ids).delete()


def forget_meetings() -> int:
    """End what guides' meetings left when their time was over; how many."""
    now = clock.now()
    codes = GuideCode.objects.filter(expires_at__lte=now).delete()[0]
    return codes + Holder.objects.filter(role=Role.GUIDE, expires_at__lte=now).delete()[0]


def _as_bytes(content: Content) -> bytes:
    return json.dumps(content, ensure_ascii=False).encode()
