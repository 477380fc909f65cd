"""A parent's papers for a visit: begun from the own page, opened and changed by a key of their own.

The personal link alone opens none of them and does not tell that there are any: who holds it is not
known well enough (703/2023). The key is an address, as that of a plan is, and is stored nowhere here.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from bookings.models import Appointment, Party, Preparation, PreparationCode, Status
from bookings.visibility import Reader
from office.core import clock, sealing
from office.core.sealing import LinkKeys
from office.models import BringItem, HomeForm
from office.retention.table import period_of
from office.staff.rate_limits import count_try

PURPOSE = "papers"
# Papers are deleted this long after the visit, or after it was called off.
KEPT = period_of("preparations")
BEGUN_A_DAY = 10
_CALLED_OFF = (Status.CANCELLED, Status.DECLINED)

Content = dict[str, Any]


class PapersNotFoundError(Exception):
    """The key opens nothing: mistyped, deleted, or the visit is over. Which is not disclosed."""


class NothingToPrepareError(Exception):
    """The visit asks for nothing, or is closed."""


@dataclass(frozen=True)
class Papers:
    """A parent's papers as their key opens them."""

    preparation: Preparation
    keys: LinkKeys

    @property
    def party(self) -> Party:
        return self.preparation.party

    @property
    def appointment(self) -> Appointment:
        return self.party.appointment


def things_to_bring(appointment: Appointment) -> list[BringItem]:
    """Return what to bring, each thing once."""
    found = (item for service in appointment.matters.services for item in service.bring_items)
    return list({item.key: item for item in found}.values())


def forms_asked(appointment: Appointment) -> list[HomeForm]:
    """Return the forms to fill in at home, in their order."""
    asked = {form for service in appointment.matters.services for form in service.home_forms}
    return [form for form in HomeForm if form in asked]


def may_prepare(appointment: Appointment) -> bool:
    """Say whether a party of the visit has something to prepare."""
    has_work = bool(things_to_bring(appointment) or forms_asked(appointment))
    return appointment.is_open and has_work


def begin_papers(party: Party, token: str) -> None:
    """Begin papers that only `token` opens; sent twice, they are the same.

    Raises NothingToPrepareError, TooManyTriesError.
    """
    if not may_prepare(party.appointment):
        raise NothingToPrepareError
    keys = sealing.derive_keys(token, purpose=PURPOSE)
    if Preparation.objects.filter(lookup=keys.lookup).exists():
        return
    count_try("papers", str(party.pk), limit=BEGUN_A_DAY, every=timedelta(days=1))
    made = Preparation(
        party=party, lookup=keys.lookup, public_key=keys.public, created_at=clock.now()
    )
    _seal_anew(made, {})
    # A form that is sent twice at once should not leave an error in the database's log.
    Preparation.objects.bulk_create([made], ignore_conflicts=True)


def open_papers(token: str) -> Papers:
    """Open papers by their key. Raises PapersNotFoundError."""
    try:
        keys = sealing.derive_keys(token, purpose=PURPOSE)
    except sealing.BadTokenError:
        raise PapersNotFoundError from None
    found = Preparation.objects.filter(lookup=keys.lookup).first()
    if found is None:
        raise PapersNotFoundError
    parties = Party.objects.with_visit_seen_by(Reader.OWN).select_related("appointment__service")
    found.party = parties.get(pk=found.party_id)
    if _is_over(found.party.appointment):
        raise PapersNotFoundError
    return Papers(found, keys)


def _is_over(appointment: Appointment) -> bool:
    if appointment.status in _CALLED_OFF:
        return True
    return appointment.ends_at is not None and appointment.ends_at + KEPT <= clock.now()


def data_key(preparation: Preparation, keys: LinkKeys) -> bytes:
    """Return the key of the papers. Raises SealBrokenError."""
    wrapped = bytes(preparation.wrapped)
    return sealing.unwrap(wrapped, keys, purpose=PURPOSE, place=_key_place(preparation))


def read(papers: Papers) -> Content:
    """Read the ticks and answers. Raises SealBrokenError."""
    return unseal(papers.preparation, data_key(papers.preparation, papers.keys))


def unseal(preparation: Preparation, key: bytes) -> Content:
    """Read papers with their data key. Raises SealBrokenError."""
    sealed = bytes(preparation.sealed)
    content: Content = json.loads(sealing.unseal(key, sealed, place=preparation.place))
    return content


def change(papers: Papers, edit: Callable[[Content], Content]) -> Content:
    """Change the papers with `edit`, which gets what they say now, so that no tab loses another's.

    Raises PapersNotFoundError; whatever `edit` raises leaves them as they were.
    """
    with transaction.atomic():
        found = locked(papers.preparation.pk)
        key = data_key(found, papers.keys)
        content = edit(unseal(found, key))
        found.version += 1
        found.sealed = sealing.seal(key, _as_bytes(content), place=found.place)
        found.save(update_fields=["version", "sealed"])
    return content


def locked(pk: UUID) -> Preparation:
    """Fetch and lock papers. Raises PapersNotFoundError where they were deleted meanwhile."""
    found = Preparation.objects.select_for_update(of=("self",)).filter(pk=pk).first()
    if found is None:
        raise PapersNotFoundError
    return found


def rekey(preparation: Preparation, content: Content) -> None:
    """Seal locked papers with a new key for the parent alone: a key that was lent opens nothing."""
    preparation.version += 1
    _seal_anew(preparation, content)
    preparation.save(update_fields=["version", "sealed", "wrapped"])
    # An unused code wraps the former key.
    PreparationCode.objects.filter(preparation=preparation).delete()


def _seal_anew(preparation: Preparation, content: Content) -> None:
    key = sealing.new_data_key()
    public, place = bytes(preparation.public_key), _key_place(preparation)
    preparation.wrapped = sealing.wrap(key, public, purpose=PURPOSE, place=place)
    preparation.sealed = sealing.seal(key, _as_bytes(content), place=preparation.place)


def _key_place(preparation: Preparation) -> str:
    return f"key of papers {preparation.pk}"


def _as_bytes(content: Content) -> bytes:
    return json.dumps(content, ensure_ascii=False).encode()


def delete_papers(papers: Papers) -> None:
    """Delete the papers now. Nobody is notified."""
    Preparation.objects.filter(pk=papers.preparation.pk).delete()


def old_papers(before: datetime) -> QuerySet[Preparation]:
    """Find papers of visits that ended, or were cancelled, before."""
    closed = Q(party__appointment__status__in=_CALLED_OFF)
    return Preparation.objects.filter(
        closed & Q(party__appointment__updated_at__lt=before)
        | ~closed & Q(party__appointment__ends_at__lt=before)
    )


def remove_papers(ids: Sequence[UUID]) -> None:
    Preparation.objects.filter(pk__in=ids).delete()
