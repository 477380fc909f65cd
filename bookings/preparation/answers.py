"""Ticks and answers within the sealed content, and how far they are. Pure."""

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from bookings.preparation.questions import SHEETS, FieldKind, HomeFormQuestion, HomeFormSheet
from office.models import BringItem, HomeForm

Content = dict[str, Any]
Answer = str | list[str]
_TICKS, _ANSWERS = "ticks", "answers"


class HomeFormChangedError(Exception):
    """Another tab has saved other answers to the form meanwhile."""


@dataclass(frozen=True)
class PreparationProgress:
    """How far something is: things packed, or questions answered."""

    done: int
    total: int

    @property
    def is_complete(self) -> bool:
        return self.done == self.total


def ticked(content: Content, items: Collection[BringItem]) -> list[str]:
    """Return the keys of the items that are ticked off, of those asked for now."""
    kept = set(content.get(_TICKS, []))
    return [item.key for item in items if item.key in kept]


def with_ticks(content: Content, items: Collection[BringItem], keys: Collection[str]) -> Content:
    """Return the content with these items ticked off, and no others."""
    return {**content, _TICKS: [item.key for item in items if item.key in keys]}


def answers_to(content: Content, form: HomeForm) -> dict[str, Answer]:
    """Return the answers to a form, by the question's key; only those that were given."""
    found: dict[str, Answer] = content.get(_ANSWERS, {}).get(form, {})
    return found


def fingerprint(content: Content, form: HomeForm) -> str:
    """Identify the answers to a form, so that a page notices when they were changed elsewhere."""
    text = json.dumps(answers_to(content, form), sort_keys=True)
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:16]


def with_answers(
    content: Content, form: HomeForm, given: Mapping[str, Answer], seen: str
) -> Content:
    """Return the content with these answers. `seen`: the fingerprint that the page was opened with.

    Raises HomeFormChangedError where something else is saved by now; nothing is overwritten then.
    """
    filled = {key: answer for key, answer in given.items() if answer}
    if fingerprint(content, form) != seen and filled != answers_to(content, form):
        raise HomeFormChangedError
    return {**content, _ANSWERS: {**content.get(_ANSWERS, {}), form: filled}}


def progress_of(content: Content, sheet: HomeFormSheet) -> PreparationProgress:
    """Return how many questions of a form are answered."""
    given = answers_to(content, sheet.form)
    return PreparationProgress(sum(q.key in given for q in sheet.questions), len(sheet.questions))


def packed(content: Content, items: Collection[BringItem]) -> PreparationProgress:
    """Return how many things are ticked off."""
    return PreparationProgress(len(ticked(content, items)), len(items))


def readable(question: HomeFormQuestion, answer: Answer) -> list[str]:
    """Return an answer as lines to read."""
    if question.answered is FieldKind.CHOICES:
        return [str(label) for value, label in question.choices if value in answer]
    return [str(answer)]


def filled_sheets(content: Content) -> list[HomeFormSheet]:
    """Return the forms in which something is written."""
    return [sheet for form, sheet in SHEETS.items() if answers_to(content, form)]
