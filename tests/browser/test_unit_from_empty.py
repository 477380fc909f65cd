"""A new manager opens a unit by the list of the guided start, and how long that takes somebody slow.

The time is reckoned, not measured, so that it is the same on every machine: by the keystroke-level model
(Card, Moran and Newell, "The Psychology of Human-Computer Interaction", 1983), with its average typist
who is no secretary, and reading at 200 words a minute of every page and every text that is taken over.
"""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import translation
from openpyxl import load_workbook
from playwright.sync_api import Locator, expect
from pytest_django import Settings

from familylaw.demo_mark import mark_demo_data
from office.models import GuidanceLink, OutboxMessage, Service, Unit, User
from tests.browser.conftest import DESK, NewPage
from tests.browser.people import Worker
from tests.office.transfer.new_unit import a_unit
from tests.server import gunicorn

pytestmark = pytest.mark.browser
SETTINGS = "tests.settings_without_demo"
PASSWORD = "kolme-kuusta-pihalla"
# In seconds. To press: think 1.35, hand to the mouse 0.4, point 1.1, press and let go 0.2.
KEY, PRESS, WORD, LINK = 0.28, 3.05, 0.3, 20
MOST_MINUTES, MOST_FORMS = 60, 40
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass
class Effort:
    """What somebody does to get there."""

    keys: int = 0
    presses: int = 0
    words: int = 0
    links: int = 0
    forms: int = 0
    pages: set[str] = field(default_factory=set)

    @property
    def minutes(self) -> float:
        seconds = self.keys * KEY + self.presses * PRESS + self.words * WORD + self.links * LINK
        return seconds / 60


class Manager(Worker):
    """A manager who reads each page once, from its heading to its end, and counts what they do."""

    effort: Effort

    def read(self) -> None:
        path = self.page.url.split("?")[0]
        if path not in self.effort.pages:
            self.effort.pages.add(path)
            self.effort.words += len(self.page.locator("#main").inner_text().split())

    def go(self, link: Locator) -> None:
        self.effort.presses += 1
        with self.page.expect_navigation():
            link.click()
        self.read()

    def write(self, name: str, text: str) -> None:
        self.effort.presses += 1
        self.effort.keys += len(text)
        self.page.locator(f"[name={name}]").fill(text)

    def tick(self, box: Locator) -> None:
        self.effort.presses += 1
        box.check()

    def send(self, button: Locator | None = None) -> None:
        """Send a form, by its last button, which may not come back with errors."""
        button = button or self.page.locator("#main form button:not(.button--quiet)").last
        self.effort.forms += 1
        self.effort.presses += 1
        with self.page.expect_navigation():
            button.click()
        expect(self.page.locator("[aria-invalid=true]")).to_have_count(0)
        self.read()

    def does_next(self, msgid: str) -> None:
        """Come to the list, and do what it says is next, which is this."""
        if not self.page.url.endswith("/office/start/"):
            self.go(self.page.locator("a[href='/office/start/']").first)
        step = self.page.locator(".start .is-next")
        expect(step.locator("strong")).to_have_text(self.word(msgid))
        self.go(step.get_by_role("link"))

    def takes_over(self, kind: str) -> None:
        """Take ready-made contents over, read all of it and tick it."""
        self.send(self.page.locator(f"form[action$='/ready-made/{kind}/'] button"))

    def checks(self) -> None:
        """Read everything that awaits a check, in its languages, and tick it."""
        for row in self.page.locator(".to-check > li").all():
            for texts in row.locator("details > summary").all():
                self.effort.presses += 1
                texts.click()
            texts_read = row.locator("details")
            if texts_read.count():
                self.effort.words += len(texts_read.inner_text().split())
            self.effort.links += len(
                {a.get_attribute("href") for a in row.locator(".to-check__address a").all()}
            )
            self.tick(row.locator("input[name=checked]"))
        self.send()
        expect(self.page.locator(".to-check")).to_have_count(0)


