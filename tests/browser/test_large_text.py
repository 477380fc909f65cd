"""Text at 200 %, as somebody sets it in their browser: no page of a phone is wider than its screen."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page

from tests.browser.checks import SIDEWAYS
from tests.browser.conftest import NewPage
from tests.browser.house import House, coming, visit
from tests.browser.people import Parent
from tests.browser.planning import Writer
from tests.browser.sites import Site
from tests.browser.walk_ins import PHONE, going_on, take_into_use
from tests.browser.walk_ins import browser_at as browser_at
from tests.factories import link_of
from walkin.actions.take_number import ticket_path

pytestmark = pytest.mark.browser

ROOT_TEXT = "parseFloat(getComputedStyle(document.documentElement).fontSize)"


class LargeText:
    """A page with twice the text that its browser is set to by itself."""

    def __init__(self, page: Page) -> None:
        self.page = page
        page.goto("/")
        self.before = float(page.evaluate(ROOT_TEXT))
        browser = page.context.new_cdp_session(page)
        browser.send("Page.setFontSizes", {"fontSizes": {"standard": 32, "fixed": 26}})
        self.wide: list[str] = []

    def at(self, path: str) -> None:
        answer = self.page.goto(path)
        assert answer is not None
        assert (path, answer.status) == (path, 200)
        self.look(path)

    def look(self, name: str) -> None:
        """Remember what is wider than the screen, with all that can be opened open."""
        assert self.page.evaluate(ROOT_TEXT) == 2 * self.before, name
        self.page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true })")
        self.wide += [f"{name}: {text}" for text in self.page.evaluate(SIDEWAYS)]

    def done(self) -> None:
        assert self.wide == [], "\n".join(self.wide)


@pytest.fixture
def parent(new_page: NewPage) -> Iterator[tuple[Parent, LargeText]]:
    page = new_page()
    text = LargeText(page)
    yield Parent(page), text
    text.done()


def test_the_control_a_page_that_is_wider_is_seen(house: House, new_page: NewPage) -> None:
    text = LargeText(new_page())
    text.page.evaluate("document.querySelector('h1').style.minWidth = '30rem'")
    text.look("wide")
    assert text.wide


def test_the_front_page_and_asking_for_a_time(
    house: House, parent: tuple[Parent, LargeText]
) -> None:
    who, text = parent
    for path in ("/", "/services/", f"/services/{house.custody.slug}/", "/guidance/", "/privacy/"):
        text.at(path)
    text.at("/book/")
    text.at(f"/book/{house.custody.slug}/")
    text.at(f"/book/{house.custody.slug}/times/?where=any")
    who.choose_time()
    text.look("details")
    who.press("Continue")
    who.sees("There is a problem")
    text.look("details, refused")
    who.write_contact("Aino-Maria Aaltonen-Korhonen", "aino.maria.aaltonen@example.org")
    text.look("visit")
    who.write_visit("Hei.")
    text.look("other parent")
    who.give_other("Otso Ek", "otso@example.org")
    text.look("check")
    who.send()
    text.look("sent")


def test_ones_own_page(house: House, parent: tuple[Parent, LargeText]) -> None:
    _who, text = parent
    _visit, asking, invited = visit(house, coming(3, 10))
    for party in (asking, invited):
        own = link_of(party)
        for page in ("", "move/", "cancel/", "reach/"):
            text.at(f"{own}{page}")


def test_a_plan(house: House, parent: tuple[Parent, LargeText]) -> None:
    who, text = parent
    writer = Writer(who.page)
    text.at("/plan/")
    text.at("/plan/safety/")
    writer.begin("Aino", "Väinö" + "ö" * 35)
    own = f"/plan/{writer.token}/"
    pages = (
        "",
        "link/",
        "children/",
        "invite/",
        "together/",
        "schedule/0/",
        "out/",
        "share/needs/",
    )
    for page in (*pages, "questions/needs-now/"):
        text.at(f"{own}{page}")


def test_the_kiosk_and_a_number(site: Site, browser_at: Callable[..., Page]) -> None:
    own = going_on()
    kiosk = browser_at(PHONE)
    take_into_use(kiosk, own)
    text = LargeText(kiosk)
    base = f"/walk-in/kiosk/{own.point.slug}/"
    text.at(base)
    text.at(f"{base}?language=fi")
    kiosk.locator(".matters a").last.click()
    kiosk.locator(".whom").wait_for()
    text.look("kiosk, with whom")
    text.at(f"/walk-in/take/{own.day.code}/")
    text.at(ticket_path(own.take()))
    text.at(f"/walk-in/live/{own.point.slug}/")
    text.done()
