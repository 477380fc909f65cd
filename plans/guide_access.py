"""A guide reads and writes along, for one meeting: by six digits that a parent reads out at the desk."""

import hashlib
import hmac
import secrets
from datetime import timedelta

from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from django.conf import settings
from django.db import IntegrityError, transaction

from office import clock
from office.limits import count_try
from office.models import User
from plans import keys
from plans.drafts import (
    Access,
    Content,
    NotYoursError,
    add_holder,
    begin,
    data_key,
    enter,
    give_key,
    new_lock,
    part_of,
)
from plans.models import GuideCode, Holder, Kind, Plan, Role

CODE_LASTS = timedelta(minutes=10)
MEETING_LASTS = timedelta(hours=2)
TRIES_AN_HOUR = 20


class CodeError(Exception):
    """These digits open nothing: mistyped, used, or too old. It is not said which."""


def give_code(access: Access, kind: Kind) -> str:
    """Six digits that open one part to a guide for a meeting; earlier ones open nothing then.

    Raises NotYoursError where the parent has no key to that part, or for a guide.
    """
    if access.parent is None:
        raise NotYoursError
    part = part_of(access, kind)
    key = data_key(access, part)
    now = clock.now()
    with transaction.atomic():
        GuideCode.objects.filter(plan=access.plan).delete()
        while True:
            code = f"{secrets.randbelow(1_000_000):06}"
            salt = secrets.token_bytes(16)
            try:
                with transaction.atomic():
                    GuideCode.objects.create(
                        plan=access.plan,
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
            return code


def use_code(code: str, user: User) -> str:
    """The guide's own link for the meeting. Raises CodeError, TooManyTriesError after many wrong ones."""
    count_try("guide code", str(user.pk), limit=TRIES_AN_HOUR, every=timedelta(hours=1))
    digits = "".join(c for c in code if c.isdecimal())
    now = clock.now()
    token = keys.new_token()
    with transaction.atomic():
        found = (
            GuideCode.objects.select_for_update(of=("self",))
            .select_related("plan", "part")
            .filter(code_hash=_code_hash(digits), expires_at__gt=now)
            .first()
        )
        if found is None:
            raise CodeError
        code_key = _code_key(digits, bytes(found.salt))
        key = keys.unseal(code_key, bytes(found.wrapped), place=_place(found.plan))
        Holder.objects.filter(plan=found.plan, role=Role.GUIDE).delete()
        give_key(found.part, key, _guide(found.plan, token, user))
        found.delete()
    return token


def start_for(shared: Content, user: User) -> str:
    """A draft for somebody at the desk who says no name: the guide's link for the meeting.

    The parent's own link is made when they take it home, see take_home().
    """
    with transaction.atomic():
        access = enter(begin(shared))
        token = keys.new_token()
        guide = _guide(access.plan, token, user)
        for kind in (Kind.OWN_FIRST, Kind.SHARED):
            part = part_of(access, kind)
            give_key(part, data_key(access, part), guide)
    return token


def take_home(access: Access) -> str:
    """The parent's link, in place of any before; the guide's opens nothing after that.

    Only for a draft that the guide has begun: raises NotYoursError for one that a parent let them see.
    """
    token = keys.new_token()
    with transaction.atomic():
        part = part_of(access, Kind.OWN_FIRST, locked=True)
        shared = part_of(access, Kind.SHARED, locked=True)
        own_key, shared_key = data_key(access, part), data_key(access, shared)
        Holder.objects.filter(plan=access.plan, role=Role.FIRST).delete()
        parent = add_holder(access.plan, Role.FIRST, token)
        give_key(part, own_key, parent)
        give_key(shared, shared_key, parent)
        access.holder.delete()
        owner = enter(token)
        new_lock(owner, Kind.OWN_FIRST)
        new_lock(owner, Kind.SHARED)
    return token


def end_meeting(access: Access) -> bool:
    """Take the guide's access and any code back; False where there was none. By a parent or the guide."""
    with transaction.atomic():
        guide = Holder.objects.filter(plan=access.plan, role=Role.GUIDE).first()
        codes, _ = GuideCode.objects.filter(plan=access.plan).delete()
        if guide is None:
            return bool(codes)
        parts = [wrapped.part for wrapped in guide.wrapped_keys.select_related("part")]
        guide.delete()
        if access.parent is not None:
            for part in parts:
                if part.wrapped_keys.filter(holder=access.holder).exists():
                    new_lock(access, Kind(part.kind))
    return True


def _guide(plan: Plan, token: str, user: User) -> Holder:
    return add_holder(plan, Role.GUIDE, token, user=user, expires_at=clock.now() + MEETING_LASTS)


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
