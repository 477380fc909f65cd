"""A draft tied to a sign-in, in Chromium, with a real provider beside the real server."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from plans.models import Plan
from tests.browser.checks import Survey
from tests.browser.conftest import NewPage
from tests.browser.planning import Writer
from tests.factories import UnitFactory
from tests.plans.oidc import Provider, environment, provider
from tests.server import gunicorn

pytestmark = pytest.mark.browser


@pytest.fixture
def idp() -> Iterator[Provider]:
    with provider() as found:
        yield found


@pytest.fixture
def site(transactional_db: None, idp: Provider) -> Iterator[str]:
    """Run a server of a unit that has switched it on."""
    with gunicorn(**environment(idp)) as address:
        yield address


def test_tied_closed_and_opened_by_signing_in(
    site: str, server: str, idp: Provider, new_page: NewPage
) -> None:
    UnitFactory()
    writer = Writer(new_page(may_leave=True))
    page = writer.page
    link = ""

    def at(path: str) -> None:
        writer.open(f"{site}{path}")

    at("/plan/begin/?children=1")
    page.locator("[name=name1]").fill("Aino")
    page.locator("[name=age1]").select_option("6-9")
    writer.press("Continue")
    link = page.url
    survey = Survey(page)
    page.locator("summary", has_text=writer.word("Open it by signing in instead")).click()
    survey.look("link page")
    writer.press("Connect the draft to a sign-in")
    writer.sees("Sign in to connect your draft to it")
    survey.look("before the sign-in")
    page.locator("main .actions a").click()

    # Back from the provider: who it is, and once more whether.
    writer.sees("Connect the draft to this sign-in?")
    writer.reads("You have signed in as %(name)s.", name="Aino Aalto")
    survey.look("tie it?")
    writer.press("Connect the draft to it")
    writer.reads("From now on, you open the draft by signing in.")
    own = page.url
    assert own != link
    survey.look("overview")
    page.goto(f"{own}link/")
    writer.sees("Your sign-in")
    survey.look("sign-in page")
    writer.press("Sign out of the draft")
    writer.reads("You have signed out of your draft.")
    for address in (own, link):
        writer.open(address)
        writer.sees("This link opens no draft")
    survey.look("closed")

    # Found again from the front, on this or another device.
    at("/plan/")
    writer.follow("Open your draft by signing in")
    page.locator("main .actions a").click()
    expect(page.locator("main .lead")).to_have_text("Aino")
    expect(page).to_have_url(re.compile(r"/plan/[A-Za-z0-9_-]{43}/$"))
    page.goto(f"{page.url}delete/")
    writer.press("Delete now")
    assert not Plan.objects.exists()
    survey.done()
