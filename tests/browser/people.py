"""Those who sit at the browsers: they read the page in their language and press what they see."""

from typing import Any

from django.conf import settings
from django.test import Client
from django.utils.translation import gettext, override, pgettext
from playwright.sync_api import Locator, Page, expect

from bookings.models import Party
from bookings.notifications.notify import Introduction
from office.core.own_codes import hash_typed
from office.models import Service, Unit, User
from tests.browser.house import PASSWORD
from tests.proving import prove


class Person:
    """Somebody at a browser, in one language."""

    def __init__(self, page: Page, language: str = "fi") -> None:
        self.page = page
        self.language = language

    def word(self, msgid: str, *, context: str = "", **values: Any) -> str:
        """Return what the page says for `msgid` in this person's language."""
        with override(self.language):
            text = pgettext(context, msgid) if context else gettext(msgid)
        return text % values if values else text

    def introduced(self, body: str) -> str:
        """Return a message's words with the introduction for one who did not ask: who writes and why."""
        unit = Unit.get()
        with override(self.language):
            who = Introduction(unit, by_other=False).sentences
        check = "If you want to make sure that this message is from us, call us: %(phone)s."
        first = "\n\n".join([*who, self.word(check, phone=unit.phone), ""])
        assert body.startswith(first)
        return body.removeprefix(first)

    def open(self, path: str) -> None:
        self.page.goto(path)

    def button(self, msgid: str) -> Locator:
        return self.page.get_by_role("button", name=self.word(msgid), exact=True)

    def press(self, msgid: str) -> None:
        """Press the button; where it leads on, the next page is whole."""
        self.button(msgid).click()
        self.page.wait_for_load_state()

    def link(self, msgid: str) -> Locator:
        return self.page.get_by_role("link", name=self.word(msgid), exact=True)

    def follow(self, msgid: str) -> None:
        self.link(msgid).click()
        self.page.wait_for_load_state()

    def field(self, msgid: str, *, context: str = "") -> Locator:
        return self.page.get_by_label(self.word(msgid, context=context))

    def choice(self, msgid: str, *, context: str = "") -> Locator:
        """Return a radio or checkbox with exactly this label."""
        return self.page.get_by_label(self.word(msgid, context=context), exact=True)

    def sees(self, msgid: str, **values: Any) -> None:
        """Expect a heading with these words in sight."""
        heading = self.page.get_by_role("heading", name=self.word(msgid, **values), exact=True)
        expect(heading).to_be_visible()
        # What stands below the heading is there too.
        self.page.wait_for_load_state()

    def reads(self, msgid: str, **values: Any) -> None:
        """Expect these words in the page's content."""
        expect(self.page.locator("#main")).to_contain_text(self.word(msgid, **values))


class Parent(Person):
    """A parent on the way through the pages of `/book/`."""

    def choose_matter(self, service: Service) -> None:
        with override(self.language):
            name = service.name
        self.page.locator(".matters a", has_text=name).click()
        self.sees("Where do you want to meet?")

    def choose_place(self, name: str) -> None:
        self.page.get_by_label(name).check()
        self.press("Continue")
        self.sees("Choose a time")

    def choose_time(self, number: int = 0, *, then: str = "Your details") -> str:
        """Choose one of the first free times; its value. `then`: where it leads on to."""
        time = self.page.locator(".day--first input[name=slot]").nth(number)
        value = time.get_attribute("value") or ""
        time.check()
        self.press("Continue")
        self.sees(then)
        return value

    def write_contact(self, name: str, email: str) -> None:
        self.field("Your name").fill(name)
        self.field("E-mail address").fill(email)
        self.choice("You may send me e-mail").check()
        self.press("Continue")
        self.sees("About the visit")

    def write_visit(self, message: str = "") -> None:
        self.field("A short message to the secretary").fill(message)
        self.press("Continue")
        self.sees("The other parent")

    def give_other(self, name: str, email: str) -> None:
        self.choice("I give their contact details").check()
        self.field("The other parent's name").fill(name)
        self.field("The other parent's e-mail address").fill(email)
        self.press("Continue")
        self.sees("Check your answers")

    def send(self) -> str:
        """Send the request; its reference code."""
        self.press("Send the request")
        self.sees("Your request has been sent")
        code = self.page.locator(".done .code").inner_text()
        return Party.objects.get(code_hash=hash_typed(code)).appointment.reference

    def fill_in(self, service: Service, number: int = 0) -> str:
        """Go from the times to the check, without stopping; return the chosen time's value."""
        self.open(f"/book/{service.slug}/times/?where=any")
        value = self.choose_time(number)
        self.write_contact("Aino Aalto", "aino@example.org")
        self.write_visit()
        self.give_other("Otso Ek", "otso@example.org")
        return value

    def take_up(self, name: str, email: str) -> None:
        """Let an invited parent say how to be reached, and get a page of their own."""
        self.follow("Continue")
        self.sees("Your details")
        self.field("Your name").fill(name)
        self.field("E-mail address").fill(email)
        self.choice("You may send me e-mail").check()
        self.press("Save and continue")
        self.sees("Will you come?")


class Worker(Person):
    """A member of staff."""

    def sign_in(self, username: str, then: str = "/") -> None:
        self.open("/accounts/login/")
        self.page.locator("input[name=login]").fill(username)
        self.page.locator("input[name=password]").fill(PASSWORD)
        self.page.locator("main form button").click()
        expect(self.page).not_to_have_url("**/accounts/login/**")
        self.open(then)

    def come_in(self, user: User) -> None:
        """Be signed in already."""
        client = Client()
        client.force_login(user)
        prove(client, user)
        session = client.cookies[settings.SESSION_COOKIE_NAME]
        self.open("/healthz")
        self.page.context.add_cookies(
            [{"name": session.key, "value": session.value, "url": self.page.url}]
        )
