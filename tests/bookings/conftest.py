"""A small unit on a Monday morning."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time

import pytest
import time_machine

from bookings.availability.codec import slot_value
from bookings.availability.slots import Slot
from office.core import clock
from office.models import Attendance, Channel, Professional, Room, Service, ServicePoint, Unit
from tests.factories import (
    ProfessionalFactory,
    RoomFactory,
    ServiceFactory,
    ServicePointFactory,
    UnitFactory,
)

MONDAY = date(2026, 11, 23)


def at(hour: int, minute: int = 0, day: int = 25, month: int = 11) -> datetime:
    """Return an instant by the clock in Helsinki; Wednesday 25.11.2026 where no day is given."""
    return clock.at(date(2026, month, day), time(hour, minute))


@dataclass
class House:
    """What most tests need: one service, one professional, one room, one point."""

    unit: Unit
    point: ServicePoint
    room: Room
    service: Service
    professional: Professional

    def slot(self, hour: int, minute: int = 0, day: int = 25) -> Slot:
        return Slot(at(hour, minute, day), self.point.pk)

    def value(self, hour: int, minute: int = 0, day: int = 25) -> str:
        """Return a slot as the form sends it."""
        return slot_value(self.slot(hour, minute, day))

    def url(self, page: str = "") -> str:
        return f"/book/{self.service.slug}/{page}"


@pytest.fixture
def monday() -> Iterator[time_machine.Traveller]:
    """Travel to Monday 23.11.2026 at 8.00."""
    with time_machine.travel(clock.at(MONDAY, time(8)), tick=False) as traveller:
        yield traveller


@pytest.fixture
def house(db: None, monday: time_machine.Traveller) -> House:
    # Its clock stands still, so that its hours of messages may be real ones.
    unit = UnitFactory(messages_from=time(8), messages_until=time(20))
    point = ServicePointFactory(name_fi="Porvoon toimipiste")
    service = ServiceFactory(
        slug="maintenance",
        name_fi="Elatussopimus",
        channels=[Channel.IN_PERSON, Channel.PHONE],
        attendance=Attendance.BOTH,
    )
    return House(
        unit=unit,
        point=point,
        room=RoomFactory(service_point=point),
        service=service,
        professional=ProfessionalFactory(services=[service], points=[point], hours=(8, 16)),
    )
