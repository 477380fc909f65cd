"""What a file taken home holds, and how a draft comes of it again.

Whoever has a file and its password could have written anything into it: all is checked by the measures
of the pages. It begins a new draft with a link of its own: nothing is shared in it, nobody has said yes.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, TypeVar

from django.db import transaction

from office.core.identity_code import has_identity_code
from plans.content.answers import ANSWERS, Content
from plans.content.children import AGES, CHILDREN, MOST, PARENTS, Child, children_of, with_children
from plans.content.limits import LONGEST, NAME_LONGEST
from plans.content.questions import QUESTIONS, Answered
from plans.content.review import REVIEW, review_of
from plans.content.sharing import child_of, matters_of, question_of
from plans.models import Kind
from plans.parents import Parent
from plans.schedule.choices import Scheme, Shared, Travels, from_json, to_json
from plans.vault import drafts
from plans.vault.file import ForeignFileError

BROUGHT = "brought"
_HIGHEST_CHILD = 99
_SCHEDULE_LONGEST = 20_000
Each = TypeVar("Each", bound=Shared)


class IdentityCodeInFileError(Exception):
    """A text in it holds a personal identity code."""


def to_take_home(own: Content, shared: Content, parent: Parent, today: date) -> Content:
    """What goes into the file: one's own, and what stands shared now."""
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
    }


@transaction.atomic
def begin_again(kept: Any, token: str = "") -> str:
    """A new draft of what a file held; its link. `token`: what becomes the link.

    Raises ForeignFileError, IdentityCodeInFileError, KeyInUseError.
    """
    shared, own = _checked(kept)
    token = drafts.begin(shared, token)
    drafts.change(drafts.enter(token), Kind.OWN_FIRST, lambda _empty: own)
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
        said = {
            _now(parent, writer).value: _words(key, both[parent.value], numbers, writer)
            for parent in Parent
        }
        if any(said.values()):
            brought[key] = said
            # What both had agreed on stays a good beginning where one had written nothing.
            if len(set(said.values())) == 1:
                answers.setdefault(key, str(said[Parent.FIRST.value]))
    review = kept.get(REVIEW)
    own: Content = {ANSWERS: answers}
    if brought:
        own[BROUGHT] = {"made": date.fromisoformat(kept["made"]).isoformat(), "said": brought}
    if review is not None:
        own[REVIEW] = date.fromisoformat(review).isoformat()
    called = {_now(parent, writer): names.get(parent, "") for parent in Parent}
    return with_children({}, children, called), own


def _now(parent: Parent, writer: Parent) -> Parent:
    """In the new draft its writer is the first parent."""
    return parent if writer is Parent.FIRST else parent.other


def _children(rows: Any) -> list[Child]:
    ages = {age for age, _said in AGES} | {""}
    children = [Child(int(n), _text(name, NAME_LONGEST), str(age)) for n, name, age in rows]
    numbers = [child.number for child in children]
    if (
        not 1 <= len(children) <= MOST
        or len(set(numbers)) != len(numbers)
        or not all(1 <= number <= _HIGHEST_CHILD for number in numbers)
        or not all(child.name and child.age in ages for child in children)
    ):
        raise ValueError("children")
    return children


def _words(key: str, text: Any, children: set[int], writer: Parent) -> str | None:
    """One answer as a form would have let it in; None for one that has no place any more."""
    question = QUESTIONS.get(question_of(key))
    child = child_of(key)
    well_named = key in {question_of(key), f"{question_of(key)}@{child}"}
    if text is None or question is None or not well_named or (child and child not in children):
        return None
    if question.answered is Answered.SCHEDULE:
        return _schedule(_text(text, _SCHEDULE_LONGEST), writer)
    words = _text(text, LONGEST)
    if question.answered is Answered.PARENT:
        return _now(Parent(words), writer).value
    return words if words.strip() else None


def _schedule(words: str, writer: Parent) -> str | None:
    """The schedule as its own page would have kept it."""
    scheme = from_json(words)
    turned = scheme if writer is Parent.FIRST else turned_about(scheme)
    return to_json(turned) or None


def turned_about(scheme: Scheme) -> Scheme:
    """The same with the two parents the other way round."""
    travels = {Travels.FIRST: Travels.SECOND, Travels.SECOND: Travels.FIRST}
    weeks = scheme.ordinary
    return replace(
        scheme,
        ordinary=weeks
        and replace(
            weeks,
            parent=weeks.parent and weeks.parent.other,
            cycle=tuple(parent and parent.other for parent in weeks.cycle),
        ),
        travels=scheme.travels and travels.get(scheme.travels, scheme.travels),
        seasons={kind: _turned(choice) for kind, choice in scheme.seasons.items()},
        family={name: _turned(shared) for name, shared in scheme.family.items()},
        birthdays=tuple(_turned(birthday) for birthday in scheme.birthdays),
        one_offs=tuple(replace(once, parent=once.parent.other) for once in scheme.one_offs),
    )


def _turned(shared: Each) -> Each:
    return replace(shared, even=shared.even.other, odd=shared.odd.other)


def _text(text: Any, longest: int) -> str:
    if not isinstance(text, str) or len(text) > longest or "\0" in text:
        raise ValueError("text")
    # Half a pair of surrogates is no text.
    text.encode()
    if has_identity_code(text):
        raise IdentityCodeInFileError
    return text


def _dict(found: Any) -> Mapping[str, Any]:
    if not isinstance(found, dict):
        raise TypeError("dict")
    return found


def brought_along(own: Mapping[str, Any], shared: Mapping[str, Any]) -> Content | None:
    """What stood shared in the file, to be looked at like a shared part; None where there was nothing."""
    kept = own.get(BROUGHT)
    if not kept or not children_of(shared):
        return None
    matters = {}
    for key, said in kept["said"].items():
        versions = [[parent.value, said[parent.value]] for parent in Parent if said[parent.value]]
        matters[key] = {
            "versions": versions,
            "yes": {by: index for index, (by, _words_of) in enumerate(versions)},
        }
    return {**shared, "matters": matters}


def made_on(own: Mapping[str, Any]) -> date:
    """The day on which the file was made. Raises KeyError where the draft came from none."""
    return date.fromisoformat(own[BROUGHT]["made"])
