"""A parent rings: recognised by their own code, answered by one key; undo counts from when it is seen."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from bookings.models import Answer, Undoable
from office.core.own_codes import own_code
from office.models import OutboxMessage
from tests.browser.checks import Survey
from tests.browser.conftest import DESK, NewPage
from tests.browser.house import House, coming, visit
from tests.browser.test_changing_by_keys import at_work, ready

pytestmark = pytest.mark.browser


def test_an_invited_parent_accepts_by_phone(house: House, new_page: NewPage) -> None:
    appointment, _asking, invited = visit(house, coming(3, 9))
    card = f"/desk/requests/{appointment.reference}/"
    secretary, hands = at_work(house, new_page, card)
    page = secretary.page
    assert page.locator("[data-key=y]").count() == 0

    # Who is calling? 8 leads to the field, the caller reads out their own code.
    hands.press("8")
    expect(page.locator("#who-calls")).to_be_focused()
    page.keyboard.type(own_code(invited.link_nonce))
    hands.press("Enter")
    ready(page, f"{card}$")
    secretary.reads("%(name)s is on the line.", name=invited.name or "–")
    Survey(page).look("answers by phone")
    page.set_viewport_size({"width": DESK[0], "height": DESK[1]})
    hands.press("y")
    ready(page, f"{card}$")
    expect(page.locator("form.undo")).to_contain_text(secretary.word("answer noted"))

    invited.refresh_from_db()
    assert (invited.answer, hands.keys, hands.trips) == (Answer.ACCEPTED, 3, 2)
    event = appointment.events.order_by("-pk")[0]
    assert (event.what, event.party, event.user) == ("accepted", invited, event.user)
    hands.press("u")
    expect(page.locator("form.undo")).to_have_count(0)
    invited.refresh_from_db()
    assert invited.answer == Answer.ASKED


def test_the_seconds_count_from_when_the_page_is_seen(house: House, new_page: NewPage) -> None:
    appointment, _asking, _invited = visit(house, coming(3, 9))
    secretary, hands = at_work(house, new_page, f"/desk/requests/{appointment.reference}/change/")
    page = secretary.page
    hands.press("2")
    ready(page, r"/change/\?start=")
    # The page that offers to undo is slow to come: what runs meanwhile is the longer time.
    with page.expect_response("**/seen/") as seen:
        hands.press("c")
    assert seen.value.status == 200

    undoable = Undoable.objects.get()
    assert undoable.seen_at is not None
    assert undoable.until - undoable.seen_at == timedelta(seconds=300)
    leave = set(OutboxMessage.objects.filter(dropped_at=None).values_list("send_after", flat=True))
    assert leave == {undoable.until}
    expect(page.locator("form.undo time")).to_have_text(re.compile(r"^[45]:\d\d$"))
