"""Letters as the PDF can print them: what no font of ours draws, and which way lines run. Pure."""

import unicodedata
from bisect import bisect_right
from functools import cache
from pathlib import Path
from typing import TypedDict

FONTS = Path(__file__).parent / "fonts"
# Stands for a letter that no font of ours draws.
MISSING = "\u25a1"
_TAB = " " * 4
# Drawn by nobody, and meant so: joiners, marks of direction, variation selectors and their like.
_UNSEEN = {"Cf", "Mn", "Me"}


class Paragraph(TypedDict):
    """Lines that run the same way."""

    text: str
    rtl: bool


@cache
def _covered() -> tuple[list[int], list[int]]:
    firsts, lasts = [], []
    for line in (FONTS / "covered.txt").read_text(encoding="ascii").split():
        first, _, last = line.partition("-")
        firsts.append(int(first, 16))
        lasts.append(int(last or first, 16))
    return firsts, lasts


def is_drawn(letter: str) -> bool:
    """Whether one of our fonts has it."""
    firsts, lasts = _covered()
    place = bisect_right(firsts, ord(letter)) - 1
    return place >= 0 and ord(letter) <= lasts[place]


def printable(text: str) -> str:
    """The text with □ for letters that cannot be printed; signs that steer a machine are left out."""
    return "".join(_printed(letter) for letter in unicodedata.normalize("NFC", text))


def _printed(letter: str) -> str:
    if letter == "\n" or is_drawn(letter):
        return letter
    if letter == "\t":
        return _TAB
    kind = unicodedata.category(letter)
    if kind == "Cc" or kind in _UNSEEN:
        return ""
    return " " if kind in {"Zs", "Zl", "Zp"} else MISSING


def is_lossy(text: str) -> bool:
    """Whether a letter of it cannot be printed."""
    return any(
        _printed(letter) == MISSING != letter for letter in unicodedata.normalize("NFC", text)
    )


def runs_leftwards(line: str) -> bool:
    """By its first letter that has a direction, as browsers do for dir=auto."""
    for letter in line:
        way = unicodedata.bidirectional(letter)
        if way in {"R", "AL"}:
            return True
        if way == "L":
            return False
    return False


def paragraphs(text: str) -> list[Paragraph]:
    """A text cut at empty lines and where the direction changes."""
    found: list[Paragraph] = []
    together = False
    for line in printable(text.replace("\r\n", "\n").replace("\r", "\n")).split("\n"):
        if not line.strip():
            together = False
            continue
        rtl = runs_leftwards(line)
        if together and found[-1]["rtl"] == rtl:
            found[-1]["text"] += "\n" + line
        else:
            found.append({"text": line, "rtl": rtl})
        together = True
    return found
