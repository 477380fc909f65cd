"""The first pages of new members of staff, while the manager has not set the unit up yet."""

import pytest

from office.models import Role, Unit
from tests.bookings.conftest import House
from tests.bookings.desk_cast import signed_in
from tests.factories import ProfessionalFactory, UnitFactory, WeeklyHoursFactory

pytestmark = pytest.mark.django_db
FI = {"accept-language": "fi"}
NO_HOURS = "Sinulla ei ole vielä vastaanottoaikoja."
NOT_OPEN = "Palvelua ei ole vielä avattu vanhemmille"
NO_SERVICES = "Palveluja ei vielä ole"


def page(path: str, *roles: Role) -> str:
    return _words(signed_in(*roles).client.get(path, headers=FI).content)


def _words(content: bytes) -> str:
    return " ".join(content.decode().split())


@pytest.mark.parametrize(
    ("path", "role", "told"),
    [
        ("/desk/", Role.SECRETARY, NOT_OPEN),
        ("/desk/book/", Role.SECRETARY, NO_SERVICES),
        ("/desk/book/", Role.SUPERVISOR, NO_SERVICES),
        ("/queue/", Role.GUIDE, "Esihenkilö lisää toimipisteeseen walk-in-pisteet"),
        ("/desk/referrals/", Role.GUIDE, "Esihenkilö lisää kumppanit hakemistoon."),
    ],
)
def test_an_empty_page_says_who_fills_it(path: str, role: Role, told: str) -> None:
    UnitFactory(public_from=None)
    assert told in page(path, role)


def test_nothing_is_said_of_what_is_there(house: House) -> None:
    Unit.objects.update(public_from="2020-01-01T00:00:00Z")
    assert NOT_OPEN not in page("/desk/", Role.SECRETARY)
    assert NO_SERVICES not in page("/desk/book/", Role.SECRETARY)


def test_who_has_no_hours_yet_reads_it_on_the_own_day() -> None:
    desk = signed_in(Role.SUPERVISOR)
    mine = ProfessionalFactory(user=desk.user)
    assert NO_HOURS in _words(desk.client.get("/my-day/", headers=FI).content)
    WeeklyHoursFactory(professional=mine)
    assert NO_HOURS not in _words(desk.client.get("/my-day/", headers=FI).content)
