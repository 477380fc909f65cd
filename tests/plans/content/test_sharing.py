"""Sharing no more, and going on without the other: nobody loses a word of their own."""

import pytest

from plans.access import guides as guide_access
from plans.content import invitations, sharing
from plans.content.agreement import MatterState
from plans.content.answers import answer, fingerprint
from plans.content.sharing import matters_of
from plans.models import Holder, PartKind, Plan
from plans.parents import Parent
from plans.vault import drafts
from plans.vault.drafts import DraftNotFoundError
from plans.vault.keys import SealBrokenError
from tests.factories import UserFactory
from tests.plans.together.test_together import HANDOVER, KEY, Browser, invitation_of, one, two

__all__ = ["one", "two"]  # Fixtures.

A, B = Parent.FIRST, Parent.SECOND
PRIVATE, AGREED, OPEN, THEIRS, LATER = "Vain minun", "Sovittu näin", "Jaettu sana", "Toisen", "Uusi"


def shared_of(browser: Browser) -> str:
    return str(drafts.read(drafts.open_draft(browser.token), PartKind.SHARED))


def own_of(browser: Browser) -> drafts.Content:
    access = drafts.open_draft(browser.token)
    return drafts.read(access, access.own)


@pytest.fixture
def shared(one: Browser, two: Browser) -> None:
    """Write something private, something agreed, something open of each."""
    one.write(AGREED)
    one.write(OPEN, key=HANDOVER)
    for section in ("needs", "living"):
        one.post(f"share/{section}/")
    one.write(PRIVATE, key="needs-wishes")
    two.post(f"together/{KEY}/accept/", {"seen": fingerprint(AGREED)})
    two.write(THEIRS, key="living-journeys")
    two.post("share/living/")


@pytest.mark.usefixtures("shared")
def test_a_section_is_shared_no_more(one: Browser, two: Browser) -> None:
    asked = one.get("share/living/stop/")
    assert OPEN in asked.content.decode()
    assert "they have read" in asked.content.decode()
    assert OPEN in shared_of(two)

    for _press in range(2):
        assert one.post("share/living/stop/", {}).status_code == 302

    assert OPEN not in shared_of(two)
    assert not two.sees("together/", OPEN)
    assert two.get(f"together/{HANDOVER}/").status_code == 404
    # One's own words are where they were, and may be shared again; the other's are untouched.
    assert answer(own_of(one), HANDOVER) == OPEN
    assert one.sees("share/living/", OPEN)
    assert THEIRS in shared_of(two)


@pytest.mark.usefixtures("shared")
def test_what_the_other_says_yes_to_stays_with_the_other(one: Browser, two: Browser) -> None:
    page = one.get(f"together/{KEY}/stop/")
    assert "has accepted this text and keeps it" in page.content.decode()

    one.post(f"together/{KEY}/stop/", {})

    matter = two.matter()
    assert (matter.words_of(A), matter.words_of(B)) == (None, AGREED)
    assert matter.state is MatterState.OPEN


@pytest.mark.usefixtures("shared")
def test_words_that_were_only_suggested_are_not_lost(one: Browser, two: Browser) -> None:
    one.post("together/living-journeys/", {"words": "Junalla", "seen": fingerprint(THEIRS)})
    assert answer(own_of(one), "living-journeys") == ""

    one.post("together/living-journeys/stop/", {})

    assert "Junalla" not in shared_of(two)
    assert answer(own_of(one), "living-journeys") == "Junalla"
    assert two.matter("living-journeys").words_of(B) == THEIRS


@pytest.mark.usefixtures("shared")
def test_the_wrong_person_sees_nothing_that_comes_later(one: Browser, two: Browser) -> None:
    key = drafts.data_key(drafts.open_draft(two.token), part_of(two))
    two.write("Omani", key="needs-wishes")
    assert "they have read" in one.get("apart/").content.decode()

    for _press in range(2):
        assert one.post("apart/", {}).status_code == 302

    # Of one draft two were made. Each link opens its own, and nobody lost a word of their own.
    assert drafts.open_draft(one.token).plan != drafts.open_draft(two.token).plan
    assert Plan.objects.count() == 2
    assert answer(own_of(one), "needs-wishes") == PRIVATE
    assert answer(own_of(two), "needs-wishes") == "Omani"
    one.write(LATER, key="needs-wishes")
    one.post("share/needs/")
    assert LATER not in shared_of(two)
    assert not two.sees("together/", LATER)
    # What was agreed stays with both; what only one had shared, with that one.
    words = {
        b.token: matters_of(drafts.read(drafts.open_draft(b.token), PartKind.SHARED))
        for b in (one, two)
    }
    assert words[one.token][KEY].words_of(A) == words[two.token][KEY].words_of(B) == AGREED
    assert OPEN in shared_of(one)
    assert OPEN not in shared_of(two)
    assert (THEIRS in shared_of(one), THEIRS in shared_of(two)) == (False, True)
    # With an old copy of the database neither opens what the other writes now.
    with pytest.raises(SealBrokenError):
        drafts.unseal_part(part_of(one), key)


def part_of(browser: Browser) -> object:
    return drafts.part_of(drafts.open_draft(browser.token), PartKind.SHARED)


@pytest.mark.usefixtures("shared")
def test_each_may_invite_somebody_else_afterwards(one: Browser, two: Browser) -> None:
    one.post("apart/", {})
    for browser, role in ((one, B), (two, A)):
        assert browser.sees("", "Invite the other parent")
        other = Browser(invitation_of(browser))
        other.token = other.post("welcome/").url.split("/")[2]
        assert drafts.open_draft(other.token).parent is role
        assert other.sees("together/", AGREED)
        assert other.sees("children/", "Aino")
        # Nobody has said yes for who comes new.
        matter = other.matter()
        assert matter.words_of(role) is None
        assert {version.by for version in matter.versions} == {role.other}


def test_an_invitation_is_taken_back_that_way_too(one: Browser) -> None:
    invitation = invitation_of(one)
    invitations.split_draft(drafts.open_draft(one.token))
    with pytest.raises(DraftNotFoundError):
        drafts.open_draft(invitation)
    assert Plan.objects.count() == 1
    assert one.get("apart/").status_code == 302


@pytest.mark.usefixtures("shared")
def test_a_guides_meeting_ends_with_it_and_the_others_goes_on(one: Browser, two: Browser) -> None:
    guides = []
    for browser in (one, two):
        code, _until = guide_access.give_code(drafts.open_draft(browser.token), PartKind.SHARED)
        guides.append(guide_access.use_code(code, UserFactory(roles=["guide"])))

    one.post("apart/", {})

    with pytest.raises(DraftNotFoundError):
        drafts.open_draft(guides[0])
    assert drafts.read(drafts.open_draft(guides[1]), PartKind.SHARED) == drafts.read(
        drafts.open_draft(two.token), PartKind.SHARED
    )
    assert Holder.objects.count() == 3


def test_nothing_of_it_is_open_to_strangers_and_before_settling(one: Browser) -> None:
    invited = Browser(invitation_of(one))
    for page in ("apart/", "share/needs/stop/", f"together/{KEY}/stop/"):
        assert Browser("n" * 43).post(page, {}).status_code == 404
        assert invited.client.post(f"/plan/{invited.token}/{page}").url.endswith("/welcome/")
    assert one.get("share/no-such/stop/").status_code == 404
    assert one.get("together/no-such/stop/").status_code == 404
    assert one.get("share/needs/stop/").status_code == 302
    assert sharing.stop_sharing(drafts.open_draft(one.token), ["needs-now"]) == 0
