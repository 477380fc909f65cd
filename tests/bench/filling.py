"""Many rows, quickly: COPY into the product's own tables with all their constraints in force."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection, models
from psycopg.types.json import Jsonb
from psycopg.types.range import TimestamptzRange

from bookings.models import Appointment, AppointmentEvent, AppointmentProfessional, Party
from familylaw.demo_mark import mark_demo_data
from office.calendar.opening_hours import public_holidays
from office.core import clock, tokens
from office.models import (
    Channel,
    Claim,
    HoursChange,
    Occupancy,
    Professional,
    Room,
    Service,
    ServicePoint,
    Unit,
    WeeklyHours,
)

SLUG, FURTHER_SLUG = "bench", "bench-further"
POINTS = 5
# A working day: four visits of an hour with their quarter of an hour after it, and a break.
VISITS = [time(8), time(9, 30), time(12), time(13, 30)]
HOURS = [(time(8), time(11)), (time(12), time(16))]
DURATION, BUFFER = 60, 15
YEARS = 5
# How much of the weeks to come is booked already.
BOOKED_AHEAD = 2


@dataclass(frozen=True)
class Crew:
    """Who meets parents, where."""

    professionals: list[tuple[Professional, ServicePoint, Room]]
    service: Service


def unit(*, notice_hours: int = 8, step: int = 30) -> Unit:
    # The servers run with DEMO, which starts on nobody else's data.
    mark_demo_data("porvoo")
    return Unit.objects.create(
        name_fi="Mittausyksikkö",
        notice_hours=notice_hours,
        horizon_weeks=12,
        slot_step=step,
        public_from=clock.now(),
    )


def crew(
    count: int, *, buffer: int = BUFFER, points: int = POINTS, since: date, turns: int = 1
) -> Crew:
    """Make so many professionals, each with a room, with the same hours Monday to Friday.

    `turns`: so many rows for the same hours, each of every so many weeks.
    """
    service = Service.objects.create(
        name_fi="Sopimus lapsen huollosta",
        slug=SLUG,
        matter_fi="Haluamme sopia lapsen asioista",
        summary_fi="Lyhyesti.",
        duration=DURATION,
        buffer_after=buffer,
        channels=[Channel.IN_PERSON, Channel.VIDEO],
    )
    places = [
        ServicePoint.objects.create(
            name_fi=f"Toimipiste {n}",
            slug=f"point-{n}",
            street="Mittakuja 1",
            postcode="06100",
            city="Porvoo",
        )
        for n in range(points)
    ]
    # Nobody asks for it alone: it is a further matter of the same visits.
    further = Service.objects.create(
        name_fi="Elatussopimus",
        slug=FURTHER_SLUG,
        matter_fi="Haluamme sopia elatuksesta",
        summary_fi="Lyhyesti.",
        duration=DURATION,
        buffer_after=buffer,
        channels=[Channel.IN_PERSON],
        asked_online=False,
    )
    rows = []
    for n in range(count):
        point = places[n % points]
        person = Professional.objects.create(
            name=f"Ammattilainen {n}", title_fi="lastenvalvoja", languages=["fi", "sv"]
        )
        person.services.add(service, further)
        person.service_points.add(point)
        room = Room.objects.create(service_point=point, name=f"Huone {n}")
        rows.append((person, point, room))
        WeeklyHours.objects.bulk_create(
            WeeklyHours(
                professional=person,
                service_point=point,
                weekday=weekday,
                starts=starts,
                ends=ends,
                valid_from=since,
                interval=turns,
                anchor=since + timedelta(weeks=turn) if turns > 1 else None,
            )
            for weekday in range(5)
            for starts, ends in HOURS
            for turn in range(turns)
        )
    return Crew(rows, service)


def one_day(people: Crew, day: date, first: time, last: time) -> None:
    """Set hours on one day alone, in place of the weekly ones."""
    WeeklyHours.objects.all().delete()
    HoursChange.objects.bulk_create(
        HoursChange(professional=person, date=day, starts=first, ends=last, service_point=point)
        for person, point, _room in people.professionals
    )


@dataclass(frozen=True)
class Visit:
    """One appointment to be written."""

    person: Professional
    point: ServicePoint
    room: Room
    start: datetime


def past_visits(people: Crew, each: int) -> Iterator[Visit]:
    """Yield so many for each professional in the five years before today."""
    for person, point, room in people.professionals:
        day, left = clock.today(), each
        while left:
            day = _working_day(day, -1)
            for moment in VISITS[: min(len(VISITS), left)]:
                left -= 1
                yield Visit(person, point, room, clock.at(day, moment))


def coming_visits(people: Crew) -> Iterator[Visit]:
    """Yield some for each day of the coming weeks."""
    last = clock.today() + timedelta(weeks=12)
    for number, (person, point, room) in enumerate(people.professionals):
        day = _working_day(clock.today(), 1)
        while day <= last:
            for moment in range(number + day.day, number + day.day + BOOKED_AHEAD):
                start = clock.at(day, VISITS[moment % len(VISITS)])
                yield Visit(person, point, room, start)
            day = _working_day(day, 1)


def _working_day(day: date, step: int) -> date:
    day += timedelta(days=step)
    while day.weekday() > 4 or day in public_holidays(day.year):
        day += timedelta(days=step)
    return day


def next_working_day(after: date) -> date:
    return _working_day(after, 1)


def write(visits: Iterable[Visit], service: Service) -> int:
    """Write appointments with all that belongs to them; return how many."""
    made = list(visits)
    first = (Appointment.objects.aggregate(top=models.Max("pk"))["top"] or 0) + 1
    claim = (Claim.objects.aggregate(top=models.Max("pk"))["top"] or 0) + 1
    now = clock.now()
    rows = list(enumerate(made))
    copy(
        Claim,
        (
            {
                "id": claim + n,
                "kind": "appointment",
                "label": _code(first + n),
                "service_point_id": v.point.pk,
            }
            for n, v in rows
        ),
    )
    copy(Occupancy, (row for n, v in rows for row in _occupancies(claim + n, v, service)))
    copy(
        Appointment,
        (
            {
                "id": first + n,
                "reference": _code(first + n),
                "status": "done" if v.start < now else "confirmed",
                "service_id": service.pk,
                "service_point_id": v.point.pk,
                "room_id": v.room.pk,
                "starts_at": v.start,
                "ends_at": v.start + timedelta(minutes=service.duration),
                "claim_id": claim + n,
                "created_at": v.start - timedelta(days=20),
                "updated_at": v.start,
            }
            for n, v in rows
        ),
    )
    copy(
        AppointmentProfessional,
        (
            {"appointment_id": first + n, "professional_id": v.person.pk, "is_lead": True}
            for n, v in rows
        ),
    )
    copy(Party, (row for n, _ in rows for row in _parties(first + n)))
    copy(
        AppointmentEvent,
        (
            {
                "appointment_id": first + n,
                "what": what,
                "status": status,
                "at": v.start - timedelta(days=days),
                "by": by,
            }
            for n, v in rows
            for what, status, days, by in (
                ("requested", "requested", 20, "party"),
                ("confirmed", "confirmed", 19, "staff"),
                ("done", "done", 0, "staff"),
            )
        ),
    )
    return len(made)


def _code(number: int) -> str:
    return f"B{number:07}"


def _occupancies(claim: int, visit: Visit, service: Service) -> Iterator[dict[str, Any]]:
    end = visit.start + timedelta(minutes=service.duration + service.buffer_after)
    for resource in (visit.person.pk, visit.room.pk):
        yield {
            "claim_id": claim,
            "resource_id": resource,
            "during": TimestamptzRange(visit.start, end),
        }


# Names as common as here: each last one is some hundred people's in a hundred thousand visits.
FIRST = (
    "Aino Antti Eero Elina Hanna Heikki Iida Janne Jenni Juho Kaisa Kalle Laura Lauri Liisa Maija "
    "Mari Mika Minna Niko Olli Outi Paula Pekka Päivi Sami Sanna Tiina Timo Ville "
)
HALVES = (
    "aalto haapa hieta honka joki kaisla kallio kivi koivu kuusela lahde lehto lumi metsä mänty niemi "
    "oja paasi pelto pihlaja ranta ruoho saari salo savi suvi tuomi uoti vaara vesi "
)


def name_of(number: int) -> str:
    """Return the invented name of a parent; neighbours share neither half of it."""
    first, halves = FIRST.split(), HALVES.split()
    one, two = halves[number * 7 % len(halves)], halves[number // 31 % len(halves)]
    return f"{first[number // 7 % len(first)]} {one}{two}".title()


def _parties(appointment: int) -> Iterator[dict[str, Any]]:
    for number, which in enumerate(("a", "b")):
        nonce = f"{appointment:08}{which}"
        yield {
            "appointment_id": appointment,
            "is_requester": which == "a",
            "name": name_of(appointment * 2 + number),
            "phone": f"+35840{(appointment * 2 + number) * 7919 % 10**7:07}",
            "email": f"parent{nonce}@example.org",
            "email_is_safe": True,
            "answer": "accepted",
            "link_nonce": nonce,
            "link_hash": tokens.hash_token(nonce),
        }


def defaults_of(model: type[models.Model]) -> dict[str, Any]:
    """Return a new row's defaults by column, except what the database fills in."""
    return {
        field.column: _plain(field)
        for field in model._meta.concrete_fields
        if not (field.primary_key and isinstance(field, models.AutoField))
        and (field.has_default() or not field.has_db_default())
    }


