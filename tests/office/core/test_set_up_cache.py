"""What managers set up is kept until it changes, and no longer."""

import re
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from bookings.desk_kit.labels import short_point_names
from office.core import clock
from office.core.set_up_cache import Kept, SetUpCacheMiddleware, forget_changes
from office.models import HoursKind, SetUpChange, Unit
from office.models.set_up_change import WATCHED
from tests.factories import ServicePointFactory, UnitFactory

pytestmark = pytest.mark.django_db(transaction=True)

STATEMENTS = {
    "insert": "INSERT INTO {table} SELECT * FROM {table} WHERE false",
    "update": "UPDATE {table} SET {column} = {column} WHERE false",
    "delete": "DELETE FROM {table} WHERE false",
    "truncate": "TRUNCATE {table} CASCADE",
}
TABLES = re.compile(r'(?:FROM|JOIN|USING) "?(\w+)"?')


def within(method: str, answer: Callable[[], Any]) -> Any:
    """Return what `answer` returns while a request of this method is worked on."""
    found = []

    def view(request: HttpRequest) -> HttpResponse:
        found.append(answer())
        return HttpResponse()

    SetUpCacheMiddleware(view)(RequestFactory().generic(method, "/"))
    return found[0]


def name() -> str:
    return Unit.get().name


def rename(new: str) -> None:
    Unit.objects.update(name_fi=new)


def queries(work: Callable[[], Any]) -> list[str]:
    with CaptureQueriesContext(connection) as asked:
        work()
    return [query["sql"] for query in asked]


@pytest.mark.parametrize("kind", STATEMENTS)
@pytest.mark.parametrize("table", WATCHED)
def test_every_statement_makes_a_new_version(table: str, kind: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s LIMIT 1",
            [table],
        )
        column = cursor.fetchone()[0]
        before = set(SetUpChange.objects.values_list("mark", flat=True))
        cursor.execute(STATEMENTS[kind].format(table=table, column=column))
        assert set(SetUpChange.objects.values_list("mark", flat=True)) > before
        transaction.set_rollback(True)


def test_who_has_no_right_on_the_versions_may_change_the_set_up() -> None:
    UnitFactory()
    with transaction.atomic(), connection.cursor() as cursor:
        before = SetUpChange.objects.count()
        cursor.execute("CREATE ROLE sets_up; GRANT SELECT, UPDATE ON office_unit TO sets_up")
        cursor.execute("SET LOCAL ROLE sets_up")
        rename("Uusi")
        cursor.execute("RESET ROLE")
        assert SetUpChange.objects.count() == before + 1
        transaction.set_rollback(True)


def readings() -> dict[str, Kept[..., Any]]:
    """Return every kept reading of the program, by its module and name."""
    house = ("office.", "bookings.", "walkin.", "plans.", "evenings.", "referrals.", "familylaw.")
    return {
        f"{found.read.__module__}.{found.read.__name__}": found
        for module in [m for key, m in sys.modules.items() if key.startswith(house)]
        for found in vars(module).values()
        if isinstance(found, Kept)
    }


def test_readings_ask_for_nothing_but_what_is_watched(client: Client) -> None:
    client.get("/")  # All modules with pages are there.
    today = clock.today()
    days = {"first": today, "last": today + timedelta(days=7)}
    given: dict[str, dict[str, Any]] = {
        "office.calendar.working_time.weekly_rows": {"kind": HoursKind.PHONE, **days},
        "office.calendar.working_time.everybodys_time": {"kind": HoursKind.PHONE, **days},
        "office.calendar.working_time.closure_rows": days,
        "office.calendar.working_time.phone_time": days,
        "office.calendar.visit_lengths.together": {},
        "office.models.unit.unit_row": {},
        "office.models.statements.statements_row": {},
        "office.models.set_up_rows.services_in_use": {},
        "office.models.set_up_rows.points_in_use": {},
        "office.models.set_up_rows._points_giving": {"services": frozenset({1}), "today": today},
        "office.models.set_up_rows.names_giving": {"services": frozenset({1, 2})},
        "office.models.set_up_rows.resource_names": {},
        "office.setup.phone_hours.answering": {"today": today},
        "bookings.desk_kit.labels.short_point_names": {},
        "bookings.public.front_views._guidance_found": {},
        "bookings.public.front_views._closures": {"today": today},
    }
    found = readings()
    assert set(found) == set(given)
    for key, arguments in given.items():
        asked = queries(lambda key=key, arguments=arguments: found[key].read(**arguments))  # type: ignore[misc]
        tables = {table for sql in asked for table in TABLES.findall(sql)}
        assert tables, key
        assert tables <= set(WATCHED), key


def test_a_page_asks_for_the_version_and_has_the_rest_from_memory(client: Client) -> None:
    UnitFactory()
    client.get("/accessibility/")
    asked = queries(lambda: client.get("/accessibility/"))
    assert len(asked) == 1
    assert "office_setupchange" in asked[0]


def test_what_was_changed_is_on_the_next_page(client: Client) -> None:
    UnitFactory(name_fi="Ensin")
    assert "Ensin" in client.get("/").content.decode()
    rename("Sitten")
    assert "Sitten" in client.get("/").content.decode()


def test_what_is_undone_was_never_kept() -> None:
    UnitFactory(name_fi="Ennen")
    assert within("GET", name) == "Ennen"
    with transaction.atomic():
        rename("Melkein")
        assert within("GET", name) == "Melkein"
        transaction.set_rollback(True)
    assert within("GET", name) == "Ennen"


def test_a_request_that_changes_sees_its_own_change() -> None:
    UnitFactory(name_fi="Ennen")

    def change() -> tuple[str, str]:
        before = name()
        rename("Jälkeen")
        return before, name()

    assert within("POST", change) == ("Ennen", "Jälkeen")


def test_a_page_is_of_one_moment() -> None:
    UnitFactory(name_fi="Ennen")

    def read_twice() -> tuple[str, str]:
        before = name()
        rename("Jälkeen")
        return before, name()

    assert within("GET", read_twice) == ("Ennen", "Ennen")
    assert within("GET", name) == "Jälkeen"


def test_rows_are_everybodys_own() -> None:
    UnitFactory(name_fi="Oma", checked_languages={})

    def spoil() -> None:
        unit = Unit.get()
        unit.name = "Pilalla"
        unit.checked_languages["so"] = {}

    within("GET", name)
    within("GET", spoil)
    found = within("GET", Unit.get)
    assert (found.name, found.checked_languages) == ("Oma", {})


def test_names_are_in_the_language_of_the_reader() -> None:
    point = ServicePointFactory(name_fi="Keskusta", name_sv="Centrum", city="")

    def known(language: str) -> str:
        with override(language):
            return str(within("GET", short_point_names)[point.pk])

    assert (known("fi"), known("sv"), known("fi")) == ("Keskusta", "Centrum", "Keskusta")


def test_nothing_is_kept_outside_of_requests() -> None:
    UnitFactory(name_fi="Työ")
    name()
    assert len(queries(name)) == 1


def test_the_newest_change_stays_when_old_ones_go() -> None:
    long_ago = clock.now() - timedelta(days=2)
    SetUpChange.objects.all().delete()
    for mark in (1, 2, 3):
        SetUpChange.objects.create(mark=mark, at=long_ago)
    forget_changes()
    assert list(SetUpChange.objects.values_list("mark", flat=True)) == [3]
    SetUpChange.objects.create(mark=4, at=clock.now())
    SetUpChange.objects.create(mark=5, at=clock.now())
    forget_changes()
    assert list(SetUpChange.objects.order_by("pk").values_list("mark", flat=True)) == [4, 5]
