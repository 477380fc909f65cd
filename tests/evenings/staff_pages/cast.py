"""A unit that holds evenings: who holds them, where, and what the pages send."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.test import Client

from evenings.models import Evening, EveningKind
from office.core import clock
from office.models import Professional, Role, Room, ServicePoint, Unit
from tests.bookings.desk_cast import Desk, signed_in
from tests.evenings.factories import EveningKindFactory
from tests.factories import ProfessionalFactory, RoomFactory, ServicePointFactory, UnitFactory

EN = {"accept-language": "en"}
DESK = "/desk/evenings/"


@dataclass
class EveningUnit:
    """A unit with one kind of evening, one who holds it, one room."""

    unit: Unit
    kind: EveningKind
    holder: Professional
    point: ServicePoint
    room: Room
    desk: Desk

    @property
    def client(self) -> Client:
        return self.desk.client

    @property
    def day(self) -> date:
        """A day three weeks ahead."""
        return clock.today() + timedelta(weeks=3)

    def at(self, hour: int, day: date | None = None) -> datetime:
        return clock.at(day or self.day, time(hour))

    def fields(self, *days: date, **other: Any) -> dict[str, Any]:
        """Return what the form of new evenings sends."""
        return {
            "days": "\n".join(f"{day:%d.%m.%Y}" for day in days or (self.day,)),
            "starts": "17.30",
            "ends": "19.30",
            "kind": self.kind.pk,
            "languages": ["fi"],
            "service_point": self.point.pk,
            "room": self.room.pk,
            "capacity": 20,
            "opens_weeks": 6,
            "closes_hours": 2,
            "professionals": [self.holder.pk],
            **other,
        }

    def plan(self, *days: date, **other: Any) -> list[Evening]:
        before = set(Evening.objects.values_list("pk", flat=True))
        answer = self.client.post(f"{DESK}add/", self.fields(*days, **other), headers=EN)
        assert answer.status_code == 302, answer.content.decode()
        return list(Evening.objects.exclude(pk__in=before).order_by("starts_at"))

    def press(self, path: str, **fields: Any) -> str:
        """Return the text of the page after a press."""
        answer = self.client.post(f"{DESK}{path}", fields, headers=EN, follow=True)
        return " ".join(answer.content.decode().split())

    def page(self, path: str = "") -> str:
        return " ".join(self.client.get(f"{DESK}{path}", headers=EN).content.decode().split())


def evening_unit(role: Role = Role.SUPERVISOR) -> EveningUnit:
    point = ServicePointFactory()
    return EveningUnit(
        unit=UnitFactory(),
        kind=EveningKindFactory(title_fi="Eron ABC", title_en="ABC of separation"),
        holder=ProfessionalFactory(name="Helka Holm", email="helka@example.org"),
        point=point,
        room=RoomFactory(service_point=point, name="Sali"),
        desk=signed_in(role),
    )
