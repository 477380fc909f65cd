"""A parent enters the schedule on a phone, page by page, and looks at it as a calendar."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from office.core import clock
from office.models import SchoolBreak
from tests.browser.checks import Survey
from tests.browser.conftest import NewPage
from tests.browser.house import House

pytestmark = pytest.mark.browser
DAY = timedelta(days=1)
# The Monday on which the winter holiday of Porvoo begins.
BREAK = clock.monday_of(clock.today() + 60 * DAY)


def begin(page: Page) -> str:
    """Make a plan of two children; return its address."""
    page.goto("/plan/begin/?children=2")
    for number, name in ((1, "Aino"), (2, "Väinö")):
        page.fill(f"[name=name{number}]", name)
        page.select_option(f"[name=age{number}]", "6-9")
    page.fill("[name=first]", "mum")
    page.locator("main form .actions button").click()
    page.wait_for_url("**/link/")
    return page.url.removesuffix("link/")


def go_on(page: Page) -> None:
    """Press the page's button; the next page is there when its own address is."""
    before = page.url
    page.locator("main form .actions button").first.click()
    expect(page).not_to_have_url(before)


def skip(page: Page) -> None:
    before = page.url
    page.get_by_role("link", name="Skip", exact=True).click()
    expect(page).not_to_have_url(before)


def enter(page: Page, look: Survey | None = None) -> None:
    """Make the whole entry, looking at each page on the way."""

    def seen(name: str) -> None:
        if look:
            look.look(name)

    page.get_by_role("link", name="Begin with the ordinary weeks").click()
    seen("weeks")
    page.get_by_label("Every other weekend").check()
    go_on(page)
    page.get_by_label("mum (you)").check()
    go_on(page)
    page.fill("[name=begins]", f"{BREAK - 140 * DAY}")
    seen("begins")
    go_on(page)
    # These weeks do not end.
    go_on(page)
    page.get_by_label("On Monday morning").check()
    go_on(page)
    page.get_by_label("Wednesday").check()
    go_on(page)
    page.get_by_label("Tuesday").check()
    seen("evenings")
    go_on(page)
    page.fill("[name=at]", "16.30")
    go_on(page)
    page.fill("[name=place]", "Day care")
    go_on(page)
    # The way back has no hour and no place of its own; nor have holidays, family days and single days.
    seen("back")
    skip(page)
    page.get_by_label("The parent whose turn begins").check()
    seen("travels")
    go_on(page)
    for _holiday in ("autumn", "christmas"):
        skip(page)
    page.get_by_label("Half each").check()
    page.get_by_label("Even years: mum (you)").check()
    seen("winter")
    go_on(page)
    page.select_option("[name=region]", "Porvoo")
    seen("winter-dates")
    go_on(page)
    skip(page)
    skip(page)
    page.get_by_label("Christmas Eve").select_option(index=1)
    seen("family")
    go_on(page)
    page.fill("[name=label]", "Aino")
    page.select_option("[name=day]", "15")
    page.select_option("[name=month]", "6")
    page.get_by_label("Every year: mum (you)").check()
    page.locator("main form .actions button").last.click()
    expect(page.locator(".so-far li")).to_have_count(1)
    seen("birthdays")
    page.get_by_role("link", name="That is all").click()
    skip(page)
    page.fill("[name=first_day]", f"{BREAK + 2 * DAY}")
    page.fill("[name=last_day]", f"{BREAK + 3 * DAY}")
    page.get_by_label("The other parent").check()
    page.locator("main form .actions button").last.click()
    expect(page.locator(".so-far li")).to_have_count(1)
    page.get_by_role("link", name="That is all").click()
    skip(page)
    expect(page.locator(".layer")).to_have_count(5)
    seen("home")


@pytest.fixture(autouse=True)
def winter(db: None) -> None:
    SchoolBreak.objects.create(
        region="Porvoo", kind="winter", first_day=BREAK, last_day=BREAK + 6 * DAY
    )


def test_the_whole_entry_on_a_phone(house: House, new_page: NewPage) -> None:
    page = new_page(language="en")
    survey = Survey(page)
    plan = begin(page)
    page.goto(f"{plan}schedule/0/")
    survey.look("empty")
    enter(page, survey)

    single = BREAK + 2 * DAY
    page.goto(f"{plan}schedule/0/month/{single.year}/{single.month}/")
    survey.look("month", everywhere=True)
    # The first half with the one, then with the other; the single days go before.
    cell = page.locator("td.turn", has_text=re.compile(rf"^{single.day}(?!\d)"))
    expect(cell).to_contain_text("The other parent")
    expect(cell).to_contain_text("Single days")
    page.get_by_role("link", name="Next month").click()
    after = single.replace(day=28) + 7 * DAY
    expect(page.locator("h1")).to_have_text(f"{after:%B %Y}")
    page.get_by_role("link", name="As a whole year").click()
    expect(page.locator("table.turns")).to_have_count(12)
    survey.look("year", everywhere=True)
    page.get_by_role("link", name="Väinö").click()
    expect(page.locator("h2", has_text="Väinö")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Calendar file").click()
    assert download.value.suggested_filename == "calendar.ics"

    page.goto(f"{plan}schedule/0/questions/weeks/")
    page.get_by_label("A pattern of our own").check()
    go_on(page)
    page.get_by_label("2", exact=True).check()
    go_on(page)
    box = page.locator("[name=nights]").nth(4)
    page.locator(".grid-of-nights label").nth(4).click()
    expect(box).to_be_checked()
    survey.look("pattern", everywhere=True)
    survey.done()


def test_without_scripts(house: House, new_page: NewPage) -> None:
    page = new_page(language="en", java_script_enabled=False)
    plan = begin(page)
    page.goto(f"{plan}schedule/0/")
    enter(page)
    page.get_by_role("link", name="Look at the calendar").click()
    expect(page.locator("table.turns")).to_have_count(1)


def test_what_is_chosen_is_saved_while_one_chooses(house: House, new_page: NewPage) -> None:
    page = new_page(language="en")
    plan = begin(page)
    page.goto(f"{plan}schedule/0/questions/place/")
    page.fill("[name=place]", "Station")
    expect(page.locator("[data-saved]")).to_contain_text("Saved at")
    page.goto(f"{plan}schedule/0/")
    expect(page.get_by_text("Place of the handover: Station")).to_be_visible()
