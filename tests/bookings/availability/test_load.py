"""The load is spread fairly: who is least booked comes first, and leave is no load."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from bookings.availability.search import Wish, find
from office.models import Channel, Professional, Service
from office.setup.absences import add_absence
from tests.factories import (
    ProfessionalFactory,
    RoomFactory,
    ServiceFactory,
    ServicePointFactory,
    UnitFactory,
    busy,
)

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 11, 16, 6, tzinfo=UTC)


@pytest.fixture
def service() -> Service:
    return ServiceFactory()


@pytest.fixture
def two(service: Service) -> tuple[Professional, Professional]:
    point = ServicePointFactory()
    RoomFactory(service_point=point)
    first, second = (
        ProfessionalFactory(services=[service], points=[point], hours=(8, 16)) for _ in range(2)
    )
    return first, second


def teams(service: Service) -> list[int]:
    """Return who would get the last free time, the first choice first."""
    found = find(Wish(service, Channel.IN_PERSON), UnitFactory())
    assignment = found.assignment(found.slots[-1])
    assert assignment is not None
    return [team[0] for team in assignment.teams]


@time_machine.travel(MONDAY, tick=False)
def test_the_less_booked_comes_first(
    service: Service, two: tuple[Professional, Professional]
) -> None:
    first, second = two
    busy(first, MONDAY + timedelta(days=1), 60)
    assert teams(service) == [second.pk, first.pk]


@time_machine.travel(MONDAY, tick=False)
def test_leave_is_no_load(service: Service, two: tuple[Professional, Professional]) -> None:
    first, second = two
    start = MONDAY + timedelta(days=1)
    add_absence(first, start=start, end=start + timedelta(days=10), reason="leave")
    busy(second, start, 60)
    assert teams(service) == [first.pk, second.pk]
