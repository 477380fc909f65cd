"""What all tests share. The database is set up in tests/postgres.py."""

import gc
import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests import databases, postgres
from tests.server import gunicorn, wait_for_quiet

# Playwright keeps a loop running in the thread of the tests, which Django takes for async code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

# What fails for one fails for all. Look further with `pytest --hypothesis-profile=search`.
# Nothing here measures time: that is the bench's, and a busy machine fails no test.
UNHURRIED = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("steady", derandomize=True, **UNHURRIED)
settings.register_profile("search", derandomize=False, **UNHURRIED)
settings.load_profile("steady")


def chromium() -> str:
    """Return the path of a Chromium, or nothing."""
    if given := os.environ.get("CHROMIUM"):
        return given
    names = (
        "chromium-headless-shell",
        "chromium",
        "chromium-browser",
        "google-chrome",
        "google-chrome-stable",
    )
    return next((path for path in map(shutil.which, names) if path), "")


# Of tests that start whole copies of the program.
COPIES = {"first_start", "empty", "tables"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # They wait more than they compute: first, while there is something to compute for other workers,
    # and by the worker that has made the folder that is copied.
    items.sort(key=lambda item: COPIES.isdisjoint(getattr(item, "fixturenames", ())))
    if chromium():
        return
    if os.environ.get("REQUIRE_BROWSER") == "1":
        raise pytest.UsageError("REQUIRE_BROWSER=1, and no Chromium was found: set CHROMIUM.")
    skip = pytest.mark.skip(reason="NO CHROMIUM: the journeys in a browser were not tested")
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(skip)


def pytest_collection_finish() -> None:
    """Freeze what is loaded: the collector need not look through it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Use the system's Chromium; its sandbox does not work for root."""
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    # Nothing leaves this machine, whatever a page asks for.
    nowhere = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"
    return {
        "executable_path": chromium(),
        "args": [*arguments, "--disable-dev-shm-usage", nowhere],
    }


@pytest.fixture(scope="session")
def _gunicorn(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    with django_db_blocker.unblock(), gunicorn() as address:
        yield address


@pytest.fixture
def server(transactional_db: None, _gunicorn: str) -> Iterator[str]:
    """Yield the address of the running product; the tables are empty at first."""
    yield _gunicorn
    wait_for_quiet()


def _needs_database(item: pytest.Item) -> bool:
    fixtures = getattr(item, "fixturenames", ())
    marked = item.get_closest_marker("django_db") is not None
    return marked or not {"db", "transactional_db"}.isdisjoint(fixtures)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    request: pytest.FixtureRequest,
    django_db_modify_db_settings_parallel_suffix: None,
    django_db_blocker: Any,
) -> None:
    """Have each worker's database made as a copy of one that is migrated once for all of them."""
    from django.db import connection

    if databases.are_shared() and any(map(_needs_database, request.session.items)):
        with django_db_blocker.unblock():
            connection.settings_dict["TEST"]["TEMPLATE"] = databases.migrated()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Let no thread or server of a test keep the database from being dropped.

    It is marked as a demo's: the tests run with DEMO, and a demo starts on nobody else's data. Made when
    it is first asked for: copies of the program start meanwhile.
    """
    from django.db import connection

    from familylaw.demo_mark import mark_demo_data

    with django_db_blocker.unblock():
        # Without a test that needs it the database is not made.
        if "office_user" in connection.introspection.table_names():
            mark_demo_data("porvoo")
    yield
    # A fresh connection: the one from before may be as old as the run.
    connection.close()
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def pytest_unconfigure(config: pytest.Config) -> None:
    postgres.stop()
