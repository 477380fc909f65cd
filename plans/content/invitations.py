"""The other parent: invited by a link that the first passes on, or not at all; and leaving."""

from office.calendar.occupancy import retrying
from office.core import clock
from plans.content.agreement import forget, from_json, taken_over, to_json
from plans.content.children import left_to, without_name
from plans.models import GuideCode, Holder, Kind, Part, Plan, Role, WrappedKey
from plans.parents import Parent
from plans.vault import keys
from plans.vault.drafts import (
    OWN,
    Access,
    Content,
    KeyInUseError,
    NotYoursError,
    add_holder,
    add_part,
    change,
    data_key,
    give_key,
    is_in_use,
    lock_parts,
    new_lock,
    read,
)


class AlreadyTwoError(Exception):
    """The other parent has begun to use a link of their own: there is nobody left to invite."""


def other_holder(access: Access) -> Holder | None:
    """The other parent's holder, invited or at work."""
    roles = {Role.FIRST, Role.SECOND} - {Role(access.holder.role)}
    return Holder.objects.filter(plan=access.plan, role__in=roles).first()


@retrying
def invite(access: Access, token: str = "") -> str:
    """A link to pass on, which opens the shared part; a former one that nobody used opens nothing then.

    `token`: what becomes the link, where a form has brought it along; sent twice, it is the same one.
    Raises AlreadyTwoError, KeyInUseError, or NotYoursError for a guide.
    """
    parent = access.parent
    if parent is None:
        raise NotYoursError
    token = token or keys.new_token()
    (part,) = lock_parts(access, [Kind.SHARED])
    former = other_holder(access)
    if former is not None and not former.is_invitation:
        raise AlreadyTwoError
    if former is not None and former.lookup == keys.keys_of(token).lookup:
        return token
    if former is not None:
        former.delete()
        new_lock(access, Kind.SHARED)
        part.refresh_from_db()
    # Words of somebody who has left and to which this parent says yes are not the next one's.
    change(access, Kind.SHARED, lambda content: _taken_over(content, parent))
    part.refresh_from_db()
    holder = add_holder(access.plan, Role(parent.other.value), token, is_invitation=True)
    give_key(part, data_key(access, part), holder)
    return token


@retrying
def settle(access: Access, token: str = "") -> str:
    """Turn an invitation into a link that nobody else has seen, with a part to write in alone.

    `token`: what becomes the link, saved by the parent beforehand. Used twice, the second time finds
    nothing: NoSuchPlanError. Raises NotYoursError for what is no invitation, KeyInUseError.
    """
    token = token or keys.new_token()
    role = Role(access.holder.role)
    if not access.holder.is_invitation or is_taken_home(access):
        raise NotYoursError
    (part,) = lock_parts(access, [Kind.SHARED])
    key = data_key(access, part)
    Holder.objects.filter(pk=access.holder.pk).delete()
    holder = add_holder(access.plan, role, token)
    give_key(part, key, holder)
    # The link that was passed on opens nothing more, an old copy of the database included.
    own = Access(access.plan, holder, keys.keys_of(token))
    new_lock(own, Kind.SHARED)
    add_part(access.plan, OWN[role], {}, [holder])
    change(own, Kind.SHARED, lambda content: without_name(content, Parent(role.value)))
    return token


def is_taken_home(access: Access) -> bool:
    """Whether the link is a draft's that was begun with a guide, with what was written there."""
    return access.holder.wrapped_keys.filter(part__kind=access.own).exists()


@retrying
def take_back(access: Access) -> bool:
    """Take an invitation back that nobody has used; False where there was none."""
    lock_parts(access, [Kind.SHARED])
    former = other_holder(access)
    if former is None or not former.is_invitation:
        return False
    former.delete()
    new_lock(access, Kind.SHARED)
    return True


