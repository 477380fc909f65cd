"""A parent at night who does not know the word: three presses to the service, and help before all."""

import re

import pytest
from playwright.sync_api import expect

from office.guidance.pages import check_version
from office.guidance.ready_made import take_ready_made
from office.models import GuidancePageVersion
from tests.browser.checks import Survey, tab_to
from tests.browser.conftest import NewPage
from tests.browser.house import House
from tests.browser.people import Parent

pytestmark = pytest.mark.browser
START = "/guidance/which/"
SEALED = re.compile(r"/guidance/which/\?s=[\w=-]+$")


@pytest.fixture
def open_house(house: House) -> House:
    """Set up the unit with the ready-made pages and questions, all checked."""
    take_ready_made(user=None)
    for version in GuidancePageVersion.objects.all():
        check_version(version, checked_by="LV")
    return house


def test_three_presses_at_night_without_scripts(open_house: House, new_page: NewPage) -> None:
    page = Parent(new_page(java_script_enabled=False)).page
    page.goto("/")
    page.get_by_role("link", name="En tiedä, mitä tarvitsen").click()
    expect(page.locator("h1")).to_contain_text("vaarassa")
    expect(page.get_by_role("button", name="Poistu nopeasti")).to_be_visible()

    page.get_by_role("link", name="Ei", exact=True).click()
    page.get_by_role("link", name="Olemme eroamassa").click()
    # Back, as the browser and as the page have it, keeps what was answered before.
    page.go_back()
    expect(page.locator("h1")).to_have_text("Mikä sopii tilanteeseesi parhaiten?")
    page.go_forward()
    expect(page).to_have_url(SEALED)
    page.get_by_role("link", name="Missä lapsi asuu").click()
    expect(page.locator("h1")).to_have_text("Sopimus lapsen asumisesta, tapaamisista ja huollosta")
    expect(page).to_have_title(re.compile(r"^\s*Mistä apua\?"))
    page.get_by_role("link", name="Sopimus lapsen huollosta").click()
    expect(page).to_have_url(re.compile("/services/custody-agreement/$"))

    # The same pages in another language, from the place where one is.
    page.goto(START)
    page.get_by_role("link", name="Ei", exact=True).click()
    page.get_by_role("button", name="Svenska").click()
    expect(page.locator("h1")).to_have_text("Vad passar bäst in på din situation?")


def test_fear_comes_first_by_keyboard_and_every_page_is_accessible(
    open_house: House, new_page: NewPage
) -> None:
    page = Parent(new_page()).page
    survey = Survey(page)
    survey.at(START)
    tab_to(page, page.get_by_role("link", name="Kyllä, tai en ole varma"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("main").locator("a[href='tel:112']")).to_be_visible()
    survey.look("safety")
    page.get_by_role("link", name="Tarvitsen apua myös lapsen asioissa").click()
    survey.look("situation")
    page.get_by_role("link", name="Olemme eroamassa").click()
    page.get_by_role("link", name="Haluan jutella").click()
    survey.look("talk")
    survey.at("/guidance/pages/first-days/")
    survey.at("/guidance/")
    survey.done()
