"""On paper a page takes the whole width, and nothing to press is left."""

import pytest
from playwright.sync_api import expect

from office.models import Role
from tests.browser.conftest import DESK, NewPage
from tests.browser.house import House, coming, visit
from tests.browser.people import Parent, Worker
from tests.factories import link_of

pytestmark = pytest.mark.browser


def test_a_day_on_paper(house: House, new_page: NewPage) -> None:
    appointment, *_ = visit(house, coming(3, 10))
    worker = Worker(new_page(DESK), "fi")
    worker.come_in(house.users[Role.SUPERVISOR])
    worker.open(f"/my-day/?day={appointment.starts_at:%Y-%m-%d}")
    worker.page.emulate_media(media="print")
    for part in ("main", ".visits"):
        box = worker.page.locator(part).bounding_box()
        assert box is not None
        assert box["width"] > DESK[0] * 0.9, part
    expect(worker.page.locator(".visit button").first).to_be_hidden()
    expect(worker.page.locator(".side")).to_be_hidden()


def test_an_appointment_on_paper(house: House, new_page: NewPage) -> None:
    _, asking, _ = visit(house, coming(3, 10))
    parent = Parent(new_page(), "fi")
    parent.open(link_of(asking))
    parent.page.emulate_media(media="print")
    expect(parent.page.locator(".visit__when")).to_be_visible()
    expect(parent.page.locator(".exit")).to_be_hidden()
    expect(
        parent.page.get_by_role("link", name=parent.word("Cancel the appointment"))
    ).to_be_hidden()
