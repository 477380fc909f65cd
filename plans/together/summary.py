"""A summary that parents may bring to an appointment: agreed, or needs help. Pure.

The same sheet comes out for both. Only what both have shared stands in it: where their words differ the
question alone, in nobody's words; and what only one has shared counts as not yet talked about, so that it
does not tell who has shared and who has not.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from plans.content.agreement import State
from plans.content.children import children_of
from plans.content.questions import QUESTIONS, SECTIONS, Question, Section
from plans.content.sharing import child_of, matters_of, question_of
from plans.together.presenters import said


@dataclass(frozen=True)
class Said:
    """A question, for all children or for one, and the words where they are both's."""

    question: Question
    child: str
    text: str


@dataclass(frozen=True)
class SummedUp:
    """A section: what both agree on, word for word; what needs help; how many questions are left."""

    number: int
    section: Section
    agreed: list[Said]
    needs_help: list[Said]
    not_yet: int

    @property
    def is_begun(self) -> bool:
        return bool(self.agreed or self.needs_help)


def sum_up(shared: Mapping[str, Any]) -> list[SummedUp]:
    """All eight sections."""
    names = {child.number: child.name for child in children_of(shared)}
    agreed: dict[str, list[Said]] = {section.key: [] for section in SECTIONS}
    needs_help: dict[str, list[Said]] = {section.key: [] for section in SECTIONS}
    talked: set[str] = set()
    section_of = {q.key: section.key for section in SECTIONS for q in section.questions}
    for key, matter in matters_of(shared).items():
        number, question = child_of(key), QUESTIONS[question_of(key)]
        if matter.state is State.OPEN or (number and number not in names):
            continue
        talked.add(question.key)
        where = agreed if matter.state is State.AGREED else needs_help
        words = said(shared, question, matter.agreed_words) or ""
        where[section_of[question.key]].append(Said(question, names.get(number, ""), words))
    return [
        SummedUp(
            number,
            section,
            agreed[section.key],
            needs_help[section.key],
            sum(question.key not in talked for question in section.questions),
        )
        for number, section in enumerate(SECTIONS, start=1)
    ]


def as_text(shared: Mapping[str, Any]) -> str:
    """The same in plain text, in the language of the moment."""
    names = ", ".join(f"{child.name} ({child.age_said})" for child in children_of(shared))
    lines = [_("Summary for the appointment").upper(), names, _("Not a legal document.")]
    for part in sum_up(shared):
        lines += ["", f"{part.number}. {part.section.title}"]
        for row in part.agreed:
            lines += [
                f"- {pgettext('matter of a plan', 'Agreed')}: {_of(row)}",
                *(f"  {t}" for t in row.text.splitlines()),
            ]
        lines += [f"- {_('Needs help')}: {_of(row)}" for row in part.needs_help]
        if part.not_yet:
            lines.append(f"- {not_yet_said(part.not_yet)}")
    return "\n".join(lines) + "\n"


def not_yet_said(count: int) -> str:
    return ngettext(
        "%(count)s question not talked about together yet",
        "%(count)s questions not talked about together yet",
        count,
    ) % {"count": count}


def _of(row: Said) -> str:
    return f"{row.question.text} ({row.child})" if row.child else str(row.question.text)
