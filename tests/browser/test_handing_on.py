"""Somebody is handed on to a partner, who answers; and a slip that comes back and is closed."""

import pytest
from playwright.sync_api import Page, expect

from office.core import clock
from office.models import Role
from referrals.models import DirectoryEntry, Referral
from tests.browser.checks import Survey
from tests.browser.conftest import DESK, PHONE, NewPage
from tests.browser.house import House
from tests.browser.people import Parent, Worker
from tests.referrals.cast import entry

pytestmark = pytest.mark.browser


def hand_on(worker: Worker, clinic: DirectoryEntry, survey: Survey | None = None) -> Page:
    """Fill the form in, let the person see it and agree; the page of the slip."""
    page = worker.page
    worker.open("/desk/referrals/new/")
    page.locator("[name=entry]").select_option(str(clinic.pk))
    page.locator("[name=disclosed][value=first_name]").check()
    page.locator("[name=disclosed][value=contact]").check()
    page.locator("[name=first_name]").fill("Zelma")
    page.locator("[name=contact]").fill("040 7654321")
    page.locator("[name=message]").fill("Tätä ei ole luvattu kertoa")
    worker.press("Show it to the person")
    expect(page.locator("#main")).to_contain_text("Zelma")
    expect(page.locator("#main")).not_to_contain_text("Tätä ei ole luvattu")
    if survey:
        survey.look("what the partner is told")
    page.locator("[name=consent]").check()
    worker.press("Make the slip")
    expect(page.locator(".paper .code")).to_be_visible()
    return page


def test_a_hand_over_is_answered_and_another_comes_back(house: House, new_page: NewPage) -> None:
    clinic = entry(hours_fi="ma–pe 8–15", how_fi="Lähetettä ei tarvita. Soita arkisin klo 12–13.")
    guide = Worker(new_page(DESK))
    guide.come_in(house.users[Role.GUIDE])
    survey = Survey(guide.page)
    for path in ("/desk/referrals/", "/desk/referrals/directory/", "/desk/referrals/new/"):
        survey.at(path)
    page = hand_on(guide, clinic, survey)
    survey.look("a slip")
    code = page.locator(".paper .code").inner_text()
    own = page.locator(".paper .wrap-anywhere", has_text="/my-referral/").inner_text()

    # The partner has no scripts, and types the code from paper.
    partner = Parent(new_page(PHONE, java_script_enabled=False))
    partner.open("/referral/")
    partner.page.locator("[name=code]").fill(code.lower())
    partner.press("Continue")
    expect(partner.page.locator("#main")).not_to_contain_text("Zelma")
    partner.press("Show what was told")
    expect(partner.page.locator("#main")).to_contain_text("Zelma")
    partner.press("We take this on")
    expect(partner.page.locator("#main")).to_contain_text(
        partner.word("Thank you. The answer has reached us.")
    )

    person = Parent(new_page(PHONE))
    of_person = Survey(person.page)
    of_person.at(own[own.index("/my-referral/") :].strip())
    expect(person.page.locator("#main")).to_contain_text(person.word("The partner takes this on"))
    of_person.at("/guidance/partners/")
    of_person.at("/referral/")
    of_person.at(f"/referral/{code.replace('-', '')}/")

    # The second one is answered by nobody until its last moment.
    hand_on(guide, clinic)
    Referral.objects.filter(state="sent").update(ends_at=clock.now())
    secretary = Worker(new_page(DESK))
    secretary.come_in(house.users[Role.SECRETARY])
    secretary.open("/desk/")
    came_back = secretary.page.locator("section", has_text=secretary.word("Slips that came back"))
    came_back.get_by_role("link", name="Näsin neuvola").click()
    of_secretary = Survey(secretary.page)
    of_secretary.look("a slip that came back")
    # How the partner is reached stands one fact below the other, as on the partner's own card.
    facts = secretary.page.locator(".service > div")
    left = {box["x"] for fact in facts.all() if (box := fact.bounding_box())}
    assert (facts.count(), len(left)) == (5, 1)
    secretary.press("Close")
    expect(secretary.page.locator("#main")).to_contain_text(
        secretary.word("Closed. Its link opens nothing any more.")
    )
    secretary.open("/desk/")
    expect(secretary.page.locator("#worklist")).not_to_contain_text("Näsin neuvola")
    assert set(Referral.objects.values_list("state", flat=True)) == {"taken", "closed"}
    for done in (survey, of_person, of_secretary):
        done.done()
