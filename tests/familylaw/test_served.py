"""How the pages are served in a real unit: what gunicorn and nginx allow, beside what the app does."""

import re
import runpy

import pytest
from django.urls import reverse

from familylaw.live import OF_AN_ADDRESS
from launcher.places import BASE_DIR
from plans.vault.file import LARGEST

NGINX = (BASE_DIR / "deploy/nginx/familylaw.conf").read_text()


@pytest.mark.parametrize("name", ["gunicorn.conf.py", "gunicorn.live.conf.py"])
def test_no_socket_commands_a_running_server(name: str) -> None:
    assert runpy.run_path(str(BASE_DIR / name))["control_socket_disable"] is True


def test_a_plan_that_was_taken_home_comes_through_and_nothing_else_so_large() -> None:
    place = re.search(rf"location = {reverse('plan:open')} {{\n(.*?)\n    }}", NGINX, re.S)
    assert place is not None
    assert LARGEST < _largest(place[1]) < 2 * LARGEST
    assert _largest(NGINX.replace(place[0], "")) <= 1024 * 1024


def test_the_streams_of_one_address_are_limited_but_not_below_what_the_app_allows() -> None:
    place = re.search(r"location /live/ {\n(.*?)\n    }", NGINX, re.S)
    assert place is not None
    limit = re.search(r"limit_conn live (\d+);", place[1])
    assert limit is not None
    assert OF_AN_ADDRESS <= int(limit[1]) <= 2 * OF_AN_ADDRESS
    assert "limit_conn_zone $binary_remote_addr zone=live:" in NGINX


def _largest(text: str) -> int:
    """Return the largest body that is taken, in bytes."""
    sizes = [int(size) for size in re.findall(r"client_max_body_size (\d+)m;", text)]
    return max(sizes) * 1024 * 1024
