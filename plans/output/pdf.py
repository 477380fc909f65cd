"""A document as a tagged, accessible PDF (PDF/UA-1): typst lays it out, pikepdf finishes it.

Words come to typst as data, never as markup. Nobody's name gets into what describes the file.
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
# As long as a PDF takes it (AES-256, revision 6): bytes of UTF-8.
PASSWORD_LONGEST = 127


class NoPdfError(Exception):
    """It could not be made. Without a word of the document: this may be logged."""


def pdf_of(document: Mapping[str, Any], *, password: str = "") -> bytes:
    """The PDF of a document as data. Raises NoPdfError.

    Nothing that somebody has typed or pasted makes it impossible: where the typesetter refuses the
    words as they are, each letter is printed for itself, and the document says so.
    """
    template = _HERE / "plan.typ"
    try:
        made = laid_out(template, _for_print(document))
    except NoPdfError:
        plainer = {**document, "lossy": document.get("when_lossy", "")}
        made = laid_out(template, _for_print(plainer, plain=True))
    return finished(made, document, password)


def laid_out(template: Path, data: Mapping[str, Any]) -> bytes:
    """What typst makes of a template of ours and data. Raises NoPdfError."""
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
        # Its words may hold words of the document.
        raise NoPdfError(type(error).__name__) from None
    if not isinstance(made, bytes):
        raise NoPdfError("several")
    return made


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)]
    )


def finished(made: bytes, document: Mapping[str, Any], password: str = "") -> bytes:
    """With language, a title that is shown, nothing about who made it, and a password if wanted."""
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


# Of the description of the file, by namespace: title, language, format, and that it is PDF/UA.
_KEPT = ("{http://purl.org/dc/elements/1.1/}", "{http://www.aiim.org/pdfua/ns/id/}")


def _locked(password: str) -> pikepdf.Encryption:
    """AES-256. Whoever has the password may read, print, copy and have it read aloud."""
    return pikepdf.Encryption(user=password, owner=secrets.token_urlsafe(32), R=6)


def _for_print(document: Mapping[str, Any], *, plain: bool = False) -> dict[str, Any]:
    """The same with what was typed cut into paragraphs, and every letter one that we can print."""
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
                            "by": words(saying["by"]),
                            "paragraphs": lines(saying["text"]),
                            # Short words are kept together on one page.
                            "is_long": len(saying["text"]) > 600 or saying["text"].count("\n") > 8,
                        }
                        for saying in entry["sayings"]
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
    """A letter is the beginning of what somebody is called."""
    weeks = [
        [number, [{**cell, "letter": words(cell["letter"])} for cell in cells]]
        for number, cells in month["weeks"]
    ]
    return {**month, "weeks": weeks}
