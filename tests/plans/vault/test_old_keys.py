"""Who had a key once: with an old copy of the database their link still opens nothing that came later."""

from collections.abc import Callable

import pytest

from office.models import User
from plans.access import guides as guide_access
from plans.content import invitations as inviting
from plans.models import GuideCode, Holder, Kind, Role
from plans.vault import drafts, keys
from plans.vault.drafts import Access, NoSuchPlanError
from plans.vault.keys import SealBrokenError
from tests.plans.conftest import Family

Ending = Callable[[Access], object]


def key_of(access: Access, kind: Kind = Kind.SHARED) -> bytes:
    """What somebody takes out of a copy of the database while their link is good."""
    return drafts.data_key(access, drafts.part_of(access, kind))


def opens_nothing_new(key: bytes, access: Access, kind: Kind = Kind.SHARED) -> None:
    """The former key does not open what `access` writes now."""
    drafts.change(access, kind, lambda content: {**content, "later": "x"})
    part = drafts.part_of(access, kind)
    with pytest.raises(SealBrokenError):
        drafts.unsealed(part, key)
    assert drafts.read(access, kind)["later"] == "x"


def test_a_parent_who_has_left(family: Family) -> None:
    key = key_of(family.two())
    inviting.leave(family.two())
    opens_nothing_new(key, family.one())


def test_the_link_that_was_passed_on_and_used(alone: str) -> None:
    first = drafts.enter(alone)
    invitation = inviting.invite(first)
    key = key_of(drafts.enter(invitation))
    second = inviting.settle(drafts.enter(invitation))
    opens_nothing_new(key, drafts.enter(second))
    assert drafts.read(first, Kind.SHARED)["later"] == "x"


def test_an_invitation_in_whose_place_another_was_made(alone: str) -> None:
    first = drafts.enter(alone)
    key = key_of(drafts.enter(inviting.invite(first)))
    again = inviting.invite(first)
    opens_nothing_new(key, first)
    assert drafts.read(drafts.enter(again), Kind.SHARED)["later"] == "x"


@pytest.mark.parametrize("kind", [Kind.OWN_FIRST, Kind.SHARED])
def test_a_link_that_was_changed(family: Family, kind: Kind) -> None:
    key = key_of(family.one(), kind)
    fresh = drafts.enter(inviting.new_link(family.one()))
    opens_nothing_new(key, fresh, kind)
    if kind == Kind.SHARED:
        assert drafts.read(family.two(), kind)["later"] == "x"


def test_a_guide_who_ended_the_meeting_themselves(family: Family, guide: User) -> None:
    code, _ = guide_access.give_code(family.one(), Kind.OWN_FIRST)
    meeting = drafts.enter(guide_access.use_code(code, guide))
    key = key_of(meeting, Kind.OWN_FIRST)
    guide_access.end_meeting(meeting)
    opens_nothing_new(key, family.one(), Kind.OWN_FIRST)


def test_what_was_made_with_a_link_that_was_seen_ends_with_it(alone: str, guide: User) -> None:
    first = drafts.enter(alone)
    invitation = inviting.invite(first)
    code, _ = guide_access.give_code(first, Kind.SHARED)
    meeting = guide_access.use_code(code, guide)
    guide_access.give_code(first, Kind.OWN_FIRST)
    fresh = inviting.new_link(first)
    for token in (alone, invitation, meeting):
        with pytest.raises(NoSuchPlanError):
            drafts.enter(token)
    assert not GuideCode.objects.exists()
    assert drafts.enter(fresh).holder.role == Role.FIRST


def test_the_other_parent_keeps_their_link_and_their_guide(family: Family, guide: User) -> None:
    code, _ = guide_access.give_code(family.two(), Kind.SHARED)
    meeting = guide_access.use_code(code, guide)
    inviting.new_link(family.one())
    assert drafts.read(family.two(), Kind.SHARED) == drafts.read(drafts.enter(meeting), Kind.SHARED)
    assert Holder.objects.filter(role=Role.SECOND, is_invitation=False).count() == 1
    assert keys.keys_of(family.second).lookup == family.two().holder.lookup
