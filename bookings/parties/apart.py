"""Two parties who look alike and are not the same: noted once by a secretary, and remembered.

Kept as pairs of keyed hashes (see people), so that later requests of the same two warn no more. Where
name and contact are the very same it is one person with two matters: then the two parties alone are kept.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from bookings.models import ToldApart
from bookings.parties.people import Identity, party_key
from office.core import clock, live_updates
from office.models import AccessAction, User
from office.staff.access_log import note_access


@dataclass(frozen=True)
class Alike:
    """A party as the comparison reads it."""

    pk: int
    name: str
    phone: str
    email: str

    @property
    def keys(self) -> list[str]:
        return Identity(self.name, self.phone, self.email).keys


Pair = tuple[Alike, Alike]
Keys = tuple[str, str]


def told_apart(pairs: Iterable[Pair]) -> set[tuple[int, int]]:
    """Find the pairs, by the ids of the parties, that somebody has told apart. One query."""
    wanted = {(one.pk, other.pk): _pairs_of_keys(one, other) for one, other in pairs}
    firsts = {first for keys in wanted.values() for first, _second in keys}
    rows = ToldApart.objects.filter(first__in=firsts) if firsts else ToldApart.objects.none()
    known = set(rows.values_list("first", "second"))
    return {ids for ids, keys in wanted.items() if not known.isdisjoint(keys)}


def are_different_people(one: Alike, other: Alike) -> bool:
    """Say whether name and contacts can be those of two people."""
    mine, theirs = set(one.keys), set(other.keys)
    return bool(mine and theirs) and mine.isdisjoint(theirs)


@transaction.atomic
def tell_apart(pairs: Iterable[Pair], *, references: Iterable[str], user: User) -> None:
    """Remember that the parties of each pair are not the same."""
    now = clock.now()
    ToldApart.objects.bulk_create(
        [
            ToldApart(first=first, second=second, at=now, by=user)
            for one, other in pairs
            for first, second in _keys_to_keep(one, other)
        ],
        ignore_conflicts=True,
    )
    _note(references, user, "told apart")


@transaction.atomic
def take_back(pairs: Iterable[Pair], *, references: Iterable[str], user: User) -> None:
    """Warn of these again."""
    for one, other in pairs:
        for first, second in _pairs_of_keys(one, other):
            ToldApart.objects.filter(first=first, second=second).delete()
    _note(references, user, "told apart: taken back")


def old_rows(before: datetime) -> QuerySet[ToldApart]:
    """Return the rows noted long ago: see office/retention/table.py."""
    return ToldApart.objects.filter(at__lt=before)


def remove_rows(ids: Iterable[int]) -> None:
    ToldApart.objects.filter(pk__in=list(ids)).delete()


def _keys_to_keep(one: Alike, other: Alike) -> set[Keys]:
    if are_different_people(one, other):
        return {_ordered(mine, theirs) for mine in one.keys for theirs in other.keys}
    return {_ordered(party_key(one.pk), party_key(other.pk))}


def _pairs_of_keys(one: Alike, other: Alike) -> set[Keys]:
    return _keys_to_keep(one, other) | {_ordered(party_key(one.pk), party_key(other.pk))}


def _ordered(first: str, second: str) -> Keys:
    return (first, second) if first < second else (second, first)


def _note(references: Iterable[str], user: User, step: str) -> None:
    note_access(user, references, action=AccessAction.CHANGE, step=step)
    live_updates.announce(live_updates.DESK)
