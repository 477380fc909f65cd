"""Two parents in two browsers."""

from typing import Any

import pytest
from django.test import Client

from plans.content.agreement import MatterState
from plans.content.answers import fingerprint
from plans.content.sharing import matters_of
from plans.models import PartKind
from plans.parents import Parent
from plans.vault import drafts
from tests.factories import UnitFactory
from tests.plans.pages.test_writing import url, write

KEY = "needs-now"
HANDOVER = "living-handover"


def saved(client: Client, path: str) -> dict[str, str]:
    """Save the new link that a page shows: return what its form then sends."""
    shown = client.get(path)
    return {"key": shown.context["key"], "kept": "on"} if shown.status_code == 200 else {}


class Browser:
    """One parent's."""

    def __init__(self, token: str) -> None:
        self.client = Client()
        self.client.cookies["django_language"] = "en"
        self.token = token

    def get(self, page: str = "") -> Any:
        return self.client.get(url(self.token, page))

    def post(self, page: str, sent: dict[str, str] | None = None) -> Any:
        if page.startswith("share/") and sent is None:
            # As its form is sent: with the mark of what the page shows.
            shown = self.get(page)
            sent = {"seen": shown.context["seen"]} if shown.status_code == 200 else {}
        if page in ("welcome/", "link/new/") and sent is None:
            sent = saved(self.client, url(self.token, page))
        return self.client.post(url(self.token, page), sent or {})

    def write(self, text: str, key: str = KEY, **more: Any) -> None:
        write(self.client, self.token, text, key=key, **more)

    def sees(self, page: str, words: str) -> bool:
        return words in " ".join(self.get(page).content.decode().split())

    def matter(self, key: str = KEY) -> Any:
        return matters_of(drafts.read(drafts.open_draft(self.token), PartKind.SHARED))[key]


@pytest.fixture
def one(db: None) -> Browser:
    UnitFactory()
    browser = Browser("")
    sent = {"name1": "Aino", "age1": "6-9", "name2": "Väinö", "age2": "3-5", "first": "äiti"}
    page = browser.client.post("/plan/begin/?children=2", sent)
    browser.token = page.url.split("/")[2]
    return browser


def invitation_of(one: Browser) -> str:
    page = one.post("invite/")
    return str(page.context["invitation"].split("/")[4])


@pytest.fixture
def two(one: Browser) -> Browser:
    browser = Browser(invitation_of(one))
    settled = browser.post("welcome/")
    browser.token = settled.url.split("/")[2]
    return browser


def test_nothing_is_seen_before_it_is_shared(one: Browser, two: Browser) -> None:
    one.write("Vain minulle")

    for page in ("", "together/", f"questions/{KEY}/"):
        assert not two.sees(page, "Vain minulle")
    assert two.get(f"together/{KEY}/").status_code == 404
    assert one.sees("share/needs/", "Vain minulle")
    assert not two.sees("share/needs/", "Vain minulle")


def test_a_section_is_shared_word_for_word_and_no_other_section(one: Browser, two: Browser) -> None:
    one.write("Unta", text2="Iltasatu")
    one.write("Kouluasia", key="school-ill")

    assert one.post("share/needs/").url == url(one.token, "together/") + "#s-needs"

    assert two.sees("together/", "Unta")
    assert two.sees("together/", "Iltasatu")
    assert not two.sees("together/", "Kouluasia")


def test_nothing_is_shared_that_was_not_read_before(one: Browser, two: Browser) -> None:
    one.write("Unta")
    read = {"seen": one.get("share/needs/").context["seen"]}
    # Meanwhile, in another tab or by a guide.
    one.write("Unta, ja muuta", seen0=fingerprint("Unta"))

    for sent in (read, {}):
        assert one.post("share/needs/", {**sent, "x": ""}).url == url(one.token, "share/needs/")
        assert one.sees("share/needs/", "What you wrote has changed in the meantime.")
    assert two.get(f"together/{KEY}/").status_code == 404

    one.post("share/needs/")
    assert two.sees("together/", "Unta, ja muuta")


