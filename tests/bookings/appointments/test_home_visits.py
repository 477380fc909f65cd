"""A home visit: staff alone book it, the way counts as busy, and no address is kept or sent."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client

from bookings.appointments.calendar_files import time_for_party
from bookings.availability.codec import found_time_value, slot_value
from bookings.availability.search import Wish, find, soonest_by_point
from bookings.cases.queries import letters_to_post
from bookings.lifecycle.protection import must_agree_new_place, must_agree_place
from bookings.models import Appointment, CasePerson, Meeting, OtherParent
from bookings.models.matters import Matters
from bookings.rescheduling.actions import change
from bookings.rescheduling.plan import VisitArrangement
from office.core import clock
from office.models import Channel, Occupancy, OutboxMessage, Role, Room, Service
from tests.bookings.cases.cast import AINO, EINO, notice
from tests.bookings.conftest import House, at
from tests.bookings.desk_cast import signed_in
from tests.factories import PartyFactory, booked, link_of

pytestmark = pytest.mark.django_db

PANEL = "/desk/book/"
HALF_HOUR = timedelta(minutes=30)


@pytest.fixture
def house(house: House) -> House:
    """Give the service at home too: an hour, with a quarter after it, half an hour away."""
    Service.objects.filter(pk=house.service.pk).update(home_visits=True, buffer_after=15)
    house.service.refresh_from_db()
    return house


@pytest.fixture
def secretary(house: House) -> Client:
    return signed_in(Role.SECRETARY).client


def starts(house: House, channel: str) -> list[datetime]:
    """Return when such a visit can begin on Wednesday."""
    found = find(Wish(house.service, channel), house.unit, online=False).slots
    return [s.start for s in found if clock.local(s.start).date() == clock.local(at(12)).date()]


def sent(house: House, hour: int, **fields: Any) -> dict[str, Any]:
    """Return what the panel sends for a home visit on Wednesday."""
    slot = slot_value(house.slot(hour))
    return {
        "do": "book",
        "key": str(uuid4()),
        "service": house.service.pk,
        "language": "fi",
        "where": Channel.HOME_VISIT,
        "meeting": Meeting.TOGETHER,
        "slot": found_time_value(Matters(house.service), Channel.HOME_VISIT, "fi", slot),
        "visits": "2",
        **fields,
    }


def caller(**fields: Any) -> dict[str, Any]:
    return {
        "caller-name": "Aino Virtala",
        "caller-email": "aino@example.org",
        "caller-all_safe": "on",
        "other_parent": OtherParent.NONE,
        **fields,
    }


def busy(appointment: Appointment) -> list[tuple[int, datetime, datetime]]:
    rows = Occupancy.objects.filter(claim=appointment.claim).values_list("resource", "during")
    return [(resource, during.lower, during.upper) for resource, during in rows]


def test_the_way_there_and_back_lies_within_the_hours_and_beside_other_visits(
    house: House,
) -> None:
    assert (starts(house, Channel.IN_PERSON)[0], starts(house, Channel.IN_PERSON)[-1]) == (
        at(8),
        at(15),
    )
    # Without a room; half an hour later in the morning, half an hour earlier in the afternoon.
    Room.objects.all().delete()
    home = starts(house, Channel.HOME_VISIT)
    assert (home[0], home[-1]) == (at(8, 30), at(14, 30))
    booked(start=at(11), professionals=[house.professional], service=house.service)
    home = starts(house, Channel.HOME_VISIT)
    # Home by eleven with the quarter after it, and off again at twelve.
    assert [start for start in home if at(8, 30) < start < at(13)] == [at(9), at(12, 30)]
    assert at(9, 30) not in home


def test_it_is_booked_without_a_room_or_an_address(house: House, secretary: Client) -> None:
    assert "kotikäyntinä" in secretary.get(PANEL).content.decode()
    response = secretary.post(PANEL, sent(house, 9) | caller())
    assert response.status_code == 302
    visit = Appointment.objects.get()
    assert (visit.channel, visit.room, visit.starts_at) == (Channel.HOME_VISIT, None, at(9))
    assert busy(visit) == [
        (house.professional.pk, at(8, 30), at(10, 15) + HALF_HOUR),
    ]
    # Who comes reads that the place is agreed; nobody reads an address, the service point's neither.
    party = visit.parties.get()
    mail = OutboxMessage.objects.get(to="aino@example.org")
    own_page = Client().get(link_of(party)).content.decode()
    for text in (mail.body, own_page):
        assert "Kanssasi sovitussa paikassa" in text
        assert house.point.street not in text
        assert "kotikäyn" not in text.lower()
    assert "osoitetta ei ole tällä sivulla" in own_page
    assert time_for_party(party, visit).street == ""
    # Who meets them sees what it is.
    user = signed_in(Role.SUPERVISOR)
    house.professional.user = user.user
    house.professional.save()
    assert "kotikäynti" in user.client.get("/my-day/?day=2026-11-25").content.decode()
    assert "Kotikäyntinä" in secretary.get(f"/desk/requests/{visit.reference}/").content.decode()
    assert "kotikäynti" in secretary.get("/desk/calendar/?day=2026-11-25").content.decode()


def test_nobody_else_can_ask_for_it(house: House, client: Client) -> None:
    for path in ("", "times/"):
        assert "kotikäyn" not in client.get(house.url(path)).content.decode().lower()
    client.post(house.url(), {"where": Channel.HOME_VISIT})
    page = client.get(house.url("times/") + f"?where={Channel.HOME_VISIT}")
    assert "kotikäyn" not in page.content.decode().lower()
    channels = {channel for _service, channel in soonest_by_point([house.service], house.unit)}
    assert channels == {Channel.IN_PERSON, Channel.PHONE}
    # A service that is not given at home is not booked so by staff either.
    Service.objects.update(home_visits=False)
    desk = signed_in(Role.SECRETARY).client
    assert desk.post(PANEL, sent(house, 9) | caller()).status_code == 422
    assert not Appointment.objects.exists()


def test_a_moved_visit_takes_the_way_along(house: House) -> None:
    visit = booked(
        start=at(9),
        professionals=[house.professional],
        room=house.room,
        service=house.service,
        service_point=house.point,
    )
    user = signed_in(Role.SECRETARY).user
    who = (house.professional.pk,)
    change(
        visit.pk,
        VisitArrangement(at(12), Channel.HOME_VISIT, house.point.pk, who),
        user=user,
    )
    visit.refresh_from_db()
    assert (visit.channel, visit.room, visit.starts_at) == (Channel.HOME_VISIT, None, at(12))
    assert busy(visit) == [(house.professional.pk, at(11, 30), at(13, 45))]
    change(visit.pk, VisitArrangement(at(12), Channel.IN_PERSON, house.point.pk, who), user=user)
    visit.refresh_from_db()
    assert {span[1:] for span in busy(visit)} == {(at(12), at(13, 15))}


def test_a_report_to_the_court_visits_each_home_by_itself(house: House, secretary: Client) -> None:
    case = notice(house, AINO, EINO, started_by="court", visits_planned=3)
    eino = case.people.get(name=EINO.name)
    form = sent(house, 9, case=case.reference)
    everybody = [f"c{person.pk}" for person in case.people.all()]
    assert secretary.post(PANEL, form | {"left_out": everybody}).status_code == 422
    assert secretary.post(PANEL, form | {"left_out": [f"c{eino.pk}"]}).status_code == 302
    first = case.visits.get()
    assert first.other_parent == OtherParent.NONE
    # The letter with the code goes to who comes; the other learns nothing of it.
    party = first.parties.get()
    assert (party.name, party.case_person.name) == (AINO.name, AINO.name)
    assert CasePerson.objects.get(pk=eino.pk).party is None
    letter = {one.name: one for one in letters_to_post()}
    assert letter[AINO.name].party == party
    # The other's own home visit, and then both together: nobody is lost from the matter.
    both = sent(house, 12, case=case.reference) | {
        "where": str(house.point.pk),
        "slot": found_time_value(
            Matters(house.service), Channel.IN_PERSON, "fi", slot_value(house.slot(12))
        ),
    }
    assert secretary.post(PANEL, both | {"key": str(uuid4())}).status_code == 302
    second = case.visits.exclude(pk=first.pk).get()
    assert {party.name for party in second.parties.all()} == {AINO.name, EINO.name}
    eino.refresh_from_db()
    assert eino.party in second.parties.all()
    assert {one.name for one in letters_to_post()} == {AINO.name, EINO.name}


def test_the_place_is_agreed_with_who_is_protected(house: House) -> None:
    visit = booked(
        start=at(9),
        professionals=[house.professional],
        service=house.service,
        service_point=house.point,
        channel=Channel.HOME_VISIT,
        other_parent=OtherParent.GIVEN,
    )
    assert not must_agree_place(visit)
    PartyFactory(appointment=visit, is_protected=True)
    assert must_agree_place(visit)
    # Whose home it is at another time nobody can know here.
    assert must_agree_new_place(visit, Channel.HOME_VISIT, house.point.pk)


def test_after_an_update_there_are_none_until_they_are_switched_on(
    house: House, secretary: Client
) -> None:
    """The version before, which still serves meanwhile, would name the service point as the place."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE office_service SET home_visits = DEFAULT")
    assert secretary.post(PANEL, sent(house, 9) | caller()).status_code == 422
    assert not Appointment.objects.filter(channel=Channel.HOME_VISIT).exists()
    visit = booked(start=at(11), professionals=[house.professional], service=house.service)
    assert Channel.HOME_VISIT not in Appointment.objects.get(pk=visit.pk).matters.staff_channels
