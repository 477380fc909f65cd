"""Data folders of real copies of the program."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from tests.familylaw.running import open_folder, running


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
    with open_folder() as path:
        subprocess.run(["cp", "-a", f"{first_start[0]}/.", str(path)], check=True)
        yield path


@pytest.fixture
def empty() -> Iterator[Path]:
    with open_folder() as path:
        yield path


@pytest.fixture
def no_mark(db: None) -> None:
    """Remove the mark of a demo from the database of the tests, as a real unit's has none."""
    with connection.cursor() as cursor:
        cursor.execute("COMMENT ON TABLE office_user IS 'accounts of the staff'")
