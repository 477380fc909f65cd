"""Private words: two who use the same one are never given the same evening.

Kept as a keyed hash, so that nobody can read one. It works only where both use it, spelled alike. A
refusal must tell nothing of the other: so each word closes some evenings by lot, whoever uses it, and the
answer is the same as at a full evening. The lot follows from word and evening: trying again adds nothing.
"""

import unicodedata
from collections.abc import Collection

from django.db.models import QuerySet

from evenings.models import Evening, SignUp
from office.core.tokens import hash_token, token_for

# One evening in so many is closed to a word by lot.
ONE_IN = 3
SHORTEST, LONGEST = 4, 60


def normal_word(text: str) -> str:
    """Return the word without what people write differently: capitals, spaces, signs."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(letter for letter in folded if letter.isalnum())


def hash_word(text: str) -> str:
    """Return what is kept of a word; empty for no word."""
    word = normal_word(text)
    return _keyed("evening-word", word) if word else ""


def _keyed(purpose: str, text: str) -> str:
    """Hash under LINK_KEY, which is kept when SECRET_KEY is changed: words go on matching."""
    return hash_token(token_for(purpose, text))


def is_closed_by_lot(word_hash: str, evening: Evening) -> bool:
    drawn = _keyed("evening-lot", f"{word_hash}:{evening.pk}")
    return int(drawn[:8], 16) % ONE_IN == 0


def with_word(evening: Evening, word_hash: str) -> QuerySet[SignUp]:
    """Find those who have, or are offered, a place there under the same word."""
    return evening.sign_ups.taking_room().filter(word_hash=word_hash)


def words_at(evening: Evening) -> set[str]:
    """Return the words of all who have, or are offered, a place there."""
    at = evening.sign_ups.taking_room().exclude(word_hash="")
    return set(at.values_list("word_hash", flat=True))


def is_barred_in_line(evening: Evening, word_hash: str, at_evening: Collection[str]) -> bool:
    """Say the same as is_barred of one who waits; `at_evening`: words_at, read once for the line."""
    return bool(word_hash) and (word_hash in at_evening or is_closed_by_lot(word_hash, evening))


def is_barred(evening: Evening, word_hash: str, *, but: SignUp | None = None) -> bool:
    """Say whether whoever uses the word is given no place there, for any of the reasons."""
    if not word_hash:
        return False
    others = with_word(evening, word_hash)
    if but is not None:
        others = others.exclude(pk=but.pk)
    return is_closed_by_lot(word_hash, evening) or others.exists()
