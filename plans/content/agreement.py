"""Agreement between two parents: both have accepted exactly the same words. Pure.

Each matter keeps every version that was shared, in order, and which of them each parent accepts
now. To share words is to accept them. Nothing else makes an agreement, and whatever one parent does
later leaves the other's acceptance where it was.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from plans.parents import Parent


class MatterState(StrEnum):
    AGREED = "agreed"
    DIFFERS = "differs"
    OPEN = "open"


class WordsChangedError(Exception):
    """The words to be accepted are not the current ones."""


@dataclass(frozen=True)
class Version:
    """Words that one parent has shared."""

    by: Parent
    words: str


@dataclass(frozen=True)
class PlanMatter:
    """One question, for one child or for all, as the two parents share it."""

    versions: tuple[Version, ...] = ()
    # The index of the version that each parent accepts.
    accepted: Mapping[Parent, int] = field(default_factory=dict)

    @property
    def state(self) -> MatterState:
        words = [self.words_of(parent) for parent in Parent]
        if None in words:
            return MatterState.OPEN
        return MatterState.AGREED if len(set(words)) == 1 else MatterState.DIFFERS

    def words_of(self, parent: Parent) -> str | None:
        """Return the words that the parent accepts, or None."""
        index = self.accepted.get(parent)
        return None if index is None else self.versions[index].words

    @property
    def agreed_words(self) -> str | None:
        return self.words_of(Parent.FIRST) if self.state is MatterState.AGREED else None


def propose(matter: PlanMatter, by: Parent, words: str) -> PlanMatter:
    """Share words, one's own or changed ones of the other. The same words again change nothing."""
    if words == matter.words_of(by):
        return matter
    versions = (*matter.versions, Version(by, words))
    return replace(matter, versions=versions, accepted={**matter.accepted, by: len(versions) - 1})


def accept(matter: PlanMatter, by: Parent, words: str) -> PlanMatter:
    """Accept the other's words. Raises WordsChangedError where they have changed."""
    index = matter.accepted.get(by.other)
    if index is None or matter.versions[index].words != words:
        raise WordsChangedError
    return replace(matter, accepted={**matter.accepted, by: index})


def withdraw(matter: PlanMatter, by: Parent) -> PlanMatter:
    """Withdraw one's acceptance. The versions can still be read."""
    return replace(
        matter, accepted={p: index for p, index in matter.accepted.items() if p is not by}
    )


def forget(matter: PlanMatter, by: Parent) -> PlanMatter:
    """Remove a parent and their words, except those that the other accepts."""
    other_yes = matter.accepted.get(by.other)
    indices = [
        index
        for index, version in enumerate(matter.versions)
        if version.by is not by or index == other_yes
    ]
    accepted = {} if other_yes is None else {by.other: indices.index(other_yes)}
    return PlanMatter(tuple(matter.versions[index] for index in indices), accepted)


def attributed_to(matter: PlanMatter, by: Parent) -> PlanMatter:
    """Attribute all words to this parent, who is alone with them before somebody new joins."""
    return replace(matter, versions=tuple(replace(v, by=by) for v in matter.versions))


def to_json(matter: PlanMatter) -> dict[str, Any]:
    """Serialise the matter, to be sealed."""
    return {
        "versions": [[v.by.value, v.words] for v in matter.versions],
        "yes": {parent.value: index for parent, index in matter.accepted.items()},
    }


def from_json(kept: Mapping[str, Any]) -> PlanMatter:
    """Read what to_json() has written."""
    return PlanMatter(
        tuple(Version(Parent(by), words) for by, words in kept["versions"]),
        {Parent(parent): index for parent, index in kept["yes"].items()},
    )
