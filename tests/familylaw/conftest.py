"""Data folders of real copies of the program."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from launcher.database import Cluster
from launcher.places import open_data_folder, server_account
from tests import databases
from tests.familylaw.running import GOOD, copied, open_folder, python, running


@pytest.fixture(scope="session")
def first_start() -> Iterator[tuple[Path, str]]:
    """Return a data folder after its first start and stop, and what that start said."""
    with open_folder() as path:
        with running(path) as copy:
            assert copy.becomes_ready()[0] == 200
        yield path, copy.output


@pytest.fixture
def folder(first_start: tuple[Path, str]) -> Iterator[Path]:
    """Return a copy of it: the demo is loaded once, not for each test."""
    with copied(first_start[0]) as path:
        yield path


@pytest.fixture
def empty() -> Iterator[Path]:
    with open_folder() as path:
        yield path


@pytest.fixture(scope="session")
def tables() -> Iterator[Path]:
    """Return a data folder as a start has left it that was stopped after its migrations."""
    account = server_account()
    with open_folder() as path:
        open_data_folder(path, account)
        cluster = Cluster(path, account, throwaway=True)
        cluster.start()
        try:
            if not databases.restore_tables(cluster.url()):
                given = {**GOOD, "DATABASE_URL": cluster.url(), "DATA_DIR": str(path)}
                done = python("manage.py", "migrate", **given)
                assert done.returncode == 0, done.stdout + done.stderr
        finally:
            cluster.stop()
        yield path


@pytest.fixture
def migrated(tables: Path) -> Iterator[Path]:
    """Return a copy of it: only the first start of all migrates step by step."""
    with copied(tables) as path:
        yield path


@pytest.fixture
def no_mark(db: None) -> None:
    """Remove the mark of a demo from the database of the tests, as a real unit's has none."""
    with connection.cursor() as cursor:
        cursor.execute("COMMENT ON TABLE office_user IS 'accounts of the staff'")
