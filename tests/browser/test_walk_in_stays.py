"""What stays in a walk-in: the screen awake, sound, focus, what is open, the badge, words whole."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from office.models import Role
from tests.browser.checks import BROKEN_WORDS, until
from tests.browser.conftest import DESK
from tests.browser.keys import press
from tests.browser.people import Worker
from tests.browser.sites import Site
from tests.browser.walk_ins import PHONE, going_on, heard, take_into_use
from tests.browser.walk_ins import browser_at as browser_at
from tests.factories import UserFactory
from walkin.actions.take_number import ticket_path

pytestmark = pytest.mark.browser

# A browser without a screen neither stays awake nor sounds: it tells what it was asked for.
ASKED = """
window.locks = [];
Object.defineProperty(navigator, "wakeLock", { value: { request: async () => {
  const lock = { released: false, release() { this.released = true; } };
  window.locks.push(lock);
  return lock;
} } });
window.tones = 0;
const make = AudioContext.prototype.createOscillator;
AudioContext.prototype.createOscillator = function () { window.tones += 1; return make.call(this); };
"""
AWAKE = "window.locks.filter((lock) => !lock.released).length"


def asked_of(page: Page) -> Page:
    page.context.add_init_script(ASKED)
    return page


def test_the_screen_of_a_phone_stays_on_while_somebody_waits(
    site: Site, browser_at: Callable[..., Page]
) -> None:
    own = going_on(1)
    ticket = own.take()
    phone = asked_of(browser_at(PHONE))
    with heard(phone):
        phone.goto(ticket_path(ticket))
    said = phone.locator("[data-stays-awake]")
    expect(said).to_be_visible()
    assert phone.evaluate(AWAKE) == 1
    own.next()
    expect(phone.locator(".own-number__go")).to_be_visible()
    assert phone.evaluate(AWAKE) == 1
    own.done(own.came(ticket))
    expect(phone.locator(".own-number--over")).to_be_visible()
    until(phone, f"{AWAKE} === 0")
    expect(said).to_be_hidden()


def test_the_sound_stays_as_it_was_chosen(site: Site, browser_at: Callable[..., Page]) -> None:
    own = going_on(1)
    ticket = own.take()
    phone = asked_of(browser_at(PHONE))
    with heard(phone):
        phone.goto(ticket_path(ticket))
    button, said = phone.locator("[data-sound]"), phone.locator("[data-sound-said]")
    expect(button).to_have_attribute("aria-pressed", "false")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(said).to_have_text("Merkkiääni on päällä.")
    # Loaded anew, as by a press of another button, it is still on; a touch is enough where one is needed.
    with heard(phone):
        phone.reload()
    expect(button).to_have_attribute("aria-pressed", "true")
    phone.locator("h1").click()
    expect(said).to_have_text("Merkkiääni on päällä.")
    before = phone.evaluate("window.tones")
    own.next()
    expect(phone.locator(".own-number__go")).to_be_visible()
    until(phone, f"window.tones > {before}")
    # And off is off, for the next call and on the page loaded anew.
    button.click()
    expect(said).to_have_text("Merkkiääni on pois päältä.")
    with heard(phone):
        phone.reload()
    expect(button).to_have_attribute("aria-pressed", "false")
    phone.locator("h1").click()
    own.absent(ticket)
    expect(phone.locator("#ticket")).to_contain_text("Sinua on kutsuttu uudelleen.")
    assert phone.evaluate("window.tones") == 0


@pytest.fixture
def queue(site: Site, new_context: Callable[..., BrowserContext]) -> tuple[Any, Page]:
    """Open a supervisor's queue at the first of two desks, with its stream; two wait, one is over."""
    own = going_on(2)
    for _number in range(3):
        own.take()
    own.done(own.serve())
    supervisor = UserFactory(roles=[Role.SUPERVISOR], language="fi")
    own.people[0].user = supervisor
    own.people[0].save()
    width, height = DESK
    page = new_context(
        base_url=site.address, locale="fi-FI", viewport={"width": width, "height": height}
    ).new_page()
    Worker(page).come_in(supervisor)
    with heard(page):
        page.goto("/queue/")
    return own, page


def test_what_is_open_and_the_focus_stay_on_the_staffs_queue(queue: tuple[Any, Page]) -> None:
    own, page = queue
    rows = page.locator(".queue__table tbody tr")
    expect(rows).to_have_count(2)
    opened = ("#queue-leave", f"#over-{own.duties[1].pk}", "#queue-finished-list")
    for details in opened:
        page.locator(f"{details} > summary").click()
    rows.nth(1).locator("a").focus()
    # Another comes, and a colleague calls: the row that has the focus moves, and keeps it.
    own.take()
    expect(rows).to_have_count(3)
    expect(rows.nth(1).locator("a")).to_be_focused()
    own.next(1)
    expect(rows).to_have_count(2)
    expect(rows.nth(0).locator("a")).to_be_focused()
    expect(page.locator("#mine-head")).to_contain_text("3")
    for details in opened:
        expect(page.locator(details)).to_have_attribute("open", "")


def test_the_badge_follows_the_queue(queue: tuple[Any, Page]) -> None:
    own, page = queue
    badge = page.locator("[data-counter=queue]").first
    expect(badge).to_have_text("2")
    own.take()
    expect(badge).to_have_text("3")
    for _number in range(3):
        own.done(own.serve(1))
    expect(badge).to_be_hidden()
    own.take()
    expect(badge).to_be_visible()
    expect(badge).to_have_text("1")


def test_no_word_of_a_button_is_broken_on_a_phone(
    site: Site, browser_at: Callable[..., Page]
) -> None:
    own = going_on(1)
    ticket = own.take()
    supervisor = UserFactory(roles=[Role.SUPERVISOR], language="fi")
    own.people[0].user = supervisor
    own.people[0].save()
    kiosk, staff = browser_at(PHONE), browser_at(PHONE)
    take_into_use(kiosk, own)
    for path in ("", "?language=fi", "?language=en&matter=unsure", "here/?language=sv"):
        kiosk.goto(f"/walk-in/kiosk/{own.point.slug}/{path}")
        assert kiosk.evaluate(BROKEN_WORDS, ".button") == [], path
    # Nor in the bar of undoing, on whatever page it comes.
    Worker(staff).come_in(supervisor)
    staff.goto("/queue/")
    press(staff, "c")
    expect(staff.locator("form.undo")).to_be_visible()
    for path in ("/queue/", f"/queue/numbers/{ticket.pk}/slip/", "/my-day/"):
        staff.goto(path)
        expect(staff.locator("form.undo")).to_be_visible()
        assert staff.evaluate(BROKEN_WORDS, ".button") == [], path
