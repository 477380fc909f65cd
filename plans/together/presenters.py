"""What both parents have shared, for pages and the printed plan. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from plans.content.agreement import MatterState, PlanMatter
from plans.content.answers import fingerprint
from plans.content.children import children_of, parent_name
from plans.content.questions import QUESTIONS, SECTIONS, AnswerKind, PlanQuestion, PlanSection
from plans.content.sharing import (
    child_of,
    matters_of,
    question_of,
    waiting_words,
    words_fingerprint,
)
from plans.parents import Parent
from plans.schedule.parts import SchedulePart, parts_of
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
    # Of a schedule: its layers.
    parts: list[SchedulePart]

    @property
    def waits(self) -> bool:
        """Whether the other's words wait for the viewer's yes."""
        return self.theirs is not None and self.state is not MatterState.AGREED

    @property
    def agreed_lines(self) -> list[str]:
        """Of a schedule that differs: the lines of the layers that are agreed."""
        agreed = [part for part in self.parts if part.state is MatterState.AGREED]
        return [line for part in agreed for line in part.mine]

    @property
    def anchor(self) -> str:
        """Where the row is on its page."""
        return anchor_of(self.key)

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
    # The fingerprint of the other's words that wait, for a yes to all of them.
    waiting_mark: str = ""

    @property
    def waiting(self) -> int:
        return sum(row.waits for row in self.rows)

    @property
    def anchor(self) -> str:
        return f"s-{self.section.key}"

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
            waiting = waiting_words(shared, viewer, section)
            found.append(SectionRows(section, number, own, words_fingerprint(waiting)))
    return found


def only_in_state(sections: list[SectionRows], state: MatterState | None) -> list[SectionRows]:
    """Return the sections with the rows of one state alone; all where it is None."""
    if state is None:
        return sections
    kept = [
        replace(part, rows=[row for row in part.rows if row.state is state]) for part in sections
    ]
    return [part for part in kept if part.rows]


def anchor_of(key: str) -> str:
    return "m-" + key.replace("@", "")


def anchor_near(shown: list[SectionRows], key: str) -> str:
    """Return where to land after something was done with a matter: there, else at what follows."""
    order = list(QUESTIONS)
    place = (order.index(question_of(key)), child_of(key))
    rows = [row for part in shown for row in part.rows]
    after = [row for row in rows if (order.index(row.question.key), child_of(row.key)) >= place]
    return (after or rows[-1:])[0].anchor if rows else ""


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
        parts=parts_of(matter, viewer, {p: parent_name(shared, p) for p in Parent})
        if question.answered is AnswerKind.SCHEDULE
        else [],
    )


def readable(shared: Mapping[str, Any], question: PlanQuestion, words: str | None) -> str | None:
    """Turn stored words into text for people."""
    if words is not None and question.answered is AnswerKind.PARENT and words in tuple(Parent):
        return parent_name(shared, Parent(words))
    if words and question.answered is AnswerKind.SCHEDULE:
        lines = lines_of(words, {parent: parent_name(shared, parent) for parent in Parent})
        return words if lines is None else "\n".join(lines)
    return words
