"""A spreadsheet read in: each fault by its cell, nothing half-done, the same file twice adds nothing."""

import io
import zipfile
from collections.abc import Iterator
from datetime import date, time
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation
from openpyxl import Workbook

from office.models import (
    AccessAction,
    AccessLogEntry,
    PartnerOrganisation,
    Professional,
    Role,
    Room,
    ServicePoint,
    User,
    WeeklyHours,
)
from office.transfer import reading
from office.transfer.cells import read_weekdays
from tests.factories import ServiceFactory, UnitFactory, UserFactory
from tests.office.transfer.books import Rows, filled, saved
from tests.proving import prove

pytestmark = pytest.mark.django_db
URL = "/office/import/"
UNIT: Rows = {
    "Service points": [
        {
            "Name in Finnish": "Porvoon toimipiste",
            "Name in English": "Porvoo service point",
            "Street in Finnish": "Saarnikuja 4",
            "Postcode": "06100",
            "City in Finnish": "Porvoo",
        },
    ],
    "Rooms": [
        {"Service point": "PORVOON toimipiste", "Room": "Majakka", "Seats": 6},
        {
            "Service point": "Porvoo service point",
            "Room": "Luoto",
            "Accessible with a wheelchair": "ei",
        },
    ],
    "Partner organisations": [{"Name in Finnish": "Perheneuvola", "Phone": "019 000 0009"}],
    "People": [
        {
            "Name": "Camilla Ekholm",
            "Title in Finnish": "lastenvalvoja",
            "E-mail": "camilla@example.org",
            "Languages of service": "suomi; svenska",
            "Services": "Eron.; Elatussopimus",
            "Service points": "Porvoon toimipiste",
            "Signs in as": "camilla",
            "Roles": "child supervisor; ohjaaja",
        },
        {
            "Name": "Pia Partanen",
            "Title in Finnish": "psykologi",
            "Services": "*",
            "Partner organisation": "perheneuvola",
        },
    ],
    "Hours": [
        {
            "Person": "Camilla Ekholm",
            "Weekdays": "ma–ke",
            "From": time(8),
            "Until": "11.30",
            "Valid from": date(2026, 8, 3),
        },
        {
            "Person": "camilla ekholm",
            "Weekdays": "Thu",
            "From": "8",
            "Until": "12",
            "Kind of hours": "walk-in",
            "Service point": "Porvoon toimipiste",
            "Every so many weeks": 2,
        },
    ],
}


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel("2026-07-30 09:00:00+03:00", tick=False), translation.override("en"):
        yield


@pytest.fixture
def manager(client: Client) -> Client:
    me = UserFactory(username="boss", roles=[Role.MANAGER])
    client.force_login(me)
    prove(client, me)
    client.cookies["django_language"] = "en"
    UnitFactory(public_from=None)
    ServiceFactory(name_fi="Elatussopimus", slug="maintenance")
    ServiceFactory(name_fi="Eroneuvonta", short_name_fi="Eron.", is_active=False, awaits_check=True)
    return client


def send(client: Client, content: bytes, name: str = "unit.xlsx") -> Any:
    return client.post(URL, {"file": SimpleUploadedFile(name, content)})


def agree(client: Client, page: Any) -> Any:
    return client.post(URL, {"sheets": page.context["sheets"]})


def changed(rows: Rows, sheet: str, number: int, **texts: object) -> Rows:
    """Return the same rows with some cells different; "_" stands for a space."""
    lines = [dict(line) for line in rows[sheet]]
    lines[number] |= {key.replace("_", " "): value for key, value in texts.items()}
    return {**rows, sheet: lines}


def nothing_added() -> bool:
    kept = (ServicePoint, Room, PartnerOrganisation, Professional, WeeklyHours)
    return not any(model.objects.exists() for model in kept) and User.objects.count() == 1


def faults(page: Any) -> dict[str, str]:
    return {f"{fault.sheet} {fault.cell}": fault.why for fault in page.context["outcome"].faults}


