"""A guide reads and writes along, for one meeting: by six digits that a parent reads out at the desk.

Each parent has a guide of their own. Nothing that one does here changes what the other sees.
"""

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from django.conf import settings
from django.db import IntegrityError, transaction

from office.calendar.occupancy import retrying
from office.core import clock
from office.models import AccessAction, Unit, User
from office.staff.access_log import note_access
from office.staff.rate_limits import count_try
from plans.content.children import CHILDREN, PARENTS, seen_by
from plans.models import GuideCode, Holder, Kind, Part, Plan, Role
from plans.vault import keys
from plans.vault.drafts import (
    Access,
    Content,
    NotYoursError,
    add_holder,
    add_part,
    change,
    data_key,
    give_key,
    lock_parts,
    new_lock,
    part_of,
    read,
    unsealed,
)

CODE_LASTS = timedelta(minutes=10)
TRIES_AN_HOUR = 20


class CodeError(Exception):
    """These digits open nothing: mistyped, used, or too old. It is not said which."""


class NotTakenHomeError(Exception):
    """Nobody has a link to this draft: with the meeting it would be gone."""


def meeting_lasts() -> timedelta:
    """How long a guide's access goes on if nobody ends it."""
    return timedelta(minutes=Unit.get().guide_meeting_minutes)


@retrying
def give_code(access: Access, kind: Kind) -> tuple[str, datetime]:
    """Six digits that open one part to a guide for a meeting, and until when they do.

    The parent's earlier digits open nothing then. With their own part the guide gets what the shared one
    says of the children. Raises NotYoursError where the parent has no key to that part, or for a guide.
    """
    if access.parent is None:
        raise NotYoursError
    # Two presses at once make digits one after the other: those shown last are those that work.
    lock_parts(access, {Kind.SHARED, kind})
    if kind is not Kind.SHARED:
        family = {
            k: v
            for k, v in seen_by(read(access, Kind.SHARED), access.parent).items()
            if k in (CHILDREN, PARENTS)
        }
        change(access, kind, lambda content: {**content, **family})
    part = part_of(access, kind)
    key = data_key(access, part)
    now = clock.now()
    GuideCode.objects.filter(giver=access.holder).delete()
    while True:
        code = f"{secrets.randbelow(1_000_000):06}"
        salt = secrets.token_bytes(16)
        try:
            with transaction.atomic():
                made = GuideCode.objects.create(
                    plan=access.plan,
                    giver=access.holder,
                    part=part,
                    code_hash=_code_hash(code),
                    salt=salt,
                    wrapped=keys.seal(_code_key(code, salt), key, place=_place(access.plan)),
                    expires_at=now + CODE_LASTS,
                )
        except IntegrityError:
            # Another family has these digits just now.
            GuideCode.objects.filter(code_hash=_code_hash(code), expires_at__lte=now).delete()
            continue
        return code, made.expires_at


def use_code(code: str, user: User, token: str = "") -> str:
    """The guide's own key for the meeting. `token`: what becomes it, where a form has brought it along.

    Raises CodeError, TooManyTriesError after many wrong ones.
    """
    count_try("guide code", str(user.pk), limit=TRIES_AN_HOUR, every=timedelta(hours=1))
    digits = "".join(c for c in code if c.isdecimal())
    return _use(digits, user, token or keys.new_token())


@retrying
def _use(digits: str, user: User, token: str) -> str:
    now = clock.now()
    waiting = GuideCode.objects.filter(code_hash=_code_hash(digits), expires_at__gt=now)
    part_id = waiting.values_list("part_id", flat=True).first()
    # The part before the code, as whoever changes the lock: afterwards its key is this one or none.
    if part_id is None:
        raise CodeError
    part = Part.objects.select_for_update().filter(pk=part_id).first()
    found = waiting.select_for_update(of=("self",)).select_related("plan").first()
    if part is None or found is None or found.part_id != part.pk:
        raise CodeError
    key = keys.unseal(
        _code_key(digits, bytes(found.salt)), bytes(found.wrapped), place=_place(found.plan)
    )
    try:
        unsealed(part, key)
    except keys.SealBrokenError:
        # The lock was changed since.
        raise CodeError from None
    Holder.objects.filter(given_by=found.giver_id).delete()
    give_key(part, key, _guide(found.plan, token, user, given_by=found.giver))
    found.delete()
    note_meeting(found.plan, user)
    return token


@retrying
def start_for(shared: Content, user: User, token: str = "") -> str:
    """A draft for somebody at the desk who says no name: the guide's key for the meeting.

    Until the parent takes it home, nobody else has one. `token`: what becomes the key, where a form has
    brought it along. Raises KeyInUseError where the form's first press has begun the draft.
    """
    now = clock.now()
    token = token or keys.new_token()
    plan = Plan.objects.create(created_at=now, last_used_at=now)
    guide = _guide(plan, token, user, given_by=None)
    add_part(plan, Kind.OWN_FIRST, {}, [guide])
    add_part(plan, Kind.SHARED, shared, [guide])
    note_meeting(plan, user)
    return token


