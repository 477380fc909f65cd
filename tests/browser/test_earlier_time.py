"""A parent waits for an earlier time on a phone, and gets it once both have accepted; axe is clean."""

import pytest
import time_machine
from playwright.sync_api import expect

from bookings.appointments import decisions
from bookings.models import Appointment, TimeOffer
from bookings.waiting_list import offers as earlier_offers
from bookings.waiting_list import wishes as earlier
from bookings.waiting_list.wishes import EarlierLimits
from office.core import clock
from office.models import OutboxMessage, Role
from tests.browser.checks import Survey
from tests.browser.conftest import DESK, NewPage
from tests.browser.house import House, coming, visit
from tests.browser.keys import press
from tests.browser.people import Person, Worker
from tests.factories import link_of

pytestmark = pytest.mark.browser


def swept() -> None:
    """Sweep as the worker does, in the forenoon: at night nobody is asked."""
    morning = clock.local(clock.now()).replace(hour=9, minute=0)
    with time_machine.travel(morning, tick=False):
        earlier_offers.sweep()
    # Answered in the same minute by the server, whose clock may say that it is evening.
    TimeOffer.objects.update(expires_at=coming(3, 9))
    for offer in TimeOffer.objects.filter(closed_at=None):
        assert offer.claim
        offer.claim.occupancies.update(expires_at=offer.expires_at)


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_a_parent_gets_an_earlier_time(house: House, new_page: NewPage, language: str) -> None:
    # Given a visit some weeks ahead, and a parent who would rather come sooner
    appointment, asking, invited = visit(house, coming(15, 10))
    for party in (asking, invited):
        party.language = language
        party.save()
    parent, other = Person(new_page(), language), Person(new_page(), language)
    parent.open(link_of(asking))
    parent.follow("Tell me if an earlier time comes free")
    parent.sees("Would an earlier time suit you?")
    parent.choice("In the morning, 8–11").check()
    parent.press("Tell me of earlier times")
    parent.reads("We tell you if an earlier time comes free. Your present time holds.")

    # Then the other parent's page tells nothing of it
    other.open(link_of(invited))
    expect(other.page.locator(".earlier-offer")).to_have_count(0)

    # When a time comes free, both are asked in the same words, once the one who has heard nothing from
    # us yet knows who writes
    swept()
    offer = TimeOffer.objects.get()
    told = {m.to: m.body for m in OutboxMessage.objects.filter(kind="earlier")}
    assert set(told) == {asking.email, invited.email}
    assert other.introduced(told[invited.email]) == told[asking.email]
    parent.open(link_of(asking))
    parent.sees("An earlier time is free")
    parent.press("The earlier time suits me")
    parent.reads("You have said that it suits you.")
    appointment.refresh_from_db()
    assert appointment.starts_at != offer.starts_at

    # And the second yes moves the visit
    other.open(link_of(invited))
    other.sees("An earlier time is free")
    assert other.word("You have said that it suits you.") not in other.page.inner_text("#main")
    other.press("The earlier time suits me")
    expect(other.page.locator(".earlier-offer")).to_have_count(0)
    appointment.refresh_from_db()
    assert appointment.starts_at == offer.starts_at
    assert OutboxMessage.objects.filter(kind="moved").count() == 2


def test_without_scripts(house: House, new_page: NewPage) -> None:
    _appointment, asking, _invited = visit(house, coming(15, 10))
    earlier.wish(asking.pk, EarlierLimits())
    swept()
    parent = Person(new_page(java_script_enabled=False))
    parent.open(link_of(asking))
    parent.press("I keep my present time")
    parent.reads("Your answer is kept. Your time stays as it was.")


def test_axe_finds_nothing(house: House, new_page: NewPage) -> None:
    appointment, asking, _invited = visit(house, coming(15, 10))
    survey = Survey(new_page())
    link = link_of(asking)
    survey.at(f"{link}earlier/")
    for box in survey.page.locator("input[name=points]").all():
        box.uncheck()
    survey.page.locator("main form button.button").first.click()
    expect(survey.page.locator("[data-error-summary]")).to_be_focused()
    survey.look("earlier, errors")
    earlier.wish(asking.pk, EarlierLimits(days=[0, 1], parts=["morning"]))
    survey.at(f"{link}earlier/")
    survey.at(link)
    swept()
    survey.at(link)
    survey.done()

    worker = Worker(new_page(DESK))
    worker.come_in(house.users[Role.SECRETARY])
    survey = Survey(worker.page)
    survey.at("/desk/waiting-list/")
    survey.at(f"/desk/requests/{appointment.reference}/earlier/?party={asking.pk}")
    survey.at(f"/desk/requests/{appointment.reference}/")
    decisions.cancel(appointment.pk, user=house.users[Role.SECRETARY])
    survey.at(f"/desk/requests/{appointment.reference}/earlier/")
    assert not Appointment.objects.filter(status="confirmed").exists()
    earlier_offers.end_useless()
    survey.at("/desk/waiting-list/")
    survey.done()


def test_the_secretary_adds_somebody_by_keyboard(house: House, new_page: NewPage) -> None:
    appointment, asking, _invited = visit(house, coming(15, 10))
    worker = Worker(new_page(DESK))
    worker.come_in(house.users[Role.SECRETARY])
    worker.open("/desk/waiting-list/")
    press(worker.page, "a")
    worker.page.keyboard.type(appointment.reference)
    press(worker.page, "Enter")
    worker.sees("An earlier time")
    press(worker.page, "1")
    expect(worker.page.get_by_role("heading", level=2, name=asking.name)).to_be_visible()
    worker.press("Put on the list")
    worker.page.wait_for_url(f"**/desk/requests/{appointment.reference}/")
    worker.open("/desk/waiting-list/")
    expect(worker.page.locator("tbody tr")).to_have_count(1)
    expect(worker.page.locator("tbody")).to_contain_text(appointment.reference)
