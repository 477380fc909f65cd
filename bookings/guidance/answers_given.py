"""The answers of "Which way?" as they travel in the address: unreadable, and soon without meaning.

Nothing is stored. Who reads the browser's history, or a log, sees characters that differ each time;
after a while they lead to the first question.
"""

from collections.abc import Sequence

from office.core.secret_text import UnreadableSecretError, decrypt, encrypt
from office.guidance.ways import MOST_QUESTIONS

# Long enough to read and to go back, short enough that the history tells nobody what was answered.
KEPT_SECONDS = 30 * 60
_MARK = "way:"


def seal_path(path: Sequence[int]) -> str:
    """The answers so far, by id, as the address carries them; empty for none."""
    return encrypt(_MARK + ".".join(map(str, path))) if path else ""


def open_path(sealed: str) -> list[int] | None:
    """The answers, or None for what is too old, or was not made here."""
    if not sealed:
        return []
    try:
        text = decrypt(sealed, seconds=KEPT_SECONDS)
    except UnreadableSecretError:
        return None
    if not text.startswith(_MARK):
        return None
    return [int(part) for part in text.removeprefix(_MARK).split(".")][:MOST_QUESTIONS]
