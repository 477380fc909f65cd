"""What the parents share, matter by matter: share, accept, suggest, withdraw."""

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from plans.content import agreement, invitations
from plans.content.agreement import MatterState, PlanMatter, WordsChangedError, from_json, to_json
from plans.content.answers import ANSWERS, FOR_ALL, Content, fingerprint
from plans.content.children import children_of, view_of
from plans.content.questions import QUESTIONS, SECTIONS, PlanSection
from plans.models import PartKind
from plans.parents import Parent
from plans.vault import drafts
from plans.vault.drafts import DraftAccess

MATTERS = "matters"
# In a parent's own part, by answer: the fingerprint of the words when the parent last shared them,
# accepted the other's or suggested others. While they stay the same, sharing the section skips them.
SETTLED = "settled"


class NoSuchMatterError(Exception):
    """Nothing is shared under that key."""


def section_named(key: str) -> PlanSection | None:
    return next((section for section in SECTIONS if section.key == key), None)


def question_of(key: str) -> str:
    """Return the question's key from an answer's key."""
    return key.partition("@")[0]


def child_of(key: str) -> int:
    """Return the child's number from an answer's key; 0 for all children."""
    number = key.partition("@")[2]
    return int(number) if number.isdecimal() and len(number) < 4 else 0


def matters_of(shared: Mapping[str, Any]) -> dict[str, PlanMatter]:
    """Return all shared matters in the order of the questions, those for all children first.

    Matters about a child who was taken out of the plan are left out.
    """
    order = list(QUESTIONS)
    here = _people_in_plan(shared)
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


def _people_in_plan(shared: Mapping[str, Any]) -> set[int]:
    """Return all children together (0), and each child's number."""
    return {FOR_ALL, *(child.number for child in children_of(shared))}


def words_by(kept: Mapping[str, Any], parent: Parent) -> bool:
    """Say whether this parent has shared words in a matter, or accepts some now."""
    matter = from_json(kept)
    return parent in matter.accepted or any(version.by is parent for version in matter.versions)


def own_words(own: Mapping[str, Any], section: PlanSection) -> dict[str, str]:
    """Return what the parent has written in a section, in the order of its questions."""
    order = [question.key for question in section.questions]
    found = {k: text for k, text in own.get(ANSWERS, {}).items() if question_of(k) in order}
    return dict(
        sorted(
            found.items(), key=lambda item: (order.index(question_of(item[0])), child_of(item[0]))
        )
    )


def is_new(
    own: Mapping[str, Any], matters: Mapping[str, PlanMatter], parent: Parent, key: str, text: str
) -> bool:
    """Say whether the text has neither been shared nor been settled in another way since."""
    if key in matters and matters[key].words_of(parent) == text:
        return False
    settled: Mapping[str, str] = own.get(SETTLED, {})
    return settled.get(key) != fingerprint(text)


def new_words(
    own: Mapping[str, Any], shared: Mapping[str, Any], parent: Parent, section: PlanSection
) -> dict[str, str]:
    """Return what sharing a section would show to the other parent, and thereby accept."""
    return _new(own, matters_of(shared), _people_in_plan(shared), parent, own_words(own, section))


def _new(
    own: Mapping[str, Any],
    matters: Mapping[str, PlanMatter],
    here: set[int],
    parent: Parent,
    words: Mapping[str, str],
) -> dict[str, str]:
    return {
        key: text
        for key, text in words.items()
        if child_of(key) in here and is_new(own, matters, parent, key, text)
    }


def words_fingerprint(words: Mapping[str, str]) -> str:
    """Identify the words that a section's page has shown."""
    return fingerprint(json.dumps(words, sort_keys=True))


@transaction.atomic
def share(access: DraftAccess, section: PlanSection, seen: str | None = None) -> int:
    """Share what is new in a section; return how many matters changed.

    `seen`: the fingerprint of the words shown before. Raises WordsChangedError where others are
    written by now, in another tab or by a guide: nothing is shared unread.
    """
    parent = access.own_parent
    words: dict[str, str] = {}
    changed = 0

    def edit(content: Content) -> Content:
        nonlocal changed, words
        own, view = drafts.read(access, access.own), view_of(content, parent)
        words = new_words(own, view, parent, section)
        if words and seen is not None and seen != words_fingerprint(words):
            raise WordsChangedError
        kept = dict(content.get(MATTERS, {}))
        for key, text in words.items():
            before = from_json(kept[key]) if key in kept else PlanMatter()
            after = agreement.propose(before, parent, text)
            changed += after != before
            kept[key] = to_json(after)
        return {**content, MATTERS: kept}

    drafts.change(access, PartKind.SHARED, edit)
    _mark_settled(access, {key: fingerprint(text) for key, text in words.items()})
    return changed


def _mark_settled(access: DraftAccess, marks: Mapping[str, str]) -> None:
    if marks:
        drafts.change(
            access, access.own, lambda own: {**own, SETTLED: {**own.get(SETTLED, {}), **marks}}
        )


def _mark_written_as_settled(access: DraftAccess, key: str) -> None:
    written = drafts.read(access, access.own).get(ANSWERS, {}).get(key)
    if written is not None:
        _mark_settled(access, {key: fingerprint(written)})


