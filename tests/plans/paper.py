"""Documents, and what can be read of a PDF."""

from io import BytesIO
from typing import Any

import pikepdf
import pypdfium2

from plans.models import Print
from plans.output import printing
from plans.output.document import Chapter, Document, DocumentEntry, Statement


def make_pdfs() -> None:
    """Do what the worker does with all that waits, once."""
    for asked in Print.objects.all():
        printing.make_pdf(str(asked.pk))


def document(*texts: str, **more: Any) -> Document:
    entries = tuple(DocumentEntry("Miten?", (Statement(text),)) for text in texts)
    given: dict[str, Any] = {
        "language": "fi",
        "title": "Vanhemmuussuunnitelma",
        "subtitle": "Mistä olemme sopineet",
        "note": "Se ei ole juridinen asiakirja.",
        "facts": (),
        "chapters": (Chapter("1. Lapsi", entries),) if entries else (),
        "page": "Sivu {}/{}",
    }
    return Document(**{**given, **more})


def document_saying(*texts: str, **more: Any) -> dict[str, Any]:
    """Make the same as the worker gets it."""
    return document(*texts, **more).as_data()


def text_of(pdf: bytes, password: str | None = None) -> str:
    """Return all its words, lines joined."""
    with pypdfium2.PdfDocument(pdf, password=password) as read:
        pages = [page.get_textpage().get_text_range() for page in read]
    return "\n".join(pages).replace("\r\n", "\n")


def opened(pdf: bytes, password: str = "") -> pikepdf.Pdf:
    return pikepdf.open(BytesIO(pdf), password=password)


def tags_of(pdf: bytes) -> list[str]:
    """Return the names of its structure elements, in reading order."""
    found: list[str] = []

    def walk(node: Any) -> None:
        if isinstance(node, pikepdf.Array):
            for kid in node:
                walk(kid)
        elif isinstance(node, pikepdf.Dictionary):
            if "/S" in node:
                found.append(str(node.S).lstrip("/"))
            if "/K" in node:
                walk(node.K)

    with opened(pdf) as read:
        walk(read.Root.StructTreeRoot)
    return found
