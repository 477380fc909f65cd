"""By keyboard alone: the focus is always seen, and every step can be taken."""

import re

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from bookings.models import Appointment, Status
from office.models import Role
from tests.browser.checks import all_stops_are_seen, focus_is_seen, tab_to
from tests.browser.conftest import DESK, PHONE, NewPage
from tests.browser.house import PASSWORD, House, coming, visit
from tests.browser.keys import press
from tests.browser.people import Parent, Person, Worker
from tests.factories import link_of

pytestmark = pytest.mark.browser


def enter(page: Page, wanted: Locator) -> None:
    """Go to a link or button by Tab and press Enter."""
    tab_to(page, wanted)
    press(page, "Enter")


def tick(page: Page, wanted: Locator) -> None:
    tab_to(page, wanted)
    press(page, "Space")
    expect(wanted).to_be_checked()


def write(page: Page, wanted: Locator, text: str) -> None:
    tab_to(page, wanted)
    page.keyboard.type(text)


def go_on(person: Person, msgid: str = "Continue") -> None:
    enter(person.page, person.button(msgid))


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_a_time_is_asked_for_by_keyboard(
    house: House, new_page: NewPage, size: tuple[int, int]
) -> None:
    parent = Parent(new_page(size))
    page = parent.page
    parent.open("/book/")

    # The first Tab leads past the header
    press(page, "Tab")
    expect(parent.link("Skip to the content")).to_be_focused()
    focus_is_seen(page)
    press(page, "Enter")
    expect(page.locator("#main")).to_be_focused()
    press(page, "Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")

    # The language is changed there and back
    page.goto("/book/")
    enter(page, page.get_by_role("button", name="Svenska"))
    expect(page.locator("html")).to_have_attribute("lang", "sv")
    enter(page, page.get_by_role("button", name="Suomi"))
    expect(page.locator("html")).to_have_attribute("lang", "fi")

    # The place is chosen among radios by arrows
    enter(page, page.locator(f".matters a[href$='{house.custody.slug}/']"))
    parent.sees("Where do you want to meet?")
    places = page.locator("input[name=where]")
    tab_to(page, places.first)
    press(page, "ArrowDown")
    expect(places.nth(1)).to_be_checked()
    focus_is_seen(page)
    press(page, "ArrowUp")
    expect(places.first).to_be_checked()
    go_on(parent)

    # So is the time
    parent.sees("Choose a time")
    times = page.locator(".day--first input[name=slot]")
    tab_to(page, times.first)
    press(page, "Space")
    press(page, "ArrowRight")
    expect(times.nth(1)).to_be_checked()
    focus_is_seen(page)
    go_on(parent)
    parent.sees("Your details")

    # The summary of errors takes the focus, and its links lead to the fields
    go_on(parent)
    summary = page.locator("[data-error-summary]")
    expect(summary).to_be_focused()
    enter(page, summary.get_by_role("link").first)
    expect(parent.field("Your name")).to_be_focused()
    focus_is_seen(page)
    page.keyboard.type("Aino Aalto")
    write(page, parent.field("E-mail address"), "aino@example.org")
    tick(page, parent.choice("You may send me e-mail"))
    go_on(parent)

    parent.sees("About the visit")
    tab_to(page, page.locator("input[name=meeting]:checked"))
    press(page, "ArrowDown")
    expect(parent.choice("Separately")).to_be_checked()
    go_on(parent)

    parent.sees("The other parent")
    ways = page.locator("input[name=other_parent]")
    tab_to(page, ways.first)
    press(page, "Space")
    write(page, parent.field("The other parent's name"), "Otso Ek")
    write(page, parent.field("The other parent's e-mail address"), "otso@example.org")
    go_on(parent)

    parent.sees("Check your answers")
    go_on(parent, "Send the request")
    parent.sees("Your request has been sent")
    appointment = Appointment.objects.get()
    assert appointment.meeting == "separate"
    assert set(appointment.parties.values_list("name", flat=True)) == {"Aino Aalto", "Otso Ek"}


def test_the_secretary_works_by_keys(house: House, new_page: NewPage) -> None:
    first, _one, _two = visit(house, coming(2, 9), status=Status.REQUESTED)
    second, _one, _two = visit(house, coming(2, 11), status=Status.REQUESTED)
    secretary = Worker(new_page(DESK))
    page = secretary.page
    secretary.open("/accounts/login/?next=/desk/")
    write(page, page.locator("input[name=login]"), Role.SECRETARY)
    write(page, page.locator("input[name=password]"), PASSWORD)
    press(page, "Enter")
    expect(page).to_have_url(re.compile(r"/desk/$"))
    code = page.locator("#card .card-head .code")
    expect(code).to_have_text(first.reference)

    # The list of keys opens and closes; its button is shown when the keys are ready
    expect(page.locator("[data-keys-open]")).to_be_visible()
    press(page, "?")
    dialog = page.locator("dialog[open]")
    expect(dialog).to_contain_text(secretary.word("Confirm"))
    press(page, "Escape")
    expect(dialog).to_have_count(0)

    # Down and up in the list; the card follows
    press(page, "j")
    expect(code).to_have_text(second.reference)

    # Typed in the search field, the same letters are letters: also when the card comes late
    late: list[Route] = []
    page.route(re.compile(r"/desk/\?"), lambda route: late.append(route))
    with page.expect_request(re.compile(r"/desk/\?")):
        press(page, "k")
    press(page, "/")
    find = page.locator("#find")
    expect(find).to_be_focused()
    page.keyboard.type("c")
    late.pop().continue_()
    expect(code).to_have_text(first.reference)
    expect(page.locator(".htmx-request, .htmx-swapping, .htmx-settling")).to_have_count(0)
    page.unroute_all()
    page.keyboard.type("j")
    expect(find).to_have_value("cj")
    find.fill("")
    find.blur()

    press(page, "c")
    expect(page.locator("form.undo")).to_contain_text(first.reference)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.status, second.status) == (Status.CONFIRMED, Status.REQUESTED)

    # The next one is open already: decline it, with a reason
    expect(code).to_have_text(second.reference)
    press(page, "d")
    reasons = page.locator("#card input[name=reason]")
    expect(reasons.first).to_be_focused()
    press(page, "Space")
    enter(page, secretary.button("Decline and explain why"))
    expect(page.locator("form.undo")).to_contain_text(second.reference)
    second.refresh_from_db()
    assert second.status == Status.DECLINED


def test_the_focus_is_never_covered(house: House, new_page: NewPage) -> None:
    appointment, asking, _invited = visit(house, coming(2, 9), status=Status.REQUESTED)
    page = new_page()
    for path in ("/", f"/book/{house.custody.slug}/times/?where=any", link_of(asking)):
        page.goto(path)
        assert all_stops_are_seen(page) > 9
    secretary = Worker(new_page(DESK))
    secretary.come_in(house.users[Role.SECRETARY])
    for path in ("/desk/", f"/desk/requests/{appointment.reference}/times/"):
        secretary.open(path)
        assert all_stops_are_seen(secretary.page) > 9
