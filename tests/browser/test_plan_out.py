"""A plan leaves the draft: with and without scripts, on paper, as a file and back; axe on every page."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from plans.content.answers import ANSWERS
from plans.models import PartKind, Print
from plans.output import press, printing
from plans.schedule.storage import to_json as kept
from plans.vault import drafts
from tests.browser.checks import Survey
from tests.browser.conftest import NewPage
from tests.browser.house import House
from tests.browser.people import Parent
from tests.plans.output.test_months import SCHEME
from tests.plans.paper import opened, text_of
from tests.worker import run_what_waits

pytestmark = pytest.mark.browser

WORDS = "Rauhalliset illat molemmissa kodeissa. Yötä, Åke!"
PASSWORD = "kolme outoa sanaa"


def draft(parent: Parent) -> str:
    """Make a draft with two children and two answers; return its address."""
    page = parent.page
    page.goto("/plan/begin/?children=2")
    for name, value in {"name1": "Aino", "name2": "Väinö", "first": "äiti"}.items():
        page.fill(f"[name={name}]", value)
    for name in ("age1", "age2"):
        page.select_option(f"[name={name}]", "3-5")
    page.click("main form .actions button")
    page.wait_for_url("**/link/")
    address = "/plan/" + page.url.split("/plan/")[1].split("/")[0] + "/"
    for key, words in {"needs-now": WORDS, "everyday-pets": "Koira muuttaa mukana."}.items():
        page.goto(f"{address}questions/{key}/")
        page.fill("[name=text]", words)
        page.click("main form .actions button")
    page.goto(address)
    return address


def saved(page: Page, name: str) -> bytes:
    """Return what pressing it downloads."""
    with page.expect_download() as download:
        page.get_by_role("link", name=name).click()
    return Path(download.value.path()).read_bytes()


def ask_for_pdf(parent: Parent) -> None:
    press.register()
    parent.page.locator("a[href$='/out/']").click()
    parent.press("Continue")
    parent.sees("The PDF is being made")


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_a_pdf_from_the_task_list(house: House, new_page: NewPage, language: str) -> None:
    parent = Parent(new_page(language=language), language)
    draft(parent)
    ask_for_pdf(parent)

    run_what_waits()

    # The page goes on by itself.
    parent.sees("The PDF is ready")
    made = saved(parent.page, parent.word("Save the PDF"))
    assert WORDS in text_of(made)
    with opened(made) as read:
        assert str(read.Root.Lang) == language


def test_without_scripts_the_page_reloads_by_itself(house: House, new_page: NewPage) -> None:
    parent = Parent(new_page(java_script_enabled=False))
    draft(parent)
    ask_for_pdf(parent)
    run_what_waits()
    parent.sees("The PDF is ready")
    assert WORDS in text_of(saved(parent.page, parent.word("Save the PDF")))
    parent.press("Saved: delete it here now")
    assert not Print.objects.exists()


def test_a_draft_goes_home_and_comes_back_without_scripts(
    house: House, new_page: NewPage, tmp_path: Path
) -> None:
    parent = Parent(new_page(java_script_enabled=False))
    page = parent.page
    page.goto(f"{draft(parent)}home/")
    page.fill("[name=password]", PASSWORD)
    with page.expect_download() as download:
        parent.press("Save the file")
    assert download.value.suggested_filename == "draft.plan"
    file = tmp_path / "draft.plan"
    download.value.save_as(file)

    other = Parent(new_page(java_script_enabled=False))
    other.page.goto("/plan/")
    other.follow("Open a draft that you saved as a file")
    other.page.set_input_files("[name=file]", file)
    other.page.fill("[name=password]", "aivan muu salasana")
    other.press("Open the file")
    other.sees("There is a problem")
    other.page.set_input_files("[name=file]", file)
    other.page.fill("[name=password]", PASSWORD)
    other.press("Open the file")
    other.sees("Keep this link")
    other.page.goto("/plan/" + other.page.url.split("/plan/")[1].split("/")[0] + "/out/page/own/")
    expect(other.page.locator("article")).to_contain_text(WORDS)


def test_on_paper_only_the_plan_is_left(house: House, new_page: NewPage) -> None:
    parent = Parent(new_page())
    address = draft(parent)
    for what in ("own", "children"):
        parent.page.goto(f"{address}out/page/{what}/")
        parent.page.emulate_media(media="print")
        for part in (".header", ".footer", ".exit", ".back a", "[data-print]"):
            expect(parent.page.locator(part).first).to_be_hidden()
        expect(parent.page.locator("article.paper")).to_be_visible()
        expect(parent.page.locator("main")).to_contain_text("ei ole juridinen asiakirja")
        parent.page.emulate_media(media="screen")
        expect(parent.page.locator("[data-print]")).to_be_visible()


def test_axe_on_every_page_where_a_plan_leaves(
    house: House, new_page: NewPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    parent = Parent(new_page())
    page = parent.page
    survey = Survey(page)
    address = draft(parent)
    survey.at("/plan/")
    survey.at(f"{address}out/")
    page.locator("details summary").click()
    page.fill("[name=password]", "x")
    parent.press("Continue")
    expect(page.locator("[data-error-summary]")).to_be_focused()
    survey.look("a password that is too short", everywhere=True)
    words = {"living-schedule": kept(SCHEME)}
    drafts.change(
        drafts.open_draft(address.split("/")[2]),
        PartKind.OWN_FIRST,
        lambda own: {**own, ANSWERS: {**own[ANSWERS], **words}},
    )
    for what in ("own", "children", "agreed"):
        survey.at(f"{address}out/page/{what}/")
    press.register()
    page.goto(f"{address}out/")
    parent.press("Continue")
    parent.sees("The PDF is being made")
    survey.look("waiting")
    run_what_waits()
    parent.sees("The PDF is ready")
    survey.look("ready", everywhere=True)
    survey.at(f"{address}out/{'c' * 43}/", 404)
    survey.at(f"{address}review/")
    page.locator("[value=date]").check()
    parent.press("Save")
    parent.reads("Choose the day.")
    survey.look("a day is missing")
    page.locator("[value='6']").check()
    parent.press("Save")
    expect(page.locator(".panel")).to_contain_text(re.compile(r"\d+\.\d+\.\d{4}"))
    survey.look("a day is chosen")
    survey.at(f"{address}home/")
    survey.at("/plan/open/")
    parent.press("Open the file")
    parent.sees("There is a problem")
    survey.look("no file")
    survey.done()


def test_a_failure_is_said(house: House, new_page: NewPage) -> None:
    parent = Parent(new_page())
    draft(parent)
    ask_for_pdf(parent)
    Print.objects.update(request=b"spoilt")
    printing.make_pdf(str(Print.objects.get().pk))
    parent.sees("The PDF could not be made")
    parent.follow("Try again")
    parent.sees("Print, save, take along")
