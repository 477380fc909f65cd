"""A document as a tagged, accessible PDF (PDF/UA-1): typst lays it out, pikepdf finishes it.

Words are passed to typst as data, never as markup. The metadata of the file holds nobody's name.
"""

import json
import secrets
from collections.abc import Callable, Mapping
from functools import cache, partial
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import typst

from plans.output.letters import FONTS, paragraphs, printable

_HERE = Path(__file__).parent
# The most that PDF allows (AES-256, revision 6): bytes of UTF-8.
PASSWORD_LONGEST = 127


class NoPdfError(Exception):
    """The PDF could not be made. Contains no word of the document, so it may be logged."""


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


def typeset(template: Path, data: Mapping[str, Any]) -> bytes:
    """Compile one of our templates with data. Raises NoPdfError."""
    try:
        made = typst.compile(
            template,
            root=_HERE,
            font_paths=_fonts(),
            ignore_system_fonts=True,
            sys_inputs={"document": json.dumps(data)},
            pdf_standards=["ua-1"],
            format="pdf",
            timestamp=0,
        )
    except Exception as error:
        # Its message may quote the document.
        raise NoPdfError(type(error).__name__) from None
    if not isinstance(made, bytes):
        raise NoPdfError("several")
    return made


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)]
    )


def finish(made: bytes, document: Mapping[str, Any], password: str = "") -> bytes:
    """Set language and title, remove other metadata, and add the password if there is one."""
    out = BytesIO()
    try:
        with pikepdf.open(BytesIO(made)) as pdf:
            pdf.Root.Lang = pikepdf.String(document["language"])
            pdf.Root.ViewerPreferences = pikepdf.Dictionary(DisplayDocTitle=True)
            for key in list(pdf.docinfo.keys()):
                if key != "/Title":
                    del pdf.docinfo[key]
            with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as about:
                for key in list(about.keys()):
                    if not key.startswith(_KEPT):
                        del about[key]
            pdf.save(out, encryption=_locked(password) if password else False)
    except pikepdf.PdfError as error:
        raise NoPdfError(type(error).__name__) from None
    return out.getvalue()


# Metadata to keep, by namespace: title, language, format, and that it is PDF/UA.
_KEPT = ("{http://purl.org/dc/elements/1.1/}", "{http://www.aiim.org/pdfua/ns/id/}")


def _locked(password: str) -> pikepdf.Encryption:
    """AES-256. With the password one may read, print, copy and have it read aloud."""
    return pikepdf.Encryption(user=password, owner=secrets.token_urlsafe(32), R=6)


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
