"""A unit at work for the journeys, by the real clock: the server in the other process has no other."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from bookings.models import Answer, Appointment, OtherParent, Party
from office.calendar.opening_hours import public_holidays
from office.core import clock
from office.models import (
    Attendance,
    Channel,
    Closure,
    HoursKind,
    Occupancy,
    Professional,
    Role,
    Room,
    Service,
    ServicePoint,
    Unit,
    User,
)
from tests.factories import (
    PartyFactory,
    ProfessionalFactory,
    RoomFactory,
    ServiceFactory,
    ServicePointFactory,
    UnitFactory,
    UserFactory,
    WeeklyHoursFactory,
    booked,
)

PASSWORD = "a long password of a test"


@dataclass
class House:
    unit: Unit
    points: list[ServicePoint]
    room: Room
    custody: Service
    counselling: Service
    supervisor: Professional
    guide: Professional
    users: dict[str, User]


def coming(weekdays: int, hour: int) -> datetime:
    """Return so many weekdays from today, at the hour: within the hours of everybody here."""
    day = clock.today()
    while weekdays:
        day += timedelta(days=1)
        weekdays -= day.weekday() < 5
    return clock.at(day, time(hour))


def open_on_holidays() -> None:
    """Let the unit be open on the public holidays to come: a journey does not depend on today's date."""
    today = clock.today()
    days = public_holidays(today.year) | public_holidays(today.year + 1)
    for day in days:
        Closure.objects.create(first_day=day, last_day=day, effect=Closure.Effect.OPEN)


def build() -> House:
    unit = UnitFactory()
    points = [
        ServicePointFactory(
            name_fi="Keskusta",
            name_sv="Centrum",
            slug="centre",
            getting_there_fi="Bussi 3, pysäkki on ovella.",
            accessibility_fi="Esteetön sisäänkäynti pihalta.",
            phone="019 000 0001",
        ),
        ServicePointFactory(name_fi="Satama", name_sv="Hamnen", slug="harbour"),
    ]
    rooms = [RoomFactory(service_point=point) for point in points]
    custody = ServiceFactory(
        slug="custody-agreement",
        name_fi="Sopimus lapsen huollosta",
        name_sv="Avtal om vårdnad",
        summary_sv="I korthet.",
        description_fi="Vanhemmat sopivat lapsen asioista lastenvalvojan luona.",
        what_to_bring_fi="Henkilötodistus\nVoimassa oleva sopimus",
        who_comes_fi="Molemmat vanhemmat.",
        duration=90,
        channels=[Channel.IN_PERSON, Channel.PHONE],
        attendance=Attendance.BOTH,
    )
    counselling = ServiceFactory(
        slug="separation-counselling",
        name_fi="Eroneuvonta",
        name_sv="Skilsmässorådgivning",
        duration=45,
        channels=[Channel.IN_PERSON],
        attendance=Attendance.ONE,
        may_be_anonymous=True,
        suits_walk_in=True,
    )
    roles = (Role.SECRETARY, Role.SUPERVISOR, Role.GUIDE, Role.MANAGER)
    users = {role: UserFactory(username=role, roles=[role], language="fi") for role in roles}
    for user in users.values():
        user.set_password(PASSWORD)
        user.save()
    staff: dict[str, Any] = {"services": [custody, counselling], "hours": (8, 16)}
    supervisor = ProfessionalFactory(
        user=users[Role.SUPERVISOR], name="Lasten Valvoja", points=[points[0]], **staff
    )
    guide = ProfessionalFactory(
        user=users[Role.GUIDE],
        name="Oiva Ohjaaja",
        title_fi="ohjaaja",
        points=[points[1]],
        languages=["fi", "sv"],
        **staff,
    )
    for kind, weekday in ((HoursKind.PHONE, 0), (HoursKind.WALK_IN, 3)):
        WeeklyHoursFactory(
            professional=guide,
            service_point=points[1],
            kind=kind,
            weekday=weekday,
            starts=time(16),
            ends=time(18),
        )
    open_on_holidays()
    return House(unit, points, rooms[0], custody, counselling, supervisor, guide, users)


def visit(house: House, start: datetime, **fields: Any) -> tuple[Appointment, Party, Party]:
    """Make a visit of two parents to the supervisor: confirmed, unless `status` says otherwise."""
    appointment = booked(
        start=start,
        professionals=[house.supervisor],
        room=house.room,
        service=house.custody,
        service_point=house.points[0],
        other_parent=OtherParent.GIVEN,
        answer_due_at=clock.now() + timedelta(hours=5),
        **fields,
    )
    asking = appointment.parties.get()
    Party.objects.filter(pk=asking.pk).update(answer=Answer.ACCEPTED, phone="+358401234567")
    invited = PartyFactory(appointment=appointment, answer=Answer.ASKED)
    asking.refresh_from_db()
    return appointment, asking, invited


def bring_to(appointment: Appointment, start: datetime) -> None:
    """Let an agreed visit be at another moment, as if the days until then had passed."""
    appointment.refresh_from_db()
    assert appointment.starts_at is not None
    assert appointment.ends_at is not None
    end = start + (appointment.ends_at - appointment.starts_at)
    Appointment.objects.filter(pk=appointment.pk).update(starts_at=start, ends_at=end)
    busy = Occupancy.objects.filter(claim=appointment.claim)
    busy.update(during=DateTimeTZRange(start, end))
    appointment.interpreter_orders.update(starts_at=start, ends_at=end)
