"""The content of a backup file, and a new draft made from it.

Anybody with the file and its password could have written anything into it: everything is validated
as on the pages. It becomes a new draft with its own link: nothing in it is shared or accepted.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, TypeVar

from django.db import transaction

from office.core.identity_code import has_identity_code
from plans.content.answers import ANSWERS, Content
from plans.content.children import (
    AGES,
    CHILDREN,
    MAX_CHILDREN,
    PARENTS,
    Child,
    children_of,
    with_children,
)
from plans.content.limits import LONGEST, NAME_LONGEST
from plans.content.questions import QUESTIONS, AnswerKind
from plans.content.review import REVIEW, review_of
from plans.content.sharing import child_of, matters_of, question_of
from plans.models import PartKind
from plans.parents import Parent
from plans.schedule import ics
from plans.schedule.choices import Ordinary, Scheme, Travels, YearlyTurn
from plans.schedule.storage import from_json, to_json
from plans.vault import drafts
from plans.vault.file import ForeignFileError

BROUGHT = "brought"
_HIGHEST_CHILD = 99
_SCHEDULE_LONGEST = 20_000
Turn = TypeVar("Turn", bound=YearlyTurn)


class IdentityCodeInFileError(Exception):
    """A text in the file holds a personal identity code."""


def backup_of(
    own: Content, shared: Content, parent: Parent, today: date, *, holder: int
) -> Content:
    """Return the content of the file: one's own part, and what is shared now. `holder`: of the link."""
    review = review_of(own)
    return {
        "made": today.isoformat(),
        "parent": parent.value,
        CHILDREN: shared.get(CHILDREN, []),
        PARENTS: shared.get(PARENTS, {}),
        ANSWERS: own.get(ANSWERS, {}),
        "shared": {
            key: {p.value: matter.words_of(p) for p in Parent}
            for key, matter in matters_of(shared).items()
        },
        REVIEW: review.isoformat() if review else None,
        "calendar": ics.brought_along(own, holder),
    }


@transaction.atomic
def restore_draft(kept: Any, token: str = "") -> str:
    """Create a draft from a file's content; return its link. `token`: that link.

    Raises ForeignFileError, IdentityCodeInFileError, KeyInUseError.
    """
    shared, own = _checked(kept)
    token = drafts.create_draft(shared, token)
    drafts.change(drafts.open_draft(token), PartKind.OWN_FIRST, lambda _empty: own)
    return token


def _checked(kept: Any) -> tuple[Content, Content]:
    try:
        return _contents(kept)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError):
        raise ForeignFileError from None


def _contents(kept: Any) -> tuple[Content, Content]:
    writer = Parent(kept["parent"])
    children = _children(kept[CHILDREN])
    numbers = {child.number for child in children}
    names = {Parent(parent): _text(name, NAME_LONGEST) for parent, name in kept[PARENTS].items()}
    answers = {
        key: words
        for key, text in _dict(kept[ANSWERS]).items()
        if (words := _words(key, text, numbers, writer)) is not None
    }
    brought: dict[str, dict[str, str | None]] = {}
    for key, both in _dict(kept["shared"]).items():
        by_parent = {
            _role_now(parent, writer).value: _words(key, both[parent.value], numbers, writer)
            for parent in Parent
        }
        if any(by_parent.values()):
            brought[key] = by_parent
            # Agreed words are a good beginning where the parent had written nothing.
            if len(set(by_parent.values())) == 1:
                answers.setdefault(key, str(by_parent[Parent.FIRST.value]))
    review = kept.get(REVIEW)
    own: Content = {ANSWERS: answers, **ics.brought_back(_dict(kept.get("calendar", {})))}
    if brought:
        own[BROUGHT] = {"made": date.fromisoformat(kept["made"]).isoformat(), "said": brought}
    if review is not None:
        own[REVIEW] = date.fromisoformat(review).isoformat()
    called = {_role_now(parent, writer): names.get(parent, "") for parent in Parent}
    return with_children({}, children, called), own


