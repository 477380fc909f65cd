"""Two secretaries at once: what one does, the other sees, without touching anything."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from bookings.models import Status
from office.core import clock
from office.models import Claim, ClaimKind, Role
from office.setup.absences import add_absence
from tests.browser import house as houses
from tests.browser.conftest import DESK, PATIENCE
from tests.browser.house import House, coming, visit
from tests.browser.people import Worker
from tests.browser.sites import Site
from tests.browser.test_changing_by_keys import Hands

pytestmark = pytest.mark.browser
Come = Callable[[str], Worker]


@pytest.fixture
def house(site: Site) -> House:
    return houses.build()


@pytest.fixture
def secretary(site: Site, house: House, new_context: Callable[..., BrowserContext]) -> Come:
    """Bring another secretary with a browser of their own, with a page open and its stream heard."""

    def come(path: str) -> Worker:
        context = new_context(
            base_url=site.address,
            locale="fi-FI",
            timezone_id="Europe/Helsinki",
            viewport={"width": DESK[0], "height": DESK[1]},
        )
        context.set_default_timeout(PATIENCE)
        context.add_init_script(NO_POLLING)
        worker = Worker(context.new_page())
        worker.come_in(house.users[Role.SECRETARY])
        with worker.page.expect_response(lambda answer: "/live/?ticket" in answer.url):
            worker.open(path)
        return worker

    return come


# Pages look by themselves every half a minute. Here they do not: only the stream renews them.
NO_POLLING = """
const later = window.setTimeout;
window.setTimeout = (work, wait, ...more) => wait === 30_000 ? 0 : later(work, wait, ...more);
"""


def calendar_of(moment: Any) -> str:
    return f"/desk/calendar/?day={clock.local(moment):%Y-%m-%d}"


def test_one_changes_and_the_other_sees_it_by_the_stream(house: House, secretary: Come) -> None:
    requests = [visit(house, coming(2, hour), status=Status.REQUESTED)[0] for hour in (8, 10, 12)]
    Claim.objects.update(kind=ClaimKind.REQUEST)
    at_calendar = secretary(calendar_of(requests[0].starts_at)).page
    at_list = secretary("/desk/").page
    deciding = secretary("/desk/").page
    for request in requests:
        row = at_list.locator(f"#worklist .work a[href^='?at=requests.{request.reference}']")
        block = at_calendar.locator(f".bit[href='/desk/requests/{request.reference}/']")
        expect(row).to_have_count(1)
        expect(block).to_have_class("bit bit--request")
        deciding.goto(f"/desk/requests/{request.reference}/")
        deciding.locator("[data-key=c]").first.click()
        expect(block).to_have_class("bit bit--booked")
        expect(row).to_have_count(0)
    expect(at_calendar.locator("[data-live-off]")).to_be_hidden()


def test_the_open_card_follows_what_another_secretary_does(house: House, secretary: Come) -> None:
    """Both have the same card open: the second decides, and the first is told in place of buttons."""
    request, _one, _two = visit(house, coming(9, 9), status=Status.REQUESTED)
    other, _one, _two = visit(house, coming(9, 11), status=Status.REQUESTED)
    Claim.objects.update(kind=ClaimKind.REQUEST)
    path = f"/desk/?at=requests.{request.reference}"
    first, second = secretary(path), secretary(path)
    expect(first.page.locator("#card [data-key=c]")).to_be_visible()

    deciding, hands = Hands(second.page), Hands(first.page)
    deciding.press("c")

    told = first.word("%(who)s has just confirmed this.", who=Role.SECRETARY.value)
    expect(first.page.locator("#card-news")).to_contain_text(told)
    expect(first.page.locator("#card [data-key=c]")).to_have_count(0)
    # The row is gone; the card is still the old one's, so that no other row is marked as its own.
    expect(first.page.locator(f"#worklist [href*='{request.reference}']")).to_have_count(0)
    expect(first.page.locator("#worklist [aria-current]")).to_have_count(0)
    expect(first.page.locator("#card .card-head .code")).to_have_text(request.reference)
    expect(first.page.locator(".side__wide [data-counter=desk]")).to_have_text("1")
    hands.press("h")
    expect(first.page).to_have_url(re.compile(f"/desk/requests/{request.reference}/$"))
    # One key to decide, and one to see what the other has decided: neither page was asked for twice.
    assert (deciding.keys, deciding.trips) == (1, 1)
    assert (hands.keys, hands.trips) == (1, 1)
    expect(first.page.locator(".card-head .tag")).to_have_class(re.compile("tag--good"))
    assert other.reference != request.reference


def test_what_one_is_typing_is_not_taken_away(house: House, secretary: Come) -> None:
    request, _one, _two = visit(house, coming(2, 9))
    first, second = (secretary(f"/desk/requests/{request.reference}/") for _ in range(2))
    first.page.locator("[data-key=x]").click()
    first.page.locator("#card-do details details > summary").click()
    first.page.locator("#added_words").fill("Ovi on sisäpihalla.")

    second.page.locator("[name=note]").fill("Soittaa vielä.")
    second.press("Keep the note")

    expect(first.page.locator("#card-news .notice")).to_be_visible()
    expect(first.page.locator("#added_words")).to_have_value("Ovi on sisäpihalla.")


def test_an_absence_of_the_managers_reaches_the_calendar(house: House, secretary: Come) -> None:
    day = coming(2, 8)
    page = secretary(calendar_of(day)).page
    expect(page.locator(".cal__table .bit--away")).to_have_count(0)
    add_absence(house.supervisor, start=day, end=coming(2, 12), reason="sick")
    expect(page.locator(".cal__table .bit--away")).to_have_count(1)


def test_the_focus_and_the_place_in_the_calendar_stay(house: House, secretary: Come) -> None:
    first, _one, _two = visit(house, coming(2, 10))
    page = secretary(calendar_of(first.starts_at)).page
    block = page.locator(f".bit[href='/desk/requests/{first.reference}/']")
    block.focus()
    second, _one, _two = visit(house, coming(2, 8))
    add_absence(house.guide, start=coming(2, 8), end=coming(2, 12), reason="sick")
    expect(page.locator(f".bit[href='/desk/requests/{second.reference}/']")).to_be_visible()
    expect(block).to_be_focused()


def test_a_restart_of_the_live_process_is_said_and_survived(
    house: House, site: Site, secretary: Come
) -> None:
    page: Page = secretary("/desk/").page
    off = page.locator("[data-live-off]")
    expect(off).to_be_hidden()
    site.stop_live()
    expect(off).to_be_visible()
    visit(house, coming(2, 9), status=Status.REQUESTED)
    add_absence(house.guide, start=coming(2, 8), end=coming(2, 12), reason="sick")
    site.start_live()
    # What happened meanwhile is read as soon as it is back: the page does not look by itself here.
    expect(off).to_be_hidden()
    expect(page.locator("#worklist .work li")).to_have_count(1)