def test_what_was_written_for_a_child_who_was_taken_out_is_not_shared_nor_seen(
    one: Browser, two: Browser
) -> None:
    one.write("Unta", text1="Vain Ainolle", text2="Vain Väinölle")
    one.post("share/needs/")
    assert two.get(f"together/{KEY}@2/").status_code == 200
    one.write(
        "Lisää unta",
        text1="Ainolle",
        text2="Uutta Väinölle",
        **{
            f"seen{child}": fingerprint(text)
            for child, text in enumerate(("Unta", "Vain Ainolle", "Vain Väinölle"))
        },
    )
    one.post("children/2/out/")

    assert [row.unshared for row in one.get("together/").context["unshared"]] == [2]
    one.post("share/needs/")

    assert "Uutta Väinölle" not in str(drafts.read(drafts.open_draft(two.token), PartKind.SHARED))
    assert one.get(f"together/{KEY}@2/").status_code == 404
    assert one.get("together/").context["counts"] == {"agreed": 0, "differs": 0, "open": 2}
    # What the other has read stays with the other, until they take the child out too.
    assert two.sees(f"together/{KEY}@2/", "Vain Väinölle")
    two.post("children/2/out/")
    assert two.get(f"together/{KEY}@2/").status_code == 404
    assert two.get("together/").context["counts"] == {"agreed": 0, "differs": 0, "open": 2}


def test_what_the_child_calls_you_is_asked_of_each_parent(one: Browser, two: Browser) -> None:
    for browser, mine, theirs in ((one, "first", "second"), (two, "second", "first")):
        form = browser.get("children/").context["form"]
        assert form.fields[mine].label == "What does the child call you?"
        assert theirs not in form.fields
    assert 'value="äiti"' in str(one.get("children/").context["form"]["first"])


def test_what_both_share_at_once_is_said_so(one: Browser) -> None:
    said = "the other parent sees your list on this page"
    invitation = invitation_of(one)
    assert not one.sees("children/", said)
    two = Browser(invitation)
    two.token = two.post("welcome/").url.split("/")[2]
    assert one.sees("children/", said)
    assert two.sees("children/", said)


def test_who_is_left_may_invite_and_is_not_told_to(one: Browser, two: Browser) -> None:
    assert one.sees("", "Only what you have shared is seen by the other parent.")
    one.post("delete/")
    assert two.sees("", "The other parent is not in this plan now")
    assert not two.sees("", "invite the other parent")
    assert two.get("invite/").status_code == 200


def test_what_is_changed_after_sharing_stays_alone_until_it_is_shared_again(
    one: Browser, two: Browser
) -> None:
    one.write("Ensin")
    one.post("share/needs/")
    one.write("Sitten", seen0=fingerprint("Ensin"))

    assert two.sees("together/", "Ensin")
    assert not two.sees("together/", "Sitten")
    assert one.sees("together/", "1 answer that is new or has changed")
    one.post("share/needs/")
    assert two.sees("together/", "Sitten")
    assert not one.sees("together/", "new or has changed")


def test_two_parents_come_to_agree(one: Browser, two: Browser) -> None:
    one.write("Ovella", key=HANDOVER)
    one.post("share/living/")
    two.write("Päiväkodista", key=HANDOVER)
    two.post("share/living/")
    assert one.matter(HANDOVER).state is MatterState.DIFFERS
    assert one.sees("together/", "Differs")

    suggestion = {"words": "Päiväkodista tai ovella", "seen": fingerprint("Päiväkodista")}
    one.post(f"together/{HANDOVER}/", suggestion)
    assert two.sees(f"together/{HANDOVER}/", "<ins>")
    two.post(f"together/{HANDOVER}/accept/", {"seen": fingerprint("Päiväkodista tai ovella")})

    assert one.matter(HANDOVER).agreed_words == "Päiväkodista tai ovella"
    assert one.sees("together/", "Agreed")

    two.post(f"together/{HANDOVER}/withdraw/")
    assert one.matter(HANDOVER).state is MatterState.OPEN