def _role_now(parent: Parent, writer: Parent) -> Parent:
    """Return the role in the new draft, where its writer is the first parent."""
    return parent if writer is Parent.FIRST else parent.other


def _children(rows: Any) -> list[Child]:
    ages = {age for age, _label in AGES} | {""}
    children = [Child(int(n), _text(name, NAME_LONGEST), str(age)) for n, name, age in rows]
    numbers = [child.number for child in children]
    if (
        not 1 <= len(children) <= MAX_CHILDREN
        or len(set(numbers)) != len(numbers)
        or not all(1 <= number <= _HIGHEST_CHILD for number in numbers)
        or not all(child.name and child.age in ages for child in children)
    ):
        raise ValueError("children")
    return children


def _words(key: str, text: Any, children: set[int], writer: Parent) -> str | None:
    """Validate one answer as a form would; None for one that no longer belongs anywhere."""
    question = QUESTIONS.get(question_of(key))
    child = child_of(key)
    well_named = key in {question_of(key), f"{question_of(key)}@{child}"}
    if text is None or question is None or not well_named or (child and child not in children):
        return None
    if question.answered is AnswerKind.SCHEDULE:
        return _schedule(_text(text, _SCHEDULE_LONGEST), writer)
    words = _text(text, LONGEST)
    if question.answered is AnswerKind.PARENT:
        return _role_now(Parent(words), writer).value
    return words if words.strip() else None


def _schedule(words: str, writer: Parent) -> str | None:
    """Store the schedule as its own page would."""
    scheme = from_json(words)
    turned = scheme if writer is Parent.FIRST else swap_parents(scheme)
    return to_json(turned) or None


def swap_parents(scheme: Scheme) -> Scheme:
    """Return the same schedule with the two parents swapped."""
    travels = {Travels.FIRST: Travels.SECOND, Travels.SECOND: Travels.FIRST}
    return replace(
        scheme,
        ordinary=scheme.ordinary and _swap_weeks(scheme.ordinary),
        later=scheme.later and _swap_weeks(scheme.later),
        travels=scheme.travels and travels.get(scheme.travels, scheme.travels),
        seasons={kind: _swap_turn(choice) for kind, choice in scheme.seasons.items()},
        family={name: _swap_turn(shared) for name, shared in scheme.family.items()},
        birthdays=tuple(_swap_turn(birthday) for birthday in scheme.birthdays),
        one_offs=tuple(replace(once, parent=once.parent.other) for once in scheme.one_offs),
    )


def _swap_weeks(weeks: Ordinary) -> Ordinary:
    return replace(
        weeks,
        parent=weeks.parent and weeks.parent.other,
        cycle=tuple(parent and parent.other for parent in weeks.cycle),
    )


def _swap_turn(shared: Turn) -> Turn:
    return replace(shared, even=shared.even.other, odd=shared.odd.other)


def _text(text: Any, longest: int) -> str:
    if not isinstance(text, str) or len(text) > longest or "\0" in text:
        raise ValueError("text")
    # A lone surrogate is not text.
    text.encode()
    if has_identity_code(text):
        raise IdentityCodeInFileError
    return text


def _dict(found: Any) -> Mapping[str, Any]:
    if not isinstance(found, dict):
        raise TypeError("dict")
    return found


def restored_shared(own: Mapping[str, Any], shared: Mapping[str, Any]) -> Content | None:
    """Return what was shared in the file, in the form of a shared part; None where nothing was."""
    kept = own.get(BROUGHT)
    if not kept or not children_of(shared):
        return None
    matters = {}
    for key, words in kept["said"].items():
        versions = [[parent.value, words[parent.value]] for parent in Parent if words[parent.value]]
        matters[key] = {
            "versions": versions,
            "yes": {by: index for index, (by, _words_of) in enumerate(versions)},
        }
    return {**shared, "matters": matters}


def made_on(own: Mapping[str, Any]) -> date:
    """Return the day on which the file was made. Raises KeyError for a draft not made from a file."""
    return date.fromisoformat(own[BROUGHT]["made"])
