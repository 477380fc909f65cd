"""The children of a draft: first name and age group, nothing else. Pure."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plans.parents import Parent

MAX_CHILDREN = 8
AGES = [
    ("0", gettext_lazy("under 1 year")),
    ("1-2", gettext_lazy("1–2 years")),
    ("3-5", gettext_lazy("3–5 years")),
    ("6-9", gettext_lazy("6–9 years")),
    ("10-12", gettext_lazy("10–12 years")),
    ("13-15", gettext_lazy("13–15 years")),
    ("16-17", gettext_lazy("16–17 years")),
]
# Old enough for the section about agreeing with a young person.
YOUNG = frozenset({"10-12", "13-15", "16-17"})


# Keys of the shared part.
CHILDREN, PARENTS = "children", "parents"
# The children as each parent lists them, where the lists differ.
LISTS = "lists"
# In a parent's own part: the children they took out, to be put back with all answers.
TAKEN_OUT = "taken_out"
# The highest number ever given, so that answers never pass to another child.
_HIGHEST = "highest_child"


@dataclass(frozen=True)
class Child:
    """A child. `number` never changes: answers refer to it."""

    number: int
    name: str
    age: str

    @property
    def age_label(self) -> str:
        return str(dict(AGES).get(self.age, ""))


def children_of(shared: Mapping[str, Any]) -> list[Child]:
    """Return the children, in the order in which they were added."""
    return [Child(*row) for row in shared.get(CHILDREN, ())]


def view_of(shared: Mapping[str, Any], parent: Parent) -> dict[str, Any]:
    """Return the shared part with the children as this parent lists them."""
    rows = shared.get(LISTS, {}).get(parent.value)
    return dict(shared) if rows is None else {**shared, CHILDREN: rows}


def with_children(
    shared: Mapping[str, Any], children: Sequence[Child], parents: Mapping[Parent, str]
) -> dict[str, Any]:
    """Return the shared part with these children for both, and the parents' names."""
    return {
        **shared,
        _HIGHEST: _highest(shared, children),
        CHILDREN: _rows(children),
        PARENTS: {parent.value: name for parent, name in parents.items()},
    }


def with_family_of(
    shared: Mapping[str, Any],
    parent: Parent,
    children: Sequence[Child],
    name: str | None = None,
    *,
    is_alone: bool,
) -> dict[str, Any]:
    """Return the shared part with this parent's list of children and own name.

    Nobody names the other parent, and once both have joined, nobody's list changes the other's.
    `name`: None leaves it as it is.
    """
    content = {**shared, _HIGHEST: _highest(shared, children)}
    if name is not None:
        content[PARENTS] = {**shared.get(PARENTS, {}), parent.value: name}
    if is_alone:
        return {**content, CHILDREN: _rows(children)}
    return {**content, LISTS: {**shared.get(LISTS, {}), parent.value: _rows(children)}}


def left_to(shared: Mapping[str, Any], parent: Parent) -> dict[str, Any]:
    """Return the shared part for a parent who is alone with it from now on."""
    return {key: kept for key, kept in view_of(shared, parent).items() if key != LISTS}


def without_name(shared: Mapping[str, Any], parent: Parent) -> dict[str, Any]:
    """Remove the parent's name, before somebody joins who chooses their own."""
    names = {who: name for who, name in shared.get(PARENTS, {}).items() if who != parent.value}
    return {**shared, PARENTS: names} if PARENTS in shared else dict(shared)


def next_number(shared: Mapping[str, Any]) -> int:
    """Return a number that no child of this draft has had."""
    return _highest(shared) + 1


def _highest(shared: Mapping[str, Any], children: Sequence[Child] = ()) -> int:
    rows = [*shared.get(CHILDREN, ())]
    for of_one in shared.get(LISTS, {}).values():
        rows += of_one
    numbers: list[int] = [*(row[0] for row in rows), *(child.number for child in children)]
    highest: int = shared.get(_HIGHEST, 0)
    return max([highest, *numbers])


def _rows(children: Sequence[Child]) -> list[list[Any]]:
    return [[child.number, child.name, child.age] for child in children]


def children_fingerprint(shared: Mapping[str, Any]) -> str:
    """Identify children and names, so that a form notices when they were changed elsewhere."""
    data = [shared.get(CHILDREN, []), shared.get(PARENTS, {})]
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()[:16]


def parent_name(shared: Mapping[str, Any], parent: Parent) -> str:
    """Return what the parent is called, or “Parent 1” and “Parent 2”."""
    called = shared.get(PARENTS, {}).get(parent.value, "")
    return called or (_("Parent 1") if parent is Parent.FIRST else _("Parent 2"))
