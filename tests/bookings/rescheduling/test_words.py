"""What is typed with a change stays where it is refused; letters not written say why."""

import re
from typing import Any

import pytest
from django.http import HttpResponse

from bookings.appointments import separate_visits
from bookings.models import Answer, Appointment
from office.models import ClaimKind, Role, WeeklyHours
from tests.bookings.change_cast import Team, agreed, team
from tests.bookings.conftest import House, at
from tests.bookings.desk_cast import Desk, signed_in, url
from tests.factories import ProfessionalFactory, busy

EN = {"accept-language": "en"}
OWN = "Ovi on tällä viikolla sisäpihan puolella."


@pytest.fixture
def crew(house: House) -> Team:
    return team(house)


@pytest.fixture
def desk(crew: Team) -> Desk:
    return signed_in(Role.SECRETARY)


@pytest.fixture
def visit(crew: Team) -> Appointment:
    return agreed(crew)


def post(desk: Desk, visit: Appointment, **wanted: Any) -> HttpResponse:
    response: HttpResponse = desk.client.post(
        url(visit, "change/"),
        {"version": visit.version, "words": OWN, **wanted},
        headers=EN,
    )
    visit.refresh_from_db()
    return response


def outside_hours(crew: Team, visit: Appointment) -> dict[str, Any]:
    return {"start": "2026-11-25T17:00"}


def too_close(crew: Team, visit: Appointment) -> dict[str, Any]:
    separate_visits.link(visit, agreed(crew, 13))
    return {"start": "2026-11-25T13:00", "professional": crew.colleague.pk}


def place_not_agreed(crew: Team, visit: Appointment) -> dict[str, Any]:
    visit.parties.filter(is_requester=True).update(is_protected=True)
    visit.parties.filter(is_requester=False).update(answer=Answer.ACCEPTED, given_by_other=False)
    hours = WeeklyHours.objects.filter(professional=crew.lead, weekday=3)
    hours.update(service_point=crew.elsewhere)
    return {"start": "2026-11-26T13:00", "point": crew.elsewhere.pk, "professional": crew.lead.pk}


def no_number(crew: Team, visit: Appointment) -> dict[str, Any]:
    visit.parties.update(phone="", call_is_safe=False)
    return {"channel": "phone"}


def taken(crew: Team, visit: Appointment) -> dict[str, Any]:
    busy(crew.lead, at(13), 60, ClaimKind.WALK_IN)
    return {"start": "2026-11-25T13:00"}


@pytest.mark.parametrize(
    ("make", "status", "why"),
    [
        (outside_hours, 422, "Somebody would work outside their hours."),
        (too_close, 422, "the other parent&#x27;s visit"),
        (place_not_agreed, 422, "Agree on the place with the protected person first"),
        (no_number, 422, "A visit by phone needs a number that may be called"),
        (taken, 409, "is busy Wed 25 Nov 13:00–14:00"),
    ],
    ids=["hours", "close", "place", "number", "taken"],
)
def test_typed_words_stay_when_the_change_is_refused(
    crew: Team, desk: Desk, visit: Appointment, make: Any, status: int, why: str
) -> None:
    response = post(desk, visit, **make(crew, visit))

    html = " ".join(response.content.decode().split())
    assert (response.status_code, visit.starts_at) == (status, at(9))
    assert why in html
    assert f"{OWN}</textarea>" in html
    # In sight, not behind a fold.
    assert '<details class="sentence" open>' in html


def test_typed_words_go_along_when_another_time_is_looked_at(
    crew: Team, desk: Desk, visit: Appointment
) -> None:
    html = post(desk, visit, **taken(crew, visit)).content.decode()
    queries = re.findall(r'name="look"\s+value="([^"]+)"', html)
    assert len(queries) == 5

    response = post(desk, visit, look=queries[0].replace("&amp;", "&"))

    html = response.content.decode()
    assert (response.status_code, visit.starts_at) == (200, at(9))
    assert f"{OWN}</textarea>" in html
    assert "Move and notify everybody" in html


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (outside_hours, "Somebody would work outside their hours."),
        (too_close, "the other parent&#x27;s visit"),
        (place_not_agreed, "Agree with them on the place before the other parent is told"),
        (no_number, "A visit by phone needs a number that may be called"),
        (taken, "is busy Wed 25 Nov 13:00–14:00"),
        (lambda crew, visit: {}, "Nothing is different yet."),
    ],
    ids=["hours", "close", "place", "number", "taken", "nothing"],
)
def test_letters_that_are_not_written_say_why(
    crew: Team, desk: Desk, visit: Appointment, make: Any, why: str
) -> None:
    html = post(desk, visit, **make(crew, visit), preview="1").content.decode()

    assert (why in html, 'class="letter"' in html) == (True, False)
    assert "This cannot be done now" not in html


def test_nobody_of_a_pair_vanishes_unsaid(crew: Team, desk: Desk, visit: Appointment) -> None:
    """One of two, dragged into the row of somebody who does not give the service."""
    other = ProfessionalFactory(name="Ritva Ei-Anna", points=[crew.house.point])
    left = ProfessionalFactory(name="Lassi Lähtenyt", is_active=False)
    for who, why in (
        (other, "Ritva Ei-Anna does not give this service."),
        (left, "Lassi Lähtenyt cannot be booked any more."),
    ):
        wanted = {"start": "2026-11-25T13:00", "professional": [who.pk, crew.colleague.pk]}
        shown = desk.client.get(url(visit, "change/"), wanted, headers=EN).content.decode()
        assert (why in shown, "Now and new" in shown) == (True, False)
        response = post(desk, visit, **wanted)
        assert (response.status_code, why in response.content.decode()) == (422, True)
        assert list(visit.professionals.all()) == [crew.lead]
