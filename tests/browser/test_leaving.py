"""Leaving quickly; and nothing that a page asks for comes from elsewhere."""

import time
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from playwright.sync_api import BrowserContext, Page, Request, Route, expect

from bookings.models import Hold
from tests.browser.conftest import NewPage
from tests.browser.house import House, coming, visit
from tests.browser.keys import press
from tests.browser.people import Parent
from tests.browser.planning import Writer
from tests.factories import link_of

pytestmark = pytest.mark.browser

AWAY = settings.QUICK_EXIT_URL
# What opens something of ours in a browser; beside it, papers of a visit at home.
KEYS = {"sessionid", "seal", "plan_signed_in", "plan_tying"}


def with_neutral_page(context: BrowserContext) -> None:
    """Serve the weather, without asking anybody for it."""

    def weather(route: Route) -> None:
        route.fulfill(body="<title>Weather</title><p>Rain.", content_type="text/html")

    context.route(f"{AWAY}**", weather)


def expect_gone(hold: Hold) -> None:
    """Wait until the beacon has been heard: it travels on its own."""
    for _ in range(600):
        if not Hold.objects.filter(pk=hold.pk).exists():
            return
        time.sleep(0.1)
    raise AssertionError("The held time was not given back.")


def escape(page: Page, times: int = 3) -> None:
    for _ in range(times):
        press(page, "Escape")


def test_escape_three_times_leaves_and_back_shows_nothing(house: House, new_page: NewPage) -> None:
    _visit, asking, _invited = visit(house, coming(2, 9))
    page = new_page(may_leave=True)
    with_neutral_page(page.context)
    for path in ("/", link_of(asking)):
        tab = page.context.new_page()
        tab.goto(path)
        escape(tab, 2)
        assert urlsplit(tab.url).path == path
        expect(tab.locator("[data-exit-status]")).not_to_be_empty()
        escape(tab, 1)
        expect(tab).to_have_title("Weather")
        assert tab.url == AWAY
        # Nothing of ours is behind it: the page was replaced
        tab.go_back()
        assert not tab.url.startswith("http")


def test_leaving_from_a_half_written_form(house: House, new_page: NewPage) -> None:
    parent = Parent(new_page(may_leave=True))
    page = parent.page
    with_neutral_page(page.context)
    parent.open(f"/book/{house.custody.slug}/times/?where=any")
    parent.choose_time()
    hold = Hold.objects.get()
    # From within a field, with words in it: nothing asks whether to stay
    parent.field("Your name").fill("Aino Aalto")
    page.locator("#id_email").fill("aino@example.org")
    page.get_by_label(parent.word("You may send me e-mail")).check()
    parent.press("Continue")
    parent.sees("About the visit")
    left = {cookie["name"] for cookie in page.context.cookies()}
    assert {"sessionid", "seal"} <= left
    with page.expect_request(lambda request: urlsplit(request.url).path == "/leave/"):
        escape(page)
    expect(page).to_have_title("Weather")
    # "Back" as often as one likes: each page of ours is replaced before it is drawn
    for _ in range(2):
        page.go_back()
        expect(page).to_have_title("Weather")
        assert "Aino" not in page.content()
    # And on the server it is over, for whoever types the address
    expect_gone(hold)
    assert not {cookie["name"] for cookie in page.context.cookies()} & {"sessionid", "seal"}
    parent.open(f"/book/{house.custody.slug}/details/")
    assert urlsplit(page.url).path == f"/book/{house.custody.slug}/"
    assert "Aino" not in page.content()


def test_leaving_from_what_was_just_sent(house: House, new_page: NewPage) -> None:
    parent = Parent(new_page(may_leave=True))
    page = parent.page
    with_neutral_page(page.context)
    parent.open(f"/book/{house.custody.slug}/times/?where=any")
    parent.choose_time()
    parent.write_contact("Aino Aalto", "aino@example.org")
    parent.write_visit()
    parent.give_other("Otso Ek", "otso@example.org")
    parent.send()
    sent = urlsplit(page.url).path
    leaves_nothing(page, page.locator(".done .code").inner_text(), "Aino")
    parent.open(sent)
    assert urlsplit(page.url).path != sent
    assert "Aino" not in page.content()