def accept(access: DraftAccess, key: str, seen: str) -> PlanMatter:
    """Accept the other's words. `seen`: the fingerprint of the words that were read.

    Raises WordsChangedError where they have changed, NoSuchMatterError.
    """
    parent = access.own_parent

    def say_yes(matter: PlanMatter) -> PlanMatter:
        words = matter.words_of(parent.other)
        if words is None or fingerprint(words) != seen:
            raise WordsChangedError
        return agreement.accept(matter, parent, words)

    with transaction.atomic():
        matter = _change(access, key, say_yes)
        _mark_written_as_settled(access, key)
    return matter


def waiting_words(
    shared: Mapping[str, Any], parent: Parent, section: PlanSection
) -> dict[str, str]:
    """Return the other's words in a section that this parent does not accept now."""
    order = {question.key for question in section.questions}
    return {
        key: words
        for key, matter in matters_of(shared).items()
        if question_of(key) in order
        and (words := matter.words_of(parent.other)) is not None
        and words != matter.words_of(parent)
    }


@transaction.atomic
def accept_section(access: DraftAccess, section: PlanSection, seen: str) -> int:
    """Accept all the other's words in a section; return of how many matters.

    `seen`: the fingerprint of the words that were read, see words_fingerprint(). Raises
    WordsChangedError where they have changed.
    """
    parent = access.own_parent
    accepted: list[str] = []

    def edit(content: Content) -> Content:
        words = waiting_words(view_of(content, parent), parent, section)
        if words and words_fingerprint(words) != seen:
            raise WordsChangedError
        kept = dict(content.get(MATTERS, {}))
        for key, text in words.items():
            kept[key] = to_json(agreement.accept(from_json(kept[key]), parent, text))
        accepted[:] = words
        return {**content, MATTERS: kept}

    drafts.change(access, PartKind.SHARED, edit)
    for key in accepted:
        _mark_written_as_settled(access, key)
    return len(accepted)


def suggest(access: DraftAccess, key: str, words: str, seen: str) -> PlanMatter:
    """Share other words. `seen`: the fingerprint of the other's words that were read.

    Raises WordsChangedError where the other has changed them meanwhile, NoSuchMatterError.
    """
    parent = access.own_parent

    def say(matter: PlanMatter) -> PlanMatter:
        if fingerprint(matter.words_of(parent.other) or "") != seen:
            raise WordsChangedError
        return agreement.propose(matter, parent, words)

    with transaction.atomic():
        matter = _change(access, key, say)
        _mark_written_as_settled(access, key)
    return matter


def withdraw(access: DraftAccess, key: str) -> PlanMatter:
    """Withdraw one's acceptance; the words as well while no other parent has joined."""
    parent = access.own_parent

    def take_back(matter: PlanMatter) -> PlanMatter:
        # The part is locked here, so that nobody joins meanwhile.
        if invitations.is_alone(access):
            return agreement.forget(matter, parent)
        return agreement.withdraw(matter, parent)

    with transaction.atomic():
        matter = _change(access, key, take_back)
        if not matter.versions:
            drafts.change(
                access, PartKind.SHARED, lambda content: _without_key(content, MATTERS, key)
            )
            drafts.change(access, access.own, lambda content: _without_key(content, SETTLED, key))
    return matter


def shared_keys(shared: Mapping[str, Any], parent: Parent, section: PlanSection) -> list[str]:
    """Return the matters of a section in which this parent has words or accepts some."""
    kept = shared.get(MATTERS, {})
    order = [question.key for question in section.questions]
    return [
        key
        for key in matters_of(shared)
        if question_of(key) in order and words_by(kept[key], parent)
    ]


@transaction.atomic
def stop_sharing(access: DraftAccess, keys: Collection[str]) -> int:
    """Remove one's words from what is shared, history included; return of how many matters.

    Words that the other accepts stay with the other. Suggested words that are not among one's own
    answers are saved there, so that they are not lost.
    """
    parent = access.own_parent
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

    drafts.change(access, PartKind.SHARED, edit)
    if taken:
        drafts.change(access, access.own, keep)
    return len(taken)


def _without_key(content: Content, name: str, key: str) -> Content:
    kept = {k: value for k, value in content.get(name, {}).items() if k != key}
    return {**content, name: kept}


def _change(access: DraftAccess, key: str, edit: Callable[[PlanMatter], PlanMatter]) -> PlanMatter:
    def within(content: Content) -> Content:
        kept = dict(content.get(MATTERS, {}))
        if key not in kept:
            raise NoSuchMatterError
        kept[key] = to_json(edit(from_json(kept[key])))
        return {**content, MATTERS: kept}

    content = drafts.change(access, PartKind.SHARED, within)
    return from_json(content[MATTERS][key])


@dataclass(frozen=True)
class SectionProgress:
    """How much of a section is written, and how much of it is not shared."""

    section: PlanSection
    written: int
    # Written but not shared, or changed since.
    unshared: int


def sharing_progress(
    own: Mapping[str, Any], shared: Mapping[str, Any], parent: Parent
) -> list[SectionProgress]:
    """Return the progress of every section, in order."""
    matters, here = matters_of(shared), _people_in_plan(shared)
    rows = []
    for section in SECTIONS:
        words = own_words(own, section)
        rows.append(
            SectionProgress(section, len(words), len(_new(own, matters, here, parent, words)))
        )
    return rows


def count_states(matters: Mapping[str, PlanMatter]) -> dict[MatterState, int]:
    """Count the matters that are agreed, differ, or are still open."""
    counts = dict.fromkeys(MatterState, 0)
    for matter in matters.values():
        counts[matter.state] += 1
    return counts
