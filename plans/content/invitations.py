"""The other parent: invite, accept, withdraw, split the draft, delete one's own."""

from office.calendar.occupancy import retrying
from office.core import clock
from plans.content.agreement import attributed_to, forget, from_json, to_json
from plans.content.children import left_to, without_name
from plans.models import GuideCode, Holder, HolderRole, Part, PartKind, Plan, WrappedKey
from plans.parents import Parent
from plans.vault import keys
from plans.vault.drafts import (
    OWN,
    Content,
    DraftAccess,
    KeyInUseError,
    NoAccessError,
    add_holder,
    add_part,
    change,
    data_key,
    give_key,
    is_in_use,
    lock_parts,
    read,
    rekey,
)


class OtherParentJoinedError(Exception):
    """The other parent has already joined: nobody is left to invite."""


def other_holder(access: DraftAccess) -> Holder | None:
    """Return the other parent's holder, invited or joined."""
    roles = {HolderRole.FIRST, HolderRole.SECOND} - {HolderRole(access.holder.role)}
    return Holder.objects.filter(plan=access.plan, role__in=roles).first()


@retrying
def invite(access: DraftAccess, token: str = "") -> str:
    """Return an invitation link to the shared part; an earlier unused one becomes invalid.

    `token`: the link, where a form has brought it along; sent twice, it is the same one. Raises
    OtherParentJoinedError, KeyInUseError, or NoAccessError for a guide.
    """
    parent = access.own_parent
    token = token or keys.new_token()
    (part,) = lock_parts(access, [PartKind.SHARED])
    former = other_holder(access)
    if former is not None and not former.is_invitation:
        raise OtherParentJoinedError
    if former is not None and former.lookup == keys.derive_keys(token).lookup:
        return token
    if former is not None:
        former.delete()
        rekey(access, PartKind.SHARED)
        part.refresh_from_db()
    # Accepted words of a parent who has left must not pass to the next one.
    change(access, PartKind.SHARED, lambda content: _attributed_to(content, parent))
    part.refresh_from_db()
    holder = add_holder(access.plan, HolderRole(parent.other.value), token, is_invitation=True)
    give_key(part, data_key(access, part), holder)
    return token


@retrying
def accept_invitation(access: DraftAccess, token: str = "") -> str:
    """Turn an invitation into a link that nobody else has seen, with a part of one's own.

    `token`: the new link, saved by the parent beforehand. A second use raises DraftNotFoundError.
    Raises NoAccessError for what is not an invitation, KeyInUseError.
    """
    token = token or keys.new_token()
    role = HolderRole(access.holder.role)
    if not access.holder.is_invitation or is_taken_home(access):
        raise NoAccessError
    (part,) = lock_parts(access, [PartKind.SHARED])
    key = data_key(access, part)
    Holder.objects.filter(pk=access.holder.pk).delete()
    holder = add_holder(access.plan, role, token)
    give_key(part, key, holder)
    # The invitation link must open nothing any more, even in an old copy of the database.
    own = DraftAccess(access.plan, holder, keys.derive_keys(token))
    rekey(own, PartKind.SHARED)
    add_part(access.plan, OWN[role], {}, [holder])
    change(own, PartKind.SHARED, lambda content: without_name(content, Parent(role.value)))
    return token


def is_taken_home(access: DraftAccess) -> bool:
    """Say whether the link is that of a draft begun with a guide, including what was written there."""
    return access.holder.wrapped_keys.filter(part__kind=access.own).exists()


@retrying
def withdraw_invitation(access: DraftAccess) -> bool:
    """Withdraw an unused invitation; return whether there was one."""
    lock_parts(access, [PartKind.SHARED])
    former = other_holder(access)
    if former is None or not former.is_invitation:
        return False
    former.delete()
    rekey(access, PartKind.SHARED)
    return True


@retrying
def replace_link(access: DraftAccess, token: str = "") -> str:
    """Replace one's own link, say because somebody else has seen it; the former opens nothing.

    What they may have made with it ends too: a code, a guide's access, an unused invitation.
    `token`: the new link, saved by the parent beforehand, or that of a sign-in. Raises
    DraftNotFoundError where the link was changed meanwhile, KeyInUseError.
    """
    token = token or keys.new_token()
    derived = keys.derive_keys(token)
    kinds = {PartKind(w.part.kind) for w in access.holder.wrapped_keys.select_related("part")}
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
    own = DraftAccess(access.plan, Holder.objects.get(pk=access.holder.pk), derived)
    for kind in sorted(kinds):
        rekey(own, kind)
    return token


@retrying
def delete_own(access: DraftAccess) -> None:
    """Delete one's own part, link, and words that the other does not accept.

    Where nobody else is left, delete the whole draft.
    """
    parent = access.own_parent
    lock_parts(access, [PartKind.SHARED])
    if is_alone(access):
        access.plan.delete()
        return
    change(
        access,
        PartKind.SHARED,
        lambda content: left_to(_without_words_of(content, parent), parent.other),
    )
    Part.objects.filter(plan=access.plan, kind=access.own).delete()
    rekey(access, PartKind.SHARED)
    access.holder.delete()


@retrying
def split_draft(access: DraftAccess) -> bool:
    """Continue without the other parent: one draft becomes two. False where nobody else is in it.

    The link stays. The other parent keeps a draft with what they wrote and what both have accepted,
    and sees nothing that is written later. Nobody loses their own words. An unused invitation is
    withdrawn.
    """
    parent = access.own_parent
    lock_parts(access, {PartKind.SHARED, access.own})
    other = other_holder(access)
    if other is None or other.is_invitation:
        return withdraw_invitation(access)
    shared = read(access, PartKind.SHARED)
    mine = without_name(left_to(_without_words_of(shared, parent.other), parent), parent.other)
    theirs = left_to(_without_words_of(shared, parent), parent.other)
    # Guide access and codes were for the common draft.
    Holder.objects.filter(given_by=access.holder).delete()
    GuideCode.objects.filter(giver=access.holder).delete()
    change(access, PartKind.SHARED, lambda _both: theirs)
    rekey(access, PartKind.SHARED)
    WrappedKey.objects.filter(part__kind=PartKind.SHARED, holder=access.holder).delete()
    plan = Plan.objects.create(created_at=clock.now(), last_used_at=clock.now())
    Part.objects.filter(plan=access.plan, kind=access.own).update(plan=plan)
    Holder.objects.filter(pk=access.holder.pk).update(plan=plan)
    apart = DraftAccess(plan, Holder.objects.get(pk=access.holder.pk), access.keys)
    add_part(plan, PartKind.SHARED, mine, [apart.holder])
    rekey(apart, access.own)
    return True


def is_alone(access: DraftAccess) -> bool:
    """Say whether no other parent sees the shared part: not invited, not joined yet, or gone."""
    other = other_holder(access)
    return other is None or other.is_invitation


def _without_words_of(content: Content, parent: Parent) -> Content:
    """Remove a parent's words, and matters in which no words are left."""
    kept = {key: forget(from_json(m), parent) for key, m in content.get("matters", {}).items()}
    return {**content, "matters": {key: to_json(m) for key, m in kept.items() if m.versions}}


def _attributed_to(content: Content, parent: Parent) -> Content:
    matters = content.get("matters")
    if not matters:
        return content
    kept = {key: to_json(attributed_to(from_json(m), parent)) for key, m in matters.items()}
    return {**content, "matters": kept}
