"""Bad moments of a walk-in in four browsers: nobody on duty, a wrong key, the day ends meanwhile."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from office.models import Role
from tests.browser.conftest import DESK
from tests.browser.sites import Site
from tests.browser.walk_ins import Morning, heard
from tests.browser.walk_ins import browser_at as browser_at
from tests.browser.walk_ins import morning as morning
from tests.factories import ProfessionalFactory, UserFactory
from walkin.actions.agencies import make_link
from walkin.actions.take_number import ticket_path
from walkin.days.duties import end_duty
from walkin.models import Destination, Ticket, TicketEvent

pytestmark = pytest.mark.browser


def follow(morning: Morning, number: int) -> None:
    """Open the page of the person's number on the phone."""
    ticket = Ticket.objects.get(day=morning.own.day, number=number)
    with heard(morning.phone):
        morning.phone.goto(ticket_path(ticket))


def test_the_duty_person_is_ill_and_a_substitute_sits_down(site: Site, morning: Morning) -> None:
    own, kiosk, phone, queue = morning.own, morning.kiosk, morning.phone, morning.queue
    for duty in own.day.duties.all():
        end_duty(duty.pk)
    # The supervisor at this screen is the substitute: nobody has planned them for today.
    substitute = ProfessionalFactory(points=[own.point])
    gone = own.people[0]
    substitute.user, gone.user = gone.user, None
    gone.save()
    substitute.save()

    # Numbers are given, and nobody is told a wait that is not known.
    kiosk.reload()
    unknown = "Odotusaikaa ei vielä tiedetä"
    expect(kiosk.locator(".kiosk__languages")).to_contain_text(unknown)
    morning.take_at_the_kiosk(1)
    expect(kiosk.locator(".slip")).to_contain_text(unknown)
    kiosk.locator(".actions a").last.click()
    expect(kiosk.locator(".kiosk__languages")).to_be_visible()
    follow(morning, 1)
    expect(phone.locator("#ticket")).to_contain_text(unknown)
    expect(morning.display.locator(".display__waiting span")).to_have_text(["1"])
    morning.is_accessible("nobody on duty")

    # The substitute sits down: everybody is told the wait, by itself.
    queue.reload()
    queue.locator("#queue-mine form[action='/queue/desk/'] button").click()
    expect(queue.locator("#mine-head")).to_contain_text("1")
    expect(phone.locator("#ticket")).to_contain_text("Olet seuraava")
    expect(phone.locator("[data-word=likely]")).to_be_visible()
    expect(kiosk.locator(".kiosk__languages")).not_to_contain_text(unknown)
    expect(kiosk.locator(".kiosk__languages")).to_contain_text("minuuttia")
    morning.press("c")
    morning.shows(1)
    expect(phone.locator(".own-number__go")).to_have_text("Sinun vuorosi: mene pisteelle 1")


def test_a_wrong_key_is_undone_before_everybodys_eyes(site: Site, morning: Morning) -> None:
    phone, queue, display = morning.phone, morning.queue, morning.display
    for number in (1, 2):
        morning.take_at_the_kiosk(number)
        morning.kiosk.locator(".actions a").last.click()
        expect(morning.kiosk.locator(".kiosk__languages")).to_be_visible()
    follow(morning, 1)
    morning.press("c")
    morning.shows(1)
    expect(queue.locator(".queue__number")).to_contain_text("1")
    morning.press("s")
    expect(phone.locator(".own-number__state")).to_have_text("Olet pisteellä 1.")
    expect(queue.locator("progress")).to_be_visible()

    # The visit is ended by mistake: the phone and the wall say so, until the next key.
    morning.press("1")
    expect(phone.locator(".own-number--over")).to_be_visible()
    expect(display.locator(".display__rows b")).to_have_count(0)
    expect(queue.locator("form.undo")).to_be_visible()
    morning.press("u")
    expect(queue.locator("progress")).to_be_visible()
    expect(phone.locator(".own-number__state")).to_have_text("Olet pisteellä 1.")
    expect(display.locator(".display__rows b")).to_have_text("1")
    expect(display.locator(".display__waiting span")).to_have_text(["2"])
    morning.is_accessible("undone")
    ticket = Ticket.objects.get(day=morning.own.day, number=1)
    assert (ticket.state, ticket.outcome) == ("serving", "")
    undone = TicketEvent.objects.get(ticket=ticket, what="undo")
    assert undone.undoes is not None
    assert undone.undoes.what == "done"


def test_the_day_ends_while_pages_are_open(
    site: Site, morning: Morning, browser_at: Callable[..., Page]
) -> None:
    own, kiosk, phone, queue = morning.own, morning.kiosk, morning.phone, morning.queue
    place: Any = {"service_point": own.point, "name": "Kela", "where": "1. kerros"}
    kela, agency = Destination.objects.create(**place), browser_at(DESK)
    morning.take_at_the_kiosk(1)
    kiosk.locator(".actions a").last.click()
    follow(morning, 1)
    with heard(agency):
        agency.goto(make_link(kela, own.day.pk, user=UserFactory(roles=[Role.GUIDE])).path)

    queue.goto(f"/queue/day/{own.day.pk}/end/")
    queue.locator("main form .button--danger").click()

    # Each says so by itself, asks no more, and none is a page of an error.
    expect(phone.locator("h1")).to_have_text("Tämän numeron sivu ei ole enää auki")
    expect(agency.locator("h1")).to_have_text("Tämä sivu ei ole enää auki")
    expect(agency.locator("main form, #sent")).to_have_count(0)
    for page in (phone, agency):
        expect(page.locator("[data-live]")).to_have_count(0)
        expect(page.locator("[data-stale]")).to_be_hidden()
    expect(morning.display.locator(".display__quiet")).to_contain_text("Walk-in on suljettu")
    expect(kiosk.locator(".kiosk__languages")).to_have_count(0)
    expect(kiosk.locator(".kiosk__shut").first).to_be_visible()
    morning.is_accessible("ended")
