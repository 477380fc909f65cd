"""A professional with call-back hours, and who reserves them."""

from dataclasses import dataclass
from datetime import datetime, time
from typing import Any
from uuid import uuid4

from django.test import Client

from bookings.availability.codec import time_value
from bookings.call_backs.actions import Caller, link_path, reserve
from bookings.models import CallBack
from office.models import HoursKind, Professional, Role, User
from tests.bookings.conftest import House, at
from tests.factories import UserFactory, WeeklyHoursFactory

AINO = Caller(
    name="Aino Virtala",
    phone="+358400000001",
    email="aino@example.org",
    email_is_safe=True,
    sms_is_safe=True,
)
ENGLISH = {"accept-language": "en"}


def call_hours(house: House, starts: int = 16, ends: int = 17, **fields: Any) -> Professional:
    """Add call-back hours of the house's professional on Wednesday, after the appointments."""
    WeeklyHoursFactory(
        professional=house.professional,
        service_point=house.point,
        kind=HoursKind.CALL_BACK,
        weekday=2,
        starts=time(starts),
        ends=time(ends),
        **fields,
    )
    return house.professional


def reserved(house: House, start: datetime | None = None, **more: Any) -> CallBack:
    """Reserve a call-back as the public page does; Wednesday at 16.00 where no time is given."""
    return reserve(
        more.pop("caller", AINO),
        start or at(16),
        unit=house.unit,
        made_from=uuid4(),
        **more,
    )


def form(start: datetime | None = None, **changes: Any) -> dict[str, object]:
    """Return the public form, filled in."""
    return {
        "time": time_value(start or at(16)),
        "language": "fi",
        "name": "Aino",
        "phone": "040 0000001",
        "safe": ["call", "email"],
        "email": "aino@example.org",
        "matter": "other",
        "key": str(uuid4()),
        **changes,
    }


def link_of(call: CallBack, page: str = "") -> str:
    return f"{link_path(call)}{page}"


@dataclass
class Someone:
    client: Client
    user: User


def supervisor(house: House) -> Someone:
    """Sign in the house's professional."""
    user = UserFactory(roles=[Role.SUPERVISOR])
    house.professional.user = user
    house.professional.save()
    client = Client(headers=ENGLISH)
    client.force_login(user)
    return Someone(client, user)
