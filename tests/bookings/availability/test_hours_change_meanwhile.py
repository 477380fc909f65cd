"""Hours that change between the look at a time and its taking: the time is not taken outside of them."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import F

from bookings.availability.allocation import JustTakenError, take_slot
from bookings.availability.search import Wish, find
from office.core import clock
from office.models import Channel, ClaimKind, Resource, Unit, WeeklyHours
from tests.factories import (
    ProfessionalFactory,
    RoomFactory,
    ServiceFactory,
    ServicePointFactory,
    UnitFactory,
)

pytestmark = pytest.mark.django_db


class ChangesAfter:
    """Takes away all hours when the first query on one of the tables has been answered, once."""

    def __init__(self, *tables: str) -> None:
        self.tables = tables
        self.at: datetime | None = None

    def __call__(self, execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        found = execute(sql, *rest)
        if self.at is None and any(f'FROM "{table}"' in sql for table in self.tables):
            self.at = clock.now()
            WeeklyHours.objects.all().delete()
            # As every change of hours does, in its own transaction.
            Resource.objects.update(revision=F("revision") + 1)
        return found


@pytest.mark.parametrize("tables", [("office_resource", "office_weeklyhours"), ("office_closure",)])
def test_a_time_of_former_hours_is_refused(tables: tuple[str, ...]) -> None:
    UnitFactory()
    service = ServiceFactory(channels=[Channel.IN_PERSON])
    point = ServicePointFactory()
    ProfessionalFactory(services=[service], points=[point], hours=(8, 16))
    RoomFactory(service_point=point)
    wish, unit = Wish(service, Channel.IN_PERSON), Unit.get()
    slot = find(wish, unit).slots[0]
    changes = ChangesAfter(*tables)
    with (
        pytest.raises(JustTakenError),
        transaction.atomic(),
        connection.execute_wrapper(changes),
    ):
        take_slot(
            wish,
            slot,
            unit,
            kind=ClaimKind.HOLD,
            expires_at=clock.now() + timedelta(minutes=10),
        )
    assert changes.at is not None
