"""The list of what was found: whole or cut it says so, and each hit has a key."""

import re

import pytest

from bookings.desk.find_views import FOUND_AT_MOST
from bookings.models import Appointment
from bookings.parties import conflicts
from office.models import Role
from tests.bookings.cases.cast import AINO, notice
from tests.bookings.conftest import House
from tests.bookings.desk_cast import Desk, signed_in
from tests.factories import AppointmentFactory, PartyFactory, ProfessionalFactory

CUT = "Only the newest are shown."


@pytest.fixture
def desk(house: House) -> Desk:
    """Sign in a secretary who is also a professional, and may have to stay out of a matter."""
    desk = signed_in(Role.SECRETARY)
    ProfessionalFactory(user=desk.user)
    return desk


def visits(house: House, count: int) -> list[Appointment]:
    """Make visits of as many people with one name."""
    made = [AppointmentFactory(service=house.service) for _one in range(count)]
    for number, appointment in enumerate(made):
        PartyFactory(
            appointment=appointment,
            name=AINO.name,
            phone=f"+3584011122{number:02}",
            email=f"aino{number}@example.org",
        )
    return made


def bar(desk: Desk, appointment: Appointment) -> None:
    conflicts.bar(appointment.pk, desk.user.professional.pk, user=signed_in(Role.MANAGER).user)


def found(desk: Desk) -> str:
    address = desk.client.post("/desk/find/", {"q": "virtala"})["Location"]
    return desk.client.get(address, headers={"accept-language": "en"}).content.decode()


@pytest.mark.parametrize(
    ("count", "barred", "shown", "is_cut"),
    [
        (FOUND_AT_MOST, 0, FOUND_AT_MOST, False),
        (FOUND_AT_MOST + 1, 0, FOUND_AT_MOST, True),
        # What one may not see makes no room: the list is as long as it can be.
        (FOUND_AT_MOST + 2, 1, FOUND_AT_MOST, True),
        (FOUND_AT_MOST + 1, 1, FOUND_AT_MOST, False),
    ],
)
def test_a_list_that_is_cut_says_so(
    house: House, desk: Desk, count: int, barred: int, shown: int, is_cut: bool
) -> None:
    made = visits(house, count)
    for appointment in made[-barred:] if barred else []:
        bar(desk, appointment)

    html = found(desk)

    assert (html.count("data-arrow"), CUT in html) == (shown + 1, is_cut)


def test_cases_that_are_cut_say_so(house: House, desk: Desk) -> None:
    for _one in range(FOUND_AT_MOST + 1):
        notice(house, AINO)

    html = found(desk)

    assert (html.count("data-arrow"), CUT in html) == (FOUND_AT_MOST + 1, True)


def test_cases_follow_the_visits_by_digits_and_arrows(house: House, desk: Desk) -> None:
    made = visits(house, 2)
    first, second = notice(house, AINO), notice(house, AINO)

    html = found(desk)

    keys = dict(re.findall(r'data-key="(\d)" data-key-name="([^"]+)"', html))
    assert {keys["1"], keys["2"]} == {appointment.reference for appointment in made}
    assert {keys["3"], keys["4"]} == {first.reference, second.reference}
    inside = html.partition("<div data-arrows>")[2].partition("    </div>\n")[0]
    assert inside.count("data-arrow") == 4


def test_cases_alone_have_keys_too(house: House, desk: Desk) -> None:
    for _one in range(2):
        notice(house, AINO)

    html = found(desk)

    assert ('data-key="1"' in html, 'data-key="2"' in html) == (True, True)
    assert "A digit opens a visit" in html
