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
    """Seal the answers so far, by id, for the address; empty for none."""
    return encrypt(_MARK + ".".join(map(str, path))) if path else ""


def open_path(sealed: str) -> list[int] | None:
    """Open the answers; None where they are too old, or were not sealed here."""
    if not sealed:
        return []
    try:
        text = decrypt(sealed, seconds=KEPT_SECONDS)
    except UnreadableSecretError:
        return None
    if not text.startswith(_MARK):
        return None
    return [int(part) for part in text.removeprefix(_MARK).split(".")][:MOST_QUESTIONS]
