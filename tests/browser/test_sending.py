"""Whatever a hand does to a browser, one request is sent, and nothing that was written is lost."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Locator, Route, expect

from bookings.availability.codec import parse_slot
from bookings.models import Appointment, Hold
from office.core import clock
from office.models import Occupancy
from tests.browser.conftest import NewPage
from tests.browser.house import House
from tests.browser.keys import press
from tests.browser.people import Parent
from tests.factories import busy

pytestmark = pytest.mark.browser


@pytest.fixture
def parent(house: House, new_page: NewPage) -> Parent:
    return Parent(new_page())


def lapse(**left: int) -> None:
    """Let the time of all holds be up, or nearly so."""
    until = clock.now() + timedelta(**left)
    Hold.objects.update(expires_at=until)
    Occupancy.objects.filter(expires_at__isnull=False).update(expires_at=until)


def send_button(parent: Parent) -> Locator:
    return parent.button("Send the request")


def test_a_double_click_sends_once(house: House, parent: Parent) -> None:
    parent.fill_in(house.custody)
    send_button(parent).dblclick()
    parent.sees("Your request has been sent")
    assert Appointment.objects.count() == 1


def test_on_a_slow_network_an_impatient_second_press_sends_nothing(
    house: House, parent: Parent
) -> None:
    held: list[Route] = []

    def hold_up(route: Route) -> None:
        if route.request.method == "POST":
            held.append(route)
        else:
            route.continue_()

    parent.fill_in(house.custody)
    page = parent.page
    page.route("**/check/", hold_up)
    # By mouse and keys as they are: whatever else one asks of a page waits for its answer.
    send_button(parent).scroll_into_view_if_needed()
    box = send_button(parent).bounding_box()
    assert box is not None
    with page.expect_request(lambda request: request.method == "POST"):
        page.mouse.click(box["x"] + 20, box["y"] + 20)
    for _ in range(2):
        page.mouse.click(box["x"] + 20, box["y"] + 20)
    press(page, "Enter")
    with page.expect_event("framenavigated"):
        held[0].continue_()
    parent.sees("Your request has been sent")
    assert len(held) == 1
    assert Appointment.objects.count() == 1


def test_back_after_sending_sends_nothing_again(house: House, parent: Parent) -> None:
    parent.fill_in(house.custody)
    parent.send()
    page = parent.page
    code = page.locator(".done .code").inner_text()
    for _ in range(2):
        page.go_back()
        expect(page.locator(".done .code")).to_have_text(code)
    page.reload()
    expect(page.locator(".done .code")).to_have_text(code)
    assert Appointment.objects.count() == 1


def test_every_step_may_be_read_again(house: House, parent: Parent) -> None:
    page = parent.page
    parent.open(f"/book/{house.custody.slug}/times/?where=any")
    page.reload()
    value = parent.choose_time(1)
    page.reload()
    parent.sees("Your details")
    page.go_back()
    page.reload()
    expect(page.locator("input[name=slot]:checked")).to_have_attribute("value", value)
    parent.press("Continue")
    assert Hold.objects.count() == 1
    parent.write_contact("Aino Aalto", "aino@example.org")
    page.reload()
    parent.sees("About the visit")
    parent.follow("Back")
    expect(parent.field("Your name")).to_have_value("Aino Aalto")
    expect(parent.choice("You may send me e-mail")).to_be_checked()
    parent.press("Continue")
    parent.write_visit("Aamut sopivat.")
    page.reload()
    parent.give_other("Otso Ek", "otso@example.org")
    page.reload()
    for text in ("Aino Aalto", "Aamut sopivat.", "Otso Ek"):
        expect(page.locator(".summary")).to_contain_text(text)
    parent.send()
    code = parent.page.locator(".done .code").inner_text()
    page.reload()
    expect(page.locator(".done .code")).to_have_text(code)
    assert Appointment.objects.count() == 1


def test_an_answer_is_changed_from_the_check(house: House, parent: Parent) -> None:
    parent.fill_in(house.custody)
    change = parent.page.locator(".summary a[href$='/details/?change']").first
    change.click()
    parent.field("Your name").fill("Aino Berg")
    parent.press("Continue")
    parent.sees("Check your answers")
    expect(parent.page.locator(".summary")).to_contain_text("Aino Berg")


def test_two_tabs_hold_one_time_and_send_one_request(house: House, parent: Parent) -> None:
    value = parent.fill_in(house.custody)
    other = Parent(parent.page.context.new_page())
    other.open(f"/book/{house.custody.slug}/times/?where=any")
    assert other.choose_time(3, then="Check your answers") != value
    hold = Hold.objects.get()
    # The first tab shows what holds now, before it is sent
    parent.page.reload()
    parent.sees("Check your answers")
    other.page.goto(parent.page.url)
    parent.send()
    send_button(other).click()
    other.sees("Your request has been sent")
    appointment = Appointment.objects.get()
    assert appointment.starts_at == hold.starts_at
    assert not Hold.objects.exists()


def test_a_lapsed_hold_is_told_and_costs_nothing(house: House, parent: Parent) -> None:
    page = parent.page
    parent.open(f"/book/{house.custody.slug}/times/?where=any")
    parent.choose_time()
    parent.write_contact("Aino Aalto", "aino@example.org")
    lapse(seconds=2)
    page.reload()
    # The page says it by itself when the time is up
    expect(page.locator("#hold-over")).to_be_hidden()
    expect(page.locator("#hold-over")).to_be_visible()
    expect(page.locator(".hold")).to_be_hidden()
    # What is being written is kept when it is sent
    parent.field("A short message to the secretary").fill("Aamut sopivat.")
    parent.press("Continue")
    parent.give_other("Otso Ek", "otso@example.org")
    # Nobody has needed the time meanwhile, so that it is given
    reference = parent.send()
    sent = Appointment.objects.get(reference=reference)
    assert sent.claim is not None
    assert sent.parties.get(is_requester=True).message == "Aamut sopivat."


def test_a_time_that_went_to_somebody_else_is_told_at_the_sending(
    house: House, parent: Parent
) -> None:
    slot = parse_slot(parent.fill_in(house.custody))
    assert slot is not None
    lapse(seconds=-1)
    Occupancy.objects.filter(expires_at__isnull=False).delete()
    for person in (house.supervisor, house.guide):
        busy(person, slot.start, 90)
    send_button(parent).click()
    parent.sees("Choose a time")
    parent.reads("The time went to somebody else. Choose another; what you wrote is kept.")
    assert not Appointment.objects.exists()
    parent.choose_time(then="Check your answers")
    expect(parent.page.locator(".summary")).to_contain_text("Aino Aalto")
    parent.send()
    assert Appointment.objects.get().starts_at != slot.start


def test_private_pages_are_not_kept_by_the_browser(house: House, parent: Parent) -> None:
    private = re.compile(r"/(details|visit|other|check|sent)/$")
    kept = []
    parent.page.on(
        "response",
        lambda answer: (
            kept.append(answer.url)
            if private.search(answer.url)
            and "no-store" not in answer.headers.get("cache-control", "")
            else None
        ),
    )
    parent.fill_in(house.custody)
    parent.send()
    assert kept == []
