"""What machines are told: alive, ready, and nothing about anybody."""

import re

import pytest
from django.db import connection
from django.test import Client, override_settings

from launcher.places import BASE_DIR
from tests.familylaw.running import GOOD


def _worker(seconds_ago: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) "
            "VALUES (now() - make_interval(secs => %s))",
            [seconds_ago],
        )


def test_healthz_needs_no_database_host_or_session(client: Client) -> None:
    answer = client.get("/healthz", headers={"host": "10.0.0.7:8000"})
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert answer["Cache-Control"] == "no-store"
    assert not answer.cookies
    assert not answer.has_header("Content-Language")


def test_version_is_the_one_of_the_changelog_and_tells_no_more(client: Client) -> None:
    answer = client.get("/version", headers={"host": "10.0.0.7:8000"})
    assert answer.status_code == 200
    assert answer.json().keys() == {"version", "revision"}
    changes = (BASE_DIR / "CHANGELOG.md").read_text()
    newest = re.search(r"^## (\d+\.\d+\.\d+)", changes, re.M)
    assert newest is not None
    assert answer.json()["version"] == newest[1]


@override_settings(SECURE_SSL_REDIRECT=True)
@pytest.mark.parametrize("path", ["/healthz", "/version"])
def test_probes_are_not_redirected(client: Client, path: str) -> None:
    assert client.get(path).status_code == 200


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/version"])
def test_only_reading(client: Client, path: str) -> None:
    assert client.post(path).status_code == 405
    assert client.head("/healthz").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_not_ready_without_a_worker(client: Client) -> None:
    answer = client.get("/readyz")
    said = {"status": "not ready", "database": True, "worker": False, "data": True}
    assert (answer.status_code, answer.json()) == (503, said)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("seconds_ago", "status"), [(5, 200), (120, 503)])
def test_a_worker_is_alive_while_it_says_so(client: Client, seconds_ago: int, status: int) -> None:
    _worker(seconds_ago)
    assert client.get("/readyz").status_code == status


@pytest.mark.django_db(transaction=True)
def test_a_real_unit_on_demo_data_is_not_ready(client: Client) -> None:
    _worker(1)
    with override_settings(DEMO="", SECRET_KEY=GOOD["SECRET_KEY"]):
        answer = client.get("/readyz")
    said = {"status": "not ready", "database": True, "worker": True, "data": False}
    assert (answer.status_code, answer.json()) == (503, said)


@pytest.mark.django_db
def test_not_ready_without_a_database(client: Client) -> None:
    kept = dict(connection.settings_dict)
    connection.settings_dict.update(HOST="127.0.0.1", PORT="1")
    try:
        answer = client.get("/readyz")
    finally:
        connection.settings_dict.update(kept)
    said = {"status": "not ready", "database": False, "worker": False}
    assert (answer.status_code, answer.json()) == (503, said)
