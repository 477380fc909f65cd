"""A half-made booking is parked when the line is cut, taken up again, booked or dropped."""

from datetime import timedelta

import pytest
from django.test import Client

from bookings.models import Appointment, ParkedBooking
from bookings.staff_booking.parking import old_parked
from office.core import clock
from office.models import AccessLogEntry, Role
from office.retention.table import period_of
from office.staff.access_log import pseudonym
from tests.bookings.conftest import House
from tests.bookings.desk_cast import signed_in
from tests.bookings.staff_booking.test_panel import PAGE, typed

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(house: House) -> Client:
    return signed_in(Role.SECRETARY).client


def park(client: Client, house: House, **fields: str) -> ParkedBooking:
    response = client.post(PAGE, typed(house, **fields) | {"do": "park"})
    assert (response.status_code, response["Location"]) == (302, PAGE)
    return ParkedBooking.objects.latest("pk")


def test_what_was_typed_is_kept_encrypted_and_taken_up(house: House, client: Client) -> None:
    # Nothing is checked: it is half-made
    parked = park(client, house, other__name="", other__phone="", slot="")
    assert Appointment.objects.count() == 0
    for words in ("Aino", "aino@example.org", "Soitti"):
        assert words not in parked.sealed
    # It stands in the work list and where the next booking begins, for every secretary
    colleague = signed_in(Role.SECRETARY).client
    for path in ("/desk/", PAGE):
        html = colleague.get(path).content.decode()
        assert (f"?parked={parked.pk}" in html, "Aino Virtala" in html) == (True, True)

    html = colleague.get(f"{PAGE}?parked={parked.pk}").content.decode()
    for words in ("Aino Virtala", "040 123 4567", "aino@example.org", "Soitti töistä."):
        assert words in html
    assert f'name="parked" value="{parked.pk}"' in html
    main = html.partition("<main")[2].partition("</main>")[0]
    assert "data-error-summary" not in main
    log = AccessLogEntry.objects.filter(record=f"parked-{parked.pk}").order_by("pk")
    assert [entry.action for entry in log] == ["create", "list", "read"]
    assert pseudonym("+358401234567") in log[0].subjects


def test_once_booked_it_is_parked_no_more(house: House, client: Client) -> None:
    parked = park(client, house)
    data = typed(house) | {"parked": str(parked.pk)}
    # A booking that fails keeps it
    client.post(PAGE, data | {"caller-name": ""})
    assert ParkedBooking.objects.count() == 1
    assert client.post(PAGE, data).status_code == 302
    assert (Appointment.objects.count(), ParkedBooking.objects.count()) == (1, 0)


def test_parked_again_it_is_one_and_dropped_it_is_gone(house: House, client: Client) -> None:
    parked = park(client, house)
    again = park(client, house, caller__name="Aino Uusi", parked=str(parked.pk))
    assert again.pk == parked.pk
    assert "Aino Uusi" in client.get("/desk/").content.decode()

    drop = f"/desk/book/parked/{parked.pk}/drop/"
    assert client.get(drop).status_code == 405
    for _press in range(2):
        assert client.post(drop).status_code == 302
    assert ParkedBooking.objects.count() == 0
    html = client.get(f"{PAGE}?parked={parked.pk}").content.decode()
    assert "Kesken jäänyttä varausta ei enää ole." in html


def test_it_is_the_secretaries_own(house: House, client: Client) -> None:
    parked = park(client, house)
    for role in (Role.GUIDE, Role.SUPERVISOR):
        other = signed_in(role).client
        assert "Aino Virtala" not in other.get(PAGE).content.decode()
        assert other.get(f"{PAGE}?parked={parked.pk}").status_code == 403
        assert other.post(PAGE, typed(house) | {"do": "park"}).status_code == 403
        assert other.post(f"/desk/book/parked/{parked.pk}/drop/").status_code == 403
        # Booked by another, it stays: whose it is was not theirs to say
        other.post(PAGE, typed(house, hour=11) | {"parked": str(parked.pk)})
    assert ParkedBooking.objects.count() == 1


@pytest.mark.parametrize("key", ["x", "-1", "999999", "9" * 40, ""])
def test_a_strange_key_opens_an_empty_panel(house: House, client: Client, key: str) -> None:
    assert client.get(f"{PAGE}?parked={key}").status_code == 200
    park(client, house, parked=key)
    assert ParkedBooking.objects.count() == 1


def test_it_is_kept_for_a_week(house: House, client: Client) -> None:
    park(client, house)
    now = clock.now()
    assert period_of("parked-bookings") == timedelta(days=7)
    assert list(old_parked(now)) == []
    assert old_parked(now + timedelta(seconds=1)).count() == 1
