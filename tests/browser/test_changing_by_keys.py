"""Moving an appointment and seeing to a sick supervisor's day, by keyboard alone, counted."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, Request, expect

from bookings.models import Answer, Appointment, Status
from office.models import Absence, OutboxMessage, Role
from tests.browser.checks import Survey, focus_is_seen, tab_to
from tests.browser.conftest import DESK, NewPage
from tests.browser.house import House, coming, visit
from tests.browser.keys import press
from tests.browser.people import Worker
from tests.factories import ProfessionalFactory, RoomFactory

pytestmark = pytest.mark.browser


class Hands:
    """Presses keys, and counts them and the pages that the server is asked for."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.keys = 0
        self.trips = 0
        page.on("request", self._count)

    def _count(self, request: Request) -> None:
        # A redirect is part of the answer that it follows.
        if request.is_navigation_request() and request.redirected_from is None:
            self.trips += 1

    def press(self, *keys: str) -> None:
        for key in keys:
            press(self.page, key)
            self.keys += 1


def at_work(house: House, new_page: NewPage, path: str) -> tuple[Worker, Hands]:
    secretary = Worker(new_page(DESK))
    secretary.come_in(house.users[Role.SECRETARY])
    secretary.open(path)
    expect(secretary.page.locator("[data-keys-open]")).to_be_visible()
    return secretary, Hands(secretary.page)


def ready(page: Page, url: str) -> None:
    """Wait until the page has come, and its keys with it."""
    expect(page).to_have_url(re.compile(url))
    expect(page.locator("[data-keys-open]")).to_be_visible()


def test_an_appointment_is_moved_and_the_move_taken_back(house: House, new_page: NewPage) -> None:
    appointment, _asking, _invited = visit(house, coming(3, 9))
    was = appointment.starts_at
    card = f"/desk/requests/{appointment.reference}/"
    secretary, hands = at_work(house, new_page, card)
    page = secretary.page

    hands.press("m")
    ready(page, r"/change/$")
    hands.press("2")
    ready(page, r"/change/\?start=")
    expect(page.locator(".recipients li")).to_have_count(3)
    hands.press("c")
    ready(page, f"{card}$")
    expect(page.get_by_role("form", name=secretary.word("Undo"))).to_be_visible()

    appointment.refresh_from_db()
    # Another time is looked at within the page.
    assert (appointment.starts_at != was, hands.keys, hands.trips) == (True, 3, 2)
    hands.press("u")
    expect(page.locator(".messages")).to_contain_text(appointment.reference)
    expect(page.locator("form.undo")).to_have_count(0)
    appointment.refresh_from_db()
    assert (appointment.starts_at, hands.keys, hands.trips) == (was, 4, 3)
    assert not OutboxMessage.objects.filter(dropped_at=None).exists()


def test_a_sick_supervisors_day_is_seen_to(house: House, new_page: NewPage) -> None:
    colleague = ProfessionalFactory(
        name="Kaija Kollega",
        services=[house.custody],
        points=[house.points[0]],
        hours=(8, 16),
    )
    RoomFactory(service_point=house.points[0])
    first, _one, _two = visit(house, coming(1, 9))
    second, _one, _two = visit(house, coming(1, 12))
    secretary, hands = at_work(house, new_page, "/desk/")
    page = secretary.page

    hands.press("g", "a")
    ready(page, r"/desk/away/$")
    hands.press("1")
    ready(page, r"/desk/away/\?professional=")
    expect(page.locator("table.away select")).to_have_count(2)
    hands.press("c")
    expect(page.locator("form.undo")).to_contain_text(house.supervisor.name)
    secretary.reads("All visits on those days are dealt with")

    assert (hands.keys, hands.trips) == (4, 3)
    for appointment in (first, second):
        assert list(appointment.professionals.all()) == [colleague]
    assert Absence.objects.get().professional == house.supervisor

    # A fifth key, and all of it is as before: nobody has been written to.
    hands.press("u")
    expect(page.locator(".messages .notice--good")).to_be_visible()
    ready(page, r"/desk/away/$")
    for appointment in (first, second):
        assert list(appointment.professionals.all()) == [house.supervisor]
    assert not Absence.objects.exists()
    assert not OutboxMessage.objects.filter(dropped_at=None).exists()


def test_a_row_is_left_and_another_adjusted_by_keys(house: House, new_page: NewPage) -> None:
    first, _one, _two = visit(house, coming(1, 9))
    second, _one, _two = visit(house, coming(1, 12))
    day = coming(1, 9).date()
    path = f"/desk/away/?professional={house.supervisor.pk}&first={day}&last={day}"
    secretary, hands = at_work(house, new_page, path)
    page = secretary.page

    hands.press("1")
    expect(page.locator("#choice-1")).to_be_focused()
    focus_is_seen(page)
    # Who is told follows the choice
    row = page.locator("table.away tbody tr").first
    expect(row.locator(".recipients-other").first).to_be_visible()
    hands.press("End")
    expect(page.locator("#choice-1")).to_have_value("")
    expect(row.locator(".recipients-later")).to_be_visible()
    expect(row.locator(".recipients li:visible")).to_have_count(1)
    page.locator("#choice-1").select_option("cancel")
    expect(row.locator(".recipients-cancelled")).to_be_visible()
    expect(row.locator(".recipients-moved")).to_be_hidden()
    page.locator("#choice-1").select_option("")
    go = page.get_by_role(
        "button", name=secretary.word("Mark as away, apply all and notify everybody")
    )
    tab_to(page, go)
    hands.press("Enter")
    expect(page.locator("form.undo")).to_contain_text(house.supervisor.name)

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.starts_at, second.starts_at != coming(1, 12)) == (coming(1, 9), True)


