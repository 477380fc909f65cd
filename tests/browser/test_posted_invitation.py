"""From an authority's notice by post to the booked visit; and a series that goes on from the door."""

import pytest
from playwright.sync_api import Page, expect

from bookings.lifecycle.references import invitation_code
from bookings.models import Appointment, Case, Party, Status
from bookings.parties.records import link_path
from office.models import Role
from tests.browser.checks import Survey
from tests.browser.conftest import DESK, PHONE, NewPage
from tests.browser.house import House
from tests.browser.people import Parent, Worker

pytestmark = pytest.mark.browser


def enter_notice(house: House, secretary: Worker) -> Case:
    """Type what the notice says: two names, one with an address."""
    secretary.open("/desk/cases/enter/")
    page = secretary.page
    page.locator("[name=service]").select_option(str(house.custody.pk))
    page.locator("[name=first-name]").fill("Aino Virtala")
    page.locator("[name=first-post_to]").fill("Kotikatu 1 A 2\n06100 Porvoo")
    page.locator("[name=second-name]").fill("Eino Korpi")
    page.locator("[name=second-post_to]").fill("Rantatie 4\n06150 Porvoo")
    page.locator("button[data-key=s]").click()
    expect(page.locator("#main")).to_contain_text(secretary.word("Print and post the letters"))
    return Case.objects.get()


def look(page: Page, survey: Survey, name: str) -> None:
    survey.look(name)
    page.set_viewport_size({"width": DESK[0], "height": DESK[1]})


def test_from_a_notice_by_post_to_the_booked_visit(house: House, new_page: NewPage) -> None:
    secretary = Worker(new_page(DESK))
    secretary.come_in(house.users[Role.SECRETARY])
    page = secretary.page
    survey = Survey(page)
    survey.at("/desk/cases/")
    survey.at("/desk/cases/enter/")
    page.set_viewport_size({"width": DESK[0], "height": DESK[1]})
    case = enter_notice(house, secretary)
    look(page, survey, "a case")
    # The letters as they are printed.
    letters = page.request.get(f"/desk/cases/letters/?case={case.reference}")
    assert letters.body().startswith(b"%PDF")
    page.get_by_role("button", name=secretary.word("The letters are in the post")).click()
    expect(page.locator("#main")).not_to_contain_text(secretary.word("Print and post the letters"))

    person = case.people.earliest("pk")
    aino = Parent(new_page(PHONE))
    of_aino = Survey(aino.page)
    aino.open("/appointment/")
    aino.field("Invitation code").fill(invitation_code(person.nonce))
    aino.press("Continue")
    aino.sees("Choose a time for your visit")
    of_aino.look("times of an invitation")
    aino.page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    aino.choose_time(1)
    of_aino.look("details of an invitation")
    aino.page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    aino.field("Your name").fill("Aino Virtala")
    aino.field("E-mail address").fill("aino@example.org")
    aino.choice("You may send me e-mail").check()
    aino.press("Book this time")
    aino.sees("Your appointment")
    visit = Appointment.objects.get(case=case)
    assert visit.status == Status.CONFIRMED
    mine = Party.objects.get(appointment=visit, is_requester=True)
    assert aino.page.url.endswith(link_path(mine))

    # The other opens their own page by their own code, and says that they come.
    eino = Parent(new_page(PHONE))
    eino.open("/appointment/")
    eino.field("Invitation code").fill(invitation_code(case.people.latest("pk").nonce))
    eino.press("Continue")
    eino.sees("Will you come?")
    expect(eino.page.locator("#main")).not_to_contain_text("Aino")
    eino.press("I will come")
    eino.sees("Your appointment")

    secretary.open(f"/desk/cases/{case.reference}/")
    expect(page.locator("#main")).to_contain_text(visit.reference)
    # The next visit: who comes and the service are there already.
    secretary.open(f"/desk/book/?case={case.reference}")
    expect(page.locator("#comers")).to_contain_text("Eino Korpi")
    look(page, survey, "the panel of a case")
    page.locator("input[name=visits]").fill("4")
    page.locator(".next-time input[name=slot]").first.check()
    page.locator("[data-book]").click()
    expect(page.locator("#main")).to_contain_text(
        secretary.word("Book visit %(number)s of %(count)s", number=3, count=4)
    )
    assert case.visits.count() == 2
    survey.done()
    of_aino.done()
