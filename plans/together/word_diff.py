"""Word-by-word difference between two texts. Pure; no word is lost or invented."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

_TOKEN = re.compile(r"\s+|[^\W_]+|.", re.DOTALL)


class WordChange(StrEnum):
    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True)
class DiffPiece:
    change: WordChange
    text: str

    @property
    def marked(self) -> SafeString:
        """The words as HTML: underlined where they were added, struck where they were removed."""
        if self.change is WordChange.SAME:
            return format_html("{}", self.text)
        tag = "ins" if self.change is WordChange.ADDED else "del"
        return format_html("<{0}>{1}</{0}>", mark_safe(tag), self.text)  # noqa: S308


def difference(before: str, after: str) -> list[DiffPiece]:
    """Return the pieces of both: without those added it is `before`, without those removed `after`."""
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    steps = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    found: list[DiffPiece] = []
    removed = added = ""
    for place, (kind, a, b, c, d) in enumerate(steps):
        same = "".join(old[a:b])
        # Neighbouring changed words are shown as one change.
        is_gap = 0 < place < len(steps) - 1 and same.isspace() and "\n" not in same
        if kind != "equal" or is_gap:
            removed, added = removed + same, added + "".join(new[c:d])
            continue
        found += _changed(removed, added)
        removed = added = ""
        found.append(DiffPiece(WordChange.SAME, same))
    return found + _changed(removed, added)


def _changed(removed: str, added: str) -> list[DiffPiece]:
    pieces = [DiffPiece(WordChange.REMOVED, removed), DiffPiece(WordChange.ADDED, added)]
    return [piece for piece in pieces if piece.text]
