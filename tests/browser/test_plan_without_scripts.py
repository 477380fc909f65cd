"""JavaScript off, the whole way: begin, write, share, invite, agree, delete."""

import re

import pytest
from playwright.sync_api import expect

from plans.content.agreement import MatterState
from plans.models import Plan
from tests.browser.conftest import NewPage
from tests.browser.planning import Writer
from tests.factories import UnitFactory

pytestmark = pytest.mark.browser


def test_two_parents_agree_without_scripts(server: str, new_page: NewPage) -> None:
    UnitFactory()
    one = Writer(new_page(java_script_enabled=False))
    two = Writer(new_page(java_script_enabled=False, language="sv"), "sv")
    page = one.page

    # What is missing is told, and the rest stays filled in.
    one.open("/plan/begin/?children=1")
    one.page.locator("[name=name1]").fill("Aino")
    one.press("Continue")
    one.sees("There is a problem")
    expect(page.locator("[name=name1]")).to_have_value("Aino")

    one.begin("Aino")
    expect(page.locator("[data-copy]")).to_have_count(0)
    one.at("children/")
    page.locator("[name=first]").fill("äiti")
    one.press("Save and add a child")
    page.locator("[name=name2]").fill("Väinö")
    page.locator("[name=age2]").select_option("0")
    one.press("Save")
    expect(page.locator("main .lead")).to_have_text("Aino, Väinö")

    one.answers("needs-now", "Unta")
    one.follow("Skip")
    expect(page).to_have_url(re.compile(r"/questions/needs-health/$"))
    one.text.fill("Väinöllä ei allergioita.")
    one.press("Save and go to the list")
    expect(page.locator(".tasks li").nth(1)).to_contain_text("2/5")
    one.at("questions/needs-wishes/")
    one.text.fill("x" * 5001)
    one.press("Save and continue")
    one.sees("There is a problem")
    expect(one.text).to_have_value("x" * 5001)

    # Two tabs: the second is told, and nothing is lost.
    other = Writer(page.context.new_page())
    other.token = one.token
    other.at("questions/needs-now/")
    one.answers("needs-now", "Unta ja rauhaa")
    other.text.fill("Jotain muuta")
    other.press("Save and continue")
    other.sees("This answer has been changed in another tab")

    one.shares("needs")
    two.comes_along(one.invites())
    two.at("together/")
    two.page.locator("form[action*='/needs-now/accept/'] button").click()
    two.reads("You have accepted it.")
    two.page.locator("a[href*='/together/needs-health/']").click()
    two.page.locator("[name=words]").fill("Inga allergier.")
    two.press("Share my words")
    two.reads("Your words are shared.")
    assert one.matters()["needs-now"].agreed_words == "Unta ja rauhaa"

    one.at("together/needs-health/")
    one.press("Accept the other parent's text")
    one.counts(2, 0, 0)
    page.locator("form[action*='/needs-now/withdraw/'] button").click()
    one.counts(1, 0, 1)
    assert one.matters()["needs-now"].state is MatterState.OPEN

    for writer in (one, two):
        writer.at("delete/")
        writer.press("Delete now")
        expect(writer.page).to_have_url(re.compile(r"/plan/$"))
    assert not Plan.objects.exists()
