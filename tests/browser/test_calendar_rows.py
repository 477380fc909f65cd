"""The calendar with twenty-five people: nothing is cut, a name is typed, dragging tells the time."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from bookings.models import Party
from office.core import clock
from office.models import Role, Service
from tests.browser.checks import SIDEWAYS, Survey
from tests.browser.conftest import DESK, NewPage
from tests.browser.house import House, coming, visit
from tests.browser.keys import press
from tests.browser.people import Worker
from tests.browser.test_calendar import many
from tests.factories import busy

pytestmark = pytest.mark.browser

# What stands in a cell and is wider than its cell, or outside it.
CUT = """() => [...document.querySelectorAll("tbody .bit, tbody .bit__face *")].filter((one) => {
  const box = one.getBoundingClientRect();
  const cell = one.closest("td").getBoundingClientRect();
  const out = box.right > cell.right + 1 || box.bottom > cell.bottom + 1;
  return box.width && !one.closest("svg")
    && (out || (one.matches(".bit") && one.scrollWidth > one.clientWidth + 1));
}).map((one) => one.textContent)"""


def full(house: House) -> str:
    """Fill a week with twenty-five people whose parents have long names."""
    many(house)
    Service.objects.update(short_name_fi="Olosuh.")
    Party.objects.update(name="Maximilian Hietala-Vuorinen", interpreter="ar", language="sv")
    return f"/desk/calendar/?day={clock.local(coming(3, 9)):%Y-%m-%d}"


def test_nothing_is_cut_on_screen_and_on_paper(house: House, new_page: NewPage) -> None:
    path = full(house)
    secretary = Worker(new_page(DESK))
    page = secretary.page
    secretary.come_in(house.users[Role.SECRETARY])
    for more in ("", "&view=day", "&who=rooms"):
        secretary.open(path + more)
        assert page.evaluate(CUT) == [], more
        assert page.evaluate(SIDEWAYS) == []
    for more in ("", "&view=day"):
        secretary.open(path + more)
        page.emulate_media(media="print")
        # A sheet of A4 across, less its margins.
        page.set_viewport_size({"width": 1060, "height": 740})
        assert page.evaluate(CUT) == [], more
        expect(page.locator(".cal__ask")).to_be_hidden()
        page.emulate_media(media="screen")
        page.set_viewport_size({"width": DESK[0], "height": DESK[1]})


def test_a_compact_week_of_twenty_five_is_on_one_screen(house: House, new_page: NewPage) -> None:
    path = full(house)
    secretary = Worker(new_page(DESK))
    page = secretary.page
    secretary.come_in(house.users[Role.SECRETARY])
    secretary.open(path)
    press(page, "v")
    expect(page.locator(".is-compact")).to_be_visible()
    rows = page.get_by_role("rowheader")
    expect(rows).to_have_count(25)
    first, last = rows.first.bounding_box(), rows.last.bounding_box()
    assert first
    assert last
    # Each row a line, so that they fit below the head, which names holidays too.
    assert last["y"] + last["height"] - first["y"] < 540
    page.locator("tbody [tabindex='0']").focus()
    press(page, "Control+End")
    # What the line below the table says, the block in the table says to a screen reader.
    expect(page.locator("[data-told]")).to_have_text(
        str(page.evaluate("document.activeElement.querySelector('.sr-only').textContent"))
    )
    survey = Survey(page)
    survey.page.goto(f"{path}&dense=1")
    survey.look("compact", everywhere=True)
    survey.done()


def test_a_name_or_a_day_is_typed(house: House, new_page: NewPage) -> None:
    path = full(house)
    secretary = Worker(new_page(DESK))
    page = secretary.page
    secretary.come_in(house.users[Role.SECRETARY])
    secretary.open(path)
    press(page, "h")
    page.keyboard.type("22")
    row = page.locator("tr.is-found")
    expect(row.get_by_role("rowheader")).to_contain_text("Ammattilainen 22")
    press(page, "Enter")
    expect(row.locator(":focus")).to_have_count(1)
    press(page, "h")
    page.keyboard.type("8.12.2026")
    press(page, "Enter")
    expect(page).to_have_url(re.compile("day=2026-12-08"))


def test_own_rows_are_chosen_and_kept(house: House, new_page: NewPage) -> None:
    path = full(house)
    secretary = Worker(new_page(DESK))
    page = secretary.page
    secretary.come_in(house.users[Role.SECRETARY])
    secretary.open(path)
    page.locator(".cal__drop summary.square").click()
    for number in ("03", "07"):
        page.get_by_label(f"Ammattilainen {number}").check()
    page.locator(".cal__sheet[method=post] button").click()
    expect(page.get_by_role("rowheader")).to_have_count(2)
    secretary.open("/desk/calendar/")
    expect(page.get_by_role("rowheader")).to_have_count(2)
    press(page, "a")
    expect(page.get_by_role("rowheader")).to_have_count(25)


def test_dragging_tells_the_time_and_begins_where_free_time_begins(
    house: House, new_page: NewPage
) -> None:
    start = coming(3, 8)
    appointment, _one, _two = visit(house, start)
    busy(house.supervisor, start + timedelta(minutes=90), 75)
    secretary = Worker(new_page(DESK))
    page = secretary.page
    secretary.come_in(house.users[Role.SECRETARY])
    day = f"{clock.local(start):%Y-%m-%d}"
    secretary.open(f"/desk/calendar/?view=day&day={day}")
    block = page.locator(f".bit[href='/desk/requests/{appointment.reference}/']")
    free = page.locator(f"tr[data-pk='{house.supervisor.pk}'] td.is-free").last
    box, own = free.bounding_box(), block.bounding_box()
    assert box
    assert own
    page.mouse.move(own["x"] + 2, own["y"] + 10)
    page.mouse.down()
    # Where no word of the block is: the browser says "over" when it stays on one element.
    for x in (20, 8):
        page.mouse.move(box["x"] + x, box["y"] + box["height"] - 5, steps=3)
    # From 8 to 9.30 the visit, then busy until 10.45.
    expect(page.locator(".cal__tip")).to_contain_text("10.45–12.15")
    page.mouse.up()
    expect(page).to_have_url(re.compile(rf"/{appointment.reference}/change/\?start={day}T10%3A45"))
