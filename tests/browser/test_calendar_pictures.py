"""Pictures of the calendar with twenty-five people, on screen and on paper, to be looked at.

They are written among what a run of the browser leaves behind: test-results/calendar/.
"""

from pathlib import Path
from typing import Any

import pytest
from django.utils.translation import override
from playwright.sync_api import expect

from office.core import clock
from office.models import Closure, Role
from office.setup.closures import save_closure
from office.setup.room_closures import close_room
from tests.browser.checks import SIDEWAYS
from tests.browser.conftest import DESK, PHONE, NewPage
from tests.browser.house import House, coming
from tests.browser.people import Worker
from tests.browser.test_calendar_rows import CUT, full

pytestmark = pytest.mark.browser

# A4 across at 96 dots an inch, less margins of 8 mm.
SHEET = (1062, 733)
# Words above the table and beside it: wider than what holds them, which hides the rest.
HIDDEN = """() => [...document.querySelectorAll(".cal__table :is(th, td) *, .cal__table :is(th, td)")]
  .filter((one) => getComputedStyle(one).overflowX !== "visible" && !one.matches(".sr-only, svg, svg *")
    && getComputedStyle(one).clipPath === "none" && one.scrollWidth > one.clientWidth + 1)
  .map((one) => one.textContent.trim())"""
LOOKS = {
    "week": "",
    "compact": "&dense=1",
    "day": "&view=day",
    "rooms": "&who=rooms",
    "rooms-day": "&who=rooms&view=day",
}


@pytest.fixture
def pictures(pytestconfig: pytest.Config) -> Path:
    folder = Path(pytestconfig.getoption("--output")) / "calendar"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def closed(house: House) -> str:
    """Fill a week, close a room for an hour and a point for a day; return the address."""
    path = full(house)
    close_room(house.room, start=coming(3, 17), end=coming(3, 18), reason="lattian vahaus")
    day = clock.local(coming(4, 9)).date()
    with override("fi"):
        save_closure(
            Closure(
                service_point=house.points[1],
                effect=Closure.Effect.CLOSED,
                first_day=day,
                last_day=day,
                reason_fi="Toimipiste muuttaa uusiin tiloihin.",
            )
        )
    return path


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_screen(house: House, new_page: NewPage, pictures: Path, scheme: Any) -> None:
    path = closed(house)
    secretary = Worker(new_page(DESK, color_scheme=scheme))
    page = secretary.page
    secretary.come_in(house.users[Role.SECRETARY])
    for size in (DESK, PHONE):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        for look, more in LOOKS.items():
            secretary.open(path + more)
            expect(page.locator(".cal__table")).to_be_visible()
            page.screenshot(path=pictures / f"{look}-{size[0]}-{scheme}.png")
            # A phone has lists in place of cells.
            assert page.evaluate(HIDDEN if size == PHONE else CUT) == [], (size, look)
            assert page.evaluate(SIDEWAYS) == [], (size, look)


def test_on_paper(house: House, new_page: NewPage, pictures: Path) -> None:
    path = closed(house)
    secretary = Worker(new_page(DESK))
    page = secretary.page
    secretary.come_in(house.users[Role.SECRETARY])
    for look, more in LOOKS.items():
        secretary.open(path + more)
        page.emulate_media(media="print")
        page.set_viewport_size({"width": SHEET[0], "height": SHEET[1]})
        assert page.evaluate(CUT) == [], look
        assert page.evaluate(HIDDEN) == [], look
        # Nothing lies beyond the right edge of the sheet.
        table = page.locator(".cal__table").bounding_box()
        assert table
        assert table["x"] + table["width"] <= SHEET[0] + 1, look
        page.screenshot(path=pictures / f"{look}-paper.png", full_page=True)
        page.pdf(path=pictures / f"{look}.pdf", prefer_css_page_size=True)
        page.emulate_media(media="screen")
        page.set_viewport_size({"width": DESK[0], "height": DESK[1]})
