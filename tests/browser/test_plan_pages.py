"""Axe finds nothing on any kind of page of a plan, light or dark; at 400 % nothing scrolls sideways."""

import pytest
from playwright.sync_api import expect

from tests.browser.checks import Survey, all_stops_are_seen
from tests.browser.conftest import NewPage
from tests.browser.planning import Writer
from tests.factories import UnitFactory

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def unit(server: str) -> None:
    UnitFactory(phone="+358190000000")


def test_the_pages_of_one_parent(new_page: NewPage) -> None:
    writer = Writer(new_page())
    page = writer.page
    survey = Survey(page)
    survey.at("/plan/")
    survey.at("/plan/safety/")
    page.check("#afraid-yes")
    writer.press("Continue")
    survey.look("worried", everywhere=True)
    survey.at("/plan/begin/")
    writer.press("Continue")
    survey.look("no number of children")
    survey.at("/plan/begin/?children=2")
    writer.press("Continue")
    survey.look("no names", everywhere=True)
    survey.at(f"/plan/{'a' * 43}/", 404)

    writer.begin("Aino", "Väinö" + "ö" * 35)
    own = f"/plan/{writer.token}"
    writer.answers("rights-both", "Sana" * 300)
    for path in ("", "link/", "link/new/", "children/", "delete/", "invite/", "together/"):
        survey.at(f"{own}/{path}")
    survey.at(f"{own}/share/money/")
    survey.at(f"{own}/share/rights/")
    survey.at(f"{own}/questions/living-address/")
    survey.at(f"{own}/questions/needs-now/")
    for summary in page.locator("main summary").all():
        summary.click()
    survey.look("question, all open", everywhere=True)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{own}/questions/needs-now/")
    assert all_stops_are_seen(page) > 5
    writer.text.fill("Hetu 131052-308T")
    writer.press("Save and continue")
    writer.sees("There is a problem")
    survey.look("question, refused")
    survey.done()


def test_the_pages_of_two_parents(new_page: NewPage) -> None:
    one, two = Writer(new_page()), Writer(new_page(language="sv"), "sv")
    one.begin("Aino")
    one.answers("rights-both", "Yhdessä.\n" + "pitkäsana" * 60)
    one.shares("rights")
    invitation = one.invites()
    Survey(one.page).look("invitation")
    survey = Survey(two.page)
    survey.at(f"{invitation}welcome/")
    two.comes_along(invitation)
    two.answers("rights-both", "Tillsammans.")
    two.shares("rights")
    own = f"/plan/{two.token}"
    survey.look("side by side", everywhere=True)
    survey.at(f"{own}/together/rights-both/")
    two.page.locator("main summary").last.click()
    survey.look("history", everywhere=True)
    two.page.locator("[name=words]").fill("")
    two.press("Share my words")
    expect(two.page.locator("[data-error-summary]")).to_be_focused()
    survey.look("no words")
    two.press("Accept the other parent's text")
    survey.look("agreed")
    survey.at(f"{own}/questions/rights-both/")
    expect(two.page.locator("main .notice blockquote")).to_be_visible()
    survey.look("question, settled otherwise")
    survey.at(f"{own}/together/rights-both/stop/")
    survey.at(f"{own}/children/1/out/")
    survey.at(f"{own}/children/?more")
    two.page.locator("[name=name2]").fill("Ilo")
    two.page.locator("[name=age2]").select_option("0")
    two.press("Save")
    survey.at(f"{own}/children/2/out/")
    two.press("Take out of my plan")
    survey.look("children, one taken out", everywhere=True)
    two.page.locator("form[action$='/children/2/back/'] button").click()
    survey.at(f"{own}/apart/")
    survey.at(f"{own}/delete/")
    survey.done()
