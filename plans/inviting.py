"""The other parent: invited by a link that the first passes on, or not at all; and leaving."""

from office.taking import retrying
from plans import keys
from plans.agreement import forget, from_json, to_json
from plans.children import left_to, without_name
from plans.drafts import (
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
)
from plans.models import GuideCode, Holder, Kind, Part, Role
from plans.schedule import Parent


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
    Raises AlreadyTwoError, KeyInUseError, or NotYoursError for anybody but the parent who began.
    """
    if access.holder.role != Role.FIRST:
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
    holder = add_holder(access.plan, Role.SECOND, token, is_invitation=True)
    give_key(part, data_key(access, part), holder)
    return token


@retrying
def settle(access: Access, token: str = "") -> str:
    """Turn an invitation into a link that nobody else has seen, with a part to write in alone.

    `token`: what becomes the link, saved by the parent beforehand. Used twice, the second time finds
    nothing: NoSuchPlanError. Raises NotYoursError for what is no invitation, KeyInUseError.
    """
    token = token or keys.new_token()
    if not access.holder.is_invitation:
        raise NotYoursError
    (part,) = lock_parts(access, [Kind.SHARED])
    key = data_key(access, part)
    Holder.objects.filter(pk=access.holder.pk).delete()
    holder = add_holder(access.plan, Role.SECOND, token)
    give_key(part, key, holder)
    # The link that was passed on opens nothing more, an old copy of the database included.
    own = Access(access.plan, holder, keys.keys_of(token))
    new_lock(own, Kind.SHARED)
    add_part(access.plan, Kind.OWN_SECOND, {}, [holder])
    change(own, Kind.SHARED, lambda content: without_name(content, Parent.SECOND))
    return token


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
    if access.holder.role == Role.FIRST:
        Holder.objects.filter(plan=access.plan, role=Role.SECOND, is_invitation=True).delete()
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


def is_alone(access: Access) -> bool:
    """Whether no other parent sees the shared part: not invited, not come along yet, or gone."""
    other = other_holder(access)
    return other is None or other.is_invitation


def _without_words_of(content: Content, parent: Parent) -> Content:
    kept = {key: forget(from_json(m), parent) for key, m in content.get("matters", {}).items()}
    return {**content, "matters": {key: to_json(matter) for key, matter in kept.items()}}
