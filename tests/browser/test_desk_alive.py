"""The work list keeps itself up to date, and says so while it cannot."""

import pytest
from playwright.sync_api import expect

from bookings.models import Status
from office.models import Role
from tests.browser.conftest import DESK, NewPage
from tests.browser.house import House, coming, visit
from tests.browser.people import Worker

pytestmark = pytest.mark.browser


def test_the_list_comes_back_after_a_lost_network(house: House, new_page: NewPage) -> None:
    secretary = Worker(new_page(DESK))
    page = secretary.page
    secretary.come_in(house.users[Role.SECRETARY])
    page.clock.install()
    secretary.open("/desk/")
    secretary.reads("Nothing waits")
    stale = page.locator("[data-stale]")
    expect(stale).to_be_hidden()

    page.route("**/desk/work/**", lambda route: route.abort())
    page.clock.fast_forward("00:31")
    expect(stale).to_be_visible()
    visit(house, coming(2, 9), status=Status.REQUESTED)

    page.unroute_all()
    page.clock.fast_forward("00:31")
    expect(stale).to_be_hidden()
    expect(page.locator("#worklist .work li")).to_have_count(1)


def test_what_is_chosen_stays_chosen_and_in_the_address(house: House, new_page: NewPage) -> None:
    visit(house, coming(2, 9), status=Status.REQUESTED)
    second, _one, _two = visit(house, coming(2, 11), status=Status.REQUESTED)
    secretary = Worker(new_page(DESK))
    page = secretary.page
    secretary.come_in(house.users[Role.SECRETARY])
    secretary.open("/desk/")
    page.locator("#worklist .work a").nth(1).click()
    code = page.locator("#card .card-head .code")
    expect(code).to_have_text(second.reference)
    page.reload()
    expect(code).to_have_text(second.reference)
    page.go_back()
    expect(code).not_to_have_text(second.reference)
