"""Which letters the PDF can print, and the direction of lines. Pure."""

import unicodedata
from bisect import bisect_right
from functools import cache
from pathlib import Path
from typing import TypedDict

FONTS = Path(__file__).parent / "fonts"
# Replaces a letter that none of our fonts has.
MISSING = "\u25a1"
_TAB = " " * 4
# Invisible on purpose: joiners, direction marks, variation selectors and the like.
_UNSEEN = {"Cf", "Mn", "Me"}
# Marks that combine with the letter before them.
_MARKS = {"Mn", "Mc", "Me"}
# Not letters: control characters and lone surrogates.
_NO_LETTER = {"Cc", "Cs"}
# The byte order mark with which files from Windows begin: PDF/UA forbids it anywhere.
_BYTE_ORDER = "\ufeff"


class Paragraph(TypedDict):
    """Lines of one direction."""

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
    """Say whether one of our fonts has the letter."""
    firsts, lasts = _covered()
    place = bisect_right(firsts, ord(letter)) - 1
    return place >= 0 and ord(letter) <= lasts[place]


def printable(text: str, *, plain: bool = False) -> str:
    """Replace letters that cannot be printed by □, and drop control characters.

    `plain`: each letter on its own, without combining marks and joiners. Marks of one font on
    letters of another can be too much for the typesetter.
    """
    found = ""
    for letter in unicodedata.normalize("NFC", text):
        printed = _printed(letter)
        if plain and unicodedata.category(letter) in _MARKS | {"Cf"}:
            continue
        if unicodedata.category(letter) in _MARKS and found[-1:] in {"", "\n"}:
            # It has no letter to combine with.
            continue
        found += printed
    return found


def is_character(letter: str) -> bool:
    """Say whether it is a Unicode character for text: not a control, surrogate or noncharacter."""
    code = ord(letter)
    if unicodedata.category(letter) in _NO_LETTER or letter == _BYTE_ORDER:
        return False
    return code & 0xFFFE != 0xFFFE and not 0xFDD0 <= code <= 0xFDEF


def _printed(letter: str) -> str:
    if letter == "\n":
        return letter
    if letter == "\t":
        return _TAB
    if not is_character(letter):
        return ""
    kind = unicodedata.category(letter)
    if kind == "Co":
        # Private use: whatever a font has there, it is not what was meant.
        return MISSING
    if is_drawn(letter):
        return letter
    if kind in _UNSEEN:
        return ""
    return " " if kind in {"Zs", "Zl", "Zp"} else MISSING


def is_lossy(text: str) -> bool:
    """Say whether some letter of the text cannot be printed."""
    return any(
        _printed(letter) == MISSING != letter for letter in unicodedata.normalize("NFC", text)
    )


def runs_leftwards(line: str) -> bool:
    """Decide by the first letter with a direction, as browsers do for dir=auto."""
    for letter in line:
        direction = unicodedata.bidirectional(letter)
        if direction in {"R", "AL"}:
            return True
        if direction == "L":
            return False
    return False


def paragraphs(text: str, *, plain: bool = False) -> list[Paragraph]:
    """Split a text at empty lines and where the direction changes. `plain`: see printable()."""
    found: list[Paragraph] = []
    together = False
    for line in printable(_unix(text), plain=plain).split("\n"):
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


def _unix(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
