"""The other parent comes by a link that was passed on, and has one of their own after that."""

import pytest

from plans.content import invitations
from plans.content.agreement import PlanMatter, accept, from_json, propose, to_json
from plans.models import Holder, HolderRole, PartKind, Plan, WrappedKey
from plans.parents import Parent
from plans.vault import drafts
from plans.vault.drafts import DraftNotFoundError, NoAccessError
from tests.plans.conftest import COMMON, SECRET, Family

A, B = Parent.FIRST, Parent.SECOND


def test_the_invited_parent_sees_what_is_shared(family: Family) -> None:
    assert drafts.read(family.two(), PartKind.SHARED) == {"said": COMMON}
    assert drafts.read(family.two(), PartKind.OWN_SECOND) == {}


def test_a_passed_on_link_opens_nothing_once_it_is_exchanged(alone: str) -> None:
    invitation = invitations.invite(drafts.open_draft(alone))
    invited = drafts.open_draft(invitation)
    invitations.accept_invitation(invited)

    with pytest.raises(DraftNotFoundError):
        drafts.open_draft(invitation)
    with pytest.raises(DraftNotFoundError):
        invitations.accept_invitation(invited)


def test_an_invitation_has_nothing_to_write_in_alone(alone: str) -> None:
    invited = drafts.open_draft(invitations.invite(drafts.open_draft(alone)))

    with pytest.raises(NoAccessError):
        drafts.read(invited, invited.own)
    with pytest.raises(NoAccessError):
        drafts.read(invited, PartKind.OWN_FIRST)


def test_inviting_anew_closes_the_former_invitation(alone: str) -> None:
    former = invitations.invite(drafts.open_draft(alone))
    invitations.invite(drafts.open_draft(alone))

    with pytest.raises(DraftNotFoundError):
        drafts.open_draft(former)


def test_an_invitation_that_was_taken_back_opens_nothing(alone: str) -> None:
    invitation = invitations.invite(drafts.open_draft(alone))
    before = bytes(
        WrappedKey.objects.get(part__kind=PartKind.SHARED, holder__role=HolderRole.FIRST).wrapped
    )

    assert invitations.withdraw_invitation(drafts.open_draft(alone))
    assert not invitations.withdraw_invitation(drafts.open_draft(alone))

    with pytest.raises(DraftNotFoundError):
        drafts.open_draft(invitation)
    after = bytes(WrappedKey.objects.get(part__kind=PartKind.SHARED).wrapped)
    assert after != before
    assert drafts.read(drafts.open_draft(alone), PartKind.SHARED) == {"said": COMMON}


def test_nobody_else_is_invited_once_there_are_two(family: Family) -> None:
    with pytest.raises(invitations.OtherParentJoinedError):
        invitations.invite(family.one())
    with pytest.raises(invitations.OtherParentJoinedError):
        invitations.invite(family.two())
    assert not invitations.withdraw_invitation(family.one())


def test_a_new_link_for_oneself(family: Family) -> None:
    fresh = invitations.replace_link(family.one())

    with pytest.raises(DraftNotFoundError):
        family.one()
    assert drafts.read(drafts.open_draft(fresh), PartKind.OWN_FIRST) == {"said": SECRET}
    assert drafts.read(drafts.open_draft(fresh), PartKind.SHARED) == {"said": COMMON}


def test_who_is_alone_takes_the_whole_draft_along(alone: str) -> None:
    invitations.invite(drafts.open_draft(alone))
    invitations.delete_own(drafts.open_draft(alone))

    assert not Plan.objects.exists()


def test_who_leaves_takes_only_their_own(family: Family) -> None:
    open_one = propose(PlanMatter(), A, "vain minä näin")
    agreed = accept(propose(propose(PlanMatter(), A, "vanha"), A, "sovittu"), B, "sovittu")
    theirs = propose(propose(PlanMatter(), A, "minun"), B, "hänen")
    matters = {"open": open_one, "agreed": agreed, "theirs": theirs}
    drafts.change(
        family.one(),
        PartKind.SHARED,
        lambda content: {**content, "matters": {k: to_json(m) for k, m in matters.items()}},
    )

    invitations.delete_own(family.one())

    with pytest.raises(DraftNotFoundError):
        family.one()
    left = drafts.read(family.two(), PartKind.SHARED)["matters"]
    words = {key: [v.words for v in from_json(m).versions] for key, m in left.items()}
    assert words == {"agreed": ["sovittu"], "theirs": ["hänen"]}
    assert {key: from_json(m).words_of(B) for key, m in left.items()} == {
        "agreed": "sovittu",
        "theirs": "hänen",
    }
    assert list(Holder.objects.values_list("role", flat=True)) == [HolderRole.SECOND]


def test_both_leave_and_nothing_is_left(family: Family) -> None:
    invitations.delete_own(family.one())
    invitations.delete_own(family.two())

    assert not Plan.objects.exists()