@pytest.fixture(scope="module")
def _gunicorn(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """Start the product as that of a real unit, which it is on no database that is marked as a demo's."""
    with django_db_blocker.unblock():
        with connection.cursor() as cursor:
            cursor.execute("COMMENT ON TABLE office_user IS NULL")
        try:
            with gunicorn(DJANGO_SETTINGS_MODULE=SETTINGS) as address:
                yield address
        finally:
            mark_demo_data("porvoo")


@pytest.fixture
def manager(server: str, new_page: NewPage, settings: Settings) -> Manager:
    """Open the link of a first manager, as `make_manager` prints it, for the first password."""
    settings.DEMO = ""
    out = io.StringIO()
    with translation.override("fi"):
        call_command("make_manager", "maija", "maija@example.org", stdout=out, skip_checks=True)
    manager = Manager(new_page(DESK))
    manager.effort = Effort()
    link = out.getvalue().split()[-1]
    manager.open(link[link.index("/", len("http://")) :])
    manager.read()
    return manager


@pytest.fixture
def spreadsheet() -> Iterator[bytes]:
    with translation.override("en"):
        yield a_unit()


def cells(book: bytes) -> list[str]:
    """Return what has been typed into a spreadsheet, below its headings."""
    return [
        str(value)
        for sheet in load_workbook(io.BytesIO(book))
        for row in sheet.iter_rows(min_row=2, values_only=True)
        for value in row
        if value is not None
    ]


def test_a_unit_opens_within_an_hour(manager: Manager, spreadsheet: bytes) -> None:
    page, effort = manager.page, manager.effort
    manager.write("password1", PASSWORD)
    manager.write("password2", PASSWORD)
    manager.send()
    manager.go(manager.link("To the sign-in"))
    manager.write("login", "maija")
    manager.write("password", PASSWORD)
    manager.send()

    manager.does_next("Settings of the unit, with a neutral sender")
    for language, name, county in (
        ("fi", "Perheoikeudelliset palvelut", "Itä-Uudenmaan hyvinvointialue"),
        ("sv", "Familjerättsliga tjänster", "Östra Nylands välfärdsområde"),
        ("en", "Family law services", "Wellbeing services county of East Uusimaa"),
    ):
        manager.write(f"name_{language}", name)
        manager.write(f"controller_{language}", county)
    manager.write("phone", "019 000 0000")
    manager.send()

    # People are tied to services by name: the services come first, then the spreadsheet.
    manager.go(manager.link("Ready-made contents").first)
    manager.takes_over("services")
    manager.checks()
    manager.go(page.locator("a[href='/office/start/']").first)
    manager.go(manager.link("Import a spreadsheet"))
    typed = cells(spreadsheet)
    effort.keys += sum(len(cell) + 1 for cell in typed)
    effort.presses += 1
    page.locator("input[type=file]").set_input_files(
        {"name": "unit.xlsx", "mimeType": XLSX, "buffer": spreadsheet}
    )
    manager.send(manager.button("Read the file, add nothing yet"))
    manager.send(manager.button("Add all of this"))
    manager.go(manager.link("Done"))

    manager.does_next("Walk-in")
    manager.go(manager.page.locator("a[href$='/desks/add/']"))
    manager.write("name", "1")
    manager.send()
    manager.does_next("Privacy and accessibility")
    manager.write(
        "protection_officer_fi", "Tietosuojavastaava, tietosuoja@example.org, 019 000 0001"
    )
    manager.write(
        "protection_officer_sv", "Dataskyddsombudet, tietosuoja@example.org, 019 000 0001"
    )
    for name in ("privacy_updated", "accessibility_updated"):
        manager.write(name, "1.6.2026")
    manager.send()
    manager.does_next("A test message to yourself")
    manager.send(page.locator("form[action$='/message/send/'] button"))
    code = re.search(r"\d{6}", OutboxMessage.objects.get(kind="test").body)
    assert code
    manager.write("code", code[0])
    manager.send(manager.button("It has arrived"))
    manager.does_next("Open to the public")
    manager.tick(manager.choice("Open to everybody"))
    manager.send()

    assert Unit.get().is_public
    assert Service.objects.in_use().count() == 9
    assert User.objects.count() == 9
    assert effort.minutes <= MOST_MINUTES, effort

    # What can wait until bookings come: guidance, sentences, school holidays.
    manager.go(manager.link("Ready-made contents").first)
    manager.takes_over("guidance")
    manager.checks()
    manager.go(page.locator("a[href='/office/ready-made/']").first)
    manager.go(page.locator("a[href$='/ready-made/pages/check/']"))
    manager.checks()
    manager.go(page.locator("a[href='/office/ready-made/']").first)
    manager.takes_over("sentences")
    manager.checks()
    manager.go(page.locator("a[href='/office/ready-made/']").first)
    manager.go(page.locator("a[href$='/ready-made/school-holidays/']"))
    manager.write("regions", "Porvoo\nLoviisa")
    manager.send()
    manager.checks()

    assert not GuidanceLink.objects.in_use().filter(checked_on=None).exists()
    assert effort.forms <= MOST_FORMS
