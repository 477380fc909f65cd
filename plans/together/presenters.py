"""What both parents have shared, for pages and the printed plan. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from plans.content.agreement import MatterState, PlanMatter
from plans.content.answers import fingerprint
from plans.content.children import children_of, parent_name
from plans.content.questions import QUESTIONS, SECTIONS, AnswerKind, PlanQuestion, PlanSection
from plans.content.sharing import child_of, matters_of, question_of
from plans.parents import Parent
from plans.schedule.sentences import lines_of


@dataclass(frozen=True)
class MatterRow:
    """One matter as one parent sees it, or a guide (`mine`: the first parent, `theirs`: the second)."""

    key: str
    question: PlanQuestion
    # The child it is about; empty for all children.
    child: str
    state: MatterState
    mine: str | None
    theirs: str | None
    their_mark: str
    versions: int
    i_agreed: bool
    i_have_words: bool

    @property
    def is_schedule(self) -> bool:
        return self.question.answered is AnswerKind.SCHEDULE

    @property
    def number(self) -> str:
        """The child's number; 0 for all children."""
        return str(child_of(self.key))


@dataclass(frozen=True)
class SectionRows:
    section: PlanSection
    number: int
    rows: list[MatterRow]

    @property
    def mine(self) -> bool:
        """Whether the viewer has anything to withdraw from it."""
        return any(row.i_have_words for row in self.rows)

    @property
    def agreed(self) -> int:
        return sum(row.state is MatterState.AGREED for row in self.rows)


def side_by_side(shared: Mapping[str, Any], viewer: Parent) -> list[SectionRows]:
    """Return the sections in which anything is shared."""
    names = {child.number: child.name for child in children_of(shared)}
    rows = [
        _row(shared, key, matter, viewer, names.get(child_of(key), ""))
        for key, matter in matters_of(shared).items()
        if not child_of(key) or child_of(key) in names
    ]
    found = []
    for number, section in enumerate(SECTIONS, start=1):
        own = [row for row in rows if row.question in section.questions]
        if own:
            found.append(SectionRows(section, number, own))
    return found


def _row(
    shared: Mapping[str, Any], key: str, matter: PlanMatter, viewer: Parent, child: str
) -> MatterRow:
    question = QUESTIONS[question_of(key)]
    theirs = matter.words_of(viewer.other)
    return MatterRow(
        key=key,
        question=question,
        child=child,
        state=matter.state,
        mine=readable(shared, question, matter.words_of(viewer)),
        theirs=readable(shared, question, theirs),
        their_mark=fingerprint(theirs or ""),
        versions=len(matter.versions),
        i_agreed=viewer in matter.accepted,
        i_have_words=viewer in matter.accepted or any(v.by is viewer for v in matter.versions),
    )


def readable(shared: Mapping[str, Any], question: PlanQuestion, words: str | None) -> str | None:
    """Turn stored words into text for people."""
    if words is not None and question.answered is AnswerKind.PARENT and words in tuple(Parent):
        return parent_name(shared, Parent(words))
    if words and question.answered is AnswerKind.SCHEDULE:
        lines = lines_of(words, {parent: parent_name(shared, parent) for parent in Parent})
        return words if lines is None else "\n".join(lines)
    return words


def only_in(one: str | None, other: str | None) -> list[str]:
    """Return the lines that the other text does not have."""
    others = set((other or "").splitlines())
    return [line for line in (one or "").splitlines() if line not in others]
