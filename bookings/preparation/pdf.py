"""A parent's papers as a tagged PDF, to bring on paper. It is made at once and kept nowhere."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bookings.models import Appointment
from bookings.preparation.answers import Content
from bookings.preparation.presenters import bring_rows, filled
from bookings.preparation.sealed import things_to_bring
from office.core import dates
from office.typesetting.letters import paragraphs, printable
from office.typesetting.pdf import NoPdfError, finish, typeset

TEMPLATE = Path(__file__).parent / "papers.typ"


def papers_pdf(appointment: Appointment, content: Content, *, with_things: bool = True) -> bytes:
    """Return all that is filled in, in the active language. Raises NoPdfError.

    `with_things`: and what to bring, with the ticks, which are the parent's own.
    """
    things = bring_rows(content, things_to_bring(appointment)) if with_things else []
    try:
        return _made(_data(appointment, content, things))
    except NoPdfError:
        # Marks of one font on letters of another can be too much for the typesetter.
        return _made(_data(appointment, content, things, plain=True))


def _made(data: dict[str, Any]) -> bytes:
    return finish(typeset(TEMPLATE, data), data)


def _data(
    appointment: Appointment,
    content: Content,
    things: Iterable[tuple[str, bool]],
    *,
    plain: bool = False,
) -> dict[str, Any]:
    """Return what the template takes: no name, and nothing that was not written by this parent."""
    language = get_language() or "fi"
    return {
        "language": language,
        "title": _("Papers for the visit"),
        "when": dates.when(appointment.starts_at, language) if appointment.starts_at else "",
        "about": _("Filled in at home. Nothing here has been agreed."),
        "bring": _("What to bring"),
        "things": [
            f"{'☑' if is_packed else '☐'} {printable(thing, plain=plain)}"
            for thing, is_packed in things
        ],
        "sheets": [
            {
                "title": str(sheet.title),
                "sections": [
                    {
                        "title": str(section.title),
                        "rows": [
                            {
                                "question": str(row.question),
                                "lines": [
                                    paragraph
                                    for line in row.lines
                                    for paragraph in paragraphs(str(line), plain=plain)
                                ],
                            }
                            for row in section.rows
                        ],
                    }
                    for section in sheet.sections
                ],
            }
            for sheet in filled(content)
        ],
    }
