"""One parent drafts a plan alone, on a phone."""

import re

import pytest
from playwright.sync_api import Route, expect

from plans.models import Plan
from tests.browser.conftest import NewPage
from tests.browser.planning import Writer
from tests.factories import UnitFactory

pytestmark = pytest.mark.browser

# As it is typed: scripts, right to left, zero width, a family of three, Finnish letters, lines.
ODD = (
    "<script>document.title='!'</script> \u200f\u05d0\u05d1\u200e a\u200bb "
    "\U0001f469\u200d\U0001f467\u200d\U0001f466 Öljyä & ”ääntä”\n\trivi {{ x }}"
)


@pytest.fixture(autouse=True)
def unit(server: str) -> None:
    UnitFactory(phone="+358190000000")


@pytest.fixture
def writer(new_page: NewPage) -> Writer:
    return Writer(new_page())


def saved(writer: Writer) -> None:
    said = writer.word("Saved at %(time)s", time="").strip()
    expect(writer.page.locator("[data-saved]")).to_contain_text(said)


def test_a_worried_parent_is_led_to_help_and_may_go_on(writer: Writer) -> None:
    page = writer.page
    writer.open("/plan/")
    writer.follow("Begin")
    page.check("#afraid-unsure")
    page.check("#hurt-no")
    page.check("#child-no")
    writer.press("Continue")

    writer.sees("You need not agree on anything with somebody whom you fear")
    expect(page.locator("main a[href='tel:112']")).to_be_visible()
    expect(page.locator("main a[href='tel:080005005']")).to_be_visible()
    expect(page.locator("main a[href='tel:+358190000000']")).to_be_visible()
    assert page.url.endswith("/plan/safety/")
    assert page.context.cookies() == [] or {c["name"] for c in page.context.cookies()} <= {
        "csrftoken",
        "django_language",
    }
    assert page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]
    # The quick exit leaves nothing behind to come back to by the button.
    expect(page.locator("[data-exit] button").first).to_be_visible()

    writer.follow("Continue writing for myself")
    expect(page).to_have_url(re.compile(r"/plan/begin/$"))
    writer.press("Continue")
    writer.sees("There is a problem")


def test_written_on_a_phone_left_and_found_again(writer: Writer, new_page: NewPage) -> None:
    page = writer.page
    writer.begin("Aino", "Väinö")
    # Both children are younger: agreeing with a young person is not asked about.
    expect(page.locator(".tasks li")).to_have_count(7)
    expect(page.locator(".tasks a[href*='/questions/young']")).to_have_count(0)
    page.locator(".tasks a").first.click()

    # On a slow line one writes before the script has come: that is saved as well, and it says so.
    held: list[Route] = []
    page.route("**/autosave*.js", lambda route: held.append(route))
    with page.expect_request("**/autosave*.js"):
        page.reload(wait_until="commit")
    writer.text.fill("Puhumme kauniisti.")
    held[0].continue_()
    page.unroute("**/autosave*.js")
    saved(writer)
    assert writer.written("rights-both") == "Puhumme kauniisti."
    # Pressed in the middle of typing: what is typed last counts.
    writer.text.press_sequentially(" Aina.", delay=5)
    writer.press("Save and continue")
    expect(page).to_have_url(re.compile(r"/questions/rights-quarrels/$"))
    assert writer.written("rights-both") == "Puhumme kauniisti. Aina."

    # Skipped, then answered for one child.
    writer.follow("Skip")
    expect(page).to_have_url(re.compile(r"/questions/rights-others/$"))
    page.locator("summary", has_text=writer.word("Something else for one child")).click()
    page.locator("[name=text2]").fill("Väinölle mummi.")
    saved(writer)
    page.locator("summary", has_text=writer.word("All questions of this section")).click()
    expect(page.locator(".asked li")).to_have_count(4)
    expect(page.locator(".asked [aria-current]")).to_have_count(1)

    # Another device, by the link alone: what was written is there, and leads on to what is not.
    elsewhere = Writer(new_page(language="sv"), "sv")
    elsewhere.token = writer.token
    elsewhere.at()
    expect(elsewhere.page.locator(".tasks li").first).to_contain_text("2/4")
    elsewhere.page.locator(".tasks a").first.click()
    expect(elsewhere.page).to_have_url(re.compile(r"/questions/rights-quarrels/$"))
    elsewhere.at("questions/rights-both/")
    expect(elsewhere.text).to_have_value("Puhumme kauniisti. Aina.")

    # Deleted by one button, everywhere.
    writer.at()
    page.locator("a[href$='/delete/']").click()
    writer.press("Delete now")
    writer.reads("Your draft has been deleted.")
    assert not Plan.objects.exists()
    elsewhere.page.reload()
    elsewhere.sees("This link opens no draft")


