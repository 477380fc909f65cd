"""A walk-in by the real clock with its browsers: kiosk, phone, the supervisor's queue, display."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from office.core import clock
from office.models import Role
from tests.browser.checks import axe
from tests.browser.conftest import DESK
from tests.browser.keys import press
from tests.browser.people import Worker
from tests.browser.sites import Site
from tests.factories import UnitFactory, UserFactory
from tests.walkin import cast
from tests.walkin.cast import RunningWalkIn

KIOSK, SMALL_KIOSK, LOW_KIOSK = (1080, 1920), (800, 1280), (1024, 768)
DISPLAY, PHONE = (1920, 1080), (390, 844)


def going_on(desks: int = 2) -> RunningWalkIn:
    """Make a walk-in that began an hour ago, by the real clock."""
    UnitFactory()
    now = clock.now()
    return cast.running_walk_in(desks, start=now - timedelta(hours=1), end=now + timedelta(hours=3))


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
    """Wait until the page has opened its stream."""
    with page.expect_response(lambda answer: "/live/?ticket=" in answer.url):
        yield


def take_into_use(kiosk: Page, own: RunningWalkIn) -> None:
    """Make the browser a kiosk of the point, as a guide does."""
    guide = Worker(kiosk)
    guide.come_in(UserFactory(roles=[Role.GUIDE], language="fi"))
    # The icon that the bare first page asks for must not bring another CSRF cookie meanwhile.
    kiosk.wait_for_load_state("networkidle")
    guide.open(f"/walk-in/kiosk/{own.point.slug}/use/")
    kiosk.locator("main form button").click()
    expect(kiosk.locator(".kiosk__languages")).to_be_visible()


@dataclass
class Morning:
    """Four browsers at a walk-in of one desk: kiosk, phone, the supervisor's queue, display."""

    own: RunningWalkIn
    kiosk: Page
    phone: Page
    queue: Page
    display: Page

    def take_at_the_kiosk(self, number: int) -> None:
        self.kiosk.locator(".kiosk__languages a").first.click()
        self.kiosk.locator(".matters a").last.click()
        self.kiosk.locator("input[name=meeting]").first.check()
        self.kiosk.locator(".whom button").click()
        expect(self.kiosk.locator(".slip__number")).to_have_text(str(number))

    def press(self, key: str) -> None:
        """Press a supervisor's key, on the page that the one before has led to."""
        self.queue.wait_for_load_state()
        press(self.queue, key)

    def shows(self, number: int | None) -> None:
        """Expect this number on the display and the supervisor's screen, without touching them."""
        called = self.display.locator(".display__number")
        if number is None:
            expect(called).to_have_count(0)
        else:
            # Without the live process the display reads itself every ten seconds.
            expect(called).to_have_text(str(number))

    def heard(self) -> str:
        return self.display.locator("html").get_attribute("data-heard") or ""

    def is_accessible(self, frozen_at: str) -> None:
        pages = (self.kiosk, self.phone, self.queue, self.display)
        names = ("kiosk", "phone", "queue", "display")
        found = [
            f"{frozen_at}, {n}: {t}" for n, p in zip(names, pages, strict=True) for t in axe(p)
        ]
        assert found == [], "\n".join(found)


@pytest.fixture
def morning(site: Site, browser_at: Callable[..., Page]) -> Morning:
    own = going_on(1)
    supervisor = UserFactory(roles=[Role.SUPERVISOR], language="fi")
    own.people[0].user = supervisor
    own.people[0].save()
    kiosk, phone = browser_at(KIOSK), browser_at(PHONE)
    queue, display = browser_at(DESK), browser_at(DISPLAY)
    take_into_use(kiosk, own)
    Worker(queue).come_in(supervisor)
    with heard(queue):
        queue.goto("/queue/")
    with heard(display):
        display.goto(f"/walk-in/display/{own.point.slug}/")
    return Morning(own, kiosk, phone, queue, display)
