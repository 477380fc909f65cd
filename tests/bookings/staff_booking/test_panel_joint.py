"""Both are asked when they can come, in place of choosing a time for them."""

from typing import Any

import pytest
from django.test import Client

from bookings.joint_times.guards import search_of
from bookings.models import Answer, Appointment, JointSearch, Status, Undoable
from office.models import OutboxMessage
from office.models import Role as StaffRole
from tests.bookings.conftest import House, at
from tests.bookings.desk_cast import signed_in
from tests.bookings.staff_booking.test_panel import PAGE, typed

pytestmark = pytest.mark.django_db


def asked(house: House, **fields: Any) -> dict[str, Any]:
    data = typed(house, **fields) | {"do": "joint", "where": str(house.point.pk)}
    del data["slot"]
    return data


@pytest.fixture
def client(house: House) -> Client:
    return signed_in(StaffRole.SECRETARY).client


def test_both_are_asked_once_and_it_is_taken_back(house: House, client: Client) -> None:
    assert 'value="joint" data-key="j"' in client.get(PAGE).content.decode()
    data = asked(house) | {"joint-due_day": "22.11.2026"}
    wrong = client.post(PAGE, data)
    assert (wrong.status_code, Appointment.objects.exists()) == (422, False)
    assert "22.11.2026" in wrong.content.decode()
    data |= {"joint-due_day": "2.12.2026"}
    page = client.post(PAGE, data, follow=True)
    appointment = Appointment.objects.get()
    assert page.redirect_chain[-1][0] == f"/desk/requests/{appointment.reference}/"
    assert (appointment.status, appointment.starts_at) == (Status.REQUESTED, None)
    search = search_of(appointment)
    assert search is not None
    assert (search.state, search.service_point) == (JointSearch.State.ASKED, house.point)
    assert search.due_at == at(12, day=2, month=12)
    assert {p.answer for p in appointment.parties.all()} == {Answer.ACCEPTED, Answer.ASKED}
    assert set(OutboxMessage.objects.values_list("kind", flat=True)) == {"joint_asked"}
    # Sent twice, it is one.
    client.post(PAGE, data)
    assert Appointment.objects.count() == 1
    undoable = Undoable.objects.latest("pk")
    client.post(f"/desk/undo/{undoable.key}/")
    appointment.refresh_from_db()
    assert appointment.status == Status.CANCELLED
    assert search_of(appointment) is None
    assert not OutboxMessage.objects.filter(dropped_at=None).exists()


@pytest.mark.parametrize(
    "changed",
    [
        {"where": "any"},
        {"meeting": "separate"},
        {"other_parent": "unit"},
        {"other-phone": "", "other-safe": []},
        {"other-given_by_other": "on", "other-safe": []},
    ],
)
def test_where_both_cannot_be_asked_nothing_is_made(
    house: House, client: Client, changed: dict[str, Any]
) -> None:
    response = client.post(PAGE, asked(house) | changed)
    assert response.status_code in (409, 422)
    # What was typed stays.
    assert "Aino Virtala" in response.content.decode()
    assert not Appointment.objects.exists()


def test_at_the_counter_a_time_is_chosen(house: House) -> None:
    worker = signed_in(StaffRole.SUPERVISOR).client
    assert 'value="joint"' not in worker.get(PAGE).content.decode()
    assert worker.post(PAGE, asked(house)).status_code == 422
    assert not Appointment.objects.exists()
