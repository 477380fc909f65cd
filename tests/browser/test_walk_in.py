"""Kiosk, phone, queue and display at once: numbers taken, called, lost networks, the end of the day."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect
from pypdfium2 import PdfDocument

from office.core import clock
from office.models import Role
from tests.browser.checks import Survey, axe, until
from tests.browser.conftest import NewPage
from tests.browser.people import Worker
from tests.browser.sites import Site
from tests.browser.walk_ins import (
    DISPLAY,
    KIOSK,
    LOW_KIOSK,
    PHONE,
    SMALL_KIOSK,
    Morning,
    going_on,
    heard,
    take_into_use,
)
from tests.browser.walk_ins import browser_at as browser_at
from tests.browser.walk_ins import morning as morning
from tests.factories import ProfessionalFactory, UserFactory
from tests.partial_languages import check
from walkin.actions.calling import call
from walkin.actions.take_number import ticket_path
from walkin.days.duties import end_duty, put_on_duty
from walkin.days.lifecycle import close_intake, end_day
from walkin.models import PointRules, Ticket

pytestmark = pytest.mark.browser


def test_a_morning_in_four_browsers(site: Site, morning: Morning) -> None:
    own, kiosk, phone = morning.own, morning.kiosk, morning.phone
    queue, display = morning.queue, morning.display

    # One number at the kiosk, one on a phone by the code of the day.
    morning.take_at_the_kiosk(1)
    phone.goto(f"/walk-in/take/{own.day.code}/")
    phone.locator(".matters a").last.click()
    phone.locator("input[name=meeting]").first.check()
    with heard(phone):
        phone.locator(".whom button").click()
    expect(phone.locator(".own-number__number")).to_have_text("2")
    expect(phone.locator(".own-number")).to_contain_text("1 numero ennen sinua")
    expect(display.locator(".display__waiting span")).to_have_text(["1", "2"])
    expect(queue.locator(".queue__table tbody tr")).to_have_count(2)
    morning.is_accessible("waiting")

    # Called, called again, nobody comes: others go first.
    morning.press("c")
    morning.shows(1)
    expect(display.locator(".display__desk b")).to_have_text("1")
    expect(phone.locator(".own-number")).to_contain_text("Olet seuraava")
    first = morning.heard()
    assert first
    expect(queue.locator(".queue__number")).to_contain_text("1")
    morning.press("a")
    expect(display.locator("html")).not_to_have_attribute("data-heard", first)
    expect(display.locator(".display__call")).to_have_class(re.compile("is-new"))
    expect(queue.locator(".queue__time")).to_contain_text("2")
    morning.press("x")
    morning.shows(None)

    # The phone is called, put back (others go before number 1 still), called again and served.
    expect(queue.locator("#mine-head")).to_contain_text("2")
    morning.press("c")
    morning.shows(2)
    expect(phone.locator(".own-number__go")).to_have_text("Sinun vuorosi: mene pisteelle 1")
    expect(phone).to_have_title("Numero 2: sinun vuorosi, piste 1")
    expect(phone.locator("[data-call-said]")).to_have_text("Numero 2: sinun vuorosi, piste 1")
    expect(phone.locator("[data-sound]")).to_be_visible()
    expect(queue.locator(".queue__number")).to_contain_text("2")
    morning.is_accessible("called")
    morning.press("b")
    morning.shows(None)
    expect(phone.locator(".own-number")).to_contain_text("Olet seuraava")
    expect(phone).to_have_title(re.compile("^2"))
    expect(queue.locator("#mine-head")).to_contain_text("2")
    morning.press("c")
    morning.shows(2)
    expect(queue.locator(".queue__number")).to_contain_text("2")
    morning.press("s")
    expect(phone.locator(".own-number__state")).to_have_text("Olet pisteellä 1.")
    expect(display.locator(".display__rows b")).to_have_text("2")
    expect(queue.locator("progress")).to_be_visible()
    morning.is_accessible("serving")
    morning.press("1")
    expect(phone.locator(".own-number--over")).to_be_visible()
    expect(phone.locator("[data-sound]")).to_be_hidden()

    # The display loses the network, and what was called meanwhile is shown and heard when it is back.
    kiosk.goto(f"/walk-in/kiosk/{own.point.slug}/")
    morning.take_at_the_kiosk(3)
    expect(queue.locator("#mine-head")).to_contain_text("3")
    before = morning.heard()
    # A browser that is told to be offline still hears the stream that it has.
    site.stop_live()
    display.context.set_offline(True)
    expect(display.locator("[data-stale]").first).to_be_visible()
    morning.press("c")
    expect(queue.locator(".queue__number")).to_contain_text("3")
    morning.shows(None)
    site.start_live()
    display.context.set_offline(False)
    morning.shows(3)
    expect(display.locator("[data-stale]").first).to_be_hidden()
    expect(display.locator("html")).not_to_have_attribute("data-heard", before)
    morning.press("s")
    expect(queue.locator("progress")).to_be_visible()
    morning.press("1")
    expect(queue.locator(".queue__number")).to_have_count(0)

    # The end of the day: screens say so, links die.
    kiosk.goto(f"/walk-in/kiosk/{own.point.slug}/")
    expect(kiosk.locator(".kiosk__languages")).to_be_visible()
    queue.goto(f"/queue/day/{own.day.pk}/end/")
    queue.locator("main form .button--danger").click()
    expect(display.locator(".display__quiet")).to_contain_text("Walk-in on suljettu")
    expect(kiosk.locator(".kiosk__languages")).to_have_count(0)
    morning.is_accessible("ended")
    states = dict(Ticket.objects.filter(day=own.day).values_list("number", "state"))
    assert states == {1: "closed", 2: "done", 3: "done"}
    assert phone.goto(phone.url).status == 404


def test_a_change_while_the_page_is_being_read_is_not_lost(
    site: Site, browser_at: Callable[..., Page]
) -> None:
    own = going_on(1)
    ticket = own.take()
    phone = browser_at(PHONE)
    with heard(phone):
        phone.goto(ticket_path(ticket))
    slow: list[Route] = []

    def hold_the_first(route: Route) -> None:
        if slow:
            route.continue_()
        else:
            slow.append(route)

    phone.route("**/walk-in/ticket/**", hold_the_first)
    own.next()
    for _turn in range(3_000):
        if slow:
            break
        phone.wait_for_timeout(20)
    # Read before the visit began, and arriving after it.
    answer = slow[0].fetch()
    own.came(ticket)
    phone.wait_for_timeout(600)
    slow[0].fulfill(response=answer)
    expect(phone.locator(".own-number__state")).to_have_text("Olet pisteellä 1.")
    expect(phone.locator(".own-number__go")).to_have_count(0)


def test_the_kiosk_forgets_whoever_was_there(site: Site, browser_at: Callable[..., Page]) -> None:
    own = going_on(1)
    kiosk = browser_at(SMALL_KIOSK)
    kiosk.clock.install()
    take_into_use(kiosk, own)
    start = re.compile(rf"/walk-in/kiosk/{own.point.slug}/$")

    # Nothing on it leads anywhere but on and back, and nobody is signed in at it.
    for path in ("", "?language=sv", "?language=en&matter=unsure"):
        kiosk.goto(f"/walk-in/kiosk/{own.point.slug}/{path}")
        ways = kiosk.locator("a[href]:not(.skip-link)").evaluate_all(
            "links => links.map((link) => new URL(link.href).pathname)"
        )
        home = f"/walk-in/kiosk/{own.point.slug}/"
        assert set(ways) <= {home, f"{home}here/"}
    names = {cookie["name"] for cookie in kiosk.context.cookies()}
    assert "sessionid" not in names

    kiosk.goto(f"/walk-in/kiosk/{own.point.slug}/?language=sv")
    kiosk.clock.fast_forward("00:46")
    expect(kiosk).to_have_url(start)
    # Each step takes the place of the one before, also that of a refused form.
    length = "history.length"
    before = kiosk.evaluate(length)
    kiosk.locator(".kiosk__languages a").nth(1).click()
    kiosk.locator(".matters a").last.click()
    kiosk.locator(".whom button").click()
    expect(kiosk.locator("[data-error-summary]")).to_be_visible()
    kiosk.locator("input[name=meeting]").first.check()
    # Without a network the buttons are off, in the person's language, and nothing else stands there.
    kiosk.context.set_offline(True)
    expect(kiosk.locator("[data-lost]")).to_contain_text("Ingen anslutning")
    expect(kiosk.locator("main")).to_have_attribute("inert", "")
    kiosk.context.set_offline(False)
    kiosk.clock.fast_forward("00:04")
    expect(kiosk.locator("[data-lost]")).to_be_hidden()
    kiosk.locator(".whom button").click()
    expect(kiosk.locator(".slip__number")).to_have_text("1")
    slip = kiosk.url
    kiosk.locator(".actions a").click()
    expect(kiosk).to_have_url(start)
    assert kiosk.evaluate(length) == before
    # And by itself.
    kiosk.goto(slip)
    expect(kiosk.locator(".slip__number")).to_have_text("1")
    kiosk.clock.fast_forward("00:31")
    expect(kiosk).to_have_url(start)


def test_no_page_of_the_browsers_own_stays_on_the_kiosk(
    site: Site, browser_at: Callable[..., Page]
) -> None:
    own = going_on(1)
    kiosk = browser_at(SMALL_KIOSK)
    take_into_use(kiosk, own)
    until(kiosk, "navigator.serviceWorker.controller !== null")
    home = f"/walk-in/kiosk/{own.point.slug}/"
    # The network goes after the server was asked: the step leads nowhere, and so does loading anew.
    kiosk.context.set_offline(True)
    for step in (f"location.replace('{home}?language=sv')", "location.reload()"):
        kiosk.evaluate(step)
        expect(kiosk.locator("main [role=alert] p")).to_have_count(3)
        expect(kiosk.locator("main [lang=sv]")).to_contain_text("Ingen anslutning")
    assert axe(kiosk) == []
    # Nobody touches it; the start is there again when the network is.
    kiosk.context.set_offline(False)
    expect(kiosk.locator(".kiosk__languages")).to_be_visible()
    expect(kiosk).to_have_url(re.compile(rf"{home}$"))


def test_the_slip_is_one_small_page_of_paper(site: Site, browser_at: Callable[..., Page]) -> None:
    own = going_on(1)
    kiosk = browser_at(KIOSK)
    take_into_use(kiosk, own)
    kiosk.goto(f"/walk-in/kiosk/{own.point.slug}/?language=fi&matter=unsure")
    kiosk.locator("input[name=meeting]").first.check()
    kiosk.locator(".whom button").click()
    expect(kiosk.locator(".slip__number")).to_have_text("1")
    # Paper of eighty millimetres, as a receipt printer has it.
    paper = PdfDocument(kiosk.pdf(width="80mm", height="160mm"))
    assert len(paper) == 1
    text = paper[0].get_textpage().get_text_range()
    assert "Numerosi" in text
    assert "Tulosta" not in text
    assert "Aloita alusta" not in text


def test_a_slip_prints_itself_once_where_the_point_wants_it(
    site: Site, browser_at: Callable[..., Page]
) -> None:
    own = going_on(1)
    kiosk = browser_at(KIOSK)
    kiosk.add_init_script("window.prints = 0; window.print = () => { window.prints += 1; };")
    take_into_use(kiosk, own)
    for prints_slips in (False, True):
        PointRules.objects.filter(service_point=own.point).update(prints_slips=prints_slips)
        kiosk.goto(f"/walk-in/kiosk/{own.point.slug}/?language=fi&matter=unsure")
        kiosk.locator("input[name=meeting]").first.check()
        kiosk.locator(".whom button").click()
        expect(kiosk.locator(".slip__number")).to_be_visible()
        expect(kiosk.locator("[data-print]")).to_be_visible()
        kiosk.wait_for_load_state()
        assert kiosk.evaluate("window.prints") == int(prints_slips)
    kiosk.reload()
    expect(kiosk.locator("[data-print]")).to_be_visible()
    assert kiosk.evaluate("window.prints") == 0
    kiosk.locator("[data-print]").click()
    assert kiosk.evaluate("window.prints") == 1


def test_the_display_says_that_it_has_lost_its_connection_and_comes_back_right(
    site: Site, browser_at: Callable[..., Page]
) -> None:
    own = going_on()
    own.take()
    display = browser_at(DISPLAY)
    with heard(display):
        display.goto(f"/walk-in/display/{own.point.slug}/")
    display.context.set_offline(True)
    site.stop_live()
    expect(display.locator("[data-stale]").first).to_be_visible()
    # It reads itself anew without the stream: what would say otherwise is not said.
    expect(display.locator("[data-live-off]")).to_be_hidden()
    own.next()
    site.start_live()
    display.context.set_offline(False)
    expect(display.locator(".display__number")).to_have_text("1")
    expect(display.locator("[data-stale]").first).to_be_hidden()
    # What was called meanwhile still stands, so it is heard now.
    assert display.locator("html").get_attribute("data-heard")


def test_axe_finds_nothing(server: str, new_page: NewPage) -> None:
    own = going_on()
    survey = Survey(new_page())
    survey.at("/walk-in/")
    take = f"/walk-in/take/{own.day.code}/"
    survey.at(take)
    survey.at(f"{take}?matter=unsure")
    survey.page.locator(".whom button").click()
    survey.look("how one is here, nothing chosen")
    survey.at("/walk-in/take/no-such-code/", 404)
    first, second = own.take(), own.take()
    survey.at(ticket_path(second))
    own.next()
    survey.at(ticket_path(first))
    survey.at(f"/walk-in/kiosk/{own.point.slug}/", 403 if not _demo() else 200)
    staff = Worker(survey.page)
    staff.come_in(UserFactory(roles=[Role.GUIDE], language="fi"))
    survey.at(f"/walk-in/kiosk/{own.point.slug}/use/")
    survey.page.locator("main form button").click()
    wrong = survey.wrong
    page = survey.page
    kiosk = f"/walk-in/kiosk/{own.point.slug}/"
    for size in (KIOSK, SMALL_KIOSK, LOW_KIOSK):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        for path in (kiosk, f"{kiosk}?language=sv", f"{kiosk}?language=en&matter=unsure"):
            page.goto(path)
            wrong += [f"{path} {size}: {text}" for text in axe(page)]
            tall = page.evaluate("document.scrollingElement.scrollHeight - innerHeight")
            wrong += [f"{path} {size}: scrolls {tall}"] if tall > 0 else []
    page.locator("input[name=meeting]").first.check()
    page.locator(".whom button").click()
    expect(page.locator(".slip__number")).to_have_text("3")
    wrong += [f"slip: {text}" for text in axe(page)]
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": DISPLAY[0], "height": DISPLAY[1]})
        page.goto(f"/walk-in/display/{own.point.slug}/")
        wrong += [f"display {scheme}: {text}" for text in axe(page)]
    close_intake(own.day.pk)
    survey.at("/walk-in/")
    survey.at(take)
    survey.done()


def _demo() -> bool:
    from django.conf import settings

    return bool(settings.DEMO)


def test_the_phone_is_right_from_an_ill_duty_person_to_the_end_of_the_day(
    site: Site, browser_at: Callable[..., Page]
) -> None:
    own = going_on(1)
    for duty in own.day.duties.all():
        end_duty(duty.pk)
    ticket = own.take()
    phone = browser_at(PHONE)
    with heard(phone):
        phone.goto(ticket_path(ticket))
    expect(phone.locator("#ticket")).to_contain_text("Odotusaikaa ei vielä tiedetä")
    phone.locator("#leave summary").click()

    # The substitute sits down: the wait is told, and what the person opened stays, with the focus.
    substitute = ProfessionalFactory(points=[own.point])
    duty = put_on_duty(
        own.day.pk, substitute, start=clock.now(), end=own.day.ends_at, desk=own.desks[0]
    )
    expect(phone.locator("#ticket")).to_contain_text("Olet seuraava")
    expect(phone.locator("[data-word=likely]")).to_be_visible()
    expect(phone.locator("#leave .button--danger")).to_be_visible()
    expect(phone.locator("#leave summary")).to_be_focused()
    other = own.take()
    call(duty.pk, other.pk, user=own.user)
    expect(phone.locator("[data-word=likely]")).not_to_have_text("enintään 5 minuuttia")
    expect(phone.locator("#leave summary")).to_be_focused()

    # The day ends while the page is open: it says so by itself, and asks no more.
    end_day(own.day.pk, anyway=True)
    expect(phone.locator("h1")).to_have_text("Tämän numeron sivu ei ole enää auki")
    expect(phone.locator("[data-stale]")).to_be_hidden()
    expect(phone.locator("[data-live]")).to_have_count(0)


def test_a_number_at_the_kiosk_from_right_to_left(
    site: Site, browser_at: Callable[..., Page]
) -> None:
    own = going_on(1)
    check("ar")
    kiosk = browser_at(KIOSK)
    take_into_use(kiosk, own)
    assert axe(kiosk) == []
    kiosk.locator(".kiosk__partial a").click()
    expect(kiosk.locator(".matters")).to_be_visible()
    is_right_to_left(kiosk)
    kiosk.locator(".matters a").last.click()
    expect(kiosk.locator(".whom")).to_be_visible()
    is_right_to_left(kiosk)
    kiosk.locator("input[name=meeting]").first.check()
    kiosk.locator(".whom button").click()
    expect(kiosk.locator(".slip__number")).to_have_text("1")
    is_right_to_left(kiosk)


def is_right_to_left(page: Page) -> None:
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    assert axe(page) == []
    # Such a page grows out of sight to the left.
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
