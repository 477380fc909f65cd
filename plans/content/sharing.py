"""What the parents share, matter by matter: sharing a section, saying yes, suggesting, taking back."""

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from plans.content import agreement
from plans.content import invitations as inviting
from plans.content.agreement import Matter, NotTheseWordsError, State, from_json, to_json
from plans.content.answers import ANSWERS, FOR_ALL, Content, mark
from plans.content.children import children_of, seen_by
from plans.content.questions import QUESTIONS, SECTIONS, Section
from plans.models import Kind
from plans.parents import Parent
from plans.vault import drafts
from plans.vault.drafts import Access, NotYoursError

MATTERS = "matters"
# In one's own part, by answer: the mark of the words as they were when one last shared them, said yes
# to the other's or suggested others. So long as they stay, sharing the section leaves that matter be.
SETTLED = "settled"


class NoSuchMatterError(Exception):
    """Nobody has shared anything under that name."""


def section_named(key: str) -> Section | None:
    return next((section for section in SECTIONS if section.key == key), None)


def question_of(key: str) -> str:
    """The question that an answer's name belongs to."""
    return key.partition("@")[0]


def child_of(key: str) -> int:
    """The number of the child that it is about; 0 for all."""
    number = key.partition("@")[2]
    return int(number) if number.isdecimal() and len(number) < 4 else 0


def matters_of(shared: Mapping[str, Any]) -> dict[str, Matter]:
    """All that was shared, in the order of the questions, for all before one child.

    Of a child who was taken out of the plan nothing is left to be seen.
    """
    order = list(QUESTIONS)
    here = _there(shared)
    kept = {
        key: from_json(matter)
        for key, matter in shared.get(MATTERS, {}).items()
        if child_of(key) in here
    }
    return dict(
        sorted(
            kept.items(), key=lambda item: (order.index(question_of(item[0])), child_of(item[0]))
        )
    )


def _there(shared: Mapping[str, Any]) -> set[int]:
    """Whom the plan is about now: all, and each child."""
    return {FOR_ALL, *(child.number for child in children_of(shared))}


def words_by(kept: Mapping[str, Any], parent: Parent) -> bool:
    """Whether this parent has shared words in a matter, or says yes to some now."""
    matter = from_json(kept)
    return parent in matter.yes or any(version.by is parent for version in matter.versions)


def own_words(own: Mapping[str, Any], section: Section) -> dict[str, str]:
    """What the parent has written in a section, in the order of its questions."""
    order = [question.key for question in section.questions]
    found = {k: text for k, text in own.get(ANSWERS, {}).items() if question_of(k) in order}
    return dict(
        sorted(
            found.items(), key=lambda item: (order.index(question_of(item[0])), child_of(item[0]))
        )
    )


def is_new(
    own: Mapping[str, Any], matters: Mapping[str, Matter], parent: Parent, key: str, text: str
) -> bool:
    """Whether what is written has neither been shared nor been settled otherwise since."""
    if key in matters and matters[key].words_of(parent) == text:
        return False
    settled: Mapping[str, str] = own.get(SETTLED, {})
    return settled.get(key) != mark(text)


def new_words(
    own: Mapping[str, Any], shared: Mapping[str, Any], parent: Parent, section: Section
) -> dict[str, str]:
    """What sharing a section would show to the other now, and to which it would say yes."""
    return _new(own, matters_of(shared), _there(shared), parent, own_words(own, section))


def _new(
    own: Mapping[str, Any],
    matters: Mapping[str, Matter],
    here: set[int],
    parent: Parent,
    words: Mapping[str, str],
) -> dict[str, str]:
    return {
        key: text
        for key, text in words.items()
        if child_of(key) in here and is_new(own, matters, parent, key, text)
    }


def words_mark(words: Mapping[str, str]) -> str:
    """By what the page of a section knows which words it has shown."""
    return mark(json.dumps(words, sort_keys=True))


@transaction.atomic
def share(access: Access, section: Section, seen: str | None = None) -> int:
    """Share what is new in a section; how many matters changed by it.

    `seen`: the mark of the words that were read before saying so. Raises NotTheseWordsError where
    others are written by now, in another tab or by a guide: nothing is shared unread.
    """
    parent = _parent(access)
    words: dict[str, str] = {}
    changed = 0

    def edit(content: Content) -> Content:
        nonlocal changed, words
        own, view = drafts.read(access, access.own), seen_by(content, parent)
        words = new_words(own, view, parent, section)
        if words and seen is not None and seen != words_mark(words):
            raise NotTheseWordsError
        kept = dict(content.get(MATTERS, {}))
        for key, text in words.items():
            before = from_json(kept[key]) if key in kept else Matter()
            after = agreement.propose(before, parent, text)
            changed += after != before
            kept[key] = to_json(after)
        return {**content, MATTERS: kept}

    drafts.change(access, Kind.SHARED, edit)
    _settle(access, {key: mark(text) for key, text in words.items()})
    return changed


def _settle(access: Access, marks: Mapping[str, str]) -> None:
    if marks:
        drafts.change(
            access, access.own, lambda own: {**own, SETTLED: {**own.get(SETTLED, {}), **marks}}
        )


