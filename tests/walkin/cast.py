"""A point with a walk-in going on, and short words for what happens at it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import time_machine
from factory.django import DjangoModelFactory

from bookings.models import Meeting
from office.core import clock
from office.models import HoursKind, Professional, Role, Service, ServicePoint, User
from tests.factories import (
    ProfessionalFactory,
    ServiceFactory,
    ServicePointFactory,
    UserFactory,
    WeeklyHoursFactory,
)
from walkin.actions import calling, serving, take_number
from walkin.actions.serving import Result
from walkin.days import planning
from walkin.days.lifecycle import open_day
from walkin.models import Desk, Duty, Outcome, PointRules, Source, Ticket, WalkInDay
from walkin.tickets.matters import Matter

# A Thursday.
THURSDAY = date(2026, 11, 26)
UNSURE = Matter("unsure", "", other="unsure")


def at(hour: int, minute: int = 0, day: date = THURSDAY) -> datetime:
    """An instant by Helsinki's clocks."""
    return clock.at(day, time(hour, minute))


class DeskFactory(DjangoModelFactory):
    class Meta:
        model = Desk


def walk_in_hours(
    professional: Professional,
    point: ServicePoint,
    *,
    weekday: int = 3,
    hours: tuple[int, int] = (8, 12),
    **fields: Any,
) -> None:
    WeeklyHoursFactory(
        professional=professional,
        service_point=point,
        kind=HoursKind.WALK_IN,
        weekday=weekday,
        starts=time(hours[0]),
        ends=time(hours[1]),
        **fields,
    )


@dataclass
class House:
    """A running day with desks; the user does everything."""

    point: ServicePoint
    day: WalkInDay
    people: list[Professional]
    desks: list[Desk]
    duties: list[Duty]
    user: User

    def take(self, matter: Matter | Service = UNSURE, **fields: Any) -> Ticket:
        if isinstance(matter, Service):
            matter = Matter(matter.slug, matter.name, service=matter)
        return take_number.take_number(
            self.day.pk,
            matter=matter,
            **{
                "language": "fi",
                "meeting": Meeting.SEPARATE,
                "source": Source.KIOSK,
                **fields,
            },
        )

    def next(self, desk: int = 0, **fields: Any) -> Ticket:
        return calling.call_next(self.duties[desk].pk, user=self.user, **fields)

    def came(self, ticket: Ticket) -> Ticket:
        return calling.came(ticket.pk, user=self.user)

    def absent(self, ticket: Ticket) -> Ticket:
        return calling.record_no_show(ticket.pk, user=self.user)

    def done(self, ticket: Ticket, outcome: Outcome = Outcome.ADVICE) -> Ticket:
        return serving.done(ticket.pk, Result(outcome), user=self.user)

    def serve(self, desk: int = 0) -> Ticket:
        """Call the next and let them come."""
        return self.came(self.next(desk))

    def fresh(self) -> WalkInDay:
        self.day.refresh_from_db()
        return self.day


def house(
    desks: int = 1,
    *,
    people: Sequence[Professional] | None = None,
    start: datetime | None = None,
    end: datetime | None = None,
    opened: bool = True,
    **rules: Any,
) -> House:
    """A point whose walk-in is open; the intake does not close by itself unless asked to."""
    point = ServicePointFactory()
    PointRules.objects.create(service_point=point, **{"closes_when_full": False, **rules})
    tables = [DeskFactory(service_point=point, name=str(n + 1), order=n) for n in range(desks)]
    staff = list(people or [ProfessionalFactory(points=[point]) for _ in range(desks)])
    day = planning.add_day(point, start=start or at(8), end=end or at(12), professionals=staff)
    if opened:
        day = open_day(day.pk)
    duties = list(day.duties.order_by("pk"))
    return House(point, day, staff, tables, duties, UserFactory(roles=[Role.SUPERVISOR]))


def service(**fields: Any) -> Service:
    return ServiceFactory(suits_walk_in=True, **fields)


def moment(hour: int, minute: int = 0, day: date = THURSDAY) -> time_machine.travel:
    """Time stands still at that moment."""
    return time_machine.travel(at(hour, minute, day), tick=False)


def later(minutes: float) -> time_machine.travel:
    """So many minutes on from now."""
    return time_machine.travel(clock.now() + timedelta(minutes=minutes), tick=False)
