"""One parent's own answers: what was written, what two tabs make of it, how far one has come. Pure."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from plans.content.children import YOUNG, Child
from plans.content.questions import OF_YOUNG, SECTIONS, Section

ANSWERS = "answers"
# For all children; else the child's number.
FOR_ALL = 0

Content = dict[str, Any]


class ChangedElsewhereError(Exception):
    """Another tab has saved other words meanwhile; `stands` is what is kept now, by child."""

    def __init__(self, stands: dict[int, str]) -> None:
        super().__init__()
        self.stands = stands


def answer_key(question: str, child: int = FOR_ALL) -> str:
    """Under which name an answer is kept."""
    return f"{question}@{child}" if child else question


def answer(content: Mapping[str, Any], question: str, child: int = FOR_ALL) -> str:
    """What was written; empty where nothing was."""
    text: str = content.get(ANSWERS, {}).get(answer_key(question, child), "")
    return text


def mark(text: str) -> str:
    """By what a form knows which words it was opened with."""
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:16]


def save(
    content: Content, question: str, texts: Mapping[int, str], seen: Mapping[int, str]
) -> Content:
    """`content` with the answers by child. `seen`: the marks of the words that the form was opened with.

    Raises ChangedElsewhereError where something else is kept by now; nothing is overwritten then.
    """
    stands = {child: answer(content, question, child) for child in texts}
    for child, text in texts.items():
        if stands[child] != text and mark(stands[child]) != seen.get(child, mark("")):
            raise ChangedElsewhereError(stands)
    answers = dict(content.get(ANSWERS, {}))
    for child, text in texts.items():
        key = answer_key(question, child)
        if text.strip():
            answers[key] = text
        else:
            answers.pop(key, None)
    return {**content, ANSWERS: answers}


def is_answered(content: Mapping[str, Any], question: str) -> bool:
    """Whether anything was written, for all or for one child."""
    return any(key.partition("@")[0] == question for key in content.get(ANSWERS, {}))


@dataclass(frozen=True)
class Progress:
    """How much of a section is written."""

    section: Section
    done: int
    # The first question without an answer, else the first.
    next_key: str

    @property
    def total(self) -> int:
        return len(self.section.questions)

    @property
    def is_complete(self) -> bool:
        return self.done == self.total


def sections_for(content: Mapping[str, Any], children: Iterable[Child]) -> list[Section]:
    """What is asked about these children, in order: how to agree with a young person only of older ones.

    What somebody has answered all the same is shown on.
    """
    has_young = any(child.age in YOUNG or not child.age for child in children)
    return [
        section
        for section in SECTIONS
        if section.key != OF_YOUNG
        or has_young
        or any(is_answered(content, question.key) for question in section.questions)
    ]


def progress(content: Mapping[str, Any], children: Iterable[Child]) -> list[Progress]:
    """The sections that are asked, in their order."""
    found = []
    for section in sections_for(content, children):
        open_ones = [q.key for q in section.questions if not is_answered(content, q.key)]
        next_key = open_ones[0] if open_ones else section.questions[0].key
        found.append(Progress(section, len(section.questions) - len(open_ones), next_key))
    return found
