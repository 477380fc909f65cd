"""Who has no appointment asks for their own data too: by the number or address under which it is kept."""

from datetime import date, timedelta

import pytest
import time_machine
from django.http import QueryDict
from django.test import Client

from bookings.models import CallBack, CallTask, DataRequest, ParkedBooking, Party
from bookings.retention import contact_requests
from bookings.retention import requests as own_data
from bookings.staff_booking.parking import park
from office.access.search import Client as Whom
from office.access.search import entries
from office.core import clock
from office.models import AccessAction, OutboxMessage, Role, User
from tests.bookings.call_cast import AINO, call_hours, link_of, reserved
from tests.bookings.conftest import House, at
from tests.bookings.desk_cast import Desk, request_for, signed_in

pytestmark = pytest.mark.django_db
PHONE, EMAIL = str(AINO.phone), AINO.email
OTHERS = "+358400000009"
Kind, Outcome = DataRequest.Kind, DataRequest.Outcome
PAGE = "/desk/data-requests/"


@pytest.fixture
def secretary() -> Desk:
    return signed_in(Role.SECRETARY)


def _kept(house: House, user: User) -> CallBack:
    """Make a call-back, a promised call, a parked booking and guidance: Aino's, and somebody else's."""
    call_hours(house)
    call = reserved(house)
    for number, words in ((PHONE, "Ainon asia"), (OTHERS, "Toisen asia")):
        CallTask.objects.create(
            user=user,
            created_at=clock.now(),
            due_day=date(2026, 11, 25),
            words=words,
            phone=number,
        )
        typed = QueryDict(mutable=True)
        typed["caller-name"] = words
        typed["caller-phone"] = number
        # Whom somebody else has named as the other parent, does not learn of it.
        typed["other-phone"] = OTHERS if number == PHONE else PHONE
        park(typed, user=user)
        OutboxMessage.objects.create(
            kind="links",
            channel="sms",
            to=number,
            language="fi",
            body="Linkki",
            created_at=clock.now(),
            send_after=clock.now(),
        )
    return call


def test_the_desk_notes_it_shows_it_and_hands_it_over(house: House, secretary: Desk) -> None:
    call = _kept(house, secretary.user)
    noted = secretary.client.post(PAGE, {"contact": "040 000 0001", "kind": "copy"})
    asked = DataRequest.objects.get()
    assert noted["Location"] == f"{PAGE}{asked.pk}/"
    assert (asked.contact, asked.party, asked.reference) == (PHONE, None, "")
    # Sent twice, it is one.
    secretary.client.post(PAGE, {"contact": "+358 40 0000001", "kind": "copy"})
    assert DataRequest.objects.count() == 1

    page = secretary.client.get(noted["Location"]).content.decode()
    # Nothing else on the page says whose request it is.
    assert f"<bdi>{PHONE}</bdi>" in page
    file = secretary.client.post(f"{noted['Location']}export/").content.decode()
    for text in (page, file):
        assert call.reference in text
        assert text.count("Ainon asia") == 2
        assert "Toisen asia" not in text
        assert OTHERS not in text
    rows = entries(client=Whom(contact=PHONE)).filter(reason="own data")
    assert {row.action for row in rows} == {AccessAction.READ, AccessAction.EXPORT}
    assert not entries(client=Whom(contact=OTHERS)).filter(reason="own data").exists()
    secretary.client.post(f"{noted['Location']}close/", {"outcome": "given"})
    asked.refresh_from_db()
    assert (asked.outcome, asked.contact) == (Outcome.GIVEN, "")


def test_what_is_no_contact_is_said_at_the_field(house: House, secretary: Desk) -> None:
    for text in ("Aino Virtala", "12", "aino@"):
        assert secretary.client.post(PAGE, {"contact": text, "kind": "copy"}).status_code == 422
    assert not DataRequest.objects.exists()


def test_deletion_takes_what_is_theirs_and_leaves_the_call_to_come(
    house: House, secretary: Desk
) -> None:
    call = _kept(house, secretary.user)
    asked = contact_requests.ask_under(PHONE, Kind.DELETION)
    close = f"{PAGE}{asked.pk}/close/"
    secretary.client.post(close, {"outcome": "delete"})
    assert CallTask.objects.count() == 2, "not without the tick"
    secretary.client.post(close, {"outcome": "delete", "sure": "on"})
    asked.refresh_from_db()
    assert asked.outcome == Outcome.PARTLY
    assert CallBack.objects.filter(pk=call.pk).exists()
    assert [str(task.phone) for task in CallTask.objects.all()] == [OTHERS]
    assert ParkedBooking.objects.count() == 1
    assert list(OutboxMessage.objects.filter(kind="links").values_list("to", flat=True)) == [OTHERS]

    with time_machine.travel(at(17) + timedelta(minutes=5), tick=False):
        again = contact_requests.ask_under(PHONE, Kind.DELETION)
        assert contact_requests.delete_under(again.pk, user=secretary.user) == Outcome.DELETED
    assert not CallBack.objects.exists()


def test_a_party_s_own_extract_and_deletion_have_it_too(house: House, secretary: Desk) -> None:
    appointment = request_for(house)
    party = appointment.parties.get(is_requester=True)
    Party.objects.filter(pk=party.pk).update(phone=PHONE, email=EMAIL)
    party.refresh_from_db()
    _kept(house, secretary.user)
    text = own_data.as_text(party)
    assert text.count("Ainon asia") == 2
    assert "Toisen asia" not in text
    # At the desk the number leads to the appointment, whose request has all of it.
    noted = secretary.client.post(PAGE, {"contact": PHONE, "kind": "deletion"})
    asked = DataRequest.objects.get()
    assert (asked.party, noted["Location"]) == (party, f"{PAGE}{asked.pk}/")
    appointment.status, appointment.claim = "cancelled", None
    appointment.save()
    own_data.delete(asked.pk, user=secretary.user)
    assert [str(task.phone) for task in CallTask.objects.all()] == [OTHERS]


def test_a_number_that_the_other_parent_gave_leads_to_no_appointment(house: House) -> None:
    appointment = request_for(house)
    Party.objects.filter(appointment=appointment).update(
        given_by_other=True, phone=PHONE, call_is_safe=False, email_is_safe=False
    )
    (asked,) = contact_requests.ask_at_the_desk(PHONE, Kind.COPY)
    assert asked.party is None
    assert contact_requests.data_under(PHONE) == []


def test_a_caller_asks_on_the_page_of_the_call_back(house: House) -> None:
    call_hours(house)
    call = reserved(house)
    client = Client(headers={"accept-language": "en"})
    path = link_of(call, "my-data/")
    page = client.get(path).content.decode()
    # A link may be in other hands: nothing that is kept is shown by it.
    for kept in ("Virtala", "0000001", EMAIL):
        assert kept not in page
    assert not DataRequest.objects.exists()
    for kind in ("copy", "copy", "anything"):
        client.post(path, {"kind": kind})
    assert [(one.contact, one.kind) for one in DataRequest.objects.all()] == [(PHONE, Kind.COPY)]
    assert "notice--good" in client.get(path).content.decode()
