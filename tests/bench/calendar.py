"""The calendar's week of 25 professionals: the page, its queries, and what years of history cost."""

import time
from datetime import timedelta
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings

from office.core import clock
from office.models import Role, User
from tests.bench import filling
from tests.bench.free_times import use
from tests.bench.reference import light_page
from tests.bench.table import Table, median, ms, p95
from tests.bench.web import Visitor

# The eleventh is that of each staff page for a colleague's call for help.
QUERIES, HISTORY = 10, 1.2
# Of a light page.
PAGE = 14.0
# Files without the manifest of a start: what is measured is ours.
PLAIN: dict[str, Any] = {
    "ALLOWED_HOSTS": ["*"],
    "STORAGES": {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    },
}


def path(**more: str) -> str:
    """Return the address of a half-full week."""
    day = clock.today() + timedelta(days=7)
    return f"/desk/calendar/?day={day}" + "".join(f"&{k}={v}" for k, v in more.items())


def secretary() -> User:
    user, _new = User.objects.get_or_create(
        username="bench-secretary", defaults={"roles": [Role.SECRETARY]}
    )
    return user


class Case:
    """The page on one database, in this process."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.seconds: list[float] = []
        self.queries = 0

    def measure(self, times: int) -> None:
        use(self.name)
        client = Client()
        client.force_login(secretary())
        for _ in range(2):
            client.get(path())
        with CaptureQueriesContext(connection) as queries:
            client.get(path())
        self.queries = len(queries)
        for _ in range(times):
            started = time.perf_counter()
            client.get(path())
            self.seconds.append(time.perf_counter() - started)


def measure(table: Table, full: str, tenth: str, rounds: int, appointments: int) -> None:
    """Measure `full` and `tenth`: databases with all of the history, and with a tenth of it."""
    ten, one = Case(full), Case(tenth)
    with override_settings(**PLAIN):
        for number in range(rounds):
            for case in (ten, one) if number % 2 else (one, ten):
                case.measure(6)
    most = max(ten.queries, one.queries)
    table.add("calendar, week of 25: SQL queries", str(most), f"≤ {QUERIES}", most <= QUERIES)
    ratio = median(ten.seconds) / median(one.seconds)
    table.add(
        f"calendar: {appointments} past appointments against {appointments // 10}",
        f"{ratio:.2f}×",
        f"≤ {HISTORY}×",
        ratio <= HISTORY,
    )


def measure_page(table: Table, name: str, port: int, times: int) -> None:
    """Measure the page through gunicorn, one secretary at a time."""
    use(name)
    visitor = Visitor(port)
    visitor.carry(settings.SESSION_COOKIE_NAME, session_of(secretary()))
    for what, more, bound in (
        ("calendar, week of 25", {}, PAGE),
        ("the same, free times lit up", {"service": filling.SLUG}, None),
        ("the same as a day", {"view": "day"}, None),
    ):
        for _ in range(10):
            if visitor.get(path(**more)) != 200 or 'role="grid"' not in visitor.page:
                raise RuntimeError(f"{path(**more)} shows no calendar")
        visitor.seconds.clear()
        light = light_page()
        for _ in range(times):
            visitor.get(path(**more))
            light.sample()
        middle = median(visitor.seconds)
        what = f"{what}, through gunicorn ({len(visitor.page) // 1000} kB): p50, p95"
        said = f"{ms(middle)}, {ms(p95(visitor.seconds))}"
        if bound:
            table.add_time(what, said, middle, bound, light.p50)
        else:
            table.add(what, said)
    visitor.close()


def session_of(user: User) -> str:
    """Return the key of a session in which the user is signed in."""
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.create()
    return str(store.session_key)
