"""Park a half-made booking when the line is cut, and take it up again."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.http import QueryDict

from bookings.models import ParkedBooking
from bookings.parties import conflicts
from bookings.parties.search import international
from office.calendar.occupancy import retrying
from office.core import clock, live_updates
from office.core.secret_text import UnreadableSecretError, decrypt, encrypt
from office.models import AccessAction, AccessReason, User
from office.staff.access_log import note_access, note_listed, pseudonym

PARKED = "parked"
# What belongs to the page alone.
_NOT_KEPT = ("csrfmiddlewaretoken", "do", "take", "find", "skip_to", "skip_other_to", PARKED)


@dataclass(frozen=True)
class ParkedCaller:
    """For whom it was begun."""

    name: str
    contacts: frozenset[str]


@dataclass(frozen=True)
class ParkedRow:
    """A parked booking as lists show it."""

    pk: int
    name: str
    by: str
    parked_at: datetime


@retrying
def park(typed: QueryDict, *, user: User) -> ParkedBooking:
    """Keep what was typed; again, where it was parked before, in place of what was."""
    kept = {name: values for name, values in typed.lists() if name not in _NOT_KEPT}
    before = parked_one(typed.get(PARKED, ""))
    parked = before or ParkedBooking()
    parked.user, parked.parked_at = user, clock.now()
    parked.sealed = encrypt(json.dumps(kept))
    parked.save()
    _note(parked, _opened(parked), user, AccessAction.CHANGE if before else AccessAction.CREATE)
    return parked


def take_up(parked: ParkedBooking, *, user: User) -> QueryDict:
    """Return what was typed, as a form sends it. It stays parked until it is booked or dropped."""
    typed = _opened(parked)
    _note(parked, typed, user, AccessAction.READ)
    typed[PARKED] = str(parked.pk)
    return typed


@retrying
def drop(parked_id: int, *, user: User) -> None:
    """Drop what comes to nothing. A second press changes nothing."""
    parked = ParkedBooking.objects.select_for_update().filter(pk=parked_id).first()
    if parked is not None:
        _note(parked, _opened(parked), user, AccessAction.CHANGE)
        parked.delete()


def end(typed: QueryDict) -> None:
    """End it, as it was booked. Call in the booking's transaction."""
    parked = parked_one(typed.get(PARKED, ""))
    if parked is not None:
        parked.delete()
        live_updates.announce(live_updates.DESK)


def parked_one(pk: str) -> ParkedBooking | None:
    """Return the parked booking with this key as a field carries it; None where there is none."""
    if not (pk.isascii() and pk.isdigit() and len(pk) < 10):
        return None
    return ParkedBooking.objects.filter(pk=int(pk)).first()


def parked_for(user: User, pk: str) -> ParkedBooking | None:
    """Return the same for a member of staff: of a matter that they stay out of there is none."""
    parked = parked_one(pk)
    return None if parked is None or parked.pk in _barred_to(user) else parked


def _barred_to(user: User) -> set[int]:
    """Return the ids of what is parked for people of whose matter the user stays out."""
    people = conflicts.people_barred_to(user)
    if not people:
        return set()
    codes = conflicts.codes_barred_to(user)
    return {
        parked.pk
        for parked in ParkedBooking.objects.all()
        if _is_of(_opened(parked), people) or _opened(parked).get("for", "") in codes
    }


def _is_of(typed: QueryDict, people: Sequence[conflicts.PersonIdentifiers]) -> bool:
    named = [
        conflicts.PersonIdentifiers.of(
            *(typed.get(f"{who}-{field}", "") for field in ("name", "phone", "email"))
        )
        for who in ("caller", "other")
    ]
    return any(one.is_same(person) for one in named for person in people)


def parked_shown_to(user: User) -> list[ParkedRow]:
    """Return all that are parked, the longest first, and log each as read.

    But for what belongs to a matter that the user stays out of.
    """
    found = list(ParkedBooking.objects.select_related("user"))
    barred = _barred_to(user) if found else set()
    rows = [
        ParkedRow(
            parked.pk,
            _opened(parked).get("caller-name", "").strip(),
            parked.user.get_full_name() or parked.user.username,
            parked.parked_at,
        )
        for parked in found
        if parked.pk not in barred
    ]
    records = [ParkedBooking(pk=row.pk).record for row in rows]
    note_listed(user, records, reason=AccessReason.BOOKING)
    return rows


def contacts_of(records: Collection[str]) -> dict[str, set[str]]:
    """Return the typed numbers and addresses, by the access log's names for what is parked."""
    pks = ParkedBooking.pks_of(records)
    found = ParkedBooking.objects.filter(pk__in=pks) if pks else []
    return {parked.record: typed_contacts(_opened(parked)) for parked in found}


def caller_of(parked: ParkedBooking) -> ParkedCaller:
    typed = _opened(parked)
    name = typed.get("caller-name", "").strip()
    return ParkedCaller(name, frozenset(typed_contacts(typed, ("caller",))))


def typed_contacts(typed: QueryDict, people: Sequence[str] = ("caller", "other")) -> set[str]:
    phones = [international(typed.get(f"{who}-phone", "")) for who in people]
    emails = [typed.get(f"{who}-email", "").strip() for who in people]
    return {contact for contact in [*phones, *emails] if contact}


def _opened(parked: ParkedBooking) -> QueryDict:
    """Return what was typed; nothing where the key that it was written with is gone."""
    typed = QueryDict(mutable=True)
    try:
        kept = json.loads(decrypt(parked.sealed))
    except UnreadableSecretError:
        return typed
    for name, values in kept.items():
        typed.setlist(name, values)
    return typed


def _note(parked: ParkedBooking, typed: QueryDict, user: User, action: AccessAction) -> None:
    subjects = sorted({pseudonym(contact) for contact in typed_contacts(typed)})
    note_access(user, parked.record, action=action, reason=AccessReason.BOOKING, subjects=subjects)
    live_updates.announce(live_updates.DESK)


def old_parked(before: datetime) -> QuerySet[ParkedBooking]:
    return ParkedBooking.objects.filter(parked_at__lt=before)


def remove_parked(ids: Sequence[int]) -> None:
    ParkedBooking.objects.filter(pk__in=ids).delete()
