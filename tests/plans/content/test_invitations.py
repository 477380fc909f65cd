"""The other parent comes by a link that was passed on, and has one of their own after that."""

import pytest

from plans.content import invitations as inviting
from plans.content.agreement import Matter, accept, from_json, propose, to_json
from plans.models import Holder, Kind, Plan, Role, WrappedKey
from plans.parents import Parent
from plans.vault import drafts
from plans.vault.drafts import NoSuchPlanError, NotYoursError
from tests.plans.conftest import COMMON, SECRET, Family

A, B = Parent.FIRST, Parent.SECOND


def test_the_invited_parent_sees_what_is_shared(family: Family) -> None:
    assert drafts.read(family.two(), Kind.SHARED) == {"said": COMMON}
    assert drafts.read(family.two(), Kind.OWN_SECOND) == {}


def test_a_passed_on_link_opens_nothing_once_it_is_exchanged(alone: str) -> None:
    invitation = inviting.invite(drafts.enter(alone))
    invited = drafts.enter(invitation)
    inviting.settle(invited)

    with pytest.raises(NoSuchPlanError):
        drafts.enter(invitation)
    with pytest.raises(NoSuchPlanError):
        inviting.settle(invited)


def test_an_invitation_has_nothing_to_write_in_alone(alone: str) -> None:
    invited = drafts.enter(inviting.invite(drafts.enter(alone)))

    with pytest.raises(NotYoursError):
        drafts.read(invited, invited.own)
    with pytest.raises(NotYoursError):
        drafts.read(invited, Kind.OWN_FIRST)


def test_inviting_anew_closes_the_former_invitation(alone: str) -> None:
    former = inviting.invite(drafts.enter(alone))
    inviting.invite(drafts.enter(alone))

    with pytest.raises(NoSuchPlanError):
        drafts.enter(former)


def test_an_invitation_that_was_taken_back_opens_nothing(alone: str) -> None:
    invitation = inviting.invite(drafts.enter(alone))
    before = bytes(WrappedKey.objects.get(part__kind=Kind.SHARED, holder__role=Role.FIRST).wrapped)

    assert inviting.take_back(drafts.enter(alone))
    assert not inviting.take_back(drafts.enter(alone))

    with pytest.raises(NoSuchPlanError):
        drafts.enter(invitation)
    after = bytes(WrappedKey.objects.get(part__kind=Kind.SHARED).wrapped)
    assert after != before
    assert drafts.read(drafts.enter(alone), Kind.SHARED) == {"said": COMMON}


def test_nobody_else_is_invited_once_there_are_two(family: Family) -> None:
    with pytest.raises(inviting.AlreadyTwoError):
        inviting.invite(family.one())
    with pytest.raises(inviting.AlreadyTwoError):
        inviting.invite(family.two())
    assert not inviting.take_back(family.one())


def test_a_new_link_for_oneself(family: Family) -> None:
    fresh = inviting.new_link(family.one())

    with pytest.raises(NoSuchPlanError):
        family.one()
    assert drafts.read(drafts.enter(fresh), Kind.OWN_FIRST) == {"said": SECRET}
    assert drafts.read(drafts.enter(fresh), Kind.SHARED) == {"said": COMMON}


def test_who_is_alone_takes_the_whole_draft_along(alone: str) -> None:
    inviting.invite(drafts.enter(alone))
    inviting.leave(drafts.enter(alone))

    assert not Plan.objects.exists()


def test_who_leaves_takes_only_their_own(family: Family) -> None:
    open_one = propose(Matter(), A, "vain minä näin")
    agreed = accept(propose(propose(Matter(), A, "vanha"), A, "sovittu"), B, "sovittu")
    theirs = propose(propose(Matter(), A, "minun"), B, "hänen")
    matters = {"open": open_one, "agreed": agreed, "theirs": theirs}
    drafts.change(
        family.one(),
        Kind.SHARED,
        lambda content: {**content, "matters": {k: to_json(m) for k, m in matters.items()}},
    )

    inviting.leave(family.one())

    with pytest.raises(NoSuchPlanError):
        family.one()
    left = drafts.read(family.two(), Kind.SHARED)["matters"]
    words = {key: [v.words for v in from_json(m).versions] for key, m in left.items()}
    assert words == {"agreed": ["sovittu"], "theirs": ["hänen"]}
    assert {key: from_json(m).words_of(B) for key, m in left.items()} == {
        "agreed": "sovittu",
        "theirs": "hänen",
    }
    assert list(Holder.objects.values_list("role", flat=True)) == [Role.SECOND]


def test_both_leave_and_nothing_is_left(family: Family) -> None:
    inviting.leave(family.one())
    inviting.leave(family.two())

    assert not Plan.objects.exists()
