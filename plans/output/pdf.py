"""A plan as a tagged, accessible PDF (PDF/UA-1)."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from office.typesetting.letters import paragraphs, printable
from office.typesetting.pdf import NoPdfError, finish, typeset

_HERE = Path(__file__).parent
# The most that PDF allows (AES-256, revision 6): bytes of UTF-8.
PASSWORD_LONGEST = 127


def pdf_of(document: Mapping[str, Any], *, password: str = "") -> bytes:
    """Return the PDF of a document. Raises NoPdfError.

    Nothing that was typed or pasted prevents it: where the typesetter fails on the words as they
    are, each letter is printed on its own, and the document says so.
    """
    template = _HERE / "plan.typ"
    try:
        made = typeset(template, _for_print(document))
    except NoPdfError:
        plainer = {**document, "lossy": document.get("when_lossy", "")}
        made = typeset(template, _for_print(plainer, plain=True))
    return finish(made, document, password)


def _for_print(document: Mapping[str, Any], *, plain: bool = False) -> dict[str, Any]:
    """Split typed texts into paragraphs, and make every letter printable."""
    words = partial(printable, plain=plain)
    lines = partial(paragraphs, plain=plain)
    chapters = [
        {
            "title": words(chapter["title"]),
            "entries": [
                {
                    "heading": words(entry["heading"]),
                    "child": words(entry["child"]),
                    "state": entry["state"],
                    "sayings": [
                        {
                            "by": words(statement["by"]),
                            "paragraphs": lines(statement["text"]),
                            # Short words are kept together on one page.
                            "is_long": len(statement["text"]) > 600
                            or statement["text"].count("\n") > 8,
                        }
                        for statement in entry["sayings"]
                    ],
                }
                for entry in chapter["entries"]
            ],
        }
        for chapter in document["chapters"]
    ]
    return {
        **document,
        "subtitle": lines(document["subtitle"]),
        "facts": [lines(fact) for fact in document["facts"]],
        "chapters": chapters,
        "calendars": [
            {
                **calendar,
                "children": words(calendar["children"]),
                "legend": words(calendar["legend"]),
                "months": [_month(month, words) for month in calendar["months"]],
            }
            for calendar in document["calendars"]
        ],
    }


def _month(month: Mapping[str, Any], words: Callable[[str], str]) -> dict[str, Any]:
    """Make the parents' initials printable."""
    weeks = [
        [number, [{**cell, "letter": words(cell["letter"])} for cell in cells]]
        for number, cells in month["weeks"]
    ]
    return {**month, "weeks": weeks}