@retrying
def new_link(access: Access, token: str = "") -> str:
    """Another link for oneself; the former opens nothing. For a link that somebody else has seen.

    What they may have made with it ends too: digits, a guide's access, an invitation that nobody has
    used. `token`: what takes its place, saved by the parent beforehand, or what is no link. Raises
    NoSuchPlanError where the link was changed meanwhile, KeyInUseError.
    """
    token = token or keys.new_token()
    derived = keys.keys_of(token)
    kinds = {Kind(w.part.kind) for w in access.holder.wrapped_keys.select_related("part")}
    lock_parts(access, kinds)
    if is_in_use(token):
        raise KeyInUseError
    GuideCode.objects.filter(giver=access.holder).delete()
    Holder.objects.filter(given_by=access.holder).delete()
    others = Holder.objects.filter(plan=access.plan, is_invitation=True)
    others.exclude(pk=access.holder.pk).delete()
    for wrapped in access.holder.wrapped_keys.select_related("part"):
        key = data_key(access, wrapped.part)
        wrapped.delete()
        fresh = Holder(pk=access.holder.pk, public_key=derived.public)
        give_key(wrapped.part, key, fresh)
    Holder.objects.filter(pk=access.holder.pk).update(
        lookup=derived.lookup, public_key=derived.public
    )
    own = Access(access.plan, Holder.objects.get(pk=access.holder.pk), derived)
    for kind in sorted(kinds):
        new_lock(own, kind)
    return token


@retrying
def leave(access: Access) -> None:
    """Delete one's own, now: the part written alone, one's words without the other's yes, the link.

    Where nobody else is left, the whole draft goes.
    """
    parent = access.parent
    if parent is None:
        raise NotYoursError
    lock_parts(access, [Kind.SHARED])
    if is_alone(access):
        access.plan.delete()
        return
    change(
        access,
        Kind.SHARED,
        lambda content: left_to(_without_words_of(content, parent), parent.other),
    )
    Part.objects.filter(plan=access.plan, kind=access.own).delete()
    new_lock(access, Kind.SHARED)
    access.holder.delete()


@retrying
def part_ways(access: Access) -> bool:
    """Go on without the other parent: of one draft two are made. False where nobody else is in it.

    The link stays. The other keeps a draft with what they wrote and what both have said yes to, and sees
    nothing that comes later; what they have read, they have read. Nobody loses a word of their own. An
    invitation that nobody has used is taken back.
    """
    parent = access.parent
    if parent is None:
        raise NotYoursError
    lock_parts(access, {Kind.SHARED, access.own})
    other = other_holder(access)
    if other is None or other.is_invitation:
        return take_back(access)
    shared = read(access, Kind.SHARED)
    mine = without_name(left_to(_without_words_of(shared, parent.other), parent), parent.other)
    theirs = left_to(_without_words_of(shared, parent), parent.other)
    # A guide and digits were for the draft of both.
    Holder.objects.filter(given_by=access.holder).delete()
    GuideCode.objects.filter(giver=access.holder).delete()
    change(access, Kind.SHARED, lambda _both: theirs)
    new_lock(access, Kind.SHARED)
    WrappedKey.objects.filter(part__kind=Kind.SHARED, holder=access.holder).delete()
    plan = Plan.objects.create(created_at=clock.now(), last_used_at=clock.now())
    Part.objects.filter(plan=access.plan, kind=access.own).update(plan=plan)
    Holder.objects.filter(pk=access.holder.pk).update(plan=plan)
    apart = Access(plan, Holder.objects.get(pk=access.holder.pk), access.keys)
    add_part(plan, Kind.SHARED, mine, [apart.holder])
    new_lock(apart, access.own)
    return True


def is_alone(access: Access) -> bool:
    """Whether no other parent sees the shared part: not invited, not come along yet, or gone."""
    other = other_holder(access)
    return other is None or other.is_invitation


def _without_words_of(content: Content, parent: Parent) -> Content:
    """Of a matter in which nobody has any words left, nothing is left."""
    kept = {key: forget(from_json(m), parent) for key, m in content.get("matters", {}).items()}
    return {**content, "matters": {key: to_json(m) for key, m in kept.items() if m.versions}}


def _taken_over(content: Content, parent: Parent) -> Content:
    matters = content.get("matters")
    if not matters:
        return content
    kept = {key: to_json(taken_over(from_json(m), parent)) for key, m in matters.items()}
    return {**content, "matters": kept}
