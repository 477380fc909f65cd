"""A summary to bring to an appointment: what is agreed, what needs help. Pure.

Both parents get the same sheet. It holds only what both have shared: where their words differ the
question alone, without anybody's words. What only one has shared counts as not yet discussed, so
that the sheet does not tell who has shared and who has not.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from plans.content.agreement import MatterState
from plans.content.children import children_of, parent_name
from plans.content.questions import QUESTIONS, SECTIONS, AnswerKind, PlanQuestion, PlanSection
from plans.content.sharing import child_of, matters_of, question_of
from plans.parents import Parent
from plans.schedule.parts import parts_of
from plans.together.presenters import readable


@dataclass(frozen=True)
class SummaryRow:
    """A question, for all children or for one, with the words if they are agreed."""

    question: PlanQuestion
    child: str
    text: str
    # Of a schedule: the layer.
    part: str = ""

    @property
    def topic(self) -> str:
        return f"{self.question.text} {self.part}" if self.part else str(self.question.text)


@dataclass(frozen=True)
class SummarySection:
    """A section: agreed words, questions that need help, and the number not discussed yet."""

    number: int
    section: PlanSection
    agreed: list[SummaryRow]
    needs_help: list[SummaryRow]
    not_yet: int

    @property
    def is_begun(self) -> bool:
        return bool(self.agreed or self.needs_help)


def summarise(shared: Mapping[str, Any]) -> list[SummarySection]:
    """Return all eight sections."""
    names = {child.number: child.name for child in children_of(shared)}
    agreed: dict[str, list[SummaryRow]] = {section.key: [] for section in SECTIONS}
    needs_help: dict[str, list[SummaryRow]] = {section.key: [] for section in SECTIONS}
    talked: set[str] = set()
    parents = {parent: parent_name(shared, parent) for parent in Parent}
    section_of = {q.key: section.key for section in SECTIONS for q in section.questions}
    for key, matter in matters_of(shared).items():
        number, question = child_of(key), QUESTIONS[question_of(key)]
        if matter.state is MatterState.OPEN or (number and number not in names):
            continue
        talked.add(question.key)
        where = agreed if matter.state is MatterState.AGREED else needs_help
        section, child = section_of[question.key], names.get(number, "")
        if question.answered is AnswerKind.SCHEDULE and matter.state is MatterState.DIFFERS:
            for part in parts_of(matter, Parent.FIRST, parents):
                is_agreed = part.state is MatterState.AGREED
                words = "\n".join(part.mine) if is_agreed else ""
                row = SummaryRow(question, child, words, part.title)
                (agreed if is_agreed else needs_help)[section].append(row)
            continue
        words = readable(shared, question, matter.agreed_words) or ""
        where[section].append(SummaryRow(question, child, words))
    return [
        SummarySection(
            number,
            section,
            agreed[section.key],
            needs_help[section.key],
            sum(question.key not in talked for question in section.questions),
        )
        for number, section in enumerate(SECTIONS, start=1)
    ]


def as_text(shared: Mapping[str, Any]) -> str:
    """Write the summary as plain text in the active language."""
    names = ", ".join(f"{child.name} ({child.age_label})" for child in children_of(shared))
    lines = [_("Summary for the appointment").upper(), names, _("Not a legal document.")]
    for part in summarise(shared):
        lines += ["", f"{part.number}. {part.section.title}"]
        for row in part.agreed:
            lines += [
                f"- {pgettext('matter of a plan', 'Agreed')}: {_of(row)}",
                *(f"  {t}" for t in row.text.splitlines()),
            ]
        lines += [f"- {_('Needs help')}: {_of(row)}" for row in part.needs_help]
        if part.not_yet:
            lines.append(f"- {not_yet_label(part.not_yet)}")
    return "\n".join(lines) + "\n"


def not_yet_label(count: int) -> str:
    return ngettext(
        "%(count)s question not discussed together yet",
        "%(count)s questions not discussed together yet",
        count,
    ) % {"count": count}


def _of(row: SummaryRow) -> str:
    return f"{row.topic} ({row.child})" if row.child else row.topic