def test_a_unit_is_looked_at_and_then_added_as_a_whole(manager: Client) -> None:
    page = send(manager, filled(UNIT))
    assert faults(page) == {}
    assert nothing_added()
    assert not AccessLogEntry.objects.filter(action=AccessAction.ACCOUNT_CREATED).exists()
    answer = agree(manager, page)
    assert answer.url == "/office/import/links/"
    point = ServicePoint.objects.get()
    assert (point.slug, point.name_fi) == ("porvoo-service-point", "Porvoon toimipiste")
    rooms = {room.name: (room.seats, room.is_accessible) for room in point.rooms.all()}
    assert rooms == {"Majakka": (6, True), "Luoto": (4, False)}
    camilla = Professional.objects.get(name="Camilla Ekholm")
    assert (camilla.languages, camilla.services.count()) == (["fi", "sv"], 2)
    assert list(camilla.service_points.all()) == [point]
    user = camilla.user
    assert user
    assert (user.roles, user.first_name, user.last_name) == (
        [Role.SUPERVISOR, Role.GUIDE],
        "Camilla",
        "Ekholm",
    )
    assert not user.has_usable_password()
    pia = Professional.objects.get(name="Pia Partanen")
    assert (str(pia.organisation), pia.services.count(), pia.languages) == (
        "Perheneuvola",
        2,
        ["fi"],
    )
    hours = camilla.weekly_hours.order_by("weekday", "starts")
    assert [(row.weekday, row.starts, row.ends, row.kind, row.interval) for row in hours] == [
        *((day, time(8), time(11, 30), "appointments", 1) for day in (0, 1, 2)),
        (3, time(8), time(12), "walk_in", 2),
    ]
    assert hours[0].valid_from == date(2026, 8, 3)
    # Who made the account and its link is on record; the link is shown once.
    log = AccessLogEntry.objects.filter(about=user).values_list("action", "user__username")
    assert set(log) == {
        (AccessAction.ACCOUNT_CREATED, "boss"),
        (AccessAction.PASSWORD_LINK, "boss"),
    }
    assert "/accounts/password/reset/key/" in manager.get(answer.url).content.decode()
    assert manager.get(answer.url).url == "/office/people/users/"
    # The same file once more adds nothing.
    page = send(manager, filled(UNIT))
    assert not page.context["outcome"].adds_something
    assert page.context["outcome"].kept == {
        "points": 1, "rooms": 2, "organisations": 1, "people": 2, "hours": 2
    }  # fmt: skip


def test_each_fault_is_named_by_its_cell_and_nothing_is_added(manager: Client) -> None:
    rows = changed(UNIT, "Service points", 0, Postcode="", Phone="")
    rows = changed(rows, "Rooms", 0, Seats="many")
    rows = changed(rows, "Rooms", 1, Service_point="Loviisa")
    rows = changed(
        rows, "People", 0, Services="Elatussopimus; Avioliitto", Signs_in_as="BOSS", Roles="pomo"
    )
    rows = changed(rows, "People", 1, Title_in_Finnish="", Phone="131052-308T")
    rows = changed(rows, "Hours", 0, Until="7", Weekdays="ma-foo")
    rows = changed(rows, "Hours", 1, From="8.3")
    page = send(manager, filled(rows))
    found = faults(page)
    assert {key: why.split(".")[0] for key, why in found.items()} == {
        "Service points F2": "This is missing",
        "Rooms C2": "Give a number from 1 to 100",
        "Rooms A3": "This service point is not known",
        "People H2": "“Avioliitto” is not known",
        "People K2": "There is a user of this name already",
        "People L2": "“pomo” is not known",
        "People B3": "This is missing",
        "People F3": found["People F3"].split(".")[0],
        "Hours B2": "Write the weekdays like this: mon-thu, or mon, wed",
        "Hours D2": "The hours must end after they begin",
        "Hours C3": "Write the time like this: 8",
    }
    assert "Rooms" in page.content.decode()
    assert page.context["sheets"] == ""
    assert nothing_added()


def test_what_only_the_database_knows_is_named_by_its_cell_too(manager: Client) -> None:
    rows = {**UNIT, "Hours": [*UNIT["Hours"], {**UNIT["Hours"][0], "From": "10", "Until": "12"}]}
    rows = changed(rows, "People", 0, **{"E-mail": "no address"})
    found = faults(send(manager, filled(rows)))
    # Hours of somebody who is at fault are no further fault.
    assert list(found) == ["People E2"]
    rows = changed(rows, "People", 0, **{"E-mail": ""})
    found = faults(send(manager, filled(rows)))
    assert list(found) == ["Hours A4"]
    assert found["Hours A4"].startswith("Overlaps with other hours")
    assert nothing_added()


def test_a_row_that_is_there_twice_is_a_fault(manager: Client) -> None:
    """Two people of one name would be booked as one: the unit says which of them is which."""
    twice = {sheet: [*rows, rows[0]] for sheet, rows in UNIT.items() if sheet != "Hours"}
    assert faults(send(manager, filled(twice))) == dict.fromkeys(
        ["Service points A3", "Rooms B4", "Partner organisations A3", "People A4"],
        "This is in the file twice.",
    )
    assert nothing_added()


