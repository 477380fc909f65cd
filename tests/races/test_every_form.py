"""Every form of the product, sent twice at once: no server error, and nothing is done twice."""

import copy
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import time_machine
from django.db import connection, connections, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import resolve
from pytest_django import DjangoDbBlocker

from tests import databases
from tests.familylaw.addresses import Address, every_address
from tests.familylaw.readers import may_enter
from tests.familylaw.world import EVERYBODY, THURSDAY, World, load
from tests.races.forms import Form, forms_of
from tests.server import at_once

# The addresses are shared out by their namespaces, so that workers take them side by side.
PARTS = [{"staff"}, {"office"}, {"queue", "walk_in"}]
# What each request leaves, whatever it is about.
EACH = {
    "office_accesslogentry",
    "office_ratecount",
    "office_setupchange",
    "django_session",
    "cache",
}


class WorldDatabase:
    """The database with the whole world in it, that is put right after each press of a button.

    A copy of each table lies beside it, and PostgreSQL counts which tables are written to. The connection
    on which it is put right stays; whoever presses has one of their own.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        # The tables that were written to by what was put right last.
        self.touched: set[str] = set()

    def keep(self) -> None:
        """Remember the world as it is now."""
        with connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA IF EXISTS kept CASCADE")
            cursor.execute("CREATE SCHEMA kept")
            cursor.execute(
                "SELECT table_name, string_agg(quote_ident(column_name), ', ') "
                "FROM information_schema.columns JOIN information_schema.tables USING "
                "(table_schema, table_name) WHERE table_schema = 'public' "
                "AND table_type = 'BASE TABLE' AND is_generated = 'NEVER' GROUP BY table_name"
            )
            self.columns = dict(cursor.fetchall())
            for table in self.columns:
                cursor.execute(f'CREATE TABLE kept."{table}" AS TABLE public."{table}"')
        self.writes = self._writes()

    def _writes(self) -> dict[str, int]:
        """Count the rows of each table ever written, once every other session has ended."""
        with connection.cursor() as cursor:
            while True:
                cursor.execute(
                    "SELECT pg_stat_force_next_flush(), EXISTS (SELECT FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid())"
                )
                if not cursor.fetchone()[1]:
                    break
                time.sleep(0.005)
            # The view for it, pg_stat_user_tables, looks at all indexes as well.
            cursor.execute(
                "SELECT relname, pg_stat_get_tuples_inserted(oid) + pg_stat_get_tuples_updated(oid) "
                "+ pg_stat_get_tuples_deleted(oid) FROM pg_class "
                "WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
            )
            return dict(cursor.fetchall())

    def take_back(self) -> dict[str, int]:
        """Put right what was written to; return by how many rows the tables had grown."""
        now = self._writes()
        self.touched = {name for name, writes in now.items() if writes != self.writes[name]} - EACH
        grown = {}
        with transaction.atomic(), connection.cursor() as cursor:
            # Neither triggers nor foreign keys have a say in it.
            cursor.execute("SET LOCAL session_replication_role = replica")
            for table in [name for name, writes in now.items() if writes != self.writes[name]]:
                cursor.execute(
                    f'SELECT (SELECT count(*) FROM public."{table}") - '
                    f'(SELECT count(*) FROM kept."{table}")'
                )
                grown[table] = cursor.fetchone()[0]
                cursor.execute(f'DELETE FROM public."{table}"')
                columns = self.columns[table]
                cursor.execute(
                    f'INSERT INTO public."{table}" ({columns}) SELECT {columns} FROM kept."{table}"'
                )
        self.writes = self._writes()
        return {name: rows for name, rows in grown.items() if rows and name not in EACH}


Cast = tuple[World, WorldDatabase]


@pytest.fixture
def cast(transactional_db: None, world: Cast) -> Iterator[Cast]:
    """Give the world for one test. Django empties only the database of the tests after it."""
    _world, database = world
    with databases.used(database.name):
        yield world


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Cast]:
    of_the_tests = connection.settings_dict["NAME"]
    with (
        django_db_blocker.unblock(),
        time_machine.travel(THURSDAY, tick=False),
        databases.filled("world", load) as name,
    ):
        world = World()
        with databases.used(of_the_tests):
            yield world, WorldDatabase(name)


@dataclass(frozen=True)
class Press:
    """Somebody presses a button of a form."""

    who: str
    page: str
    form: Form
    button: str
    data: dict[str, list[str]]

    @property
    def view(self) -> str:
        """Return the name of the address that it goes to."""
        return resolve(self.form.path).view_name

    def __str__(self) -> str:
        return f"{self.who} {self.page} → {self.form.path} {self.button}"


def part_of(address: Address) -> int:
    """Return which part an address belongs to; the last has all that the others have not."""
    space = address.name.partition(":")[0]
    return next((n for n, spaces in enumerate(PARTS) if space in spaces), len(PARTS))


def presses_of_pages(world: World, addresses: list[Address]) -> Iterator[Press]:
    """Yield each button of each form once, by the first who sees it. Plans: see test_plans."""
    known = set()
    for who in EVERYBODY:
        for address in addresses:
            if not (address.audience and may_enter(address, who)):
                continue
            path = address.path(world, who)
            response = world.clients[who].get(path)
            if response.status_code != 200 or "html" not in response.headers["Content-Type"]:
                continue
            for form in forms_of(path, response.content.decode()):
                view = resolve(form.path).view_name
                for button, data in form.pressed():
                    if (view, button) not in known:
                        known.add((view, button))
                        yield Press(who, path, form, button, data)


def presses_of_the_rest(
    world: World, addresses: list[Address], seen: list[Press]
) -> Iterator[Press]:
    """Yield what this world has no page for, such as the third step of something, sent empty."""
    shown = {one.view for one in seen}
    for address in addresses:
        if address.name not in shown:
            who = next(who for who in EVERYBODY if may_enter(address, who))
            path = address.path(world, who)
            yield Press(who, path, Form(path), "", {"csrfmiddlewaretoken": ["of-this-page"]})


def press(world: World, one: Press) -> HttpResponse:
    client = Client(raise_request_exception=False)
    client.cookies = copy.deepcopy(world.clients[one.who].cookies)
    response = client.post(one.form.action, one.data)
    connections.close_all()
    return response


def changed(database: WorldDatabase, work: Callable[[], Any]) -> tuple[Any, dict[str, int]]:
    done = work()
    return done, database.take_back()


@pytest.mark.parametrize("part", range(len(PARTS) + 1))
def test_every_form_bears_to_be_sent_twice_at_once(cast: Cast, part: int) -> None:
    here, database = cast
    addresses = [
        address
        for address in every_address()
        if part_of(address) == part and not address.name.startswith("plan:")
    ]
    seen = list(presses_of_pages(here, addresses))
    assert len(seen) > 20
    presses = [*seen, *presses_of_the_rest(here, addresses, seen)]
    # Some rows that addresses name are made when they are first named.
    database.keep()
    faults, done = [], set()
    for one in presses:
        answers, twice = changed(database, lambda one=one: at_once([lambda: press(here, one)] * 2))
        touched = database.touched
        once = twice and changed(database, lambda one=one: at_once([lambda: press(here, one)]))[1]
        codes = [answer.status_code for answer in answers]
        done |= {one.view} if touched else set()
        if max(codes) >= 500 or once != twice:
            faults.append(f"{one}: {codes}, once {once}, at once {twice}")
    assert not faults, "\n".join(faults)
    # What was written is seen; else nothing is compared.
    assert len(done) > 5
