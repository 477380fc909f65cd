"""Who had a key once: with an old copy of the database their link still opens nothing that came later."""

from collections.abc import Callable

import pytest

from office.models import User
from plans.access import guides as guide_access
from plans.content import invitations
from plans.models import GuideCode, Holder, HolderRole, PartKind
from plans.vault import drafts, keys
from plans.vault.drafts import DraftAccess, DraftNotFoundError
from plans.vault.keys import SealBrokenError
from tests.plans.conftest import Family

Ending = Callable[[DraftAccess], object]


def key_of(access: DraftAccess, kind: PartKind = PartKind.SHARED) -> bytes:
    """Return what somebody takes out of a copy of the database while their link is good."""
    return drafts.data_key(access, drafts.part_of(access, kind))


def opens_nothing_new(key: bytes, access: DraftAccess, kind: PartKind = PartKind.SHARED) -> None:
    """Check that the former key does not open what `access` writes now."""
    drafts.change(access, kind, lambda content: {**content, "later": "x"})
    part = drafts.part_of(access, kind)
    with pytest.raises(SealBrokenError):
        drafts.unseal_part(part, key)
    assert drafts.read(access, kind)["later"] == "x"


def test_a_parent_who_has_left(family: Family) -> None:
    key = key_of(family.two())
    invitations.delete_own(family.two())
    opens_nothing_new(key, family.one())


def test_the_link_that_was_passed_on_and_used(alone: str) -> None:
    first = drafts.open_draft(alone)
    invitation = invitations.invite(first)
    key = key_of(drafts.open_draft(invitation))
    second = invitations.accept_invitation(drafts.open_draft(invitation))
    opens_nothing_new(key, drafts.open_draft(second))
    assert drafts.read(first, PartKind.SHARED)["later"] == "x"


def test_an_invitation_in_whose_place_another_was_made(alone: str) -> None:
    first = drafts.open_draft(alone)
    key = key_of(drafts.open_draft(invitations.invite(first)))
    again = invitations.invite(first)
    opens_nothing_new(key, first)
    assert drafts.read(drafts.open_draft(again), PartKind.SHARED)["later"] == "x"


@pytest.mark.parametrize("kind", [PartKind.OWN_FIRST, PartKind.SHARED])
def test_a_link_that_was_changed(family: Family, kind: PartKind) -> None:
    key = key_of(family.one(), kind)
    fresh = drafts.open_draft(invitations.replace_link(family.one()))
    opens_nothing_new(key, fresh, kind)
    if kind == PartKind.SHARED:
        assert drafts.read(family.two(), kind)["later"] == "x"


def test_a_guide_who_ended_the_meeting_themselves(family: Family, guide: User) -> None:
    code, _ = guide_access.give_code(family.one(), PartKind.OWN_FIRST)
    meeting = drafts.open_draft(guide_access.use_code(code, guide))
    key = key_of(meeting, PartKind.OWN_FIRST)
    guide_access.end_meeting(meeting)
    opens_nothing_new(key, family.one(), PartKind.OWN_FIRST)


def test_what_was_made_with_a_link_that_was_seen_ends_with_it(alone: str, guide: User) -> None:
    first = drafts.open_draft(alone)
    invitation = invitations.invite(first)
    code, _ = guide_access.give_code(first, PartKind.SHARED)
    meeting = guide_access.use_code(code, guide)
    guide_access.give_code(first, PartKind.OWN_FIRST)
    fresh = invitations.replace_link(first)
    for token in (alone, invitation, meeting):
        with pytest.raises(DraftNotFoundError):
            drafts.open_draft(token)
    assert not GuideCode.objects.exists()
    assert drafts.open_draft(fresh).holder.role == HolderRole.FIRST


def test_the_other_parent_keeps_their_link_and_their_guide(family: Family, guide: User) -> None:
    code, _ = guide_access.give_code(family.two(), PartKind.SHARED)
    meeting = guide_access.use_code(code, guide)
    invitations.replace_link(family.one())
    assert drafts.read(family.two(), PartKind.SHARED) == drafts.read(
        drafts.open_draft(meeting), PartKind.SHARED
    )
    assert Holder.objects.filter(role=HolderRole.SECOND, is_invitation=False).count() == 1
    assert keys.derive_keys(family.second).lookup == family.two().holder.lookup
