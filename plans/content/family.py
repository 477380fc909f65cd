"""Who a plan is about, as each parent has it: each names only themselves, and has a list of children.

What one parent takes out or writes otherwise is hidden, or said otherwise, for that parent alone. A child
is out for both when both have said so. Numbers stay, so that putting a child back restores all answers.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from plans.content import invitations as inviting
from plans.content.answers import ANSWERS, ChangedElsewhereError, Content
from plans.content.children import (
    MOST,
    TAKEN_OUT,
    Child,
    children_mark,
    children_of,
    seen_by,
    with_family_of,
)
from plans.content.sharing import MATTERS, child_of, words_by
from plans.models import Kind, Role
from plans.parents import Parent
from plans.vault import drafts
from plans.vault.drafts import Access


class NoSuchChildError(Exception):
    """No child of this draft has that number."""


class LastChildError(Exception):
    """A plan is about one child at least."""


class TooManyChildrenError(Exception):
    """There are as many as a plan may have."""


@dataclass(frozen=True)
class Elsewhere:
    """A child whom this parent's list has not, or has otherwise than the other's."""

    child: Child
    # This parent took the child out.
    is_taken_out: bool = False
    # The other parent has the child in the plan.
    is_theirs: bool = False


def viewer_of(access: Access) -> Parent:
    """Which parent reads, or with which one a guide sits."""
    if access.parent is not None:
        return access.parent
    giver = access.holder.given_by
    return Parent(giver.role) if giver is not None else Parent.FIRST


def read_shared(access: Access) -> Content:
    """What is shared, with the children as this parent has them. Raises NotYoursError."""
    return seen_by(drafts.read(access, Kind.SHARED), viewer_of(access))


def own_kind_of(access: Access) -> Kind:
    """The part that this parent writes alone, or in which the guide writes with them."""
    return Kind(viewer_of(access).value)


def save(access: Access, children: Sequence[Child], name: str, seen: str) -> None:
    """The children and the parent's own name, as a form brings them.

    `seen`: the mark of what the form was opened with. Raises ChangedElsewhereError.
    """

    def edit(view: Content) -> tuple[Sequence[Child], str | None]:
        told = with_family_of(view, viewer_of(access), children, name, is_alone=True)
        # Sent twice, it is the same.
        if seen != children_mark(view) and children_mark(told) != children_mark(view):
            raise ChangedElsewhereError({})
        return children, name

    _change(access, edit)


@transaction.atomic
def take_out(access: Access, number: int) -> None:
    """Take a child out of this parent's plan. What was written stays, unseen, to be put back.

    Raises NoSuchChildError, LastChildError.
    """
    taken: list[Child] = []

    def edit(view: Content) -> tuple[Sequence[Child], str | None]:
        children = children_of(view)
        taken[:] = [child for child in children if child.number == number]
        kept = [child for child in children if child.number != number]
        if taken and not kept:
            raise LastChildError
        return kept, None

    _change(access, edit)
    if not taken:
        if number not in {row.child.number for row in elsewhere(access)}:
            raise NoSuchChildError
        return
    drafts.change(access, own_kind_of(access), lambda own: _remembering(own, taken[0]))


@transaction.atomic
def put_back(access: Access, number: int) -> None:
    """Put a child back, or into this parent's plan as the other has it. Raises NoSuchChildError,
    TooManyChildrenError.
    """
    found = {row.child.number: row.child for row in elsewhere(access)}

    def edit(view: Content) -> tuple[Sequence[Child], str | None]:
        children = {child.number: child for child in children_of(view)}
        if number not in found and number not in children:
            raise NoSuchChildError
        if number not in children and len(children) >= MOST:
            raise TooManyChildrenError
        children[number] = found.get(number) or children[number]
        return [children[n] for n in sorted(children)], None

    _change(access, edit)
    drafts.change(access, own_kind_of(access), lambda own: _forgetting(own, number))


def elsewhere(access: Access) -> list[Elsewhere]:
    """Children whom one could put back or add, and those whom the other parent writes otherwise."""
    viewer = viewer_of(access)
    shared = drafts.read(access, Kind.SHARED)
    own = drafts.read(access, own_kind_of(access))
    mine = {child.number: child for child in children_of(seen_by(shared, viewer))}
    theirs: dict[int, Child] = {}
    if access.parent is not None and not inviting.is_alone(access):
        theirs = {child.number: child for child in children_of(seen_by(shared, viewer.other))}
    taken = {row[0]: Child(*row) for row in own.get(TAKEN_OUT, ())}
    found = {}
    for number in sorted({*taken, *theirs, *_written_of(own)}):
        if number in mine and theirs.get(number, mine[number]) == mine[number]:
            continue
        # What one took out oneself comes back as one had it.
        known = theirs.get(number) if number in mine else taken.get(number) or theirs.get(number)
        unnamed = Child(number, _("Child %(number)s") % {"number": number}, "")
        found[number] = Elsewhere(
            known or unnamed,
            is_taken_out=(number not in mine and number not in theirs) or number in taken,
            is_theirs=number in theirs,
        )
    return list(found.values())


def answers_about(access: Access, number: int) -> tuple[int, int]:
    """How many answers this parent has written alone, and has shared, about one child."""
    own = drafts.read(access, own_kind_of(access))
    matters = drafts.read(access, Kind.SHARED).get(MATTERS, {})
    shared = [key for key in matters if child_of(key) == number]
    written = [key for key in own.get(ANSWERS, {}) if child_of(key) == number]
    return len(written), sum(words_by(matters[key], viewer_of(access)) for key in shared)


def _change(access: Access, edit: Callable[[Content], tuple[Sequence[Child], str | None]]) -> None:
    viewer = viewer_of(access)

    def within(content: Content) -> Content:
        children, name = edit(seen_by(content, viewer))
        # The part is locked here, so that nobody comes along meanwhile.
        is_alone = access.holder.role == Role.GUIDE or inviting.is_alone(access)
        return with_family_of(content, viewer, children, name, is_alone=is_alone)

    drafts.change(access, Kind.SHARED, within)


def _remembering(own: Content, child: Child) -> Content:
    kept = [row for row in own.get(TAKEN_OUT, ()) if row[0] != child.number]
    return {**own, TAKEN_OUT: [*kept, [child.number, child.name, child.age]]}


def _forgetting(own: Content, number: int) -> Content:
    kept = [row for row in own.get(TAKEN_OUT, ()) if row[0] != number]
    return {**own, TAKEN_OUT: kept} if TAKEN_OUT in own else own


def _written_of(own: Mapping[str, Any]) -> set[int]:
    """The numbers of the children about whom something was written for them alone."""
    return {child_of(key) for key in own.get(ANSWERS, {})} - {0}
