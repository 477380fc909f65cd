"""Who signs up, and with which word."""

from typing import Any
from uuid import uuid4

from evenings.models import Evening, SignUp
from evenings.places.private_words import hash_word, is_closed_by_lot
from evenings.sign_ups.actions import Attendee, sign_up


def signs_up(evening: Evening, *, waits: bool = False, **who: Any) -> SignUp:
    return sign_up(evening.pk, Attendee(**who), made_from=uuid4(), waits=waits)


def word_for(*evenings: Evening, closed: Evening | None = None) -> str:
    """Return a word that the lot leaves open at the evenings, and closes at `closed`."""
    for n in range(10_000):
        word = f"tuomi{n}"
        hashed = hash_word(word)
        if any(is_closed_by_lot(hashed, evening) for evening in evenings):
            continue
        if closed is None or is_closed_by_lot(hashed, closed):
            return word
    raise AssertionError("no word found")
