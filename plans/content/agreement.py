"""When two parents agree on something: both have said yes to the very same words. Pure.

Each matter keeps every version that was ever shared, in order, and to which of them each parent says yes
now. To share words is to say yes to them. Nothing else makes an agreement, and whatever either does
later than the other's yes leaves the other's yes where it was.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from plans.parents import Parent


class State(StrEnum):
    AGREED = "agreed"
    DIFFERS = "differs"
    OPEN = "open"


class NotTheseWordsError(Exception):
    """The words to which somebody says yes are not what stands there now."""


@dataclass(frozen=True)
class Version:
    """Words that one parent has shared."""

    by: Parent
    words: str


@dataclass(frozen=True)
class Matter:
    """One question, for one child or for all, as the two parents share it."""

    versions: tuple[Version, ...] = ()
    # The index of the version to which each parent says yes.
    yes: Mapping[Parent, int] = field(default_factory=dict)

    @property
    def state(self) -> State:
        words = [self.words_of(parent) for parent in Parent]
        if None in words:
            return State.OPEN
        return State.AGREED if len(set(words)) == 1 else State.DIFFERS

    def words_of(self, parent: Parent) -> str | None:
        """What the parent says yes to; None where to nothing."""
        index = self.yes.get(parent)
        return None if index is None else self.versions[index].words

    @property
    def agreed_words(self) -> str | None:
        return self.words_of(Parent.FIRST) if self.state is State.AGREED else None


def propose(matter: Matter, by: Parent, words: str) -> Matter:
    """Share words: one's own, or a change of the other's. The same words once more change nothing."""
    if words == matter.words_of(by):
        return matter
    versions = (*matter.versions, Version(by, words))
    return replace(matter, versions=versions, yes={**matter.yes, by: len(versions) - 1})


def accept(matter: Matter, by: Parent, words: str) -> Matter:
    """Say yes to the other's words. Raises NotTheseWordsError where they are others by now."""
    index = matter.yes.get(by.other)
    if index is None or matter.versions[index].words != words:
        raise NotTheseWordsError
    return replace(matter, yes={**matter.yes, by: index})


def withdraw(matter: Matter, by: Parent) -> Matter:
    """Take one's yes back. The versions stay to be read."""
    return replace(matter, yes={p: index for p, index in matter.yes.items() if p is not by})


def forget(matter: Matter, by: Parent) -> Matter:
    """Without a parent and their words, except those to which the other says yes."""
    other_yes = matter.yes.get(by.other)
    indices = [
        index
        for index, version in enumerate(matter.versions)
        if version.by is not by or index == other_yes
    ]
    yes = {} if other_yes is None else {by.other: indices.index(other_yes)}
    return Matter(tuple(matter.versions[index] for index in indices), yes)


def taken_over(matter: Matter, by: Parent) -> Matter:
    """With all words as this parent's: for whoever is alone with them, before somebody new comes."""
    return replace(matter, versions=tuple(replace(v, by=by) for v in matter.versions))


def to_json(matter: Matter) -> dict[str, Any]:
    """As it is kept, to be sealed."""
    return {
        "versions": [[v.by.value, v.words] for v in matter.versions],
        "yes": {parent.value: index for parent, index in matter.yes.items()},
    }


def from_json(kept: Mapping[str, Any]) -> Matter:
    """The same, read back."""
    return Matter(
        tuple(Version(Parent(by), words) for by, words in kept["versions"]),
        {Parent(parent): index for parent, index in kept["yes"].items()},
    )
