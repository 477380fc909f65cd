"""Links and codes to keep or to hand over are copied by one press, where the browser can."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NewPage
from tests.browser.house import House, coming, visit
from tests.browser.people import Parent
from tests.factories import link_of

pytestmark = pytest.mark.browser

MAY_COPY = {"permissions": ["clipboard-read", "clipboard-write"]}


def test_the_own_page_is_copied(house: House, new_page: NewPage) -> None:
    _, asking, _ = visit(house, coming(3, 10))
    parent = Parent(new_page(**MAY_COPY), "fi")
    parent.open(link_of(asking))
    parent.press("Copy the address")
    expect(parent.button("Copied")).to_be_visible()
    assert parent.page.evaluate("navigator.clipboard.readText()") == parent.page.url


def test_an_invitation_to_pass_on_is_copied(house: House, new_page: NewPage) -> None:
    parent = Parent(new_page(language="sv", **MAY_COPY), "sv")
    parent.open(f"/book/{house.custody.slug}/times/?where=any")
    parent.choose_time()
    parent.write_contact("Aino Aalto", "aino@example.org")
    parent.write_visit()
    parent.choice("I pass on the invitation myself").check()
    parent.press("Continue")
    parent.send()
    code = parent.page.locator(".summary .code").inner_text()
    parent.press("Copy the code")
    expect(parent.button("Copied")).to_be_visible()
    assert parent.page.evaluate("navigator.clipboard.readText()") == code


def test_without_scripts_there_is_nothing_to_press(house: House, new_page: NewPage) -> None:
    _, asking, _ = visit(house, coming(3, 10))
    parent = Parent(new_page(java_script_enabled=False), "fi")
    parent.open(link_of(asking))
    expect(parent.page.locator("[data-copy]")).to_be_hidden()
