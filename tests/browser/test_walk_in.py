"""From the kiosk to the call: a number is taken, followed on a phone, called, and the display changes."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from office import clock
from office.models import Role
from tests.browser.checks import Survey, axe
from tests.browser.conftest import NewPage
from tests.browser.people import Worker
from tests.browser.test_live import Site, _running
from tests.factories import UnitFactory, UserFactory
from tests.walkin import cast
from tests.walkin.cast import House
from walkin import calling
from walkin.models import Ticket
from walkin.numbers import link_of
from walkin.running import close_intake

pytestmark = pytest.mark.browser
KIOSK, SMALL_KIOSK, DISPLAY, PHONE = (1080, 1920), (800, 1280), (1920, 1080), (390, 844)


def going_on() -> House:
    """A walk-in that began an hour ago, by the real clock."""
    UnitFactory()
    now = clock.now()
    return cast.house(2, start=now - timedelta(hours=1), end=now + timedelta(hours=3))


@pytest.fixture(scope="module")
def _site(django_db_setup: None, django_db_blocker: Any) -> Iterator[Site]:
    with django_db_blocker.unblock(), _running() as site:
        yield site


@pytest.fixture
def site(transactional_db: None, _site: Site) -> Site:
    return _site


@pytest.fixture
def browser_at(site: Site, new_context: Callable[..., BrowserContext]) -> Callable[..., Page]:
    def come(size: tuple[int, int]) -> Page:
        context = new_context(
            base_url=site.address,
            locale="fi-FI",
            timezone_id="Europe/Helsinki",
            viewport={"width": size[0], "height": size[1]},
        )
        return context.new_page()

    return come


@contextmanager
def heard(page: Page) -> Iterator[None]:
    """The page has opened its stream."""
    with page.expect_response(lambda answer: "/live/?ticket=" in answer.url):
        yield


def test_kiosk_ticket_call_display(site: Site, browser_at: Callable[..., Page]) -> None:
    own = going_on()
    kiosk, phone, display = browser_at(KIOSK), browser_at(PHONE), browser_at(DISPLAY)
    staff = Worker(kiosk)
    staff.come_in(UserFactory(roles=[Role.GUIDE], language="fi"))
    staff.open(f"/walk-in/kiosk/{own.point.slug}/use/")
    kiosk.locator("main form button").click()
    with heard(display):
        display.goto(f"/walk-in/display/{own.point.slug}/")
    kiosk.locator(".kiosk__languages a").first.click()
    kiosk.locator(".matters a").last.click()
    kiosk.locator("input[name=meeting]").first.check()
    kiosk.locator(".whom button").click()
    expect(kiosk.locator(".slip__number")).to_have_text("1")
    expect(display.locator(".display__waiting")).to_have_text("1", timeout=5000)

    ticket = Ticket.objects.get()
    with heard(phone):
        phone.goto(link_of(ticket))
    expect(phone.locator(".own-number__state")).to_have_text("Olet seuraava")

    own.next(1)
    expect(phone.locator(".own-number__go")).to_have_text("Sinun vuorosi: mene pisteelle 2")
    expect(phone).to_have_title("Numero 1: sinun vuorosi, piste 2")
    expect(phone.locator("[data-call-said]")).to_have_text("Numero 1: sinun vuorosi, piste 2")
    expect(display.locator(".display__number")).to_have_text("1")
    first = display.locator("html").get_attribute("data-heard")
    assert first
    calling.call_again(ticket.pk, user=own.user)
    expect(phone.locator(".own-number")).to_contain_text("Sinua on kutsuttu uudelleen.")
    expect(display.locator("html")).not_to_have_attribute("data-heard", first)
    expect(phone.locator("[data-sound]")).to_be_visible()
    own.done(own.came(ticket))
    expect(phone.locator(".own-number--over")).to_be_visible()
    expect(phone.locator("[data-sound]")).to_be_hidden()
    expect(display.locator(".display__number")).to_have_count(0)


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
    expect(display.locator("[data-live-off]")).to_be_visible(timeout=10_000)
    expect(display.locator("[data-stale]")).to_be_visible(timeout=15_000)
    own.next()
    site.start_live()
    display.context.set_offline(False)
    expect(display.locator(".display__number")).to_have_text("1", timeout=20_000)
    expect(display.locator("[data-stale]")).to_be_hidden()
    expect(display.locator("[data-live-off]")).to_be_hidden(timeout=20_000)
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
    survey.at(link_of(second))
    own.next()
    survey.at(link_of(first))
    survey.at(f"/walk-in/kiosk/{own.point.slug}/", 403 if not _demo() else 200)
    staff = Worker(survey.page)
    staff.come_in(UserFactory(roles=[Role.GUIDE], language="fi"))
    survey.at(f"/walk-in/kiosk/{own.point.slug}/use/")
    survey.page.locator("main form button").click()
    wrong = survey.wrong
    page = survey.page
    kiosk = f"/walk-in/kiosk/{own.point.slug}/"
    for size in (KIOSK, SMALL_KIOSK):
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
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
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
