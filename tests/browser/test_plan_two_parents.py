"""Two parents in two browsers, one in Finnish and one in Swedish, come to a plan that both agree on."""

import pytest
from playwright.sync_api import expect

from plans.content.agreement import MatterState
from plans.content.questions import SECTIONS
from tests.browser.conftest import DESK, NewPage
from tests.browser.planning import Writer, first_questions
from tests.factories import UnitFactory

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def unit(server: str) -> None:
    UnitFactory()


def test_two_parents_come_to_a_plan_that_both_agree_on(new_page: NewPage) -> None:
    one, two = Writer(new_page()), Writer(new_page(DESK, language="sv"), "sv")
    one.begin("Aino", "Väinö")
    invitation = one.invites()
    two.comes_along(invitation)

    # The link that was passed on opens nothing for whoever comes later.
    late = Writer(new_page())
    late.open(invitation)
    late.sees("This link opens no draft")

    # Both write alone; neither sees the other's words before they are shared.
    asked = first_questions()
    for section, key in asked.items():
        one.answers(key, f"Minun sanani: {section}")
    two.answers("living-handover", "Mina egna ord")
    two.at("together/")
    two.reads("Nothing is shared yet")
    expect(two.page.locator("main")).not_to_contain_text("Minun sanani")

    # Shared section by section; each is seen word for word by the other, no other with it.
    for section in SECTIONS:
        one.shares(section.key)
        two.at("together/")
        expect(two.page.locator(".pair")).to_have_count(SECTIONS.index(section) + 1)
    two.counts(0, 0, 8)

    # Yes to the other's words, pressed there.
    two.page.locator(f"form[action*='/{asked['rights']}/accept/'] button").click()
    two.reads("You have accepted it.")
    two.counts(1, 0, 7)

    # Own words, shared: they differ, and the other sees both side by side.
    two.shares("living")
    one.at("together/")
    handover = one.page.locator(".pair", has_text="Mina egna ord")
    expect(handover.locator(".tag")).to_have_text(one.word("Differs", context="matter of a plan"))
    assert one.matters()["living-handover"].state is MatterState.DIFFERS

    # One suggests; meanwhile the other suggests something else. A yes to the former words is no yes.
    one.page.locator("a[href*='/together/living-handover/']").click()
    reading = Writer(one.page.context.new_page())
    reading.token = one.token
    reading.at("together/living-handover/")
    two.at("together/living-handover/")
    two.page.locator("[name=words]").fill("Perjantaisin koululta klo 15.")
    two.press("Share my words")
    reading.page.locator("form[action$='/accept/'] button").click()
    reading.reads("The other parent has changed the text in the meantime. Read it again.")
    assert one.matters()["living-handover"].state is MatterState.DIFFERS

    # What changed is to be read, and then both say yes to the very same words.
    reading.page.locator("summary", has_text=reading.word("How this came about")).click()
    expect(reading.page.locator(".versions li").last).to_contain_text("Perjantaisin koululta")
    reading.page.locator("form[action$='/accept/'] button").click()
    reading.reads("You have accepted it.")
    assert one.matters()["living-handover"].agreed_words == "Perjantaisin koululta klo 15."

    # Taken back, it is open again; accepted once more, it is agreed.
    two.at("together/")
    withdraw = two.page.locator("form[action*='/living-handover/withdraw/'] button")
    withdraw.click()
    expect(withdraw).to_have_count(0)
    assert one.matters()["living-handover"].state is MatterState.OPEN
    two.at("together/living-handover/")
    two.press("Accept the other parent's text")

    for section in SECTIONS:
        two.at("together/")
        accept = two.page.locator(f"form[action*='/{asked[section.key]}/accept/'] button")
        if accept.count():
            accept.click()
            two.reads("You have accepted it.")
    for writer in (one, two):
        writer.at("together/")
        writer.counts(8, 0, 0)
        expect(writer.page.locator(".tag--good")).to_have_count(8)
        expect(writer.page.locator("form[action$='/accept/']")).to_have_count(0)
    assert {m.state for m in one.matters().values()} == {MatterState.AGREED}

    # One leaves: the other keeps what was agreed on, and may go on alone.
    one.at("delete/")
    one.press("Delete now")
    two.at("together/")
    two.reads("The other parent is not in this plan now, and sees nothing of it.")
    expect(two.page.locator(".pair blockquote")).to_have_count(8)
    one.open(f"/plan/{one.token}/")
    one.sees("This link opens no draft")


def test_an_invitation_is_taken_back(new_page: NewPage) -> None:
    one, two = Writer(new_page()), Writer(new_page(language="sv"), "sv")
    one.begin("Aino")
    invitation = one.invites()
    one.at("invite/")
    one.press("Withdraw the invitation")
    one.reads("The invitation no longer works.")

    two.open(invitation)
    two.sees("This link opens no draft")


def test_a_link_that_somebody_saw_is_changed(new_page: NewPage) -> None:
    one, peeping = Writer(new_page()), Writer(new_page())
    one.begin("Aino")
    peeping.token = one.token
    peeping.at()
    expect(peeping.page.locator(".tasks")).to_be_visible()
    one.at("link/")
    one.page.locator("summary", has_text=one.word("Has somebody else seen the link?")).click()
    one.follow("Change the link")
    # Shown, it does not work yet: first it is saved.
    peeping.page.reload()
    expect(peeping.page.locator(".tasks")).to_be_visible()
    link = one.page.get_by_label(one.word("Your new secret link"), exact=True).input_value()
    one.page.check("[name=kept]")
    one.press("Switch to the new link")
    one.reads("The new link works now. The old one no longer works.")
    one.page.wait_for_url(link)

    peeping.page.reload()
    peeping.sees("This link opens no draft")
