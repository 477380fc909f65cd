"""One queue for all: parents with an appointment beside those who walk in; Kela sends and takes."""

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from bookings.appointments import separate_visits
from bookings.models import Appointment, Meeting, Status
from bookings.parties.records import link_path
from office.core import clock
from office.models import Role
from tests.browser.checks import axe
from tests.browser.conftest import DESK
from tests.browser.keys import press as press_key
from tests.browser.people import Worker
from tests.browser.sites import Site
from tests.browser.walk_ins import DISPLAY, PHONE, SMALL_KIOSK, going_on, heard, take_into_use
from tests.browser.walk_ins import browser_at as browser_at
from tests.factories import UserFactory, booked
from tests.walkin.cast import RunningWalkIn
from walkin.actions.take_number import ticket_path
from walkin.models import Destination, Ticket
from walkin.tickets.hand_over_code import hand_over_code

pytestmark = pytest.mark.browser


def own_visit(own: RunningWalkIn, minutes: int, code: str) -> Appointment:
    """Make a visit of one of two separate parents, with the supervisor at the desk."""
    found = booked(
        start=clock.now() + timedelta(minutes=minutes),
        professionals=[],
        service_point=own.point,
        meeting=Meeting.SEPARATE,
        reference=code,
    )
    found.staff.create(professional=own.people[0])
    return found


def queue_of(own: RunningWalkIn, page: Page) -> Page:
    supervisor = UserFactory(roles=[Role.SUPERVISOR], language="fi")
    own.people[0].user = supervisor
    own.people[0].save()
    Worker(page).come_in(supervisor)
    page.goto("/queue/")
    return page


def press(page: Page, key: str) -> None:
    """Press a key on the page that the one before has led to."""
    page.wait_for_load_state()
    press_key(page, key)


def test_a_booked_couple_and_those_who_walk_in_are_one_queue(
    site: Site, browser_at: Callable[..., Page]
) -> None:
    own = going_on(1)
    one, two = own_visit(own, 5, "KLM-482"), own_visit(own, 150, "NRT-753")
    separate_visits.link(one, two)
    for _walk_in in range(6):
        own.take()
    kiosk, phone, display = browser_at(SMALL_KIOSK), browser_at(PHONE), browser_at(DISPLAY)
    take_into_use(kiosk, own)
    queue = queue_of(own, browser_at(DESK))
    display.goto(f"/walk-in/display/{own.point.slug}/")
    rows = queue.locator(".queue__table tbody tr")
    expect(rows).to_have_count(8)
    expect(queue.locator(".is-booked")).to_have_count(2)
    assert axe(queue) == []

    # The seventh who walks in takes a number at the kiosk, where one of the couple checks in after them:
    # by code, without a keyboard.
    kiosk.locator(".kiosk__languages a").first.click()
    kiosk.locator(".matters a").last.click()
    kiosk.locator("input[name=meeting]").first.check()
    kiosk.locator(".whom button").click()
    expect(kiosk.locator(".slip__number")).to_have_text("7")
    kiosk.locator(".actions a").click()
    expect(display.locator(".display__waiting span")).to_have_text([*"1234567"])
    kiosk.locator(".kiosk__here a").first.click()
    for letter in "KLM482":
        kiosk.locator(f"[data-type='{letter}']").click()
    assert axe(kiosk) == []
    kiosk.locator(".whom .actions button").click()
    expect(kiosk.locator(".slip__number")).to_have_text("8")
    # Their time is near: the key calls them before those who came earlier.
    expect(queue.locator("#mine-head")).to_contain_text("8")
    expect(display.locator(".display__waiting span").first).to_have_text("8")
    press(queue, "c")
    expect(display.locator(".display__number")).to_have_text("8")
    expect(queue.locator(".queue__number")).to_contain_text("8")
    press(queue, "s")
    expect(queue.locator("progress")).to_be_visible()
    assert Appointment.objects.get(pk=one.pk).status == Status.IN_MEETING
    press(queue, "1")
    expect(queue.locator(".queue__number")).to_have_count(0)
    assert Appointment.objects.get(pk=one.pk).status == Status.DONE

    # The other comes later, with a page and a number of their own, and reads nothing of the first.
    Appointment.objects.filter(pk=two.pk).update(starts_at=clock.now() + timedelta(minutes=50))
    phone.goto(link_path(two.parties.get()))
    phone.locator("a[href*='/walk-in/here/']").click()
    phone.locator("main form button").click()
    expect(phone.locator(".own-number__number")).to_have_text("9")
    assert axe(phone) == []
    for word in ("KLM-482", "erikseen", "toinen"):
        expect(phone.locator("main")).not_to_contain_text(word)
    # Too early for the second: now those who walked in are next, in their order.
    expect(queue.locator("#mine-head")).to_contain_text("1")
    expect(rows).to_have_count(8)
    # The second is not among the next on the wall before their time.
    expect(display.locator(".display__waiting span")).to_have_text([*"1234567"])
    for number in "1234567":
        expect(queue.locator("#mine-head")).to_contain_text(number)
        press(queue, "c")
        expect(queue.locator(".queue__number")).to_contain_text(number)
        press(queue, "s")
        expect(queue.locator("progress")).to_be_visible()
        if number == "7":
            # Their time is near when the last is done: that event renews what is shared of the queue.
            soon = clock.now() + timedelta(minutes=5)
            Appointment.objects.filter(pk=two.pk).update(starts_at=soon)
        press(queue, "1")
        expect(queue.locator(".queue__number")).to_have_count(0)
    expect(queue.locator("#mine-head")).to_contain_text("9")
    press(queue, "c")
    expect(phone.locator(".own-number__go")).to_be_visible()
    expect(display.locator(".display__number")).to_have_text("9")


