"""What no browser sends: an answer in human words, never a server's error."""

import pytest
from django.test import Client

from office.models import Role
from tests.bookings.conftest import House
from tests.bookings.desk_cast import request_for, signed_in, url

pytestmark = pytest.mark.django_db


def test_a_nul_in_an_address_is_a_page_that_does_not_exist(client: Client, house: House) -> None:
    secretary = signed_in(Role.SECRETARY).client
    assert secretary.get("/desk/requests/KLM%00482/").status_code == 404
    supervisor = signed_in(Role.SUPERVISOR)
    house.professional.user = supervisor.user
    house.professional.save()
    marked = supervisor.client.post("/my-day/visits/KLM%00482/mark/", {"step": "arrived"})
    assert marked.status_code == 404
    assert client.get("/calendar/abc%00.ics").status_code == 404


def test_a_nul_in_what_is_searched_is_left_out(house: House) -> None:
    secretary = signed_in(Role.SECRETARY).client
    request_for(house)
    response = secretary.post("/desk/find/", {"q": "Ai\0no"}, follow=True)
    assert response.status_code == 200
    assert "Aino Virtala" in response.content.decode()


def test_a_picked_time_in_no_language_of_ours_is_none(house: House) -> None:
    secretary = signed_in(Role.SECRETARY).client
    appointment = request_for(house)
    pick = f"in_person:\0:{house.value(10)}"
    response = secretary.post(url(appointment, "times/"), {"do": "book", "slot": pick})
    assert response.status_code == 422
