"""Until when to cancel or move: said before it is pressed; later is possible, and counted as late."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from bookings.appointments.cancellations import cancellations
from bookings.models import EventKind, Status
from office.models import Role, Unit
from tests.bookings.desk_cast import signed_in
from tests.bookings.personal_cast import NOW, VISIT, cast, text
from tests.factories import link_of

pytestmark = pytest.mark.django_db
IN_TIME = "please do it by"
LATE = "We ask for word by"


@pytest.fixture
def now() -> Any:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def english(client: Client) -> Client:
    client.cookies["django_language"] = "en"
    return client


def test_the_notice_is_said_and_a_late_one_is_counted(
    english: Client, now: time_machine.Traveller
) -> None:
    people = cast()
    link = link_of(people.asking)
    pages = [link, f"{link}cancel/", f"{link}move/"]
    assert all(IN_TIME in text(english, page) for page in pages)
    Unit.objects.update(cancel_notice_hours=0)
    assert all(IN_TIME not in text(english, page) for page in pages)
    Unit.objects.update(cancel_notice_hours=4)

    now.move_to(VISIT - timedelta(hours=5))
    assert all(IN_TIME in text(english, page) for page in pages)
    now.move_to(VISIT - timedelta(hours=3))
    assert all(LATE in text(english, page) for page in pages)
    # The unit's own reasons are not a party's to say; a wrong one does not stand in the way.
    assert 'value="staff"' not in text(english, f"{link}cancel/")
    response = english.post(f"{link}cancel/", {"why": "illness"})
    assert response.status_code == 302

    people.appointment.refresh_from_db()
    assert people.appointment.status == Status.CANCELLED
    event = people.appointment.events.get(what=EventKind.CANCELLED)
    assert event.details == {"cancelled_by": "client", "why": "illness", "late": True}
    assert cancellations().months[0].late == 1
    # To the secretary; to neither parent.
    card = f"/desk/requests/{people.appointment.reference}/"
    desk = signed_in(Role.SECRETARY).client
    desk.cookies["django_language"] = "en"
    assert "Cancelled, illness, late" in text(desk, card)
    for party in (people.asking, people.invited):
        assert "illness" not in text(english, link_of(party))


def test_an_unknown_reason_does_not_stand_in_the_way(
    english: Client, now: time_machine.Traveller
) -> None:
    people = cast()
    english.post(f"{link_of(people.asking)}cancel/", {"why": "x" * 500})
    people.appointment.refresh_from_db()
    assert people.appointment.status == Status.CANCELLED
    assert people.appointment.events.get(what=EventKind.CANCELLED).details["why"] == ""
