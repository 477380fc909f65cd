from collections.abc import Iterator
from typing import Any

import pytest

from tests.office.own_calendars.calendar_server import CalendarServer, calendar_server


@pytest.fixture
def away_server(settings: Any) -> Iterator[CalendarServer]:
    """Run a calendar server that may be read though it is on this machine."""
    with calendar_server() as server:
        settings.OUTSIDE_TEST_HOSTS = [server.host]
        yield server