def test_a_postcode_keeps_the_zeros_that_a_spreadsheet_drops(manager: Client) -> None:
    agree(manager, send(manager, filled(changed(UNIT, "Service points", 0, Postcode=100))))
    assert ServicePoint.objects.get().postcode == "00100"


@pytest.mark.parametrize(
    ("sheet", "column", "text", "cell"),
    [
        ("Service points", "Postcode", "061000", "Service points F2"),
        ("Service points", "Postcode", "FI-06100", "Service points F2"),
        ("Service points", "Phone", "019", "Service points I2"),
        ("Partner organisations", "Phone", "ask Pia", "Partner organisations E2"),
        ("People", "Phone", "040 123 4567, 050 123 4567", "People F2"),
    ],
)
def test_where_nobody_is_reached_is_a_fault(
    manager: Client, sheet: str, column: str, text: str, cell: str
) -> None:
    page = send(manager, filled(changed(UNIT, sheet, 0, **{column: text})))
    assert list(faults(page)) == [cell]
    assert nothing_added()


def test_what_has_changed_since_it_was_looked_at_is_not_added(manager: Client) -> None:
    page = send(manager, filled(UNIT))
    UserFactory(username="camilla")
    answer = agree(manager, page)
    assert list(faults(answer)) == ["People K2"]
    assert not ServicePoint.objects.exists()
    for nonsense in ("", "{}", "[1]", '[{"table": "users"}]', "null"):
        assert manager.post(URL, {"sheets": nonsense}).url == URL
    assert not ServicePoint.objects.exists()


def test_a_csv_file_is_one_table_whatever_program_has_saved_it(manager: Client) -> None:
    lines = "Nimi suomeksi;Katuosoite suomeksi;Postinumero;Postitoimipaikka suomeksi;Outo\n"
    with translation.override("fi"):
        from office.transfer.tables import POINTS, heading_of

        keys = ["name_fi", "street_fi", "postcode", "city_fi"]
        columns = {column.key: column for column in POINTS.columns}
        lines = ";".join([*(heading_of(columns[key]) for key in keys), "Outo"]) + "\r\n"
    lines += "Äijälän piste;Käenkuja 1;07900;Loviisa;x\r\n"
    for encoding in ("cp1252", "utf-8", "utf-8-sig"):
        page = send(manager, lines.encode(encoding), "points.csv")
        assert page.context["outcome"].added == {"points": ["Äijälän piste"]}
        assert page.context["unread"] == ["points.csv E1: Outo"]
    assert agree(manager, page).url == "/office/start/"
    assert ServicePoint.objects.get().city_fi == "Loviisa"


def test_what_is_no_spreadsheet_of_ours_is_refused_in_words(manager: Client, monkeypatch) -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * (reading.MOST_UNPACKED + 1))
    other = Workbook()
    other.active.append(["Something", "else"])
    broken = filled(UNIT)[:2000]
    for content in (b"", b"a;b\n1;2", b"\xd0\xcf\x11\xe0\0\0", bomb.getvalue(), saved(other), broken,
                    b"x" * (reading.MOST_BYTES + 1)):  # fmt: skip
        page = send(manager, content)
        assert page.context["form"].errors["file"]
    monkeypatch.setattr(reading, "MOST_ROWS", 1)
    assert send(manager, filled(UNIT)).context["form"].errors["file"]
    assert nothing_added()


def test_only_a_manager_who_has_just_proved_it_reads_one_in(client: Client) -> None:
    UnitFactory()
    client.cookies["django_language"] = "en"
    for role in (Role.SECRETARY, Role.SUPERVISOR):
        client.force_login(UserFactory(roles=[role]))
        assert send(client, filled(UNIT)).status_code == 403
    client.force_login(UserFactory(roles=[Role.MANAGER]))
    assert send(client, filled(UNIT)).status_code == 302
    assert client.post(URL, {"sheets": "[]"}).status_code == 302
    assert not ServicePoint.objects.exists()


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("ma-to", [0, 1, 2, 3]),
        ("Mon–Fri", [0, 1, 2, 3, 4]),
        ("ti, to", [1, 3]),
        ("ti ja to", [1, 3]),
        ("må och ons", [0, 2]),
        ("ma ti", [0, 1]),
        ("su", [6]),
        ("to-ma", None),
        ("joka päivä", None),
        ("", None),
    ],
)
def test_weekdays_as_people_write_them(text: str, days: list[int] | None) -> None:
    assert read_weekdays(text) == days
