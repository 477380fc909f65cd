"""The children of a draft: a first name and an age band, nothing else. Pure."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plans.schedule import Parent

MOST = 8
AGES = [
    ("0", gettext_lazy("under 1 year")),
    ("1-2", gettext_lazy("1–2 years")),
    ("3-5", gettext_lazy("3–5 years")),
    ("6-9", gettext_lazy("6–9 years")),
    ("10-12", gettext_lazy("10–12 years")),
    ("13-15", gettext_lazy("13–15 years")),
    ("16-17", gettext_lazy("16–17 years")),
]
YOUNG = frozenset({"10-12", "13-15", "16-17"})


# Under which names they stand in the shared part.
CHILDREN, PARENTS = "children", "parents"
# The highest number that a child ever had: answers written for one are never another's.
_HIGHEST = "highest_child"


@dataclass(frozen=True)
class Child:
    """`number` stays when others come and go: answers for this child hang on it."""

    number: int
    name: str
    age: str

    @property
    def age_said(self) -> str:
        return str(dict(AGES).get(self.age, ""))


def children_of(shared: Mapping[str, Any]) -> list[Child]:
    """The children, in the order in which they were written."""
    return [Child(*row) for row in shared.get(CHILDREN, ())]


def with_children(
    shared: Mapping[str, Any], children: Sequence[Child], parents: Mapping[Parent, str]
) -> dict[str, Any]:
    """The shared part with these children, and what the parents are called."""
    numbers = [child.number for child in (*children_of(shared), *children)]
    return {
        **shared,
        _HIGHEST: max([shared.get(_HIGHEST, 0), *numbers]),
        CHILDREN: [[child.number, child.name, child.age] for child in children],
        PARENTS: {parent.value: name for parent, name in parents.items()},
    }


def next_number(shared: Mapping[str, Any]) -> int:
    """A number that no child of this draft has had."""
    highest: int = shared.get(_HIGHEST, 0)
    return max([highest, *(child.number for child in children_of(shared))]) + 1


def children_mark(shared: Mapping[str, Any]) -> str:
    """By what a form knows which children and names it was opened with."""
    said = [shared.get(CHILDREN, []), shared.get(PARENTS, {})]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:16]


def parent_said(shared: Mapping[str, Any], parent: Parent) -> str:
    """What the parent is called: as the child says it, or a number."""
    called = shared.get(PARENTS, {}).get(parent.value, "")
    return called or (_("Parent 1") if parent is Parent.FIRST else _("Parent 2"))