def test_kela_sends_somebody_to_the_guide_and_back(
    site: Site, browser_at: Callable[..., Page]
) -> None:
    own = going_on(1)
    Destination.objects.create(service_point=own.point, name_fi="Kela", where_fi="1. kerros")
    queue, kela = queue_of(own, browser_at(DESK)), browser_at(DESK)
    phone, display = browser_at(PHONE), browser_at(DISPLAY)
    display.goto(f"/walk-in/display/{own.point.slug}/")
    queue.goto(f"/queue/points/{own.point.pk}/agencies/")
    queue.locator("main form button").click()
    link = queue.locator("a[href*='/walk-in/agency/']")
    expect(link).to_be_visible()
    assert axe(queue) == []
    kela.goto(urlsplit(link.get_attribute("href") or "").path)
    assert axe(kela) == []
    kela.locator("select[name=matter]").select_option("unsure")
    kela.locator("select[name=meeting]").select_option("alone")
    kela.locator(".agency__give button").click()
    expect(kela.locator(".slip__number")).to_have_text("1")
    kela.locator(".back a").click()
    # The person opens the page of the number on their own phone.
    with heard(phone):
        phone.goto(ticket_path(Ticket.objects.get()))
    expect(phone.locator("#ticket")).to_contain_text("Olet seuraava")
    expect(display.locator(".display__waiting span")).to_have_text(["1"])

    # The guide serves the number, and sends the person to Kela.
    queue.goto("/queue/")
    press(queue, "c")
    expect(queue.locator(".queue__number")).to_contain_text("1")
    press(queue, "s")
    expect(queue.locator("progress")).to_be_visible()
    press(queue, "o")
    expect(queue.locator("h1.queue__number")).to_be_visible()
    expect(phone.locator(".own-number__state")).to_have_text("Olet pisteellä 1.")
    press(queue, "v")
    code = hand_over_code(Ticket.objects.get())
    expect(phone.locator("#ticket")).to_contain_text("Mene seuraavaksi tänne:")
    expect(phone.locator("#ticket")).to_contain_text(code)
    expect(display.locator(".display__rows b")).to_have_count(0)
    assert axe(phone) == []
    # Kela's screen has the number by itself, and sends it back: it is the guide's next again.
    sent = kela.locator(".agency__sent li")
    expect(sent).to_have_count(1)
    expect(sent).to_contain_text(code)
    assert axe(kela) == []
    sent.locator("form").last.locator("button").click()
    expect(kela.locator(".agency__sent")).to_have_count(0)
    queue.goto("/queue/")
    expect(queue.locator("#mine-head")).to_contain_text("1")
    expect(phone.locator("#ticket")).to_contain_text("Olet seuraava")
    expect(display.locator(".display__waiting span")).to_have_text(["1"])
    assert [event.what for event in Ticket.objects.get().events.all()][-1] == "come_back"
