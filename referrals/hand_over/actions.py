"""Hand somebody on, open what was told, answer, take the consent back, close."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from phonenumber_field.phonenumber import to_python

from bookings.lifecycle.references import save_with_reference
from bookings.lifecycle.transitions import NotPossibleError, Paths
from bookings.models import Party
from bookings.retention.removal import forgetting
from office.core import clock, live_updates, tokens
from office.core.once import made_before
from office.models import AccessAction, AccessReason, Unit, User
from office.staff.access_log import note_access, pseudonym
from referrals.hand_over.codes import keys_of, new_code
from referrals.hand_over.contents import open_words, seal_words
from referrals.models import (
    DirectoryEntry,
    Disclosed,
    Referral,
    ReferralBy,
    ReferralEvent,
    ReferralState,
    ReferralStep,
)

OWN_LINK = "referral-own"
# What was opened can be read again for so long: a lost page or another screen costs nobody the words.
READABLE = timedelta(hours=1)

S = ReferralState
PATHS = Paths(
    {
        S.SENT: frozenset({S.TAKEN, S.NOT_OURS, S.DONE, S.WITHDRAWN, S.CLOSED}),
        S.TAKEN: frozenset({S.NOT_OURS, S.DONE, S.WITHDRAWN, S.CLOSED}),
        S.NOT_OURS: frozenset({S.TAKEN, S.WITHDRAWN, S.CLOSED}),
        S.DONE: frozenset({S.WITHDRAWN}),
        S.WITHDRAWN: frozenset(),
        S.CLOSED: frozenset(),
    }
)
ANSWERS: dict[str, ReferralStep] = {
    "taken": ReferralStep.TAKEN,
    "not-ours": ReferralStep.NOT_OURS,
    "done": ReferralStep.DONE,
}


class NotReadableError(Exception):
    """What was told is not to be read: its time is over, or it was opened too long ago."""


@dataclass(frozen=True)
class Slip:
    """A referral with the code of its slip, which is kept nowhere."""

    referral: Referral
    code: str


def hand_on(
    entry: DirectoryEntry,
    words: Mapping[Disclosed, str],
    *,
    user: User,
    made_from: UUID,
    language: str,
    party: Party | None = None,
    replacing: Referral | None = None,
) -> Slip | None:
    """Hand somebody on with their consent to exactly these words. Sent twice, it is made once: None.

    `replacing`: the referral that came back, which is closed by it. Raises NotPossibleError.
    """
    with transaction.atomic():
        if made_before(Referral, made_from) is not None:
            return None
        if replacing is not None:
            _close(locked(replacing.pk), user=user)
        code, nonce, now = new_code(), tokens.new_nonce(), clock.now()
        keys = keys_of(code)
        sealed, wrapped = seal_words(words, keys)
        referral = Referral(
            entry=entry,
            party=party,
            language=language,
            disclosed=[item.value for item in Disclosed if item in words],
            sealed=sealed,
            wrapped=wrapped,
            link_hash=keys.lookup,
            own_nonce=nonce,
            own_hash=tokens.hash_token(tokens.link_token(OWN_LINK, nonce)),
            made_by=user,
            made_at=now,
            made_from=made_from,
            ends_at=now + timedelta(days=Unit.get().referral_days),
            updated_at=now,
        )
        save_with_reference(referral)
        _note(referral, ReferralStep.MADE, by=ReferralBy.STAFF, user=user)
        note_access(
            user,
            referral.reference,
            action=AccessAction.CREATE,
            reason=AccessReason.REFERRALS,
            subjects=_subjects(words.get(Disclosed.CONTACT, ""), party),
        )
        return Slip(referral, code)


def open_slip(code: str) -> list[tuple[Disclosed, str]]:
    """Return what the partner is told, for READABLE from the first opening. Raises NotReadableError."""
    with transaction.atomic():
        found = by_code(code)
        if found is None:
            raise NotReadableError
        referral, now = locked(found.pk), clock.now()
        if referral.sealed is None or readable_until(referral) <= now:
            raise NotReadableError
        if referral.opened_at is None:
            referral.opened_at = now
            _save(referral)
            _note(referral, ReferralStep.OPENED, by=ReferralBy.PARTNER)
        note_access(
            None,
            referral.reference,
            action=AccessAction.READ,
            reason=AccessReason.REFERRALS,
            subjects=subjects_of(referral),
        )
        return open_words(referral, keys_of(code))


def answer(referral_id: int, value: str) -> Referral:
    """Note the partner's answer; the same one again changes nothing. Raises NotPossibleError."""
    if value not in ANSWERS:
        raise NotPossibleError
    step = ANSWERS[value]
    with transaction.atomic():
        referral = locked(referral_id)
        if not may_answer(referral):
            raise NotPossibleError
        if referral.state != ReferralState(step.value):
            _move(referral, step, by=ReferralBy.PARTNER)
        return referral


