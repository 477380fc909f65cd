"""The code of an invitation that is passed on: read again, told where to type it, renewed."""

import pytest
from django.test import Client

from bookings.lifecycle.references import invitation_code
from bookings.models import Appointment, AppointmentEvent, OtherParent
from bookings.parties.records import PartyDetails
from office.models import AccessLogEntry, Role
from tests.bookings.conftest import House
from tests.bookings.desk_cast import Desk, request_for, signed_in, url
from tests.bookings.staff_booking.test_panel import PAGE, typed
from tests.factories import link_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(house: House) -> Desk:
    return signed_in(Role.SECRETARY)


@pytest.fixture
def appointment(house: House, desk: Desk) -> Appointment:
    desk.client.post(PAGE, typed(house, other_parent=OtherParent.PASS_ON))
    return Appointment.objects.get()


def code_of(appointment: Appointment) -> str:
    return invitation_code(appointment.parties.get(is_requester=False).link_nonce)


def enter(code: str) -> int:
    """Return the status: 302 where it opens an invitation."""
    return Client().post("/appointment/", {"code": code}).status_code


def renew(desk: Desk, appointment: Appointment) -> int:
    appointment.refresh_from_db()
    data = {"version": appointment.version}
    return desk.client.post(url(appointment, "invitation/"), data).status_code


def test_it_is_read_again_on_the_card_and_told_where_it_is_typed(
    desk: Desk, appointment: Appointment
) -> None:
    code = code_of(appointment)
    for path in (url(appointment), f"/desk/book/done/{appointment.reference}/"):
        html = " ".join(desk.client.get(path).content.decode().split())
        assert (code in html, "testserver/appointment/" in html) == (True, True)
    slip = desk.client.get(f"/desk/book/done/{appointment.reference}/slip/").content.decode()
    assert (code in slip, "http://testserver/appointment/<" in slip) == (True, True)
    caller = appointment.parties.get(is_requester=True)
    own = Client().get(link_of(caller)).content.decode()
    assert (code in own, "testserver/appointment/" in own) == (True, True)


def test_renewed_the_earlier_one_opens_nothing(desk: Desk, appointment: Appointment) -> None:
    before = code_of(appointment)
    link = link_of(appointment.parties.get(is_requester=False))
    assert enter(before) == 302

    assert renew(desk, appointment) == 302

    after = code_of(appointment)
    assert (after != before, enter(before), enter(after)) == (True, 200, 302)
    assert Client().get(link).status_code == 404
    event = AppointmentEvent.objects.latest("pk")
    assert (event.what, event.user) == ("invitation_renewed", desk.user)
    assert AccessLogEntry.objects.filter(
        record=appointment.reference, action="close link", user=desk.user
    ).exists()
    html = desk.client.get(url(appointment)).content.decode()
    assert (after in html, before in html) == (True, False)


def test_once_it_is_taken_up_nobody_learns_of_that_by_it(
    desk: Desk, appointment: Appointment
) -> None:
    code = code_of(appointment)
    invited = appointment.parties.get(is_requester=False)
    caller = appointment.parties.get(is_requester=True)
    details = {
        "name": "Eino Korpi",
        "phone": "0407654321",
        "safe": ["sms", "call"],
        "language": "fi",
    }
    path = url(appointment, f"parties/{invited.pk}/")
    appointment.refresh_from_db()
    desk.client.post(path, details | {"version": appointment.version})
    invited.refresh_from_db()
    assert invited.name == "Eino Korpi"
    # The caller's own page goes on telling the same code; the card has no use for it
    assert code in Client().get(link_of(caller)).content.decode()
    assert code not in desk.client.get(url(appointment)).content.decode()
    nonce = invited.link_nonce
    renew(desk, appointment)
    invited.refresh_from_db()
    assert invited.link_nonce == nonce


def test_where_nobody_passes_anything_on_there_is_no_code(house: House, desk: Desk) -> None:
    appointment = request_for(house, requester=PartyDetails(name="Yksi", email="y@example.org"))
    assert "/invitation/" not in desk.client.get(url(appointment)).content.decode()
    before = [party.link_nonce for party in appointment.parties.order_by("pk")]
    renew(desk, appointment)
    assert [party.link_nonce for party in appointment.parties.order_by("pk")] == before


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.GUIDE, Role.MANAGER])
def test_only_the_secretary_renews_it_and_by_a_press(
    desk: Desk, appointment: Appointment, role: Role
) -> None:
    before = code_of(appointment)
    path = url(appointment, "invitation/")
    assert signed_in(role).client.post(path).status_code == 403
    assert desk.client.get(path).status_code == 405
    assert code_of(appointment) == before
