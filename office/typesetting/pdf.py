"""Tagged, accessible PDF (PDF/UA-1) from a template and data: typst lays it out, pikepdf finishes it.

Words are passed to typst as data, never as markup. The metadata of the file holds nobody's name.
"""

import json
import secrets
from collections.abc import Mapping
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import typst

from office.typesetting.letters import FONTS


class NoPdfError(Exception):
    """The PDF could not be made. Contains no word of the document, so it may be logged."""


def typeset(template: Path, data: Mapping[str, Any]) -> bytes:
    """Compile one of our templates with data. Raises NoPdfError."""
    try:
        made = typst.compile(
            template,
            root=template.parent,
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
    """Lock with AES-256. With the password one may read, print, copy and have it read aloud."""
    return pikepdf.Encryption(user=password, owner=secrets.token_urlsafe(32), R=6)
