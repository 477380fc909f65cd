"""A point with a running walk-in, its staff, and shorthands for what they do."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import time_machine
from django.test import Client
from factory.django import DjangoModelFactory

from office.core import clock
from office.models import HoursKind, Professional, Role, Service, ServicePoint, User
from tests.bookings.desk_cast import signed_in
from tests.factories import (
    ProfessionalFactory,
    ServiceFactory,
    ServicePointFactory,
    UserFactory,
    WeeklyHoursFactory,
)
from walkin.actions import calling, serving, take_number
from walkin.actions.serving import ServingResult
from walkin.days import planning
from walkin.days.lifecycle import open_day
from walkin.models import Company, Desk, Duty, Outcome, PointRules, Source, Ticket, WalkInDay
from walkin.tickets.matters import Matter

# A Thursday.
THURSDAY = date(2026, 11, 26)
UNSURE = Matter("unsure", "", other="unsure")


def at(hour: int, minute: int = 0, day: date = THURSDAY) -> datetime:
    """Return an instant of Helsinki time."""
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
class RunningWalkIn:
    """A running day with desks; one user does everything."""

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
                "meeting": Company.SEPARATE,
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
        return serving.done(ticket.pk, ServingResult(outcome), user=self.user)

    def serve(self, desk: int = 0) -> Ticket:
        """Call the next ticket and begin the visit."""
        return self.came(self.next(desk))

    def fresh(self) -> WalkInDay:
        self.day.refresh_from_db()
        return self.day


def running_walk_in(
    desks: int = 1,
    *,
    people: Sequence[Professional] | None = None,
    start: datetime | None = None,
    end: datetime | None = None,
    opened: bool = True,
    **rules: Any,
) -> RunningWalkIn:
    """Return an open walk-in, whose intake closes by itself only where asked to.

    Two calls of a number may follow each other at once, unless `rules` say otherwise.
    """
    point = ServicePointFactory()
    PointRules.objects.create(
        service_point=point, **{"closes_when_full": False, "call_gap_seconds": 0, **rules}
    )
    tables = [DeskFactory(service_point=point, name=str(n + 1), order=n) for n in range(desks)]
    staff = list(people or [ProfessionalFactory(points=[point]) for _ in range(desks)])
    day = planning.add_day(point, start=start or at(8), end=end or at(12), professionals=staff)
    if opened:
        day = open_day(day.pk)
    duties = list(day.duties.order_by("pk"))
    return RunningWalkIn(point, day, staff, tables, duties, UserFactory(roles=[Role.SUPERVISOR]))


def service(**fields: Any) -> Service:
    return ServiceFactory(suits_walk_in=True, **fields)


def frozen_at(hour: int, minute: int = 0, day: date = THURSDAY) -> time_machine.travel:
    return time_machine.travel(at(hour, minute, day), tick=False)


def later(minutes: float) -> time_machine.travel:
    """Freeze the time some minutes later."""
    return time_machine.travel(clock.now() + timedelta(minutes=minutes), tick=False)


def professional_client(
    place: RunningWalkIn, desk: int = 0, role: Role = Role.SUPERVISOR
) -> Client:
    """Return the client of the professional on duty at the desk."""
    worker = signed_in(role)
    professional = place.people[desk]
    professional.user = worker.user
    professional.save()
    return in_english(worker.client)


def in_english(client: Client) -> Client:
    client.cookies["django_language"] = "en"
    return client


def press(client: Client, ticket: Ticket, do: str, **fields: Any) -> list[str]:
    """Press a button for the ticket as the page had it; return the messages after it."""
    ticket.refresh_from_db()
    data = {"version": ticket.version, **fields}
    return messages_after(client, f"/queue/numbers/{ticket.pk}/{do}/", **data)


def messages_after(client: Client, path: str, **fields: Any) -> list[str]:
    """Send a form; return the messages of the next page."""
    answer = client.post(path, fields, follow=True)
    assert answer.status_code == 200, path
    return [str(message) for message in answer.context["messages"]]


def undo_bar(client: Client, path: str = "/queue/") -> str:
    """Return what the bar of the page says was done; empty where nothing can be undone."""
    text = client.get(path).content.decode()
    found = re.search(r'<strong role="status">(.*?)\.</strong>', text)
    return found[1] if found else ""


def press_undo(client: Client, path: str = "/queue/") -> list[str]:
    """Press the bar's button; return the messages after it."""
    text = client.get(path).content.decode()
    found = re.search(r'<form method="post" action="(/[^"]*)" class="hold undo', text)
    assert found, "nothing to undo"
    return messages_after(client, found[1])
