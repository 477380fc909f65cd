"""One parent's own answers, changes by two tabs, and progress. Pure."""

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from plans.content.children import YOUNG, Child
from plans.content.questions import OF_YOUNG, SECTIONS, PlanSection

ANSWERS = "answers"
# Stands for all children in place of a child's number.
FOR_ALL = 0

Content = dict[str, Any]


class AnswerChangedError(Exception):
    """Another tab has saved other words meanwhile; `current` has what is saved now, by child."""

    def __init__(self, current: dict[int, str]) -> None:
        super().__init__()
        self.current = current


def answer_key(question: str, child: int = FOR_ALL) -> str:
    """Return the key under which an answer is stored."""
    return f"{question}@{child}" if child else question


def answer(content: Mapping[str, Any], question: str, child: int = FOR_ALL) -> str:
    """Return the answer, empty where there is none."""
    text: str = content.get(ANSWERS, {}).get(answer_key(question, child), "")
    return text


def fingerprint(text: str) -> str:
    """Identify a text, so that a form notices when it was changed elsewhere."""
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:16]


def save(
    content: Content, question: str, texts: Mapping[int, str], seen: Mapping[int, str]
) -> Content:
    """Save the answers by child. `seen`: fingerprints of the texts that the form was opened with.

    Raises AnswerChangedError where something else is saved by now; nothing is overwritten then.
    """
    current = {child: answer(content, question, child) for child in texts}
    for child, text in texts.items():
        if current[child] != text and fingerprint(current[child]) != seen.get(
            child, fingerprint("")
        ):
            raise AnswerChangedError(current)
    answers = dict(content.get(ANSWERS, {}))
    for child, text in texts.items():
        key = answer_key(question, child)
        if text.strip():
            answers[key] = text
        else:
            answers.pop(key, None)
    return {**content, ANSWERS: answers}


def is_answered(content: Mapping[str, Any], question: str) -> bool:
    """Say whether anything was written, for all or for one child."""
    return any(key.partition("@")[0] == question for key in content.get(ANSWERS, {}))


@dataclass(frozen=True)
class AnswerProgress:
    """How much of a section is answered."""

    section: PlanSection
    done: int
    # The first unanswered question, else the first one.
    next_key: str

    @property
    def total(self) -> int:
        return len(self.section.questions)

    @property
    def is_complete(self) -> bool:
        return self.done == self.total


def sections_for(content: Mapping[str, Any], children: Iterable[Child]) -> list[PlanSection]:
    """Return the sections asked about these children; the last one only for older children.

    A section with an answer is always shown.
    """
    has_young = any(child.age in YOUNG or not child.age for child in children)
    return [
        section
        for section in SECTIONS
        if section.key != OF_YOUNG
        or has_young
        or any(is_answered(content, question.key) for question in section.questions)
    ]


def progress(
    content: Mapping[str, Any], children: Iterable[Child], accepted: Collection[str] = ()
) -> list[AnswerProgress]:
    """Return the progress of each section, in order.

    `accepted`: questions that the parent has answered by accepting the other's words.
    """
    return [progress_of(section, content, accepted) for section in sections_for(content, children)]


def progress_of(
    section: PlanSection, content: Mapping[str, Any], accepted: Collection[str] = ()
) -> AnswerProgress:
    """Return the progress of some questions; `accepted` as in progress()."""
    open_ones = [
        q.key
        for q in section.questions
        if q.key not in accepted and not is_answered(content, q.key)
    ]
    next_key = open_ones[0] if open_ones else section.questions[0].key
    return AnswerProgress(section, len(section.questions) - len(open_ones), next_key)