def test_leaving_from_a_plan(house: House, new_page: NewPage) -> None:
    writer = Writer(new_page(may_leave=True))
    page = writer.page
    with_neutral_page(page.context)
    writer.begin("Aino")
    writer.at()
    expect(page.locator("#main")).to_contain_text("Aino")
    writer.at("questions/needs-now/")
    writer.text.fill("Mummon luona")
    leaves_nothing(page, "Mummon", "Aino", writer.token)


def test_nothing_is_saved_while_the_other_page_is_slow_to_come(
    house: House, new_page: NewPage
) -> None:
    """A post behind the leaving would be refused, and bring a cookie back."""
    writer = Writer(new_page(may_leave=True))
    page = writer.page
    slow: list[Route] = []
    page.context.route(f"{AWAY}**", lambda route: slow.append(route))
    writer.begin("Aino")
    writer.at("questions/needs-now/")
    posts: list[str] = []
    page.on("request", lambda request: posts.append(request.url if request.post_data else ""))
    writer.text.fill("Mummon luona")
    with page.expect_request(f"{AWAY}**"):
        escape(page)
    # For longer than the pause after which what was typed is saved.
    page.wait_for_timeout(2500)
    slow[0].fulfill(body="<title>Weather</title><p>Rain.", content_type="text/html")
    expect(page).to_have_title("Weather")
    assert [url for url in posts if "/questions/" in url] == []


def leaves_nothing(page: Page, *words: str) -> None:
    """Leave quickly: none of the words is behind any Back, and no cookie that opens something is left."""
    with page.expect_request(lambda request: urlsplit(request.url).path == "/leave/"):
        escape(page)
    expect(page).to_have_title("Weather")
    expect_no_cookies(page)
    for _ in range(3):
        page.go_back()
        if page.url == "about:blank":
            break
        expect(page).to_have_title("Weather")
        assert not [word for word in words if word in page.content()]
    # What "Back" asks for again sets none either, but the one against forged forms.
    assert not {cookie["name"] for cookie in page.context.cookies()} & KEYS


def expect_no_cookies(page: Page) -> None:
    """Wait until they are gone: the answer that takes them away travels on its own."""
    for _ in range(600):
        if not {cookie["name"] for cookie in page.context.cookies()} & KEYS:
            return
        page.wait_for_timeout(100)
    raise AssertionError(page.context.cookies())


def test_the_button_opens_a_window_without_history(house: House, new_page: NewPage) -> None:
    page = new_page(may_leave=True)
    with_neutral_page(page.context)
    page.goto("/")
    with page.context.expect_page() as opened:
        page.locator("[data-exit] button").click()
    expect(opened.value).to_have_title("Weather")
    assert opened.value.evaluate("[window.opener, document.referrer, history.length]") == [
        None,
        "",
        1,
    ]
    expect(page).to_have_title("Weather")


def test_without_scripts_the_server_leads_away_and_forgets(house: House, new_page: NewPage) -> None:
    page = new_page(may_leave=True, java_script_enabled=False)
    page.goto(f"/book/{house.custody.slug}/times/?where=any")
    page.locator("[name=slot]").first.check()
    page.locator("main form button").last.click()
    assert {cookie["name"] for cookie in page.context.cookies()} >= {"sessionid", "seal"}
    # What a redirect leads to is not fetched here: nothing leaves this machine.
    with page.expect_request(f"{AWAY}**"):
        page.locator("[data-exit] button").click()
    assert Hold.objects.count() == 0
    assert not {cookie["name"] for cookie in page.context.cookies()} & {"sessionid", "seal"}


def test_a_first_visit_asks_this_host_alone_and_keeps_few_cookies(
    house: House, new_page: NewPage, server: str
) -> None:
    page = new_page()
    asked: list[Request] = []
    page.on("request", lambda request: asked.append(request))
    page.goto("/", wait_until="networkidle")
    assert {urlsplit(request.url).netloc for request in asked} == {urlsplit(server).netloc}
    assert len(asked) <= 16
    assert {cookie["name"] for cookie in page.context.cookies()} <= {"csrftoken", "sessionid"}
    assert page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]
