"""A partner professional on a phone: asked by the secretary, declines, then accepts; axe is clean."""

import pytest
from playwright.sync_api import expect

from bookings.models import PairInvitation
from bookings.partners import invitations
from bookings.partners import mail as pair_mail
from office.messaging.outbox import link_of
from office.models import OutboxMessage, Role
from tests.browser.checks import Survey
from tests.browser.conftest import DESK, NewPage
from tests.browser.house import House, coming, visit
from tests.browser.keys import press
from tests.browser.people import Person, Worker
from tests.factories import PartnerOrganisationFactory, ProfessionalFactory

pytestmark = pytest.mark.browser

# On how many lines the words of an element stand.
LINES = """(element) => {
  const range = document.createRange();
  range.selectNodeContents(element);
  return new Set([...range.getClientRects()].map((box) => Math.round(box.top))).size;
}"""
State = PairInvitation.State


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_a_partner_answers_on_a_phone(house: House, new_page: NewPage, language: str) -> None:
    # Given a confirmed visit, and a secretary who wants a family counsellor along
    organisation = PartnerOrganisationFactory(name_fi="Perheneuvola")
    partner = ProfessionalFactory(
        name="Kaisa Lumme",
        title_fi="psykologi",
        organisation=organisation,
        email="kaisa@example.org",
        languages=[language],
    )
    appointment, _asking, _invited = visit(house, coming(4, 10))
    worker = Worker(new_page(DESK))
    worker.come_in(house.users[Role.SECRETARY])
    worker.open(f"/desk/requests/{appointment.reference}/")

    # When she asks with two keys: P, then the person of the only organisation
    press(worker.page, "i")
    worker.sees("Ask a partner professional")
    worker.page.locator(".ask-list button").click()
    expect(worker.page.locator(".partner")).to_contain_text("Kaisa Lumme")
    expect(worker.page.locator(".partner .tag--wait")).to_be_visible()

    # Then the partner has a link, and opening it changes nothing
    mail = OutboxMessage.objects.get(to="kaisa@example.org")
    assert mail.language == language
    person = Person(new_page(), language)
    person.open(pair_mail.link_path(PairInvitation.objects.get()))
    assert link_of(mail).endswith(person.page.url.split("/pair/")[1])
    person.sees("Can you join us at this time?")
    assert PairInvitation.objects.get().state == State.ASKED
    content = person.page.locator("#main").inner_text()
    assert house.supervisor.name in content
    for party in appointment.parties.all():
        assert party.name not in content

    # When the partner declines, and finds a way after all
    person.press("I decline")
    person.sees("You have declined")
    assert PairInvitation.objects.get().state == State.DECLINED
    worker.open("/desk/")
    expect(worker.page.locator("#worklist")).to_contain_text("Perheneuvola")
    person.press("I can come after all")
    person.sees("You have accepted")

    # Then the colleague sees it in the own day
    colleague = Worker(new_page(DESK))
    colleague.come_in(house.users[Role.SUPERVISOR])
    colleague.open("/my-day/")
    colleague.reads("%(name)s has accepted", name=partner.name)


def test_without_scripts(house: House, new_page: NewPage) -> None:
    appointment, _asking, _invited = visit(house, coming(4, 10))
    partner = ProfessionalFactory(organisation=PartnerOrganisationFactory())
    invitations.ask(appointment.pk, partner, user=house.users[Role.SECRETARY])
    person = Person(new_page(java_script_enabled=False))
    person.open(pair_mail.link_path(PairInvitation.objects.get()))
    person.press("Accept")
    person.sees("You have accepted")


def test_axe_finds_nothing(house: House, new_page: NewPage) -> None:
    secretary = house.users[Role.SECRETARY]
    appointment, _asking, _invited = visit(house, coming(4, 10))
    one = PartnerOrganisationFactory(name_fi="Perheneuvola", phone="019 000 0009")
    PartnerOrganisationFactory(name_fi="Lastensuojelu")
    partner = ProfessionalFactory(name="Kaisa Lumme", organisation=one, email="")
    ask = f"/desk/requests/{appointment.reference}/partner/"
    worker = Worker(new_page(DESK))
    worker.come_in(secretary)
    survey = Survey(worker.page)
    survey.at(ask)
    survey.at(f"{ask}?organisation={one.pk}")
    worker.page.locator("details.more summary").click()
    worker.press("Keep and ask")
    expect(worker.page.locator("[aria-invalid=true]").first).to_be_visible()
    survey.look("somebody new, errors")
    invitations.ask(appointment.pk, partner, user=secretary)
    survey.at("/desk/")
    survey.at(f"/desk/requests/{appointment.reference}/")
    survey.at("/desk/partners/")
    # The longest word of the menu is widest on its own page, where it is bold.
    assert worker.page.locator(".side a[aria-current]:visible span").evaluate(LINES) == 1
    survey.at(f"/desk/partners/{partner.pk}/busy/")
    worker.press("Mark busy")
    expect(worker.page.locator("[aria-invalid=true]").first).to_be_visible()
    survey.look("busy, errors")

    invitation = PairInvitation.objects.get()
    survey.at(pair_mail.link_path(invitation))
    invitations.answer(invitation.pk, accepts=True)
    survey.at(pair_mail.link_path(invitation))
    invitations.go_without(appointment.pk, partner.pk, user=secretary)
    survey.at(pair_mail.link_path(invitation))
    survey.done()
