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
    found: list[Piece] = []
    for _, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        removed, added = "".join(old[a:b]), "".join(new[c:d])
        if removed == added:
            found.append(Piece(Change.SAME, removed))
            continue
        if removed:
            found.append(Piece(Change.REMOVED, removed))
        if added:
            found.append(Piece(Change.ADDED, added))
    return found
