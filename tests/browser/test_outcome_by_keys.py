"""The outcome of a visit by keys: five presses on its page are enough, also of several matters."""

import pytest
from playwright.sync_api import expect

from bookings.models import NextStep, Outcome, VisitOutcome
from office.core import clock
from office.models import AgreementKind, Role
from tests.browser.checks import Survey
from tests.browser.conftest import DESK, NewPage
from tests.browser.house import House, bring_to, coming, visit
from tests.browser.keys import press
from tests.browser.people import Worker

pytestmark = pytest.mark.browser
AT_MOST = 5
CUSTODY, RESIDENCE, CONTACT = (
    AgreementKind.CUSTODY,
    AgreementKind.RESIDENCE,
    AgreementKind.CONTACT,
)


@pytest.mark.parametrize(
    ("keys", "outcome", "agreed", "step"),
    [
        (["p", "d", "2", "k", "Enter"], Outcome.PARTLY, {CUSTODY: 2}, NextStep.COURT),
        (
            ["a", "2", "b", "Enter"],
            Outcome.AGREEMENT,
            {CUSTODY: 2, RESIDENCE: 2, CONTACT: 2},
            NextStep.VISIT,
        ),
        (["w", "a", "1", "Enter"], Outcome.AGREEMENT, {CUSTODY: 1, RESIDENCE: 1, CONTACT: 1}, ""),
        (["0", "e", "Enter"], Outcome.NOT_AGREED, {}, NextStep.MEDIATION),
    ],
    ids=["one of three", "all", "one did not come", "none"],
)
def test_five_presses_are_enough(
    house: House,
    new_page: NewPage,
    keys: list[str],
    outcome: Outcome,
    agreed: dict[str, int],
    step: str,
) -> None:
    house.custody.agreements = [CUSTODY, RESIDENCE, CONTACT]
    house.custody.save()
    held, *_parties = visit(house, coming(1, 10))
    bring_to(held, clock.now())
    supervisor = Worker(new_page(DESK))
    supervisor.come_in(house.users[Role.SUPERVISOR])
    page, survey = supervisor.page, Survey(supervisor.page)
    supervisor.open(f"/my-day/visits/{held.reference}/outcome/")
    expect(page.locator(".outcome")).to_be_visible()

    assert len(keys) <= AT_MOST
    for key in keys[:-1]:
        press(page, key)
    survey.look(f"outcome: {outcome}")
    press(page, keys[-1])

    expect(page.locator(".undo")).to_contain_text(held.reference)
    found = VisitOutcome.objects.get()
    assert (found.outcome, found.agreements, found.next_step) == (outcome, agreed, step)
    survey.done()
