"""While booking: the link of a meeting by video, and who alone takes part by video."""

from typing import Any

import pytest
from django.test import Client
from django.utils.translation import override

from bookings.availability.codec import found_time_value, slot_value
from bookings.models import Appointment
from bookings.models.matters import Matters
from office.models import Channel, OutboxMessage, Role
from tests.bookings.conftest import House
from tests.bookings.desk_cast import signed_in
from tests.bookings.staff_booking.test_panel import PAGE, typed

pytestmark = pytest.mark.django_db
LINK = "https://video.example/huone"


@pytest.fixture
def client(house: House) -> Client:
    house.service.channels = [Channel.IN_PERSON, Channel.VIDEO]
    house.service.save()
    return signed_in(Role.SECRETARY).client


def by_video(house: House, **fields: Any) -> dict[str, Any]:
    value = slot_value(house.slot(9))
    slot = found_time_value(Matters(house.service), Channel.VIDEO, "fi", value)
    return typed(house, where=Channel.VIDEO, slot=slot, **fields)


def test_the_link_is_set_while_booking(house: House, client: Client) -> None:
    client.post(PAGE, by_video(house, video_link=LINK))

    visit = Appointment.objects.get()
    assert (visit.video_link, visit.video_link_at) == (LINK, visit.starts_at)
    assert visit.video_link_with == house.professional


def test_an_unsafe_link_is_refused_at_its_field(house: House, client: Client) -> None:
    response = client.post(PAGE, by_video(house, video_link="http://video.example/huone"))

    assert response.status_code == 422
    assert "video_link" in response.context["panel"].arrangement.errors
    assert not Appointment.objects.exists()


def test_a_link_is_left_aside_where_nobody_is_met_by_video(house: House, client: Client) -> None:
    client.post(PAGE, typed(house, video_link=LINK))

    assert Appointment.objects.get().video_link == ""


def test_one_parent_takes_part_by_video_while_the_other_comes(house: House, client: Client) -> None:
    client.post(PAGE, typed(house, caller__by_video="on", video_link=LINK))

    visit = Appointment.objects.get()
    caller, other = visit.parties.order_by("pk")
    assert (caller.joins_by_video, other.joins_by_video) == (True, False)
    assert visit.video_link == LINK
    # One letter each, which says it already.
    kinds = OutboxMessage.objects.exclude(kind="staff_booked").values_list("kind", flat=True)
    assert "own_channel" not in set(kinds)
    body = OutboxMessage.objects.get(to=caller.email).body
    assert "video" in body.lower()
    assert "video" not in OutboxMessage.objects.get(to=str(other.phone)).body.lower()


@pytest.mark.parametrize(
    "fields",
    [
        # Both at once: then the whole visit is by video.
        {"caller__by_video": "on", "other__by_video": "on"},
        # An invitation may be read by whoever gave the address.
        {"other__by_video": "on", "other__given_by_other": "on", "other__safe": []},
        {"caller__by_video": "on", "other_parent": "none"},
    ],
)
def test_nobody_is_by_video_alone_where_nobody_comes_or_another_would_read_it(
    house: House, client: Client, fields: dict[str, Any]
) -> None:
    with override("fi"):
        response = client.post(PAGE, typed(house, **fields), headers={"accept-language": "fi"})

    assert response.status_code == 409
    assert "Yksin videolla voi osallistua" in response.content.decode()
    assert not Appointment.objects.exists()
