"""Which passwords are refused: those with one's own name in them, and those that are guessed first.

Lists of leaked passwords are mostly short ones, and ours have twelve characters or more. What people make
long ones of is a common word with digits, a year or a sign at its end, or the same word once more.
"""

import re
from functools import cache
from pathlib import Path
from typing import Any

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from office.models import User

# Words of our languages and of this work; Django's own list is mostly English.
WORDS = Path(__file__).parent / "common_words.txt"
SHORTEST_NAME = 4
_SWAPPED = str.maketrans("013457@$!|", "oieastasil")
_NOT_LETTERS = re.compile(r"[\W\d_]+")
_ENDS = re.compile(r"^[\W\d_]+|[\W\d_]+$")
_RUNS = (
    "abcdefghijklmnopqrstuvwxyzåäö",
    "qwertyuiopå",
    "asdfghjklöä",
    "zxcvbnm",
    "1234567890",
    "qazwsxedcrfvtgbyhnujmikolp",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
)
SHORTEST_RUN = 4


class NameInPasswordValidator:
    """Refuses a password that holds a part of who it belongs to."""

    def validate(self, password: str, user: Any = None) -> None:
        if not isinstance(user, User):
            return
        folded = password.casefold()
        named = (user.username, user.first_name, user.last_name, user.email.partition("@")[0])
        parts = {part for text in named for part in _NOT_LETTERS.split(text.casefold())}
        parts |= {text.casefold() for text in named}
        if any(len(part) >= SHORTEST_NAME and part in folded for part in parts):
            raise ValidationError(_("The password must not contain your own name or user name."))

    def get_help_text(self) -> str:
        return _("Your password must not contain your own name or user name.")


class GuessableWordValidator:
    """Refuses common words with an ending, the same again, and rows of keys."""

    def validate(self, password: str, user: Any = None) -> None:
        folded = password.casefold()
        bare = _ENDS.sub("", folded)
        if any(_is_guessable(text) for text in (folded, bare.translate(_SWAPPED))):
            raise ValidationError(
                _("This password is guessed easily: use several words that do not belong together.")
            )

    def get_help_text(self) -> str:
        return _(
            "Several words that do not belong together are good. A common word with digits is not."
        )


def _is_guessable(text: str) -> bool:
    letters = _NOT_LETTERS.sub("", text)
    return (
        len(set(text)) < 5
        or _without_runs(text) <= 3
        or _shortest_repeated(letters) in _common_words()
        or _shortest_repeated(text) in _common_words()
        or (len(letters) > 0 and len(_shortest_repeated(text)) * 2 <= len(text))
        or all(part in _common_words() for part in _NOT_LETTERS.split(text) if part)
    )


def _shortest_repeated(text: str) -> str:
    """Return the piece that the text repeats from its beginning to its end; else the text."""
    # A text found in itself doubled, past its beginning, is a repeated piece of that length.
    length = (text + text).find(text, 1)
    return text[:length] if text else ""


def _without_runs(text: str) -> int:
    """Return how many characters are left without the alphabet, rows of keys and counting, either way."""
    left = text
    for run in (*_RUNS, *(run[::-1] for run in _RUNS)):
        for length in range(len(run), SHORTEST_RUN - 1, -1):
            for start in range(len(run) - length + 1):
                left = left.replace(run[start : start + length], "")
    return len(left)


@cache
def _common_words() -> frozenset[str]:
    # Very short ones are parts of good phrases too.
    known = {word for word in CommonPasswordValidator().passwords if len(word) > 3}
    return frozenset(known | set(WORDS.read_text(encoding="utf-8").split()))
