"""Browsers at the real server. Whatever a page asks of another host is a failure."""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page, Request, expect

from tests.browser import house as houses
from tests.browser.house import House
from tests.browser.sites import Site, running_site
from tests.server import wait_for_quiet

PHONE, DESK = (390, 844), (1366, 768)
# How long a state is waited for, in milliseconds: a busy machine is slow, not wrong.
PATIENCE = 60_000
expect.set_options(timeout=PATIENCE)
NewPage = Callable[..., Page]


@pytest.fixture
def house(server: str) -> House:
    """Build a unit with two points, two services, their staff and users."""
    return houses.build()


@pytest.fixture(scope="session")
def _site(django_db_setup: None, django_db_blocker: Any) -> Iterator[Site]:
    with django_db_blocker.unblock(), running_site() as site:
        yield site


@pytest.fixture
def site(transactional_db: None, _site: Site) -> Iterator[Site]:
    """Yield the product with its live process; the tables are empty at first."""
    yield _site
    # A journey that failed in the middle may have left it stopped.
    if not _site.is_live:
        _site.start_live()
    wait_for_quiet()


@pytest.fixture
def new_page(server: str, new_context: Callable[..., BrowserContext]) -> Iterator[NewPage]:
    """Open a browser of somebody new: an own session, an own address."""
    opened: list[BrowserContext] = []
    foreign: list[str] = []
    errors: list[str] = []
    host = urlsplit(server).netloc

    def watch(request: Request) -> None:
        url = urlsplit(request.url)
        if url.scheme not in ("data", "blob") and url.netloc != host:
            foreign.append(request.url)

    def open_one(
        size: tuple[int, int] = PHONE, language: str = "fi", *, may_leave: bool = False, **more: Any
    ) -> Page:
        context = new_context(
            base_url=server,
            locale={"fi": "fi-FI", "sv": "sv-FI", "en": "en-GB"}[language],
            timezone_id="Europe/Helsinki",
            viewport={"width": size[0], "height": size[1]},
            reduced_motion="reduce",
            extra_http_headers={"X-Forwarded-For": f"198.51.100.{len(opened) + 1}"},
            **more,
        )
        context.set_default_timeout(PATIENCE)
        opened.append(context)
        if not may_leave:
            context.on("request", watch)
        context.on("weberror", lambda error: errors.append(str(error.error)))
        return context.new_page()

    yield open_one
    assert foreign == []
    assert errors == []
