"""Two steps of signing in, and a screen that locks and keeps the work, with a key of Chromium."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from bookings.models import Status
from office.models import LockTime, Role
from tests.browser.checks import Survey, axe
from tests.browser.conftest import DESK, PHONE
from tests.browser.house import PASSWORD, House, coming, visit
from tests.browser.keys import press
from tests.browser.people import Worker
from tests.office.signing_in import code
from tests.server import gunicorn

pytestmark = pytest.mark.browser
TEXT = "Soitetaan huomenna uudelleen"
PLACE = re.compile(r"/session/second-step/")


@pytest.fixture(scope="module")
def _strict(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    with django_db_blocker.unblock(), gunicorn(REQUIRE_SECOND_FACTOR="1") as address:
        # A key belongs to a name, not to a number.
        yield address.replace("127.0.0.1", "localhost")


@pytest.fixture
def open_page(
    house: House, _strict: str, new_context: Callable[..., BrowserContext]
) -> Callable[..., Page]:
    """Open a browser of a member of staff, at the site that asks for the second step."""

    def open_one(size: tuple[int, int] = DESK) -> Page:
        context = new_context(
            base_url=_strict,
            locale="fi-FI",
            viewport={"width": size[0], "height": size[1]},
            reduced_motion="reduce",
        )
        context.set_default_timeout(30_000)
        return context.new_page()

    return open_one


def plug_in_a_key(page: Page) -> None:
    """Plug in a passkey whose owner is there and has touched it."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )


def write_password(worker: Worker, username: str = "secretary") -> None:
    worker.open("/accounts/login/")
    worker.page.locator("input[name=login]").fill(username)
    worker.page.locator("input[name=password]").fill(PASSWORD)
    worker.press("Sign in")


def test_a_passkey_is_set_up_and_signs_in_by_itself(open_page: Callable[..., Page]) -> None:
    worker = Worker(open_page())
    page = worker.page
    plug_in_a_key(page)
    survey = Survey(page)
    write_password(worker)
    worker.sees("A second step for your sign-in")
    survey.look("second step")
    worker.open("/desk/")
    expect(page).to_have_url(PLACE)

    worker.follow("Set up a passkey")
    survey.look("add a key")
    page.locator("#mfa_webauthn_add").click()
    expect(page).to_have_url(re.compile("/accounts/2fa/recovery-codes/"))
    survey.look("recovery codes")
    worker.open("/desk/")
    worker.sees("Work list")

    page.locator(".topbar form[action*=logout] button").click()
    worker.open("/accounts/login/?next=/desk/calendar/")
    worker.press("Sign in with a passkey")
    expect(page).to_have_url(re.compile("/desk/calendar/"))
    # And locks and unlocks with it; before the script has come the server would show a page of its own.
    page.wait_for_load_state()
    page.locator("[data-lock-now] button").click()
    expect(page.locator("#main")).to_be_hidden()
    worker.press("Unlock with a passkey")
    expect(page.locator("#main")).to_be_visible()
    survey.done()


def test_an_app_and_a_recovery_code(open_page: Callable[..., Page]) -> None:
    worker = Worker(open_page(PHONE))
    page = worker.page
    survey = Survey(page)
    write_password(worker)
    worker.follow("Set up an app")
    survey.look("app")
    secret = page.locator("#authenticator_secret").input_value()
    page.locator("input[name=code]").fill(code(secret))
    page.locator("main form button").first.click()
    expect(page).to_have_url(re.compile("/accounts/2fa/recovery-codes/"))
    shown = page.locator("textarea").input_value().split()

    other = Worker(open_page(PHONE))
    write_password(other)
    expect(other.page).to_have_url(re.compile("/accounts/2fa/authenticate/"))
    other.page.locator("input[name=code]").fill(shown[0])
    other.page.locator("main form button").first.click()
    expect(other.page).to_have_url(re.compile("/desk/"))
    survey.done()


def test_an_idle_screen_locks_and_keeps_what_was_half_written(
    house: House, open_page: Callable[..., Page]
) -> None:
    worker = Worker(open_page())
    page = worker.page
    plug_in_a_key(page)
    write_password(worker)
    worker.follow("Set up a passkey")
    page.locator("#mfa_webauthn_add").click()
    expect(page).to_have_url(re.compile("/accounts/2fa/recovery-codes/"))
    LockTime.objects.create(role=Role.SECRETARY, minutes=1)
    page.locator(".topbar form[action*=logout] button").click()
    worker.open("/accounts/login/")
    # The page's clock is the test's: nobody waits for a minute.
    page.clock.install()
    worker.press("Sign in with a passkey")
    expect(page).to_have_url(re.compile("/desk/$"))
    request = visit(house, coming(2, 9), status=Status.REQUESTED)[0]
    worker.open(f"/desk/requests/{request.reference}/")
    field = page.locator("[name=note]")
    field.fill(TEXT)
    title = page.title()

    page.clock.fast_forward(70_000)
    dialog = page.locator("dialog.lock")
    expect(dialog).to_be_visible()
    expect(field).to_be_hidden()
    assert page.title() == worker.word("Locked")
    assert request.reference not in page.locator("body").inner_text()
    assert axe(page) == []
    # Escape does not open it, and the server shows nothing either.
    press(page, "Escape")
    press(page, "Escape")
    expect(dialog).to_be_visible()
    second = Worker(page.context.new_page())
    second.open("/desk/")
    second.sees("The screen is locked")
    assert axe(second.page) == []

    page.locator("#lock-password").fill("not the password")
    worker.press("Unlock")
    expect(page.locator("[data-lock-said]")).to_have_text(worker.word("The password is not right."))
    page.locator("#lock-password").fill(PASSWORD)
    worker.press("Unlock")
    expect(dialog).to_be_hidden()
    expect(field).to_have_value(TEXT)
    assert page.title() == title
    second.open("/desk/")
    second.sees("Work list")


def test_without_scripts_the_lock_is_the_server_s(
    house: House, server: str, new_context: Callable[..., BrowserContext]
) -> None:
    context = new_context(base_url=server, locale="fi-FI", java_script_enabled=False)
    worker = Worker(context.new_page())
    worker.sign_in("secretary", "/desk/")
    worker.page.locator("[data-lock-now] button").click()
    worker.sees("The screen is locked")
    worker.open("/desk/calendar/")
    worker.page.locator("input[name=password]").fill(PASSWORD)
    worker.press("Unlock")
    expect(worker.page).to_have_url(re.compile("/desk/calendar/"))
