"""A parent with a phone and a guide at the desk: digits read out, written together, ended, taken home."""

import re

import pytest
from playwright.sync_api import Page, expect

from office.models import Role
from tests.browser.checks import Survey
from tests.browser.conftest import DESK, NewPage
from tests.browser.house import House
from tests.browser.keys import press
from tests.browser.people import Person, Worker
from tests.factories import UserFactory

pytestmark = pytest.mark.browser

WORDS = "Rauhallisia iltoja molemmissa kodeissa"
MEETING = "/plan/guide/meeting/"


def at_the_desk(new_page: NewPage, **more: object) -> Worker:
    guide = Worker(new_page(DESK, **more))
    guide.come_in(UserFactory(roles=[Role.GUIDE]))
    guide.open("/my-day/")
    return guide


def a_draft(parent: Person) -> str:
    """Begin a draft for two children; its address."""
    page = parent.page
    parent.open("/plan/begin/?children=2")
    name_children(page)
    page.locator("main form .actions button").click()
    page.wait_for_url(re.compile(r"/link/$"))
    return page.url.removesuffix("link/")


def name_children(page: Page) -> None:
    for number, name, age in ((1, "Aino", "6-9"), (2, "Väinö", "3-5")):
        page.fill(f"[name=name{number}]", name)
        page.select_option(f"[name=age{number}]", age)


def digits(parent: Person, draft: str) -> str:
    """Ask for digits to what one writes alone, and read them from the page."""
    parent.open(f"{draft}guide/")
    return make_digits(parent)


def make_digits(parent: Person) -> str:
    parent.press("Get a code")
    shown = parent.page.locator(".digits [aria-hidden]")
    expect(shown).to_have_count(2)
    return " ".join(shown.all_inner_texts())


def test_a_parent_lets_a_guide_in(house: House, new_page: NewPage) -> None:
    parent = Person(new_page())
    draft = a_draft(parent)
    guide = at_the_desk(new_page)
    desk = guide.page

    code = digits(parent, draft)
    assert re.fullmatch(r"\d{3} \d{3}", code)

    # From the day's work with keys alone: to the page, the digits, the meeting, the second section.
    press(desk, "g")
    press(desk, "s")
    desk.wait_for_url("**/plan/guide/")
    expect(desk.locator("[name=code]")).to_be_focused()
    desk.keyboard.type(code)
    press(desk, "Enter")
    desk.wait_for_url(f"**{MEETING}")
    # A child supervisor is booked from here, and one comes back to the meeting.
    press(desk, "b")
    desk.wait_for_url(re.compile(r"/desk/book/\?service=[a-z-]+$"))
    expect(desk.locator("body")).not_to_contain_text("Väinö")
    press(desk, "Escape")
    desk.locator("main h1").click()
    press(desk, "g")
    press(desk, "s")
    desk.wait_for_url("**/plan/guide/")
    press(desk, "g")
    press(desk, "m")
    desk.wait_for_url(f"**{MEETING}")
    press(desk, "2")
    desk.wait_for_url("**/questions/**")
    field = desk.locator("textarea[name=text]")
    field.fill(WORDS)
    # Saved while writing, so that the parent sees it at once.
    expect(desk.locator("[data-saved]")).to_contain_text(re.compile(r"\d+\.\d\d"))
    parent.open(f"{draft}questions/needs-now/")
    expect(parent.page.locator("textarea[name=text]")).to_have_value(WORDS)
    desk.locator("main form .actions button").first.click()
    desk.wait_for_url("**/questions/needs-wishes/")

    parent.open(f"{draft}guide/")
    parent.sees("A guide has access now")
    desk.locator(".meeting form button").click()
    desk.wait_for_url("**/plan/guide/")
    guide.reads("The meeting is over. You cannot read the draft any more.")

    # Nothing comes back by the back button, nor by an address typed in.
    for _ in range(3):
        desk.go_back()
        desk.wait_for_load_state()
        expect(desk.locator("body")).not_to_contain_text(WORDS)
        assert WORDS not in desk.content()
    desk.goto(f"{MEETING}questions/needs-now/")
    guide.sees("The meeting is over")
    parent.page.reload()
    parent.reads("No guide has access now")


def test_the_parent_ends_it_while_the_guide_writes(house: House, new_page: NewPage) -> None:
    parent = Person(new_page())
    draft = a_draft(parent)
    guide = at_the_desk(new_page)
    desk = guide.page
    guide.open("/plan/guide/")
    desk.fill("[name=code]", digits(parent, draft))
    guide.press("Begin the meeting")
    desk.wait_for_url(f"**{MEETING}")
    # The page's own asking whether the meeting goes on is another test's.
    desk.route("**/meeting/left/", lambda route: route.abort())
    guide.open(f"{MEETING}questions/needs-now/")

    parent.open(f"{draft}guide/")
    parent.press("End it now")
    parent.reads("No guide has access now")

    desk.locator("textarea[name=text]").fill(WORDS)
    expect(desk.locator("[data-saved]")).to_have_text(guide.word("Not saved: the meeting is over."))
    parent.open(f"{draft}questions/needs-now/")
    expect(parent.page.locator("textarea[name=text]")).to_have_value("")


def test_what_is_over_does_not_stay_on_the_screen(house: House, new_page: NewPage) -> None:
    parent = Person(new_page())
    draft = a_draft(parent)
    guide = at_the_desk(new_page)
    desk = guide.page
    desk.clock.install()
    guide.open("/plan/guide/")
    desk.fill("[name=code]", digits(parent, draft))
    guide.press("Begin the meeting")
    desk.wait_for_url(f"**{MEETING}")
    guide.open(f"{MEETING}questions/needs-now/")
    desk.locator("textarea[name=text]").fill(WORDS)
    desk.clock.run_for(2_000)
    expect(desk.locator("[data-saved]")).to_contain_text(re.compile(r"\d+\.\d\d"))

    parent.open(f"{draft}guide/")
    parent.press("End it now")
    parent.reads("No guide has access now")
    desk.clock.run_for(16_000)

    guide.sees("The meeting is over")
    assert WORDS not in desk.content()