def test_a_lost_network_loses_nothing(writer: Writer) -> None:
    page = writer.page
    writer.begin("Aino")
    writer.at("questions/needs-now/")
    page.context.set_offline(True)
    writer.text.fill("Kirjoitettu junassa.")
    status = page.locator("[data-saved]")
    expect(status).to_have_text(writer.word("Not saved: no connection. We try again."))
    # The button does not lose the page either.
    writer.press("Save and continue")
    expect(page.locator("[data-offline]")).to_be_visible()
    expect(writer.text).to_have_value("Kirjoitettu junassa.")
    assert writer.written("needs-now") == ""

    page.context.set_offline(False)
    saved(writer)
    assert writer.written("needs-now") == "Kirjoitettu junassa."
    writer.press("Save and continue")
    expect(page).to_have_url(re.compile(r"/questions/needs-wishes/$"))


def test_on_a_slow_network_the_button_waits_for_what_is_on_its_way(writer: Writer) -> None:
    """Else the button's own post would look like one from another tab."""
    page = writer.page
    writer.begin("Aino")
    writer.at("questions/needs-now/")
    page.route(
        "**/questions/needs-now/",
        lambda route: (
            (page.wait_for_timeout(400), route.continue_())
            if "x-autosave" in route.request.headers
            else route.continue_()
        ),
    )
    with page.expect_request(lambda request: "x-autosave" in request.headers):
        writer.text.fill("Ensin")
    writer.text.fill("Ensin ja sitten")
    writer.press("Save and continue")
    expect(page).to_have_url(re.compile(r"/questions/needs-wishes/$"))
    assert writer.written("needs-now") == "Ensin ja sitten"


def test_what_was_typed_when_the_screen_is_locked_is_sent_at_once(writer: Writer) -> None:
    page = writer.page
    writer.begin("Aino")
    writer.at("questions/needs-now/")
    with page.expect_response(lambda answer: "x-autosave" in answer.request.headers):
        writer.text.fill("Kesken jää")
        page.evaluate(
            """() => {
              Object.defineProperty(document, "hidden", { value: true });
              document.dispatchEvent(new Event("visibilitychange"));
            }"""
        )
    assert writer.written("needs-now") == "Kesken jää"


def test_two_tabs_lose_nothing(writer: Writer) -> None:
    writer.begin("Aino")
    writer.at("questions/needs-now/")
    other = Writer(writer.page.context.new_page())
    other.token = writer.token
    other.at("questions/needs-now/")
    writer.text.fill("Ensimmäinen välilehti")
    saved(writer)

    other.text.fill("Toinen välilehti")
    expect(other.page.locator("[data-saved]")).to_have_text(other.word("Changed in another tab"))
    assert writer.written("needs-now") == "Ensimmäinen välilehti"
    other.press("Save and continue")
    other.sees("This answer has been changed in another tab")
    other.reads("It now says:")
    expect(other.page.locator("[data-error-summary] blockquote")).to_have_text(
        "Ensimmäinen välilehti"
    )
    expect(other.text).to_have_value("Toinen välilehti")
    other.text.fill("Molemmat")
    other.press("Save and continue")
    expect(other.page).to_have_url(re.compile(r"/questions/needs-wishes/$"))
    assert writer.written("needs-now") == "Molemmat"


def test_odd_words_come_back_exactly_as_typed(writer: Writer) -> None:
    page = writer.page
    writer.begin("Aino")
    writer.at("questions/needs-now/")
    writer.text.fill(ODD)
    saved(writer)
    page.reload()
    expect(writer.text).to_have_value(ODD)
    writer.shares("needs")
    shown = page.locator(".pair blockquote").first
    assert shown.evaluate("element => element.textContent") == ODD
    page.locator(".pair__do a").first.click()
    assert page.locator(".versions .as-typed").evaluate("e => e.textContent") == ODD
    assert "!" not in page.title()

    writer.at("questions/needs-wishes/")
    writer.text.fill("ä" * 100_000)
    expect(page.locator("[data-saved]")).to_contain_text("5000")
    assert writer.written("needs-wishes") == ""
    writer.press("Save and continue")
    writer.sees("There is a problem")
    assert len(writer.text.input_value()) == 100_000


def test_the_link_is_gone_while_one_writes(writer: Writer) -> None:
    page = writer.page
    writer.begin("Aino")
    writer.at("questions/needs-now/")
    Plan.objects.all().delete()
    writer.text.fill("Mihin tämä jää?")
    expect(page.locator("[data-saved]")).to_have_text(
        writer.word("Not saved. Copy what you wrote, and open the page again.")
    )
    expect(writer.text).to_have_value("Mihin tämä jää?")