def take_back(referral_id: int, *, user: User | None = None) -> Referral:
    """Take the consent back: the link closes, and what was told is deleted. Raises NotPossibleError.

    By the person on their own page, or by `user` to whom they have said so.
    """
    with transaction.atomic():
        referral = locked(referral_id)
        by = ReferralBy.STAFF if user else ReferralBy.PERSON
        _move(referral, ReferralStep.WITHDRAWN, by=by, user=user)
        return referral


def close(referral_id: int, *, user: User) -> Referral:
    """Close what came back, or what need not be followed any more. Raises NotPossibleError."""
    with transaction.atomic():
        return _close(locked(referral_id), user=user)


def _close(referral: Referral, *, user: User) -> Referral:
    _move(referral, ReferralStep.CLOSED, by=ReferralBy.STAFF, user=user)
    return referral


def locked(referral_id: int) -> Referral:
    """Return the referral, locked until the transaction ends."""
    return Referral.objects.select_for_update(of=("self",)).get(pk=referral_id)


def by_code(code: str) -> Referral | None:
    """Find the referral of a slip, whatever its state."""
    found = Referral.objects.select_related("entry__organisation")
    return found.filter(link_hash=keys_of(code).lookup).first()


def by_own_link(token: str) -> Referral | None:
    """Find the referral of a person's own link."""
    found = Referral.objects.select_related("entry__organisation")
    return found.filter(own_hash__in=tokens.hashes_of(token)).first()


def own_token(referral: Referral) -> str:
    """Return the token that opens the person's own page."""
    return tokens.link_token(OWN_LINK, referral.own_nonce)


def own_path(referral: Referral) -> str:
    """Return the secret path of the person's own page."""
    return f"/my-referral/{own_token(referral)}/"


def readable_until(referral: Referral) -> datetime:
    """Return until when the content can be read."""
    return referral.opened_at + READABLE if referral.opened_at else referral.ends_at


def may_answer(referral: Referral) -> bool:
    """Say whether the partner may answer: in time, or once opened, for as long as it is kept."""
    if referral.state in ReferralState.ended():
        return False
    return referral.opened_at is not None or referral.ends_at > clock.now()


def may_become(referral: Referral, state: ReferralState) -> bool:
    return PATHS.lead(referral.state, state)


def _move(
    referral: Referral, step: ReferralStep, *, by: ReferralBy, user: User | None = None
) -> None:
    state = ReferralState(step.value)
    PATHS.check(referral.state, state)
    referral.state = state
    if state in (*ReferralState.ended(), ReferralState.NOT_OURS):
        referral.sealed = referral.wrapped = None
    _save(referral)
    _note(referral, step, by=by, user=user)
    if user is not None:
        note_access(
            user,
            referral.reference,
            action=AccessAction.CHANGE,
            reason=AccessReason.REFERRALS,
            subjects=subjects_of(referral),
        )
    live_updates.announce(live_updates.DESK)


def _save(referral: Referral) -> None:
    referral.updated_at = clock.now()
    referral.save()


def _note(
    referral: Referral, step: ReferralStep, *, by: ReferralBy, user: User | None = None
) -> None:
    ReferralEvent.objects.create(referral=referral, what=step, at=clock.now(), by=by, user=user)


def subjects_of(referral: Referral) -> list[str]:
    """Return whose data it is, for the access log: the party's; what was typed is sealed from us too."""
    return _subjects("", referral.party)


def _subjects(contact: str, party: Party | None) -> list[str]:
    known = [str(party.phone or ""), party.email] if party else []
    number = to_python(contact)
    typed = str(number) if number and number.is_valid() else contact
    return [pseudonym(one) for one in (*known, typed) if one]


# Contents that are not to be read any more


def delete_contents() -> int:
    """Delete what was told once it can be read no more; how many."""
    now = clock.now()
    over = Q(opened_at=None, ends_at__lte=now) | Q(opened_at__lte=now - READABLE)
    return Referral.objects.filter(over, sealed__isnull=False).update(sealed=None, wrapped=None)


def old_referrals(before: datetime) -> QuerySet[Referral]:
    """Find referrals without change since: see office/retention/table.py."""
    return Referral.objects.filter(updated_at__lt=before)


def remove_referrals(ids: Sequence[int]) -> None:
    with forgetting():
        Referral.objects.filter(pk__in=ids).delete()
