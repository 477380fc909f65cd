"""The calendar by keyboard alone, on a desk and on a phone."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from bookings.models import Status
from office.core import clock
from office.models import ClaimKind, Professional, Role
from office.setup.absences import add_absence
from tests.browser.checks import SIDEWAYS, Survey, focus_is_seen, tab_to
from tests.browser.conftest import DESK, PHONE, NewPage
from tests.browser.house import House, coming, visit
from tests.browser.keys import press
from tests.browser.people import Worker
from tests.factories import ProfessionalFactory, RoomFactory, booked, busy

pytestmark = pytest.mark.browser


def week_of(house: House) -> str:
    """Fill a week with something of every kind."""
    day = coming(3, 9)
    visit(house, day)
    for hour, kind in ((12, ClaimKind.WALK_IN), (14, ClaimKind.EVENING)):
        busy(house.supervisor, coming(3, hour), 60, kind)
    busy(house.guide, day, 60, ClaimKind.OFFER)
    busy(house.guide, coming(3, 11), 60, ClaimKind.REQUEST)
    busy(house.guide, coming(3, 13), 60, ClaimKind.OTHER)
    add_absence(house.guide, start=coming(3, 14), end=coming(3, 16), reason="training")
    return f"/desk/calendar/?day={clock.local(day):%Y-%m-%d}"


def many(house: House) -> list[Professional]:
    """Make twenty-five professionals with full days."""
    staff = []
    for number in range(23):
        person = ProfessionalFactory(
            name=f"Ammattilainen {number:02}",
            services=[house.custody],
            points=[house.points[0]],
            hours=(8, 16),
        )
        room = RoomFactory(service_point=house.points[0])
        for days in range(1, 6):
            for hour in (8, 10, 13):
                booked(
                    start=coming(days, hour),
                    professionals=[person],
                    room=room,
                    service=house.custody,
                    service_point=house.points[0],
                )
        staff.append(person)
    return staff


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.innerText.replace(/\\s+/g, ' ')"))


def test_axe_finds_nothing(house: House, new_page: NewPage) -> None:
    secretary = Worker(new_page(DESK))
    secretary.come_in(house.users[Role.SECRETARY])
    path = week_of(house)
    survey = Survey(secretary.page)
    survey.page.goto(path)
    survey.look("week", everywhere=True)
    survey.page.goto(f"{path}&view=day")
    survey.look("day", everywhere=True)
    for more in (f"service={house.custody.slug}", "who=rooms", "who=rooms&view=day"):
        survey.at(f"{path}&{more}")
    survey.at(f"{path}&view=day&service={house.counselling.slug}&point={house.points[1].pk}")
    survey.at("/desk/calendar/?day=2026-12-26&view=day&point=999999")
    survey.done()


def test_by_keyboard_alone(house: House, new_page: NewPage) -> None:
    path = week_of(house)
    appointment, _one, _two = visit(house, coming(3, 10) + timedelta(minutes=30))
    secretary = Worker(new_page(DESK))
    page = secretary.page
    secretary.come_in(house.users[Role.SECRETARY])
    secretary.open("/desk/")
    press(page, "g")
    press(page, "c")
    secretary.sees("Calendar")
    secretary.open(path)

    # One stop for the whole grid, however many blocks it has.
    stop = page.locator("tbody [tabindex='0']")
    tab_to(page, stop)
    press(page, "Control+Home")
    focus_is_seen(page)
    assert focused(page).startswith("Lasten Valvoja, ma ")
    day = clock.local(coming(3, 9)).weekday()
    for _ in range(day):
        press(page, "ArrowRight")
    for _ in range(12):
        if appointment.reference in focused(page):
            break
        press(page, "ArrowDown")
        focus_is_seen(page)
    assert focused(page).startswith("Lasten Valvoja, ")
    assert "10.30–12.00, varattu" in focused(page)
    press(page, "Enter")
    expect(page).to_have_url(re.compile(f"/desk/requests/{appointment.reference}/$"))
    page.go_back()

    for key, view in (("d", "day"), ("w", "week")):
        press(page, key)
        expect(page.locator(f"table[data-view='{view}']")).to_be_visible()
    press(page, "r")
    expect(page.locator("table[data-who='rooms']")).to_be_visible()
    press(page, "p")
    heading = page.locator(".cal__when h2").inner_text()
    press(page, "j")
    expect(page.locator(".cal__when h2")).not_to_have_text(heading)
    press(page, "k")
    expect(page.locator(".cal__when h2")).to_have_text(heading)
    # The service whose free times are lit up.
    press(page, "f")
    expect(page.locator("#cal-service")).to_be_focused()
    press(page, "ArrowDown")
    press(page, "Enter")
    expect(page.locator(".cal__found")).to_contain_text("Sopimus lapsen huollosta")
    expect(page.locator("tbody .is-lit").first).to_be_visible()


def test_arrows_in_the_day_keep_to_the_time(house: House, new_page: NewPage) -> None:
    path = week_of(house)
    secretary = Worker(new_page(DESK))
    page = secretary.page
    secretary.come_in(house.users[Role.SECRETARY])
    secretary.open(f"{path}&view=day")
    page.locator("tbody [tabindex='0']").focus()
    press(page, "Home")
    assert focused(page).startswith("Lasten Valvoja, ")
    press(page, "End")
    # The table goes on until the last of somebody's walk-in duty, on the day that has one.
    for _ in range(2):
        if "ilta" not in focused(page):
            press(page, "ArrowLeft")
    assert "ilta" in focused(page)
    press(page, "ArrowDown")
    assert focused(page).startswith("Oiva Ohjaaja, ")
    assert "14.00–16.00, poissa" in focused(page)
    press(page, "ArrowUp")
    assert "ilta" in focused(page)
    press(page, "Control+End")
    assert focused(page).startswith("Oiva Ohjaaja, ")


def test_every_cell_has_a_name(house: House, new_page: NewPage) -> None:
    path = week_of(house)
    secretary = Worker(new_page(DESK))
    page = secretary.page
    secretary.come_in(house.users[Role.SECRETARY])
    for view in ("week", "day"):
        secretary.open(f"{path}&view={view}")
        cells = page.get_by_role("gridcell")
        assert cells.count() > 5
        for words in cells.all_inner_texts():
            assert words.strip().startswith(("Lasten Valvoja", "Oiva Ohjaaja")), words
    grid = page.get_by_role("grid")
    expect(grid).to_have_count(1)
    expect(grid.get_by_role("rowheader")).to_have_count(2)
    expect(grid.get_by_role("columnheader").nth(1)).to_have_text("8")


def test_twenty_five_professionals_fit_the_desk(house: House, new_page: NewPage) -> None:
    many(house)
    secretary = Worker(new_page(DESK))
    page = secretary.page
    secretary.come_in(house.users[Role.SECRETARY])
    day = f"{clock.local(coming(3, 9)):%Y-%m-%d}"
    for view in ("week", "day"):
        secretary.open(f"/desk/calendar/?day={day}&view={view}")
        expect(page.get_by_role("rowheader")).to_have_count(25)
        assert page.evaluate(SIDEWAYS) == []
        pane = page.locator("[data-calendar]")
        assert pane.evaluate("p => p.scrollWidth <= p.clientWidth")
        # The page stands, the pane scrolls below its head.
        assert page.evaluate("document.scrollingElement.scrollHeight <= innerHeight")
        page.locator("tbody [tabindex='0']").focus()
        press(page, "Control+End")
        focus_is_seen(page)
        assert pane.evaluate("p => p.scrollTop") > 0
        head = page.locator("thead th").first.bounding_box()
        box = pane.bounding_box()
        assert head
        assert box
        assert abs(head["y"] - box["y"]) < 3
        press(page, "Control+Home")
        focus_is_seen(page)


def test_a_phone_has_a_list_by_day(house: House, new_page: NewPage) -> None:
    path = week_of(house)
    visit(house, coming(4, 9))
    visit(house, coming(1, 9), status=Status.REQUESTED)
    secretary = Worker(new_page(PHONE))
    page = secretary.page
    secretary.come_in(house.users[Role.SECRETARY])
    for more in ("", "&view=day", "&who=rooms"):
        secretary.open(path + more)
        assert page.evaluate(SIDEWAYS) == []
        heights = page.locator("tbody .bit:visible").evaluate_all(
            "all => all.map((one) => one.getBoundingClientRect().height)"
        )
        assert min(heights) >= 44
    secretary.open(path)
    # Each day's blocks stand between its head and the next one's.
    order = page.evaluate(
        """() => [...document.querySelectorAll("thead th, tbody td")]
          .filter((one) => one.getClientRects().length)
          .map((one) => [one.getBoundingClientRect().top, one.className.match(/day-(\\d)/)[1]])
          .sort((a, b) => a[0] - b[0]).map(([, day]) => day)"""
    )
    assert order == sorted(order)


def test_a_booking_is_dragged_to_another_time_and_person(house: House, new_page: NewPage) -> None:
    start = coming(3, 9)
    appointment, _one, _two = visit(house, start)
    secretary = Worker(new_page(DESK))
    page = secretary.page
    secretary.come_in(house.users[Role.SECRETARY])
    day = f"{clock.local(start):%Y-%m-%d}"
    secretary.open(f"/desk/calendar/?view=day&day={day}")
    block = page.locator(f".bit[href='/desk/requests/{appointment.reference}/']")
    free = page.locator(f"tr[data-pk='{house.supervisor.pk}'] td.is-free").last
    box = free.bounding_box()
    own = block.bounding_box()
    assert box
    assert own
    # By its first minute, onto 13.00 of the free time from 10.30 to 16.00.
    there = box["width"] * 150 / 330
    block.drag_to(
        free,
        source_position={"x": 1, "y": own["height"] / 2},
        target_position={"x": there, "y": box["height"] / 2},
    )
    expect(page).to_have_url(re.compile(rf"/{appointment.reference}/change/\?start={day}T13%3A00$"))
    secretary.reads("13.00")
    page.locator(".sticky-do button[data-key=c]").click()
    expect(page).not_to_have_url(re.compile("/change/"))
    page.goto(f"/desk/calendar/?view=day&day={day}")
    expect(block).to_contain_text("13.00")


def test_a_booking_is_moved_by_keyboard(house: House, new_page: NewPage) -> None:
    start = coming(3, 9)
    other_one = ProfessionalFactory(name="Ritva Ei-Anna", services=[house.counselling])
    appointment, _one, _two = visit(house, start)
    secretary = Worker(new_page(DESK))
    page = secretary.page
    secretary.come_in(house.users[Role.SECRETARY])
    day = f"{clock.local(start):%Y-%m-%d}"
    secretary.open(f"/desk/calendar/?day={day}")
    block = page.locator(f".bit[href='/desk/requests/{appointment.reference}/']")
    block.focus()
    press(page, "m")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text(appointment.reference)
    written = page.locator("#move-day").input_value()
    assert written == f"{clock.local(start):%-d.%-m.%Y}"
    # Only who gives the service can be chosen: the change page would refuse anybody else.
    other = page.locator(f"#move-person-1 option[value='{other_one.pk}']")
    expect(other).to_be_disabled()
    expect(page.locator(f"#move-person-1 option[value='{house.guide.pk}']")).to_be_enabled()
    page.locator("#move-time").fill("13:00")
    page.locator("#move-person-1").select_option(str(house.guide.pk))
    page.locator("#move-time").press("Enter")
    expect(page).to_have_url(
        re.compile(rf"/change/\?day={written}&time=13%3A00&professional={house.guide.pk}$")
    )
    page.go_back()
    expect(block).to_be_visible()
