"""A unit from its file: places, services, people, hours; without appointments."""

import tomllib
from collections.abc import Iterator
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

from django.contrib.auth.hashers import make_password

from office.core import clock
from office.core.languages import PARTIAL
from office.models import (
    Closure,
    HoursChange,
    InterpreterAgency,
    PartnerOrganisation,
    Professional,
    PublicStatements,
    Role,
    Room,
    Service,
    ServicePoint,
    Unit,
    User,
    WeeklyHours,
)
from office.ready_made.stock import add_school_breaks, add_sentences, add_services
from office.setup.absences import add_absence
from office.setup.closures import save_closure
from office.setup.day_changes import save_change
from office.setup.partial_languages import mark_checked, version_now
from office.setup.room_closures import close_room

FOLDER = Path(__file__).parent
PASSWORD = "demo"  # noqa: S105 - known to everybody, which is why no real unit opens demo data
DAYS = ("mon", "tue", "wed", "thu", "fri")
# Far enough in the past for past appointments.
WEEKS_BEFORE = 26
ROLES = {"secretary": Role.SECRETARY, "supervisor": Role.SUPERVISOR, "guide": Role.GUIDE}
TITLES = {
    "secretary": ("toimistosihteeri", "byråsekreterare", "secretary"),
    "supervisor": ("lastenvalvoja", "barnatillsyningsman", "child supervisor"),
    "guide": ("ohjaaja", "handledare", "guide"),
    "psychologist": ("psykologi", "psykolog", "psychologist"),
    "social-worker": ("sosiaalityöntekijä", "socialarbetare", "social worker"),
    "adviser": ("palveluneuvoja", "servicerådgivare", "adviser"),
    "nurse": ("terveydenhoitaja", "hälsovårdare", "public health nurse"),
}
Table = dict[str, Any]


def read(name: str) -> Table:
    """Read a file of this folder."""
    with (FOLDER / f"{name}.toml").open("rb") as file:
        return tomllib.load(file)


def check_languages() -> None:
    """Mark the languages as if a translator had read them, to look at. Call when all texts are there."""
    for code in PARTIAL:
        mark_checked(code, version=version_now(code), by="Esimerkkikääntäjä", otherwise="fi")


def build_unit(name: str) -> None:
    """Create the unit without its appointments."""
    data = read(name)
    Unit.objects.create(
        **texts(data["unit"], "name", "controller"),
        **_plain(data["unit"]),
        answer_within_hours=8,
        notice_hours=8,
        horizon_weeks=12,
        extra_child_minutes=15,
        interpreter_minutes=30,
        public_from=clock.now(),
    )
    PublicStatements.objects.create(
        **texts(data["statements"], "protection_officer"),
        privacy_updated=clock.today(),
        accessibility_updated=clock.today(),
    )
    add_sentences(checked=True)
    InterpreterAgency.objects.bulk_create(
        [
            InterpreterAgency(
                name="Etelän tulkit", phone="09 000 0301", email="tilaukset@tulkit.example"
            ),
            InterpreterAgency(name="Viittomapalvelu", phone="09 000 0302", for_sign_language=True),
        ]
    )
    points = {row["slug"]: _point(row, order) for order, row in enumerate(data["point"])}
    services = {service.slug: service for service in add_services(checked=True)}
    organisations = {
        row["key"]: PartnerOrganisation.objects.create(
            **texts(row, "name"), email=row["email"], phone=row["phone"]
        )
        for row in data["organisation"]
    }
    password = make_password(PASSWORD)
    people = {
        row["name"]: _person(row, points, services, organisations, password)
        for row in data["person"]
    }
    manager = data["manager"]
    User.objects.create(username="manager", password=password, roles=[Role.MANAGER], **manager)
    _exceptions(data, points, people)
    add_school_breaks(data["school_regions"], checked=True)


def texts(row: Table, *fields: str) -> Table:
    """Return the fields in three languages, named as modeltranslation does."""
    return {
        f"{field}_{language}": text.strip()
        for field in fields
        if field in row
        for language, text in row[field].items()
    }


def _plain(row: Table) -> Table:
    """Return the fields that are the same in every language."""
    return {name: value for name, value in row.items() if not isinstance(value, dict)}


