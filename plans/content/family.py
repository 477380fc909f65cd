"""The family as each parent describes it: each names only themselves and lists the children.

What one parent removes or changes applies to that parent only. A child is removed for both when
both have removed it. Numbers never change, so that putting a child back restores all answers.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from plans.content import invitations
from plans.content.answers import ANSWERS, AnswerChangedError, Content
from plans.content.children import (
    MAX_CHILDREN,
    TAKEN_OUT,
    Child,
    children_fingerprint,
    children_of,
    view_of,
    with_family_of,
)
from plans.content.sharing import MATTERS, child_of, words_by
from plans.models import HolderRole, PartKind
from plans.parents import Parent
from plans.vault import drafts
from plans.vault.drafts import DraftAccess


class NoSuchChildError(Exception):
    """No child of this draft has that number."""


class LastChildError(Exception):
    """A plan has at least one child."""


class TooManyChildrenError(Exception):
    """The plan has the most children allowed."""


@dataclass(frozen=True)
class OtherChild:
    """A child that is missing from this parent's list, or differs from the other parent's."""

    child: Child
    # This parent took the child out of the plan.
    is_taken_out: bool = False
    # The other parent's list has the child.
    is_theirs: bool = False


def viewer_of(access: DraftAccess) -> Parent:
    """Return the parent who reads, or whom the guide assists."""
    if access.parent is not None:
        return access.parent
    giver = access.holder.given_by
    return Parent(giver.role) if giver is not None else Parent.FIRST


def read_shared(access: DraftAccess) -> Content:
    """Read the shared part with the children as this parent lists them. Raises NoAccessError."""
    return view_of(drafts.read(access, PartKind.SHARED), viewer_of(access))


def own_kind_of(access: DraftAccess) -> PartKind:
    """Return the part that this parent writes alone or together with a guide."""
    return PartKind(viewer_of(access).value)


def save(access: DraftAccess, children: Sequence[Child], name: str, seen: str) -> None:
    """Save the children and the parent's own name from a form.

    `seen`: the fingerprint of what the form was opened with. Raises AnswerChangedError.
    """

    def edit(view: Content) -> tuple[Sequence[Child], str | None]:
        changed = with_family_of(view, viewer_of(access), children, name, is_alone=True)
        # A form that is sent twice changes nothing.
        if seen != children_fingerprint(view) and children_fingerprint(
            changed
        ) != children_fingerprint(view):
            raise AnswerChangedError({})
        return children, name

    _change(access, edit)


@transaction.atomic
def take_out(access: DraftAccess, number: int) -> None:
    """Take a child out of this parent's plan. Answers stay hidden and can be put back.

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
        if number not in {row.child.number for row in other_children(access)}:
            raise NoSuchChildError
        return
    drafts.change(access, own_kind_of(access), lambda own: _with_taken_out(own, taken[0]))


@transaction.atomic
def put_back(access: DraftAccess, number: int) -> None:
    """Put a child back, or add one that the other parent lists.

    Raises NoSuchChildError, TooManyChildrenError.
    """
    found = {row.child.number: row.child for row in other_children(access)}

    def edit(view: Content) -> tuple[Sequence[Child], str | None]:
        children = {child.number: child for child in children_of(view)}
        if number not in found and number not in children:
            raise NoSuchChildError
        if number not in children and len(children) >= MAX_CHILDREN:
            raise TooManyChildrenError
        children[number] = found.get(number) or children[number]
        return [children[n] for n in sorted(children)], None

    _change(access, edit)
    drafts.change(access, own_kind_of(access), lambda own: _without_taken_out(own, number))


def other_children(access: DraftAccess) -> list[OtherChild]:
    """Return children who could be put back or added, and those described differently."""
    viewer = viewer_of(access)
    shared = drafts.read(access, PartKind.SHARED)
    own = drafts.read(access, own_kind_of(access))
    mine = {child.number: child for child in children_of(view_of(shared, viewer))}
    theirs: dict[int, Child] = {}
    if access.parent is not None and not invitations.is_alone(access):
        theirs = {child.number: child for child in children_of(view_of(shared, viewer.other))}
    taken = {row[0]: Child(*row) for row in own.get(TAKEN_OUT, ())}
    found = {}
    for number in sorted({*taken, *theirs, *_numbers_written_about(own)}):
        if number in mine and theirs.get(number, mine[number]) == mine[number]:
            continue
        # A child that this parent took out comes back as it was.
        known = theirs.get(number) if number in mine else taken.get(number) or theirs.get(number)
        unnamed = Child(number, _("Child %(number)s") % {"number": number}, "")
        found[number] = OtherChild(
            known or unnamed,
            is_taken_out=(number not in mine and number not in theirs) or number in taken,
            is_theirs=number in theirs,
        )
    return list(found.values())


def answers_about(access: DraftAccess, number: int) -> tuple[int, int]:
    """Count this parent's own and shared answers about one child."""
    own = drafts.read(access, own_kind_of(access))
    matters = drafts.read(access, PartKind.SHARED).get(MATTERS, {})
    shared = [key for key in matters if child_of(key) == number]
    written = [key for key in own.get(ANSWERS, {}) if child_of(key) == number]
    return len(written), sum(words_by(matters[key], viewer_of(access)) for key in shared)


def _change(
    access: DraftAccess, edit: Callable[[Content], tuple[Sequence[Child], str | None]]
) -> None:
    viewer = viewer_of(access)

    def within(content: Content) -> Content:
        children, name = edit(view_of(content, viewer))
        # The part is locked here, so that nobody joins meanwhile.
        is_alone = access.holder.role == HolderRole.GUIDE or invitations.is_alone(access)
        return with_family_of(content, viewer, children, name, is_alone=is_alone)

    drafts.change(access, PartKind.SHARED, within)


def _with_taken_out(own: Content, child: Child) -> Content:
    kept = [row for row in own.get(TAKEN_OUT, ()) if row[0] != child.number]
    return {**own, TAKEN_OUT: [*kept, [child.number, child.name, child.age]]}


def _without_taken_out(own: Content, number: int) -> Content:
    kept = [row for row in own.get(TAKEN_OUT, ()) if row[0] != number]
    return {**own, TAKEN_OUT: kept} if TAKEN_OUT in own else own


def _numbers_written_about(own: Mapping[str, Any]) -> set[int]:
    """Return the children about whom something was written for them alone."""
    return {child_of(key) for key in own.get(ANSWERS, {})} - {0}