def test_the_pages_hold_for_axe_and_the_keyboard(house: House, new_page: NewPage) -> None:
    appointment, _asking, invited = visit(house, coming(3, 9))
    invited.answer = Answer.ACCEPTED
    invited.phone, invited.email_is_safe = "+358401234567", False
    invited.save()
    request, _one, _two = visit(house, coming(3, 12), status=Status.REQUESTED)
    secretary, _hands = at_work(house, new_page, "/desk/away/")
    page = secretary.page
    survey = Survey(page)
    survey.look("/desk/away/", everywhere=True)
    day = coming(3, 9).date()
    survey.at(f"/desk/away/?professional={house.supervisor.pk}&first={day}&last={day}")
    survey.at(f"/desk/away/?professional={house.supervisor.pk}&first={day}&last=2020-01-01", 422)
    change = f"/desk/requests/{appointment.reference}/change/"
    survey.at(change)
    page.goto(f"{change}?start={coming(3, 17):%Y-%m-%d}T19:00")
    survey.look("change, outside hours", everywhere=True)
    page.goto(f"{change}?start={coming(3, 12):%Y-%m-%d}T12:30")
    survey.look("change, in the way")
    survey.at(f"/desk/requests/{request.reference}/change/")
    page.set_viewport_size({"width": DESK[0], "height": DESK[1]})
    page.goto(f"{change}?start={coming(3, 14):%Y-%m-%d}T14:00")
    Appointment.objects.filter(pk=appointment.pk).update(version=7)
    page.locator("main form[method=post] [data-key=c]").click()
    secretary.sees("What you wanted")
    survey.look("changed meanwhile", everywhere=True)
    press(page, "y")
    expect(page.get_by_role("form", name=secretary.word("Undo"))).to_be_visible()
    survey.look("the bar of undo", everywhere=True)
    survey.done()


def test_fields_show_what_they_would_change(house: House, new_page: NewPage) -> None:
    """With scripts the plan follows the fields; without, a button shows it."""
    appointment, _asking, _invited = visit(house, coming(3, 9))
    secretary, _hands = at_work(house, new_page, f"/desk/requests/{appointment.reference}/change/")
    page = secretary.page

    page.locator("#id_channel").select_option("phone")
    expect(page.locator(".sides-table .is-new").first).to_be_visible()
    expect(
        page.get_by_role("button", name=secretary.word("Change and notify everybody"))
    ).to_be_visible()


def test_typed_words_stay_when_a_proposed_time_is_chosen(house: House, new_page: NewPage) -> None:
    appointment, _asking, _invited = visit(house, coming(3, 9))
    secretary, hands = at_work(house, new_page, f"/desk/requests/{appointment.reference}/change/")
    page = secretary.page
    hands.press("2")
    ready(page, r"/change/\?start=")
    page.locator("#change-words summary").click()
    page.locator("#added_words").fill("Ota lapsen passi mukaan.")

    page.locator("#fit-4").click()

    expect(page.locator("#fit-4")).to_have_attribute("aria-current", "true")
    expect(page.locator("#added_words")).to_have_value("Ota lapsen passi mukaan.")
    # The fields show the time that is chosen, as does the address.
    chosen = page.locator("#fit-4").get_attribute("value") or ""
    assert page.url.endswith(chosen)
    page.reload()
    expect(page.locator("#fit-4")).to_have_attribute("aria-current", "true")


def test_without_scripts_words_stay_too(house: House, new_page: NewPage) -> None:
    appointment, _asking, _invited = visit(house, coming(3, 9))
    more: dict[str, Any] = {"java_script_enabled": False}
    secretary = Worker(new_page(DESK, **more))
    secretary.come_in(house.users[Role.SECRETARY])
    page = secretary.page
    secretary.open(f"/desk/requests/{appointment.reference}/change/")
    page.locator("#fit-2").click()
    page.locator("#change-words summary").click()
    page.locator("#added_words").fill("Ota lapsen passi mukaan.")

    page.locator("#fit-4").click()

    expect(page.locator("#fit-4")).to_have_attribute("aria-current", "true")
    expect(page.locator("#added_words")).to_have_value("Ota lapsen passi mukaan.")


def test_without_scripts(house: House, new_page: NewPage) -> None:
    appointment, _asking, _invited = visit(house, coming(3, 9))
    # A visit by phone needs a number for each who comes, that may be called
    appointment.parties.update(phone="+358401234567", call_is_safe=True)
    more: dict[str, Any] = {"java_script_enabled": False}
    secretary = Worker(new_page(DESK, **more))
    secretary.come_in(house.users[Role.SECRETARY])
    page = secretary.page
    secretary.open(f"/desk/requests/{appointment.reference}/change/")
    page.locator("#id_channel").select_option("phone")
    page.locator("#change-form button").click()
    page.get_by_role("button", name=secretary.word("Change and notify everybody")).click()

    appointment.refresh_from_db()
    assert appointment.channel == "phone"
    page.locator(".undo button").click()
    expect(page.locator("form.undo")).to_have_count(0)
    appointment.refresh_from_db()
    assert appointment.channel == "in_person"