def test_begun_at_the_desk_and_opened_at_home(house: House, new_page: NewPage) -> None:
    guide = at_the_desk(new_page)
    desk = guide.page
    guide.open("/plan/guide/")
    press(desk, "Escape")
    desk.locator("main h1").click()
    press(desk, "b")
    desk.wait_for_url("**/plan/guide/begin/")
    desk.locator("[name=children][value='2']").check()
    guide.press("Continue")
    name_children(desk)
    guide.press("Begin to write")
    desk.wait_for_url(f"**{MEETING}")
    guide.open(f"{MEETING}questions/needs-now/")
    desk.locator("textarea[name=text]").fill(WORDS)
    guide.press("Save and go to the list")
    desk.wait_for_url(f"**{MEETING}")

    # Ended by mistake, it is asked about; nothing is lost.
    desk.locator(".meeting form button").click()
    guide.sees("Nobody has taken the draft home")
    press(desk, "t")
    desk.wait_for_url("**/take-home/")
    desk.select_option("select[name=language]", "sv")
    guide.press("Show the link")
    link = desk.locator(".slip__link").inner_text()
    expect(desk.locator(".slip")).to_have_attribute("lang", "sv")
    expect(desk.locator(".slip svg.qr path")).to_have_count(1)

    # The phone that has read the code.
    parent = Person(new_page(language="sv"), "sv")
    parent.open(link)
    parent.sees("This is the draft that you began with a guide")
    parent.page.check("[name=kept]")
    parent.press("Begin with a link of my own")
    parent.page.wait_for_url(re.compile(r"/plan/[\w-]{43}/$"))
    draft = parent.page.url
    assert draft != link
    parent.open(f"{draft}questions/needs-now/")
    expect(parent.page.locator("textarea[name=text]")).to_have_value(WORDS)

    # The guide is out, and what the guide has seen opens nothing.
    guide.open(f"{MEETING}print/")
    guide.sees("The meeting is over")
    answer = desk.goto(link)
    assert answer is not None
    assert answer.status == 404
    expect(desk.locator("body")).not_to_contain_text("Aino")


def test_without_scripts(house: House, new_page: NewPage) -> None:
    parent = Person(new_page(java_script_enabled=False))
    draft = a_draft(parent)
    guide = at_the_desk(new_page, java_script_enabled=False)
    desk = guide.page
    guide.open("/plan/guide/")
    desk.fill("[name=code]", digits(parent, draft))
    guide.press("Begin the meeting")
    guide.open(f"{MEETING}questions/needs-now/")
    desk.fill("textarea[name=text]", WORDS)
    guide.press("Save and continue")
    desk.locator(".meeting form button").click()
    guide.reads("The meeting is over. You cannot read the draft any more.")
    parent.open(f"{draft}questions/needs-now/")
    expect(parent.page.locator("textarea[name=text]")).to_have_value(WORDS)


def test_every_page_of_it(house: House, new_page: NewPage) -> None:
    parent = Person(new_page())
    draft = a_draft(parent)
    path = "/" + draft.split("/", 3)[3]
    phone = Survey(parent.page)
    phone.at(f"{path}guide/")
    code = digits(parent, draft)
    phone.look("digits", everywhere=True)
    phone.at(f"{path}summary/")

    guide = at_the_desk(new_page)
    desk = Survey(guide.page)
    desk.at("/plan/guide/")
    guide.page.fill("[name=code]", "abc")
    guide.press("Begin the meeting")
    expect(guide.page.locator("[data-error-summary]")).to_be_focused()
    desk.look("wrong digits")
    guide.page.fill("[name=code]", code)
    guide.press("Begin the meeting")
    guide.page.wait_for_url(f"**{MEETING}")
    desk.look("meeting", everywhere=True)
    desk.at(f"{MEETING}questions/needs-now/")
    desk.at(f"{MEETING}questions/living-address/")
    for page in ("", "questions/weeks/", "month/", "year/"):
        desk.at(f"{MEETING}schedule/0/{page}")
    desk.at(f"{MEETING}print/")
    phone.at(f"{path}guide/")
    guide.page.locator(".meeting form button").click()
    guide.page.wait_for_url("**/plan/guide/")
    desk.look("ended")
    desk.at(MEETING, 404)

    parent.open(f"{draft}guide/")
    parent.page.locator("[name=part][value=shared]").check()
    shared = make_digits(parent)
    guide.open("/plan/guide/")
    guide.page.fill("[name=code]", shared)
    guide.press("Begin the meeting")
    guide.page.wait_for_url(f"**{MEETING}")
    desk.look("shared")
    guide.page.locator(".meeting form button").click()
    guide.page.wait_for_url("**/plan/guide/")

    desk.at("/plan/guide/begin/")
    desk.at("/plan/guide/begin/?children=2")
    name_children(guide.page)
    guide.press("Begin to write")
    guide.page.wait_for_url(f"**{MEETING}")
    desk.look("begun here")
    desk.at(f"{MEETING}children/")
    guide.page.goto(MEETING)
    guide.page.locator(".meeting form button").click()
    guide.sees("Nobody has taken the draft home")
    desk.look("asked before the end")
    desk.at(f"{MEETING}take-home/")
    guide.press("Show the link")
    desk.look("slip", everywhere=True)
    desk.wrong += phone.wrong
    desk.done()