@retrying
def take_home(access: Access, token: str = "") -> str:
    """A link for the parent, in place of one before. The guide has seen it: see come_home().

    `token`: what becomes the link, where a form has brought it along; sent twice, it is the same one.
    Only for a draft that the guide has begun: raises NotYoursError for one that a parent let them see.
    """
    if not is_begun_at_the_desk(access):
        raise NotYoursError
    token = token or keys.new_token()
    parts = lock_parts(access, [Kind.OWN_FIRST, Kind.SHARED])
    former = Holder.objects.filter(plan=access.plan, role=Role.FIRST)
    if former.filter(lookup=keys.keys_of(token).lookup).exists():
        return token
    former.delete()
    parent = add_holder(access.plan, Role.FIRST, token, is_invitation=True)
    for part in parts:
        give_key(part, data_key(access, part), parent)
    return token


@retrying
def come_home(access: Access, token: str = "") -> str:
    """Turn the link taken home into one that the guide has not seen, and end the meeting.

    `token`: what becomes the link, saved by the parent beforehand. Used twice, the second time finds
    nothing: NoSuchPlanError. Raises NotYoursError for any other link, KeyInUseError.
    """
    if access.holder.role != Role.FIRST or not access.holder.is_invitation:
        raise NotYoursError
    token = token or keys.new_token()
    parts = lock_parts(access, [Kind.OWN_FIRST, Kind.SHARED])
    found = [(part, data_key(access, part)) for part in parts]
    Holder.objects.filter(pk=access.holder.pk).delete()
    Holder.objects.filter(plan=access.plan, role=Role.GUIDE, given_by=None).delete()
    parent = add_holder(access.plan, Role.FIRST, token)
    owner = Access(access.plan, parent, keys.keys_of(token))
    for part, key in found:
        give_key(part, key, parent)
        new_lock(owner, Kind(part.kind))
    return token


def parts_open(access: Access) -> set[Kind]:
    """To which parts this holder has a key."""
    found = access.holder.wrapped_keys.values_list("part__kind", flat=True)
    return {Kind(kind) for kind in found}


def is_begun_at_the_desk(access: Access) -> bool:
    """Whether it is the guide's key to a draft that no parent had before."""
    return access.holder.role == Role.GUIDE and access.holder.given_by_id is None


def is_taken_home(access: Access) -> bool:
    """Whether a parent has a link to the draft."""
    return Holder.objects.filter(plan=access.plan).exclude(role=Role.GUIDE).exists()


def guide_of(access: Access) -> Holder | None:
    """The guide whom this parent has let in and whose meeting goes on."""
    found = access.holder.guides.filter(expires_at__gt=clock.now())
    return found.prefetch_related("wrapped_keys__part").first()


def waiting_code(access: Access) -> GuideCode | None:
    """The parent's code that nobody has used yet."""
    found = GuideCode.objects.filter(giver=access.holder, expires_at__gt=clock.now())
    return found.select_related("part").first()


@retrying
def end_meeting(access: Access, *, delete: bool = False) -> bool:
    """Take a guide's access away, by the guide or by the parent who gave it; with it a waiting code.

    False where there was none. A draft begun at the desk that nobody has taken home goes with it:
    raises NotTakenHomeError unless that is meant (`delete`).
    """
    if access.parent is None:
        return _leave(access, delete=delete)
    lock_parts(access, {Kind.SHARED, access.own})
    guide = Holder.objects.filter(given_by=access.holder).first()
    codes, _ = GuideCode.objects.filter(giver=access.holder).delete()
    if guide is None:
        return bool(codes)
    kinds = [Kind(w.part.kind) for w in guide.wrapped_keys.select_related("part")]
    guide.delete()
    for kind in kinds:
        new_lock(access, kind)
    return True


def _leave(access: Access, *, delete: bool) -> bool:
    """The guide goes."""
    if is_begun_at_the_desk(access) and not is_taken_home(access):
        if not delete:
            raise NotTakenHomeError
        access.plan.delete()
        return True
    kinds = parts_open(access)
    lock_parts(access, kinds)
    for kind in sorted(kinds):
        new_lock(access, kind)
    return bool(Holder.objects.filter(pk=access.holder.pk).delete()[0])


def _guide(plan: Plan, token: str, user: User, *, given_by: Holder | None) -> Holder:
    expires_at = clock.now() + meeting_lasts()
    return add_holder(plan, Role.GUIDE, token, user=user, given_by=given_by, expires_at=expires_at)


def note_meeting(plan: Plan, user: User, *, changes: bool = False) -> None:
    """Who has read whose: the draft says no name, and the log gets none."""
    action = AccessAction.CHANGE if changes else AccessAction.READ
    note_access(user, f"plan-{plan.pk.hex[:12]}", action=action, reason="plan meeting")


def _peppered(code: str) -> bytes:
    """Six digits alone could be tried out on a copy of the database; this secret is not in it."""
    secret = settings.LINK_KEY.encode()
    return hmac.new(secret, f"guide code:{code}".encode(), hashlib.sha256).digest()


def _code_hash(code: str) -> str:
    return hashlib.sha256(_peppered(code)).hexdigest()


def _code_key(code: str, salt: bytes) -> bytes:
    return Scrypt(salt=salt, length=keys.KEY_BYTES, n=2**14, r=8, p=1).derive(_peppered(code))


def _place(plan: Plan) -> str:
    return f"code of {plan.pk}"