def test_yes_to_words_that_were_changed_meanwhile_says_no(one: Browser, two: Browser) -> None:
    one.write("Vanhat")
    one.post("share/needs/")
    read = fingerprint("Vanhat")
    one.write("Uudet", seen0=read)
    one.post("share/needs/")

    answer = two.post(f"together/{KEY}/accept/", {"seen": read})

    assert answer.url == url(two.token, f"together/{KEY}/")
    assert two.sees(f"together/{KEY}/", "changed the text in the meantime")
    assert two.matter().state is MatterState.OPEN


@pytest.mark.parametrize("seen", ["", "0" * 16])
def test_yes_without_having_read_the_words_is_no_yes(one: Browser, two: Browser, seen: str) -> None:
    one.write("Unta")
    one.post("share/needs/")

    two.post(f"together/{KEY}/accept/", {"seen": seen})

    assert two.matter().state is MatterState.OPEN


def test_sharing_once_more_does_not_undo_what_was_agreed(one: Browser, two: Browser) -> None:
    """One's own draft still has the former words: they are settled, and only what is new is shared."""
    one.write("Ovella", key=HANDOVER)
    one.post("share/living/")
    two.write("Päiväkodista", key=HANDOVER)
    two.post("share/living/")
    suggestion = {"words": "Molemmat käyvät", "seen": fingerprint("Päiväkodista")}
    one.post(f"together/{HANDOVER}/", suggestion)
    two.post(f"together/{HANDOVER}/accept/", {"seen": fingerprint("Molemmat käyvät")})

    for browser in (one, two):
        assert not browser.sees("together/", "new or has changed")
        assert not browser.sees("share/living/", "Share this section")
        browser.write("Junalla", key="living-journeys")
        assert not browser.sees("share/living/", "Ovella")
        browser.post("share/living/")
    assert one.matter(HANDOVER).agreed_words == "Molemmat käyvät"
    assert one.matter("living-journeys").agreed_words == "Junalla"

    # Who changes the own draft later has something new.
    two.write("Koulusta", key=HANDOVER, seen0=fingerprint("Päiväkodista"))
    assert two.sees("together/", "1 answer that is new or has changed")
    assert two.sees(f"questions/{HANDOVER}/", "Molemmat käyvät")
    two.post("share/living/")
    assert one.matter(HANDOVER).state is MatterState.DIFFERS


def test_what_was_taken_back_is_not_shared_by_the_way(one: Browser, two: Browser) -> None:
    one.write("Unta")
    one.post("share/needs/")
    one.post(f"together/{KEY}/withdraw/")
    one.write("Rauhaa", key="needs-comfort")

    one.post("share/needs/")

    assert one.matter().words_of(Parent.FIRST) is None
    assert one.matter("needs-comfort").words_of(Parent.FIRST) == "Rauhaa"


def test_what_is_taken_back_before_anybody_came_along_is_never_seen(one: Browser) -> None:
    one.write("Unta")
    one.post("share/needs/")
    invitation = invitation_of(one)
    one.post(f"together/{KEY}/withdraw/")

    assert one.sees("together/", "It is not shared any more.")
    two = Browser(invitation)
    two.token = two.post("welcome/").url.split("/")[2]
    assert not two.sees("together/", "Unta")
    assert two.get(f"together/{KEY}/").status_code == 404
    assert one.sees("share/needs/", "Unta")


def test_a_suggestion_is_made_to_the_words_that_stand(one: Browser, two: Browser) -> None:
    one.write("Unta")
    one.post("share/needs/")

    stale = two.post(f"together/{KEY}/", {"words": "Lepoa", "seen": fingerprint("Jotain muuta")})
    assert stale.url == url(two.token, f"together/{KEY}/")
    empty = two.post(f"together/{KEY}/", {"words": "", "seen": fingerprint("Unta")})
    assert empty.status_code == 422
    assert [v.words for v in two.matter().versions] == ["Unta"]


def test_one_cannot_accept_ones_own_words_for_the_other(one: Browser, two: Browser) -> None:
    one.write("Unta")
    one.post("share/needs/")

    one.post(f"together/{KEY}/accept/", {"seen": fingerprint("Unta")})

    assert one.matter().state is MatterState.OPEN