def _point(row: Table, order: int) -> ServicePoint:
    fields = _plain(row)
    rooms = fields.pop("rooms")
    point = ServicePoint.objects.create(
        **texts(row, "name", "street", "city", "getting_there", "accessibility"),
        **fields,
        order=order,
    )
    for room, seats in rooms:
        Room.objects.create(service_point=point, name=room, seats=seats)
    return point


def _person(
    row: Table,
    points: dict[str, ServicePoint],
    services: dict[str, Service],
    organisations: dict[str, PartnerOrganisation],
    password: str,
) -> Professional:
    user = None
    if "user" in row:
        first, last = row["name"].split(" ", 1)
        user = User.objects.create(
            username=row["user"],
            password=password,
            roles=[ROLES[row["user"]]],
            first_name=first,
            last_name=last,
            email=row["email"],
        )
    fi, sv, en = TITLES[row["title"]]
    person = Professional.objects.create(
        user=user,
        organisation=organisations.get(row.get("organisation", "")),
        name=row["name"],
        title_fi=fi,
        title_sv=sv,
        title_en=en,
        email=row["email"],
        phone=row.get("phone", ""),
        languages=row["languages"],
        video_room=row.get("video_room", ""),
    )
    person.service_points.set(points[slug] for slug in row["points"])
    person.services.set(services[slug] for slug in row.get("services", ()))
    since = this_monday() - timedelta(weeks=WEEKS_BEFORE)
    for words in row["hours"]:
        WeeklyHours.objects.bulk_create(_weekly(words, person, points, since))
    return person


def _weekly(
    words: str, person: Professional, points: dict[str, ServicePoint], since: date
) -> Iterator[WeeklyHours]:
    """Parse hours such as "mon-thu 9:00-12:00 porvoo phone"; appointments where no kind is named.

    "/2" at the end: every second week, the week of `since` among them.
    """
    words, _, interval = words.partition(" /")
    days, hours, point, kind = [*words.split(), "appointments"][:4]
    starts, ends = hours.split("-")
    for weekday in _weekdays(days):
        yield WeeklyHours(
            professional=person,
            service_point=points[point],
            kind=kind,
            weekday=weekday,
            starts=_time(starts),
            ends=_time(ends),
            valid_from=since,
            interval=int(interval or 1),
            anchor=since if interval else None,
        )


def _weekdays(words: str) -> range:
    """Parse "mon-thu", or "fri"."""
    first, _, last = words.partition("-")
    return range(DAYS.index(first), DAYS.index(last or first) + 1)


def _time(words: str) -> time:
    """Parse "9:00-12:00"."""
    hour, minute = words.split(":")
    return time(int(hour), int(minute))


def this_monday() -> date:
    return clock.monday_of(clock.today())


def _exceptions(
    data: Table, points: dict[str, ServicePoint], people: dict[str, Professional]
) -> None:
    """Create absences, closures and changes, in weeks counted from this one."""
    for row in data["absence"]:
        first, last = _dates(row["week"], row["days"])
        start, end = clock.day_bounds(first, last)
        add_absence(people[row["person"]], start=start, end=end, reason=row["reason"])
    for row in data["closure"]:
        first, last = _dates(row["week"], row["days"])
        save_closure(
            Closure(
                service_point=points[row["point"]],
                first_day=first,
                last_day=last,
                **texts(row, "reason"),
            )
        )
    for row in data["room_closure"]:
        day, _last = _dates(row["week"], row["day"])
        close_room(
            Room.objects.get(name=row["room"], service_point=points[row["point"]]),
            start=clock.at(day, _time(row["starts"])),
            end=clock.at(day, _time(row["ends"])),
            reason=row["reason"],
        )
    for row in data["change"]:
        adds = row["effect"] == HoursChange.Effect.ADDS
        save_change(
            HoursChange(
                professional=people[row["person"]],
                effect=row["effect"],
                date=_dates(row["week"], row["day"])[0],
                starts=_time(row["starts"]),
                ends=_time(row["ends"]),
                service_point=points[row["point"]] if adds else None,
            )
        )


def _dates(week: int, days: str) -> tuple[date, date]:
    monday = this_monday() + timedelta(weeks=week)
    weekdays = _weekdays(days)
    return monday + timedelta(days=weekdays[0]), monday + timedelta(days=weekdays[-1])
