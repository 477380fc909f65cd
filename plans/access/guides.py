"""Access for a guide during one meeting, by six digits that a parent reads out at the desk.

Each parent has their own guide. Nothing that a guide does here changes what the other parent sees.
"""

from datetime import datetime, timedelta

from office.calendar.occupancy import retrying
from office.core import clock, spoken_codes
from office.models import AccessAction, AccessReason, Unit, User
from office.staff.access_log import note_access
from office.staff.rate_limits import count_try
from plans.content.children import CHILDREN, PARENTS, view_of
from plans.models import GuideCode, Holder, HolderRole, Part, PartKind, Plan
from plans.vault import keys
from plans.vault.drafts import (
    Content,
    DraftAccess,
    NoAccessError,
    add_holder,
    add_part,
    change,
    data_key,
    give_key,
    lock_parts,
    part_of,
    read,
    rekey,
    unseal_part,
)

CODE_LASTS = timedelta(minutes=10)
TRIES_AN_HOUR = 20
_PURPOSE = "guide code"


class GuideCodeError(Exception):
    """The code opens nothing: mistyped, used, or expired. Which is not disclosed."""


class NotTakenHomeError(Exception):
    """Nobody has a link to this draft: it would be deleted with the meeting."""


def meeting_lasts() -> timedelta:
    """Return how long a guide's access lasts unless it is ended."""
    return timedelta(minutes=Unit.get().guide_meeting_minutes)


@retrying
def give_code(access: DraftAccess, kind: PartKind) -> tuple[str, datetime]:
    """Return six digits that open one part to a guide, and when they expire.

    The parent's earlier code becomes invalid. With the own part the guide gets what the shared part
    says of the children. Raises NoAccessError where the parent has no key to that part, or for a
    guide.
    """
    if access.parent is None:
        raise NoAccessError
    # Two requests at once make codes one after the other: the one shown last is valid.
    lock_parts(access, {PartKind.SHARED, kind})
    if kind is not PartKind.SHARED:
        family = {
            k: v
            for k, v in view_of(read(access, PartKind.SHARED), access.parent).items()
            if k in (CHILDREN, PARENTS)
        }
        change(access, kind, lambda content: {**content, **family})
    part = part_of(access, kind)
    key = data_key(access, part)
    now = clock.now()
    GuideCode.objects.filter(giver=access.holder).delete()
    codes = GuideCode.objects.all()
    code, hashed = spoken_codes.new_free_code(codes, "code_hash", purpose=_PURPOSE)
    salt = spoken_codes.new_salt()
    code_key = spoken_codes.code_key(code, salt, purpose=_PURPOSE)
    made = GuideCode.objects.create(
        plan=access.plan,
        giver=access.holder,
        part=part,
        code_hash=hashed,
        salt=salt,
        wrapped=keys.seal(code_key, key, place=_place(access.plan)),
        expires_at=now + CODE_LASTS,
    )
    return code, made.expires_at


def use_code(code: str, user: User, token: str = "") -> str:
    """Return the guide's key for the meeting. `token`: that key, where a form has brought it along.

    Raises GuideCodeError, TooManyTriesError after many wrong ones.
    """
    count_try("guide code", str(user.pk), limit=TRIES_AN_HOUR, every=timedelta(hours=1))
    return _use(spoken_codes.digits_of(code), user, token or keys.new_token())


@retrying
def _use(digits: str, user: User, token: str) -> str:
    now = clock.now()
    hashed = spoken_codes.code_hash(digits, purpose=_PURPOSE)
    waiting = GuideCode.objects.filter(code_hash=hashed, expires_at__gt=now)
    part_id = waiting.values_list("part_id", flat=True).first()
    # Lock the part before the code, as rekey() does: afterwards its key is this one or none.
    if part_id is None:
        raise GuideCodeError
    part = Part.objects.select_for_update().filter(pk=part_id).first()
    found = waiting.select_for_update(of=("self",)).select_related("plan").first()
    if part is None or found is None or found.part_id != part.pk:
        raise GuideCodeError
    code_key = spoken_codes.code_key(digits, bytes(found.salt), purpose=_PURPOSE)
    key = keys.unseal(code_key, bytes(found.wrapped), place=_place(found.plan))
    try:
        unseal_part(part, key)
    except keys.SealBrokenError:
        # The part was given a new key since.
        raise GuideCodeError from None
    Holder.objects.filter(given_by=found.giver_id).delete()
    give_key(part, key, _guide(found.plan, token, user, given_by=found.giver))
    found.delete()
    note_meeting(found.plan, user)
    return token


@retrying
def start_for(shared: Content, user: User, token: str = "") -> str:
    """Create a draft for an anonymous visitor at the desk; return the guide's key.

    Until the parent takes it home, nobody else has a key. `token`: that key, where a form has
    brought it along. Raises KeyInUseError where the form was sent before.
    """
    now = clock.now()
    token = token or keys.new_token()
    plan = Plan.objects.create(created_at=now, last_used_at=now)
    guide = _guide(plan, token, user, given_by=None)
    add_part(plan, PartKind.OWN_FIRST, {}, [guide])
    add_part(plan, PartKind.SHARED, shared, [guide])
    note_meeting(plan, user)
    return token