def test_the_invited_parent_makes_the_link_their_own(one: Browser) -> None:
    invited = Browser(invitation_of(one))

    assert invited.sees("welcome/", "Aino")
    settled = invited.post("welcome/")
    assert invited.get("welcome/").status_code == 404
    assert invited.post("welcome/").status_code == 404
    # The second press of the form, and of nobody else's, leads where the first has led.
    key = settled.url.split("/")[2]
    assert invited.post("welcome/", {"key": key, "kept": "on"}).url == settled.url
    assert invited.post("welcome/", {"key": one.token[::-1], "kept": "on"}).status_code == 404
    mine = Browser(settled.url.split("/")[2])
    assert mine.get("welcome/").url == url(mine.token)
    assert mine.sees("", "Our parenting plan")


def test_an_invitation_is_made_anew_and_taken_back(one: Browser) -> None:
    former = Browser(invitation_of(one))
    later = Browser(invitation_of(one))
    assert former.get("welcome/").status_code == 404
    assert later.get("welcome/").status_code == 200

    one.post("invite/", {"take_back": ""})

    assert later.get("welcome/").status_code == 404
    assert not one.sees("", "An invitation has not been used")


def test_opening_the_page_to_invite_makes_no_link(one: Browser) -> None:
    page = one.get("invite/")

    assert page.context["invitation"] == ""
    assert not one.sees("", "An invitation has not been used")


def test_nobody_is_invited_when_there_are_two(one: Browser, two: Browser) -> None:
    for browser in (one, two):
        assert browser.post("invite/").url == url(browser.token, "together/")


def test_neither_sees_that_the_other_was_here(one: Browser, two: Browser) -> None:
    """Whatever the second reads or writes alone, the first's pages are as before."""
    one.write("Unta")
    one.post("share/needs/")
    pages = ("", "together/", f"together/{KEY}/")

    def as_seen() -> list[str]:
        import re

        html = [one.get(page).content.decode() for page in pages]
        return [re.sub(r'(csrfmiddlewaretoken" value=|nonce=)"[^"]*"', "", h) for h in html]

    as_seen()  # With the word that it was shared.
    before = as_seen()
    for page in ("", "together/", f"together/{KEY}/", "questions/needs-wishes/"):
        two.get(page)
    two.write("Omaa", key="needs-wishes")
    assert as_seen() == before


def test_matters_of_unknown_names_are_not_found(one: Browser, two: Browser) -> None:
    for key in ("nothing", "needs-now@9", "needs-wishes"):
        assert one.get(f"together/{key}/").status_code == 404
        for action in ("accept", "withdraw"):
            assert one.post(f"together/{key}/{action}/").status_code == 404
    assert one.get("share/nothing/").status_code == 404


def test_changes_are_posted_and_strangers_are_told_nothing(one: Browser) -> None:
    one.write("Unta")
    one.post("share/needs/")
    assert one.get(f"together/{KEY}/accept/").status_code == 405
    assert one.get(f"together/{KEY}/withdraw/").status_code == 405
    stranger = Browser("c" * 43)
    for page in ("invite/", "welcome/", "share/needs/", "together/", f"together/{KEY}/"):
        assert stranger.get(page).status_code == 404
    for page in ("invite/", "welcome/", "share/needs/", f"together/{KEY}/accept/"):
        assert stranger.post(page).status_code == 404


def test_queries_do_not_grow_with_what_is_shared(
    one: Browser, two: Browser, django_assert_max_num_queries: Any
) -> None:
    from plans.content.questions import QUESTIONS, SECTIONS

    one.write("Unta")
    one.post("share/needs/")
    with django_assert_max_num_queries(12) as few:
        one.get("together/")
    for key in QUESTIONS:
        one.write("first", key=key)
    for section in SECTIONS:
        one.post(f"share/{section.key}/")
    with django_assert_max_num_queries(12) as many:
        one.get("together/")
    # Messages that wait for the next page are in the session.
    assert len(many) <= len(few) + 1
