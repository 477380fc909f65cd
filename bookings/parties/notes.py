"""The secretary's note on a person: the same on all their cards, and seen by secretaries alone."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from bookings.lifecycle.party_access import note_access_of
from bookings.lifecycle.transitions import ChangedMeanwhileError, NotPossibleError
from bookings.models import Party, PersonNote
from bookings.parties.people import Identity, keys_of
from office.core import clock, live_updates
from office.models import AccessAction, User


def note_on(party: Party) -> PersonNote | None:
    """Return the note on the person that the party is."""
    return notes_on([party]).get(party.pk)


def notes_on(parties: Iterable[Party]) -> dict[int, PersonNote]:
    """Return such notes by party. One query; none where nobody can be recognised."""
    keys = {party.pk: set(keys_of(party)) for party in parties}
    wanted = set().union(*keys.values())
    if not wanted:
        return {}
    notes = PersonNote.objects.filter(keys__overlap=sorted(wanted)).select_related("written_by")
    found = {}
    for note in notes.order_by("written_at", "pk"):
        for pk, own in keys.items():
            if not own.isdisjoint(note.keys):
                found[pk] = note
    return found


def may_have_note(party: Party) -> bool:
    """Say whether the party can be recognised: by a name, and a number or an address."""
    return bool(keys_of(party))


@transaction.atomic
def write_note(party: Party, text: str, *, user: User, seen: int | None = None) -> None:
    """Write the note; an empty text removes it.

    `seen`: the id of the note that the writer saw, None for none. Raises ChangedMeanwhileError where
    another one stands there by now, NotPossibleError where the party cannot be known again.
    """
    keys = keys_of(party)
    if not keys:
        raise NotPossibleError
    # Whoever writes at the same moment waits here.
    Party.objects.select_for_update().get(pk=party.pk)
    old = note_on(party)
    if (old.pk if old else None) != seen:
        raise ChangedMeanwhileError
    if old is not None:
        keys = list(dict.fromkeys([*keys, *old.keys]))
        PersonNote.objects.filter(keys__overlap=keys).delete()
    if text:
        # A new row each time: its id shows what somebody has seen.
        PersonNote.objects.create(keys=keys, text=text, written_at=clock.now(), written_by=user)
    note_access_of(party, user, action=AccessAction.CHANGE, step="note on the person")
    live_updates.announce(live_updates.DESK)


def follow(party: Party, before: Identity) -> None:
    """Let the note go on with a party whose name or contacts were `before`.

    Where neither the name nor a contact is the same, it was somebody else's record: theirs stays theirs.
    """
    now = Identity.of(party)
    if not before.keys or not now.keys or not before.may_be(now):
        return
    for note in PersonNote.objects.filter(keys__overlap=before.keys):
        note.keys = list(dict.fromkeys([*note.keys, *now.keys]))
        note.save(update_fields=["keys"])


def forget(party: Party) -> None:
    """Delete the note on who the party is."""
    PersonNote.objects.filter(keys__overlap=keys_of(party)).delete()


def old_notes(before: datetime) -> QuerySet[PersonNote]:
    """Find notes that nobody has edited since: see office/retention/table.py."""
    return PersonNote.objects.filter(written_at__lt=before)


def remove_notes(ids: Iterable[int]) -> None:
    PersonNote.objects.filter(pk__in=list(ids)).delete()