@retrying
def create_home_link(access: DraftAccess, token: str = "") -> str:
    """Return a link for the parent, replacing an earlier one.

    The guide has seen it: see claim_draft(). `token`: the link, where a form has brought it along;
    sent twice, it is the same one. Raises NoAccessError unless the guide has begun the draft.
    """
    if not is_begun_at_the_desk(access):
        raise NoAccessError
    token = token or keys.new_token()
    parts = lock_parts(access, [PartKind.OWN_FIRST, PartKind.SHARED])
    former = Holder.objects.filter(plan=access.plan, role=HolderRole.FIRST)
    if former.filter(lookup=keys.derive_keys(token).lookup).exists():
        return token
    former.delete()
    parent = add_holder(access.plan, HolderRole.FIRST, token, is_invitation=True)
    for part in parts:
        give_key(part, data_key(access, part), parent)
    return token


@retrying
def claim_draft(access: DraftAccess, token: str = "") -> str:
    """Replace the link taken home by one that the guide has not seen, and end the meeting.

    `token`: the new link, saved by the parent beforehand. A second use raises DraftNotFoundError.
    Raises NoAccessError for any other link, KeyInUseError.
    """
    if access.holder.role != HolderRole.FIRST or not access.holder.is_invitation:
        raise NoAccessError
    token = token or keys.new_token()
    parts = lock_parts(access, [PartKind.OWN_FIRST, PartKind.SHARED])
    found = [(part, data_key(access, part)) for part in parts]
    Holder.objects.filter(pk=access.holder.pk).delete()
    Holder.objects.filter(plan=access.plan, role=HolderRole.GUIDE, given_by=None).delete()
    parent = add_holder(access.plan, HolderRole.FIRST, token)
    owner = DraftAccess(access.plan, parent, keys.derive_keys(token))
    for part, key in found:
        give_key(part, key, parent)
        rekey(owner, PartKind(part.kind))
    return token


def parts_open(access: DraftAccess) -> set[PartKind]:
    """Return the parts to which this holder has a key."""
    found = access.holder.wrapped_keys.values_list("part__kind", flat=True)
    return {PartKind(kind) for kind in found}


def is_begun_at_the_desk(access: DraftAccess) -> bool:
    """Say whether this is the guide's key to a draft that no parent had before."""
    return access.holder.role == HolderRole.GUIDE and access.holder.given_by_id is None


def is_taken_home(access: DraftAccess) -> bool:
    """Say whether a parent has a link to the draft."""
    return Holder.objects.filter(plan=access.plan).exclude(role=HolderRole.GUIDE).exists()


def guide_of(access: DraftAccess) -> Holder | None:
    """Return the guide of this parent's current meeting."""
    found = access.holder.guides.filter(expires_at__gt=clock.now())
    return found.prefetch_related("wrapped_keys__part").first()


def waiting_code(access: DraftAccess) -> GuideCode | None:
    """Return the parent's unused code."""
    found = GuideCode.objects.filter(giver=access.holder, expires_at__gt=clock.now())
    return found.select_related("part").first()


@retrying
def end_meeting(access: DraftAccess, *, delete: bool = False) -> bool:
    """End a guide's access, by the guide or by the parent who gave it, with any unused code.

    Returns whether there was any. A draft begun at the desk and not taken home is deleted with it:
    raises NotTakenHomeError unless that is intended (`delete`).
    """
    if access.parent is None:
        return _leave(access, delete=delete)
    lock_parts(access, {PartKind.SHARED, access.own})
    guide = Holder.objects.filter(given_by=access.holder).first()
    codes, _ = GuideCode.objects.filter(giver=access.holder).delete()
    if guide is None:
        return bool(codes)
    kinds = [PartKind(w.part.kind) for w in guide.wrapped_keys.select_related("part")]
    guide.delete()
    for kind in kinds:
        rekey(access, kind)
    return True


def _leave(access: DraftAccess, *, delete: bool) -> bool:
    """End the guide's own access."""
    if is_begun_at_the_desk(access) and not is_taken_home(access):
        if not delete:
            raise NotTakenHomeError
        access.plan.delete()
        return True
    kinds = parts_open(access)
    lock_parts(access, kinds)
    for kind in sorted(kinds):
        rekey(access, kind)
    return bool(Holder.objects.filter(pk=access.holder.pk).delete()[0])


def _guide(plan: Plan, token: str, user: User, *, given_by: Holder | None) -> Holder:
    expires_at = clock.now() + meeting_lasts()
    return add_holder(
        plan, HolderRole.GUIDE, token, user=user, given_by=given_by, expires_at=expires_at
    )


def note_meeting(plan: Plan, user: User, *, changes: bool = False) -> None:
    """Log the access under an opaque reference: a draft has no name."""
    action = AccessAction.CHANGE if changes else AccessAction.READ
    note_access(user, f"plan-{plan.pk.hex[:12]}", action=action, reason=AccessReason.PLAN_MEETING)


def _place(plan: Plan) -> str:
    return f"code of {plan.pk}"
