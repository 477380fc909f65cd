"""The work list and the search by keys alone, and what a screen reader hears on the way."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from bookings.models import Appointment, Status
from office.models import Claim, ClaimKind, Role
from tests.browser.checks import axe
from tests.browser.conftest import DESK, NewPage
from tests.browser.house import House, coming, visit
from tests.browser.people import Worker

pytestmark = pytest.mark.browser


@pytest.fixture
def requests(house: House) -> list[Appointment]:
    found = [visit(house, coming(2, hour), status=Status.REQUESTED)[0] for hour in (8, 10, 12)]
    Claim.objects.update(kind=ClaimKind.REQUEST)
    return found


@pytest.fixture
def secretary(house: House, new_page: NewPage) -> Worker:
    worker = Worker(new_page(DESK))
    worker.come_in(house.users[Role.SECRETARY])
    return worker


def focused(page: Page) -> str:
    """Return what a screen reader says of the focused element."""
    return str(page.evaluate("document.activeElement.ariaLabel"))


def code(page: Page) -> str:
    return page.locator("#card .card-head .code").inner_text()


def test_from_row_to_row_and_to_the_card(requests: list[Appointment], secretary: Worker) -> None:
    page = secretary.page
    secretary.open("/desk/")
    rows = page.locator("#worklist .work a")
    first, second = rows.nth(0).get_attribute("aria-label"), rows.nth(1).get_attribute("aria-label")
    assert first != second

    page.keyboard.press("j")
    expect(page.locator("#worklist .is-chosen a")).to_be_focused()
    assert focused(page) == second
    page.keyboard.press("k")
    expect(rows.nth(0)).to_be_focused()
    assert focused(page) == first
    page.keyboard.press("Enter")
    expect(page.locator("#card")).to_be_focused()
    assert code(page) in focused(page)
    assert axe(page) == []

    # On any row but the first there is a row before it, and who is calling is asked all the same.
    page.keyboard.press("j")
    expect(page.locator("#previous")).to_be_visible()
    page.keyboard.press("8")
    expect(page.locator("#who-calls")).to_be_focused()


def test_keys_work_while_one_types_and_where_single_ones_are_off(
    requests: list[Appointment], secretary: Worker
) -> None:
    page = secretary.page
    secretary.open("/desk/")
    before = code(page)

    page.locator("#find").fill("aalt")
    page.keyboard.press("j")
    assert code(page) == before
    page.keyboard.press("Alt+j")
    expect(page.locator("#card .card-head .code")).not_to_have_text(before)
    expect(page.locator("#find")).to_have_value("aaltj")

    page.evaluate("localStorage.setItem('keys-off', '1')")
    after = code(page)
    page.keyboard.press("k")
    assert code(page) == after
    page.keyboard.press("Alt+k")
    expect(page.locator("#card .card-head .code")).to_have_text(before)


def test_the_list_of_keys_tells_this_page_from_all(
    requests: list[Appointment], secretary: Worker
) -> None:
    page = secretary.page
    secretary.open("/desk/")

    page.keyboard.press("?")

    here, everywhere = page.locator("[data-keys-here]"), page.locator("[data-keys-everywhere]")
    expect(here.locator("dd", has_text=re.compile(r"^J\s*$"))).to_have_count(1)
    expect(everywhere.locator("dd", has_text=re.compile(r"^J\s*$"))).to_have_count(0)
    expect(everywhere.locator("dd", has_text="/")).to_have_count(1)
    assert axe(page) == []


@pytest.fixture
def counted(secretary: Worker) -> Callable[..., None]:
    """Return what presses keys one by one."""

    def press(*keys: str) -> None:
        for key in keys:
            secretary.page.keyboard.press(key)

    return press


def test_a_caller_is_found_and_come_back_to(
    requests: list[Appointment], secretary: Worker, counted: Callable[..., None]
) -> None:
    """Found, opened by a digit, Back to the list, and on by arrows: never a form sent again."""
    page = secretary.page
    for request in requests:
        party = request.parties.get(is_requester=True)
        party.name, party.phone = "Aino Salokangas", "+358401230217"
        party.save()
    secretary.open("/desk/")

    counted("/")
    page.keyboard.type("0217")
    counted("Enter")
    expect(page.locator(".found__visits a")).to_have_count(3)
    listed = page.url
    assert "0217" not in listed
    assert axe(page) == []

    counted("2")
    expect(page).to_have_url(re.compile("/desk/requests/"))
    page.go_back()
    expect(page).to_have_url(listed)
    counted("ArrowDown", "ArrowDown")
    expect(page.locator(".found__visits a").nth(1)).to_be_focused()
    counted("Enter")
    expect(page).to_have_url(re.compile("/desk/requests/"))


def test_letters_are_read_in_place(house: House, secretary: Worker) -> None:
    appointment, _one, _two = visit(house, coming(2, 9))
    page = secretary.page
    secretary.open(f"/desk/requests/{appointment.reference}/")

    page.locator("[data-key=x]").click()
    own = page.get_by_role("button", name=secretary.word("Read the messages first"), exact=True)
    page.locator("#card-do").get_by_role("button").and_(own).click()
    expect(page.locator("#letters .letter").first).to_be_in_viewport()
    assert axe(page) == []
    appointment.refresh_from_db()
    assert appointment.status == Status.CONFIRMED

    # In the work list they come into sight, wherever the card stood
    requested, _one, _two = visit(house, coming(3, 9), status=Status.REQUESTED)
    secretary.open(f"/desk/?at=requests.{requested.reference}")
    page.keyboard.press("g")
    expect(page.locator("#letters .letter").first).to_be_in_viewport()

    secretary.open("/desk/reminders/")
    assert axe(page) == []
