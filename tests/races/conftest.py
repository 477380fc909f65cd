"""Races are run against the real server, with real connections."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.server import gunicorn


@pytest.fixture(scope="session")
def _gunicorn(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    with django_db_blocker.unblock(), gunicorn() as address:
        yield address


@pytest.fixture
def server(transactional_db: None, _gunicorn: str) -> str:
    """The address of the running product; the tables are empty at first."""
    return _gunicorn
