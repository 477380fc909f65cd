"""A unit whose secretary answers the phone on this Wednesday, 9–12."""

from dataclasses import dataclass
from datetime import date, time

from django.test import Client

from office.models import HoursKind, Professional, Role, ServicePoint, User
from tests.factories import (
    ProfessionalFactory,
    ServicePointFactory,
    UnitFactory,
    UserFactory,
    WeeklyHoursFactory,
)

WEDNESDAY = date(2026, 11, 25)


@dataclass
class PhoneHouse:
    client: Client
    user: User
    professional: Professional
    point: ServicePoint


def phone_house(language: str = "en") -> PhoneHouse:
    """Phone hours on Wednesdays 9–12, and the secretary signed in."""
    UnitFactory(name_en="Family law services")
    point = ServicePointFactory()
    user = UserFactory(username="secretary", roles=[Role.SECRETARY])
    professional = ProfessionalFactory(user=user, name="Ritva Puhelin", points=[point])
    WeeklyHoursFactory(
        professional=professional,
        service_point=point,
        kind=HoursKind.PHONE,
        weekday=2,
        starts=time(9),
        ends=time(12),
    )
    client = Client(headers={"accept-language": language})
    client.force_login(user)
    return PhoneHouse(client, user, professional, point)