def _settle_as_written(access: Access, key: str) -> None:
    written = drafts.read(access, access.own).get(ANSWERS, {}).get(key)
    if written is not None:
        _settle(access, {key: mark(written)})


def accept(access: Access, key: str, seen: str) -> Matter:
    """Say yes to the other's words. `seen`: the mark of the words that were read.

    Raises NotTheseWordsError where they are others by now, NoSuchMatterError.
    """
    parent = _parent(access)

    def say_yes(matter: Matter) -> Matter:
        words = matter.words_of(parent.other)
        if words is None or mark(words) != seen:
            raise NotTheseWordsError
        return agreement.accept(matter, parent, words)

    with transaction.atomic():
        matter = _change(access, key, say_yes)
        _settle_as_written(access, key)
    return matter


def suggest(access: Access, key: str, words: str, seen: str) -> Matter:
    """Share other words. `seen`: the mark of the other's words as they were read.

    Raises NotTheseWordsError where the other has changed them meanwhile, NoSuchMatterError.
    """
    parent = _parent(access)

    def say(matter: Matter) -> Matter:
        if mark(matter.words_of(parent.other) or "") != seen:
            raise NotTheseWordsError
        return agreement.propose(matter, parent, words)

    with transaction.atomic():
        matter = _change(access, key, say)
        _settle_as_written(access, key)
    return matter


def withdraw(access: Access, key: str) -> Matter:
    """Take one's yes back. While nobody else has come along, the words go as well, unseen."""
    parent = _parent(access)

    def take_back(matter: Matter) -> Matter:
        # The part is locked here, so that nobody comes along meanwhile.
        if inviting.is_alone(access):
            return agreement.forget(matter, parent)
        return agreement.withdraw(matter, parent)

    with transaction.atomic():
        matter = _change(access, key, take_back)
        if not matter.versions:
            drafts.change(access, Kind.SHARED, lambda content: _less(content, MATTERS, key))
            drafts.change(access, access.own, lambda content: _less(content, SETTLED, key))
    return matter


def shared_keys(shared: Mapping[str, Any], parent: Parent, section: Section) -> list[str]:
    """The matters of a section in which this parent has words, or says yes to some."""
    kept = shared.get(MATTERS, {})
    order = [question.key for question in section.questions]
    return [
        key
        for key in matters_of(shared)
        if question_of(key) in order and words_by(kept[key], parent)
    ]


@transaction.atomic
def stop_sharing(access: Access, keys: Collection[str]) -> int:
    """Take one's words out of what is shared, the history included; of how many matters.

    What the other says yes to stays with them. Words that were suggested and stand in no answer of one's
    own become one, so that they are not lost.
    """
    parent = _parent(access)
    taken: dict[str, str] = {}

    def edit(content: Content) -> Content:
        kept = dict(content.get(MATTERS, {}))
        for key in keys:
            if key not in kept or not words_by(kept[key], parent):
                continue
            before = from_json(kept[key])
            after = agreement.forget(before, parent)
            words = before.words_of(parent) or next(
                (v.words for v in reversed(before.versions) if v.by is parent), ""
            )
            taken[key] = words
            if after.versions:
                kept[key] = to_json(after)
            else:
                del kept[key]
        return {**content, MATTERS: kept}

    def keep(own: Content) -> Content:
        answers = {**{key: words for key, words in taken.items() if words}, **own.get(ANSWERS, {})}
        settled = {k: seen for k, seen in own.get(SETTLED, {}).items() if k not in taken}
        return {**own, ANSWERS: answers, SETTLED: settled}

    drafts.change(access, Kind.SHARED, edit)
    if taken:
        drafts.change(access, access.own, keep)
    return len(taken)


def _less(content: Content, name: str, key: str) -> Content:
    kept = {k: value for k, value in content.get(name, {}).items() if k != key}
    return {**content, name: kept}


def _parent(access: Access) -> Parent:
    if access.parent is None:
        raise NotYoursError
    return access.parent


def _change(access: Access, key: str, edit: Callable[[Matter], Matter]) -> Matter:
    def within(content: Content) -> Content:
        kept = dict(content.get(MATTERS, {}))
        if key not in kept:
            raise NoSuchMatterError
        kept[key] = to_json(edit(from_json(kept[key])))
        return {**content, MATTERS: kept}

    content = drafts.change(access, Kind.SHARED, within)
    return from_json(content[MATTERS][key])


@dataclass(frozen=True)
class Shared:
    """How a section stands between what one has written and what one has shared."""

    section: Section
    written: int
    # Written and not shared, or changed since.
    unshared: int


def shared_so_far(
    own: Mapping[str, Any], shared: Mapping[str, Any], parent: Parent
) -> list[Shared]:
    """Every section, in order."""
    matters, here = matters_of(shared), _there(shared)
    rows = []
    for section in SECTIONS:
        words = own_words(own, section)
        rows.append(Shared(section, len(words), len(_new(own, matters, here, parent, words))))
    return rows


def count_states(matters: Mapping[str, Matter]) -> dict[State, int]:
    """How many are agreed, differ, or are still open."""
    counts = dict.fromkeys(State, 0)
    for matter in matters.values():
        counts[matter.state] += 1
    return counts