def _plain(field: Any) -> Any:
    value = field.get_default()
    return Jsonb(value) if isinstance(field, models.JSONField) else value


def copy(model: type[models.Model], rows: Iterable[dict[str, Any]]) -> None:
    """Copy rows (by column) into the table of `model`; constraints and triggers as ever."""
    rows = iter(rows)
    try:
        row = next(rows)
    except StopIteration:
        return
    base = {**defaults_of(model), **row}
    columns = list(base)
    quoted = ", ".join(f'"{column}"' for column in columns)
    table = model._meta.db_table
    with closing(connection.cursor()) as cursor:
        with cursor.copy(f'COPY "{table}" ({quoted}) FROM STDIN') as stream:
            stream.write_row([base[column] for column in columns])
            for row in rows:
                stream.write_row([row.get(column, base[column]) for column in columns])
        key = model._meta.pk.column if model._meta.pk else "id"
        cursor.execute(
            f'SELECT setval(pg_get_serial_sequence(%s, %s), max("{key}")) FROM "{table}"',
            [table, key],
        )


def settle() -> None:
    """Do what PostgreSQL does by itself some minutes after so many rows."""
    with closing(connection.cursor()) as cursor:
        cursor.execute("VACUUM (ANALYZE)")


Fill = Callable[[], None]
