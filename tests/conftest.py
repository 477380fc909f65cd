"""What all tests share. The database is set up in tests/postgres.py."""

import os
import shutil
from typing import Any

import pytest

from tests import postgres


def chromium() -> str:
    """The path of a Chromium, or nothing."""
    if given := os.environ.get("CHROMIUM"):
        return given
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return next((path for path in map(shutil.which, names) if path), "")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if chromium():
        return
    if os.environ.get("REQUIRE_BROWSER") == "1":
        raise pytest.UsageError("REQUIRE_BROWSER=1, and no Chromium was found: set CHROMIUM.")
    skip = pytest.mark.skip(reason="NO CHROMIUM: the journeys in a browser were not tested")
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(skip)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """The system's Chromium; its sandbox does not work for root."""
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    return {"executable_path": chromium(), "args": [*arguments, "--disable-dev-shm-usage"]}


def pytest_unconfigure(config: pytest.Config) -> None:
    postgres.stop()
