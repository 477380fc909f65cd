"""Show a summary to the professional at the meeting, by six digits that a parent reads out.

What is shown is sealed apart from the draft: the digits open no part of it, and what is written
afterwards does not reach the professional.
"""

import json
from datetime import datetime, timedelta

from office.calendar.occupancy import retrying
from office.core import clock, spoken_codes
from office.models import AccessAction, AccessReason, User
from office.staff.access_log import note_access
from office.staff.rate_limits import count_try
from plans.access.guides import CODE_LASTS, TRIES_AN_HOUR, GuideCodeError, meeting_lasts
from plans.models import ShownSummary
from plans.vault import keys
from plans.vault.drafts import Content, DraftAccess, NoAccessError, lock_holder

_PURPOSE = "summary code"


@retrying
def give_code(access: DraftAccess, content: Content) -> tuple[str, datetime]:
    """Seal what is to be shown; return six digits that open it, and when they expire.

    What this parent has shown before is closed. Raises NoAccessError for a guide.
    """
    if access.parent is None:
        raise NoAccessError
    # Two requests at once make codes one after the other: the one shown last is valid.
    lock_holder(access)
    ShownSummary.objects.filter(giver=access.holder).delete()
    key, now = keys.new_data_key(), clock.now()
    sealed = keys.seal(key, json.dumps(content).encode(), place=_place(access.holder.pk))
    shown = ShownSummary.objects.all()
    code, hashed = spoken_codes.new_free_code(shown, "lookup", purpose=_PURPOSE)
    salt = spoken_codes.new_salt()
    code_key = spoken_codes.code_key(code, salt, purpose=_PURPOSE)
    made = ShownSummary.objects.create(
        giver=access.holder,
        lookup=hashed,
        salt=salt,
        wrapped=keys.seal(code_key, key, place=_key_place(access.holder.pk)),
        sealed=sealed,
        expires_at=now + CODE_LASTS,
    )
    return code, made.expires_at


def use_code(code: str, user: User) -> str:
    """Open what the code shows for `user`; return the key that the browser keeps.

    Raises GuideCodeError, TooManyTriesError after many wrong ones.
    """
    count_try(_PURPOSE, str(user.pk), limit=TRIES_AN_HOUR, every=timedelta(hours=1))
    return _use(spoken_codes.digits_of(code), user)


@retrying
def _use(digits: str, user: User) -> str:
    hashed = spoken_codes.code_hash(digits, purpose=_PURPOSE)
    waiting = ShownSummary.objects.select_for_update().filter(user=None)
    found = waiting.filter(lookup=hashed, expires_at__gt=clock.now()).first()
    if found is None:
        raise GuideCodeError
    code_key = spoken_codes.code_key(digits, bytes(found.salt), purpose=_PURPOSE)
    key = keys.unseal(code_key, bytes(found.wrapped), place=_key_place(found.giver_id))
    token = keys.new_token()
    derived = keys.derive_keys(token)
    found.user = user
    found.lookup = derived.lookup
    found.wrapped = keys.wrap(key, derived.public, place=_key_place(found.giver_id))
    found.expires_at = clock.now() + meeting_lasts()
    found.save()
    return token


def shown_to(token: str, user: User) -> ShownSummary | None:
    """Return what this browser has open for `user`."""
    try:
        derived = keys.derive_keys(token)
    except keys.BadTokenError:
        return None
    found = ShownSummary.objects.filter(lookup=derived.lookup, user=user)
    return found.select_related("giver").filter(expires_at__gt=clock.now()).first()


def read_shown(shown: ShownSummary, token: str) -> Content:
    """Read what is shown, and log it under an opaque reference: a draft has no name."""
    place = _key_place(shown.giver_id)
    key = keys.unwrap(bytes(shown.wrapped), keys.derive_keys(token), place=place)
    content: Content = json.loads(
        keys.unseal(key, bytes(shown.sealed), place=_place(shown.giver_id))
    )
    reference = f"plan-{shown.giver.plan_id.hex[:12]}"
    note_access(shown.user, reference, action=AccessAction.READ, reason=AccessReason.PLAN_SUMMARY)
    return content


def summary_of(access: DraftAccess) -> ShownSummary | None:
    """Return what this parent shows now: a code that waits, or what somebody has open."""
    found = ShownSummary.objects.filter(giver=access.holder, expires_at__gt=clock.now())
    return found.defer("sealed").first()


def end(access: DraftAccess) -> bool:
    """Close what this parent shows, or cancel the code; return whether there was any."""
    return bool(ShownSummary.objects.filter(giver=access.holder).delete()[0])


def _place(giver_id: int) -> str:
    return f"summary of {giver_id}"


def _key_place(giver_id: int) -> str:
    return f"key of the summary of {giver_id}"
