"""Every form of the product, sent twice at once: no server error, and nothing is done twice."""

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import time_machine
from django.db import connection, connections
from django.http import HttpResponse
from django.test import Client
from django.urls import resolve
from pytest_django import DjangoDbBlocker

from tests.familylaw.addresses import Address, every_address
from tests.familylaw.test_audiences import may_enter
from tests.familylaw.world import EVERYBODY, THURSDAY, World
from tests.races.forms import Form, forms_of
from tests.server import at_once

# The addresses are shared out by their namespaces, so that workers take them side by side.
PARTS = [{"staff"}, {"office"}, {"queue", "walk_in"}]
# What each request leaves, whatever it is about.
EACH = {"office_accesslogentry", "office_ratecount", "django_session", "cache"}


class Databases:
    """A database with the whole world in it, and copies of it to press buttons on."""

    def __init__(self) -> None:
        self.tests = connection.settings_dict["NAME"]
        self.world, self.copy = f"{self.tests}_world", f"{self.tests}_copy"

    def use(self, name: str) -> None:
        connections.close_all()
        connection.settings_dict["NAME"] = connections.settings["default"]["NAME"] = name

    def make(self, name: str, template: str) -> None:
        self.drop(name)
        self._say(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy')

    def drop(self, name: str) -> None:
        self._say(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def _say(self, statement: str) -> None:
        self.use(self.tests)
        connections.close_all()
        with connection._nodb_cursor() as cursor:
            cursor.execute(statement)

    def fresh(self) -> None:
        self.make(self.copy, self.world)
        self.use(self.copy)


Cast = tuple[World, Databases]


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Cast]:
    with django_db_blocker.unblock(), time_machine.travel(THURSDAY, tick=False):
        databases = Databases()
        try:
            databases.make(databases.world, databases.tests)
            databases.use(databases.world)
            yield World(), databases
        finally:
            databases.drop(databases.copy)
            databases.drop(databases.world)
            databases.use(databases.tests)


def counts() -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.tables "
            "WHERE table_schema = current_schema() AND table_type = 'BASE TABLE'"
        )
        tables = sorted({name for (name,) in cursor.fetchall()} - EACH)
        cursor.execute(
            " UNION ALL ".join(f"SELECT '{name}', count(*) FROM \"{name}\"" for name in tables)
        )
        return dict(cursor.fetchall())


@dataclass(frozen=True)
class Press:
    """Somebody presses a button of a form."""

    who: str
    page: str
    form: Form
    button: str
    data: dict[str, list[str]]

    def __str__(self) -> str:
        return f"{self.who} {self.page} → {self.form.path} {self.button}"


def part_of(address: Address) -> int:
    """Return which part an address belongs to; the last has all that the others have not."""
    space = address.name.partition(":")[0]
    return next((n for n, spaces in enumerate(PARTS) if space in spaces), len(PARTS))


def presses_of_pages(world: World, addresses: list[Address]) -> Iterator[Press]:
    """Each button of each form once, by the first who sees it. Plans: see test_plans."""
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
    """What this world has no page for, such as the third step of something: sent with nothing in it."""
    shown = {resolve(one.form.path).view_name for one in seen}
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


def changed(databases: Databases, work: Callable[[], Any]) -> tuple[Any, dict[str, int]]:
    databases.fresh()
    before = counts()
    done = work()
    return done, {k: v - before[k] for k, v in counts().items() if v != before[k]}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("part", range(len(PARTS) + 1))
def test_every_form_bears_to_be_sent_twice_at_once(world: Cast, part: int) -> None:
    here, databases = world
    databases.use(databases.world)
    addresses = [
        address
        for address in every_address()
        if part_of(address) == part and not address.name.startswith("plan:")
    ]
    seen = list(presses_of_pages(here, addresses))
    assert len(seen) > 20
    faults = []
    for one in [*seen, *presses_of_the_rest(here, addresses, seen)]:
        answers, twice = changed(databases, lambda one=one: at_once([lambda: press(here, one)] * 2))
        once = twice and changed(databases, lambda one=one: press(here, one))[1]
        codes = [answer.status_code for answer in answers]
        if max(codes) >= 500 or once != twice:
            faults.append(f"{one}: {codes}, once {once}, at once {twice}")
    assert not faults, "\n".join(faults)
