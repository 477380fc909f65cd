"""Two who are not to meet leave as they come: one first, and the other not before it is clear."""

from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.utils.translation import override

from bookings.appointments import separate_visits
from bookings.models import Appointment, Meeting, OtherParent, Status
from office.models import Professional, Role
from tests.bookings.conftest import House, at
from tests.bookings.desk_cast import signed_in
from tests.factories import ProfessionalFactory, ServicePointFactory, UserFactory, booked, link_of

pytestmark = pytest.mark.django_db

EN = {"Accept-Language": "en"}


@pytest.fixture
def unit(house: House) -> Any:
    house.unit.leaving_gap = 15
    house.unit.separate_gap = 60
    house.unit.save()
    return house.unit


def second_professional(house: House) -> Professional:
    professional: Professional = ProfessionalFactory(
        services=[house.service], points=[house.point], hours=(8, 16)
    )
    return professional


def visits(
    house: House, first: datetime, second: datetime, **fields: Any
) -> tuple[Appointment, Appointment]:
    """Make two linked visits of an hour, each with a professional of its own."""
    common = {
        "service": house.service,
        "service_point": house.point,
        "meeting": Meeting.SEPARATE,
        "other_parent": OtherParent.NONE,
        **fields,
    }
    one = booked(start=first, professionals=[house.professional], **common)
    two = booked(start=second, professionals=[second_professional(house)], **common)
    separate_visits.link(one, two)
    return one, two


def test_who_is_done_first_goes_first_whoever_asked(house: House, unit: Any) -> None:
    early, late = visits(house, at(9), at(9, 30))
    for one, other in ((early, late), (late, early)):
        plan = separate_visits.plan_leaving(one, other, unit)
        assert plan is not None
        assert plan.is_first == (one == early)
        assert (plan.first_at, plan.second_from) == (at(10), at(10, 15))
        assert plan.both_are_in
        assert plan.gap == at(10, 30) - at(10)


def test_of_two_who_end_together_the_second_waits(house: House, unit: Any) -> None:
    one, two = visits(house, at(9), at(9))
    plans = [separate_visits.plan_leaving(*pair, unit) for pair in ((one, two), (two, one))]
    assert [plan is not None and plan.is_first for plan in plans] in ([True, False], [False, True])
    assert all(plan is not None and plan.second_from == at(10, 15) for plan in plans)


def test_elsewhere_another_day_or_called_off_there_is_nothing_to_plan(
    house: House, unit: Any
) -> None:
    one, two = visits(house, at(9), at(9, 30))
    two.service_point = ServicePointFactory()
    assert separate_visits.plan_leaving(one, two, unit) is None
    one, two = visits(house, at(13), at(13, day=26))
    assert separate_visits.plan_leaving(one, two, unit) is None
    one, two = visits(house, at(11), at(11, 30))
    two.status = Status.DONE
    assert separate_visits.plan_leaving(one, two, unit) is None


def test_nobody_comes_while_the_other_leaves(house: House, unit: Any) -> None:
    one, two = visits(house, at(9), at(13))
    with override("en"):
        wrong = separate_visits.problem(two, at(10), at(11), house.point, unit=unit)
    assert wrong is not None
    assert one.reference in wrong
    assert "9:00–10:00" in wrong
    assert separate_visits.problem(two, at(10, 15), at(11, 15), house.point, unit=unit) is None
    # The other way round: this one leaves while the other comes.
    assert separate_visits.problem(one, at(12), at(13), house.point, unit=unit) is not None
    assert separate_visits.problem(one, at(11, 45), at(12, 45), house.point, unit=unit) is None


def my_day(professional: Professional) -> str:
    if professional.user is None:
        professional.user = UserFactory(roles=[Role.SUPERVISOR])
        professional.save()
    client = Client()
    client.force_login(professional.user)
    page = client.get("/my-day/?day=2026-11-25", headers=EN)
    assert page.status_code == 200
    return " ".join(page.content.decode().split())


def test_both_professionals_and_the_desk_see_who_goes_first(house: House, unit: Any) -> None:
    early, late = visits(house, at(9), at(9, 30))
    first, second = (my_day(visit.professionals.get()) for visit in (early, late))
    assert "Leaves first: out by 10:00, 30 min before the other." in first
    assert "Leaves second: not before 10:15." in second
    # Whose the other visit is, and its code, stay where they were.
    assert late.reference not in first
    assert early.reference not in second
    desk = signed_in(Role.SECRETARY)
    card = desk.client.get(f"/desk/requests/{early.reference}/", headers=EN).content.decode()
    assert "Leaving: this one goes first, at 10:00. The other not before 10:15." in card
    card = desk.client.get(f"/desk/requests/{late.reference}/", headers=EN).content.decode()
    assert "Leaving: the other goes first, at 10:00. This one not before 10:15." in card


def test_one_after_the_other_the_gap_is_said(house: House, unit: Any) -> None:
    early, late = visits(house, at(9), at(11))
    assert "Leaves first: out by 10:00, 1 h before the other." in my_day(early.professionals.get())
    second = my_day(late.professionals.get())
    assert "Comes and leaves second, 1 h after the other." in second


def test_the_parents_pages_tell_nothing_of_it(house: House, unit: Any) -> None:
    for visit in visits(house, at(9), at(9, 30)):
        page = Client().get(link_of(visit.parties.get()), headers=EN).content.decode()
        assert "first" not in page.lower().split("<main", 1)[1].split("</main>", 1)[0]
        assert "10:15" not in page
