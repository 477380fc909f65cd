"""Everything works with JavaScript off: the errors, the sending, the desk, the personal page."""

import re

import pytest
from playwright.sync_api import expect

from bookings.models import Answer, Appointment, Party, Status
from office.models import Role
from tests.browser.conftest import DESK, NewPage
from tests.browser.house import House
from tests.browser.people import Parent, Worker
from tests.browser.walk_ins import going_on
from tests.factories import link_of

pytestmark = pytest.mark.browser

# Made up: nobody is born on the 29th of February 1999.
IDENTITY_CODE = "131052-308T"


def test_a_request_is_sent_and_confirmed_without_scripts(house: House, new_page: NewPage) -> None:
    parent = Parent(new_page(java_script_enabled=False))
    page = parent.page
    parent.open("/")
    page.locator(".ways a[href='/book/']").click()
    parent.choose_matter(house.custody)

    # Nothing chosen: the page says so, and leads to the first choice
    parent.press("Continue")
    parent.sees("There is a problem")
    parent.follow("Choose where you want to meet.")
    expect(page).to_have_url(re.compile(r"#where-1$"))
    parent.choose_place("Keskusta")
    parent.choose_time()
    expect(page.locator(".hold")).to_contain_text(re.compile(r"\d+\.\d\d"))

    # Missing and refused: each is told, and the rest of the form stays filled in
    parent.field("E-mail address").fill("aino@example.org")
    parent.press("Continue")
    parent.sees("There is a problem")
    assert page.title().startswith(f"{parent.word('Error')}:")
    expect(page.locator(".error-summary a")).to_have_count(2)
    expect(parent.field("E-mail address")).to_have_value("aino@example.org")
    parent.field("Your name").fill(f"Aino Aalto {IDENTITY_CODE}")
    parent.choice("You may send me e-mail").check()
    parent.press("Continue")
    expect(page.locator(".error-summary a")).to_have_count(1)
    expect(parent.field("Your name")).to_have_attribute("aria-invalid", "true")
    expect(parent.choice("You may send me e-mail")).to_be_checked()
    parent.write_contact("Aino Aalto", "aino@example.org")

    parent.field("A short message to the secretary").fill(f"Koodini on {IDENTITY_CODE}.")
    parent.choice("Separately").check()
    parent.press("Continue")
    expect(page.locator(".error-summary a")).to_have_count(1)
    expect(parent.choice("Separately")).to_be_checked()
    parent.choice("Together").check()
    parent.write_visit("Aamut sopivat.")
    parent.give_other("Otso Ek", "otso@example.org")
    reference = parent.send()

    appointment = Appointment.objects.get(reference=reference)
    assert appointment.meeting == "together"
    mine = appointment.parties.get(is_requester=True)
    assert (mine.name, mine.email, mine.message) == (
        "Aino Aalto",
        "aino@example.org",
        "Aamut sopivat.",
    )

    secretary = Worker(new_page(DESK, java_script_enabled=False))
    secretary.sign_in(Role.SECRETARY, then="/desk/")
    secretary.page.locator("#card [data-key=c]").click()
    expect(secretary.page.locator("form.undo")).to_contain_text(reference)

    invited = Parent(new_page(java_script_enabled=False))
    invited.open(link_of(Party.objects.get(name="Otso Ek")))
    invited.sees("You have been invited")
    invited.press("I cannot come")
    # Said once, and the invitation tells nothing of it afterwards: who gave the address may read it too
    declined = (
        "You have told us that you cannot come. If this invitation was used already, answer on your "
        "own page instead: its link is in our latest message."
    )
    invited.reads(declined)
    assert Party.objects.get(name="Otso Ek").answer == Answer.DECLINED
    invited.page.reload()
    invited.sees("You have been invited")
    expect(invited.page.locator("#main")).not_to_contain_text(invited.word(declined))
    parent.open(link_of(mine))
    parent.follow("Cancel the appointment")
    parent.press("Yes, cancel")
    parent.sees("This appointment has been cancelled")
    appointment.refresh_from_db()
    assert appointment.status == Status.CANCELLED


def test_a_language_is_chosen_and_the_page_stays(house: House, new_page: NewPage) -> None:
    page = new_page(java_script_enabled=False)
    page.goto(f"/book/{house.custody.slug}/times/?where=centre")
    page.get_by_role("button", name="Svenska").click()
    expect(page.locator("html")).to_have_attribute("lang", "sv")
    expect(page).to_have_url(re.compile(r"/times/\?where=centre$"))


def test_a_number_is_taken_and_given_back_without_scripts(server: str, new_page: NewPage) -> None:
    own = going_on()
    page = new_page(java_script_enabled=False)
    page.goto(f"/walk-in/take/{own.day.code}/")
    page.locator(".matters a").last.click()
    page.locator(".whom button").click()
    expect(page.locator("[data-error-summary]")).to_be_visible()
    page.locator("input[name=meeting]").first.check()
    page.locator(".whom button").click()
    expect(page.locator(".own-number__number")).to_have_text("1")
    expect(page.locator("noscript meta[http-equiv=refresh]")).to_have_count(1)
    page.locator(".own-number summary").click()
    page.locator(".own-number .button--danger").click()
    expect(page.locator(".own-number__state")).to_have_text("Olet poistunut jonosta.")
