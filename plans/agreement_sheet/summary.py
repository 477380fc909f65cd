"""The summary for the appointment as a document: for a PDF, and for the professional at the meeting.

It has what the page has, and for each child the nights of a year where the schedule is agreed.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.conf import settings
from django.utils.translation import get_language, override, pgettext
from django.utils.translation import gettext as _

from office.core import dates
from plans.agreement_sheet.contents import SheetSource, agreement_sheet, nights_entry
from plans.content.children import children_of
from plans.output.contents import marked, not_identified
from plans.output.document import Chapter, Document, DocumentEntry, Statement
from plans.together.summary import SummarySection, not_yet_label, summarise

DOCUMENTS = "documents"


def summary_document(shared: Mapping[str, Any], today: date) -> Document:
    """Return the summary in the active language, the same for both parents."""
    sections = summarise(shared)
    children = children_of(shared)
    names = ", ".join(f"{c.name} ({c.age_label})" if c.age else c.name for c in children)
    chapters = [_chapter(part) for part in sections if part.is_begun]
    untouched = [
        DocumentEntry(f"{part.number}. {part.section.title}", ())
        for part in sections
        if not part.is_begun
    ]
    if untouched and chapters:
        chapters.append(Chapter(_("Not discussed together yet"), tuple(untouched)))
    if nights := nights_of_year(shared, today):
        chapters.append(Chapter(_("Nights in a year"), tuple(nights)))
    return marked(
        Document(
            language=get_language() or "fi",
            title=_("Summary for the appointment"),
            subtitle=names,
            note=_("A parenting plan is the parents' own. It is not a legal document."),
            facts=(
                _("As of %(day)s") % {"day": dates.date(today, get_language())},
                _("From the parenting plan: what both parents have shared and agreed."),
                not_identified(),
            ),
            chapters=tuple(chapters),
            page=_("Page {} of {}"),
            empty=_("There is nothing in it yet"),
        )
    )


def nights_of_year(shared: Mapping[str, Any], today: date) -> list[DocumentEntry]:
    """Return each child's nights of a year, where the schedule is agreed."""
    found = [nights_entry(SheetSource(shared, child, today)) for child in children_of(shared)]
    return [entry for entry in found if entry is not None]


def for_the_meeting(shared: Mapping[str, Any], today: date) -> dict[str, Any]:
    """Return the summary and each child's sheet in every language, as plain data to be sealed."""
    found = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            sheets = [
                agreement_sheet(SheetSource(shared, child, today)) for child in children_of(shared)
            ]
            documents = [summary_document(shared, today), *sheets]
            found[language] = [document.as_data() for document in documents]
    return {DOCUMENTS: found}


def _chapter(part: SummarySection) -> Chapter:
    entries = [
        DocumentEntry(
            row.topic,
            (Statement(row.text),),
            row.child,
            pgettext("matter of a plan", "Agreed"),
        )
        for row in part.agreed
    ]
    help_lines = [f"– {row.topic}" + f" ({row.child})" * bool(row.child) for row in part.needs_help]
    if help_lines:
        entries.append(DocumentEntry(_("Needs help"), (Statement("\n".join(help_lines)),)))
    if part.not_yet:
        entries.append(
            DocumentEntry(
                _("Not discussed together yet"), (Statement(not_yet_label(part.not_yet)),)
            )
        )
    return Chapter(f"{part.number}. {part.section.title}", tuple(entries))
