"""What the pages show of a parent's papers: progress, and answers to read."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from bookings.models import Party
from bookings.preparation import answers, sealed
from bookings.preparation.answers import Content, PreparationProgress
from bookings.preparation.device import remembered
from bookings.preparation.questions import SHEETS, HomeFormSheet
from office.core.sealing import SealBrokenError
from office.models import BringItem


@dataclass(frozen=True)
class SheetRow:
    """A form in the list of papers."""

    sheet: HomeFormSheet
    progress: PreparationProgress


@dataclass(frozen=True)
class AnswerRow:
    question: Any
    lines: list[str]


@dataclass(frozen=True)
class FilledSection:
    title: Any
    rows: list[AnswerRow]


@dataclass(frozen=True)
class FilledSheet:
    """A form as it is printed, or read at the visit: what was answered, and nothing else."""

    title: Any
    sections: list[FilledSection]


@dataclass(frozen=True)
class OwnPapers:
    """What the personal page says of the papers: where they are, and on this device how far."""

    address: str
    is_begun: bool = False
    packed: PreparationProgress | None = None
    filled: PreparationProgress | None = None


def sheet_rows(papers: sealed.Papers, content: Content) -> list[SheetRow]:
    """Return the forms that the visit asks for, and any other that was begun."""
    asked = sealed.forms_asked(papers.appointment)
    return [
        SheetRow(sheet, answers.progress_of(content, sheet))
        for form, sheet in SHEETS.items()
        if form in asked or answers.answers_to(content, form)
    ]


def filled(content: Content) -> list[FilledSheet]:
    """Return all that is answered, to read."""
    return [
        FilledSheet(sheet.title, _sections(content, sheet))
        for sheet in answers.filled_sheets(content)
    ]


def _sections(content: Content, sheet: HomeFormSheet) -> list[FilledSection]:
    given = answers.answers_to(content, sheet.form)
    sections = [
        FilledSection(
            section.title,
            [
                AnswerRow(question.text, answers.readable(question, given[question.key]))
                for question in section.questions
                if question.key in given
            ],
        )
        for section in sheet.sections
    ]
    return [section for section in sections if section.rows]


def bring_rows(content: Content, items: list[BringItem]) -> list[tuple[str, bool]]:
    """Return the items to bring, and whether each is ticked off."""
    kept = answers.ticked(content, items)
    return [(item.text, item.key in kept) for item in items]


def own_papers(request: HttpRequest, party: Party, token: str) -> OwnPapers | None:
    """Return what the personal page says of the papers; None where the visit asks for nothing.

    Progress is shown only where this browser has the key: not to whoever else has the link.
    """
    if not sealed.may_prepare(party.appointment):
        return None
    begin = reverse("public:prepare", args=[token])
    found = remembered(request, party)
    if found is None:
        return OwnPapers(begin)
    key, papers = found
    try:
        content = sealed.read(papers)
    except SealBrokenError:
        return OwnPapers(begin)
    rows = sheet_rows(papers, content)
    items = sealed.things_to_bring(papers.appointment)
    begun = PreparationProgress(sum(row.progress.done > 0 for row in rows), len(rows))
    return OwnPapers(
        reverse("public:papers", args=[key]),
        is_begun=True,
        packed=answers.packed(content, items) if items else None,
        filled=begun if rows else None,
    )
