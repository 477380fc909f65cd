"""Two parents find a joint time without contact, one of them without scripts; axe is clean."""

import re

import pytest
from playwright.sync_api import expect

from bookings.joint_times import forgetting
from bookings.models import Answer, JointSearch, OtherParent, Status
from office.core import clock
from office.models import Role
from tests.browser.checks import Survey
from tests.browser.conftest import DESK, NewPage
from tests.browser.house import House
from tests.browser.people import Person, Worker
from tests.factories import AppointmentFactory, PartyFactory, link_of

pytestmark = pytest.mark.browser


def test_two_parents_find_a_time_and_hear_nothing_of_each_other(
    house: House, new_page: NewPage
) -> None:
    # Given a visit to which both come, for which no time suits yet
    appointment = AppointmentFactory(
        service=house.custody, service_point=house.points[0], other_parent=OtherParent.UNIT
    )
    one, two = (
        PartyFactory(appointment=appointment, is_requester=asks, answer=answer)
        for asks, answer in ((True, Answer.ACCEPTED), (False, Answer.NOT_ASKED))
    )

    # When the secretary asks both when they can come
    worker = Worker(new_page(DESK))
    worker.come_in(house.users[Role.SECRETARY])
    desk = Survey(worker.page)
    card = f"/desk/requests/{appointment.reference}/"
    worker.open(card)
    worker.page.locator("summary", has_text=worker.word("Find a joint time")).click()
    desk.look("card, asking both")
    worker.press("Ask both when they can come")
    worker.reads("Waiting for answers")

    # Then each marks on their own page: one by whole parts, the other without scripts
    parent, other = Person(new_page()), Person(new_page(java_script_enabled=False))
    phone = Survey(parent.page)
    phone.at(link_of(one))
    parent.follow("Mark when I can come")
    parent.press("Keep what I have marked")
    parent.reads("Mark at least one part of the week, or say that none suits.")
    phone.look("marking, error")
    parent.page.locator("button[name=quick][value=morning]").click()
    parent.page.locator("button[name=quick][value=afternoon]").click()
    expect(parent.page.locator("input[name=cells]:checked")).to_have_count(10)
    parent.page.locator(
        "summary", has_text=parent.word("Single days on which I cannot come")
    ).click()
    parent.page.locator("input[name=days_off]").first.check()
    phone.look("marking, days")
    parent.press("Keep what I have marked")
    parent.sees("You have told us when you can come")
    other.open(link_of(two))
    other.follow("Mark when I can come")
    expect(other.page.locator("input:checked")).to_have_count(0)
    for box in other.page.locator("input[name=cells][value$=afternoon]").all():
        box.check()
    other.press("Keep what I have marked")
    other.sees("You have told us when you can come")

    # And the secretary sees that both have, and nothing else
    worker.open(card)
    worker.reads("Both have answered")
    desk.look("card, both have answered")

    # When the moment has come, both see the same times
    JointSearch.objects.update(due_at=clock.now())
    forgetting.sweep()
    times = []
    for person, party in ((parent, one), (other, two)):
        person.open(link_of(party))
        person.sees("Choose the time that suits you")
        times.append(person.page.locator(".offers .slot").all_inner_texts())
    assert times[0] == times[1]
    assert len(times[0]) == 3
    assert all(re.search(r"1[345][.:]", text) for text in times[0])

    # And the one chooses, and the other says yes
    parent.page.locator("input[name=offer]").nth(1).check()
    parent.press("Choose this time")
    parent.sees("Your time is confirmed")
    phone.look("agreed")
    other.open(link_of(two))
    other.press("I will come")
    appointment.refresh_from_db()
    assert appointment.status == Status.CONFIRMED
    assert set(appointment.parties.values_list("answer", flat=True)) == {Answer.ACCEPTED}
    desk.done()
    phone.done()
