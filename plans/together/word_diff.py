"""What changed between two texts, word by word. Pure; no word is lost and none is invented."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

_TOKEN = re.compile(r"\s+|[^\W_]+|.", re.DOTALL)


class Change(StrEnum):
    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True)
class Piece:
    change: Change
    text: str


def difference(before: str, after: str) -> list[Piece]:
    """Both in one: without the added pieces it is `before`, without the removed ones `after`."""
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    steps = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    found: list[Piece] = []
    removed = added = ""
    for place, (kind, a, b, c, d) in enumerate(steps):
        same = "".join(old[a:b])
        # Words that change one after the other are read as one change, not word by word.
        is_gap = 0 < place < len(steps) - 1 and same.isspace() and "\n" not in same
        if kind != "equal" or is_gap:
            removed, added = removed + same, added + "".join(new[c:d])
            continue
        found += _changed(removed, added)
        removed = added = ""
        found.append(Piece(Change.SAME, same))
    return found + _changed(removed, added)


def _changed(removed: str, added: str) -> list[Piece]:
    pieces = [Piece(Change.REMOVED, removed), Piece(Change.ADDED, added)]
    return [piece for piece in pieces if piece.text]
