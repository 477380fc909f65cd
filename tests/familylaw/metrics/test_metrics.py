"""What Prometheus reads: numbers of the whole server, and never anything about a person."""

import json
import os
import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.db import DatabaseError, OperationalError, connection, transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from prometheus_client.parser import text_string_to_metric_families

from familylaw import checks
from familylaw.metrics import folder
from familylaw.metrics.requests import AWAY, METHODS, NO_VIEW, OTHER, STATIC, error_kind
from office.core import clock
from office.models import OutboxMessage, Role, Service, ServicePoint
from tests.factories import PartyFactory, UserFactory, link_of
from tests.office.messaging.test_outbox import a_message
from tests.server import gunicorn
from tests.walkin.cast import THURSDAY, at, running_walk_in

TOKEN = "t-" + "0123456789abcdef" * 3
HEADERS = {"authorization": f"Bearer {TOKEN}"}
Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]


@pytest.fixture(autouse=True)
def token(settings: Any) -> None:
    settings.METRICS_TOKEN = TOKEN


def samples(text: str) -> Samples:
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def scrape(client: Client) -> Samples:
    answer = client.get("/metrics", headers=HEADERS)
    assert answer.status_code == 200
    return samples(answer.content.decode())


def value(found: Samples, name: str, **labels: str) -> float:
    return found.get((f"familylaw_{name}", tuple(sorted(labels.items()))), 0.0)


def view_names(patterns: list[Any], space: str = "") -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from view_names(pattern.url_patterns, inner)
        elif isinstance(pattern, URLPattern) and pattern.name:
            yield space + pattern.name


def test_only_who_has_the_token_reads_it(client: Client, settings: Any) -> None:
    for headers in ({}, {"authorization": "Bearer wrong"}, {"authorization": TOKEN}):
        answer = client.get("/metrics", headers=headers)
        assert (answer.status_code, b"familylaw" in answer.content) == (401, False)
    assert client.post("/metrics", headers=HEADERS).status_code == 405
    settings.METRICS_TOKEN = ""
    for headers in ({}, HEADERS, {"authorization": "Bearer "}):
        assert client.get("/metrics", headers=headers).status_code == 404
    settings.METRICS_TOKEN, settings.DEMO = "short", ""
    assert "familylaw.E053" in dict(checks.problems())


@pytest.mark.django_db
def test_no_label_tells_of_anybody(client: Client) -> None:
    party = PartyFactory(name="Merkki Markkanen")
    code = party.appointment.reference
    client.force_login(UserFactory(username="merja.merkki", roles=[Role.SECRETARY]))
    before = scrape(client)
    for path in (
        link_of(party),
        f"/desk/requests/{code}/",
        "/desk/find/?q=Markkanen",
        f"/nothing/{code}/Markkanen/",
        "/static/markkanen.css",
    ):
        client.get(path)
    client.generic("MARKKANEN", "/")
    found = scrape(client)
    counted = {key for key in found if found[key] != before.get(key, 0)}
    assert len(counted) > 10

    slugs = {*Service.objects.values_list("slug", flat=True)}
    slugs |= {*ServicePoint.objects.values_list("slug", flat=True)}
    may_be = {
        "view": {*view_names(get_resolver().url_patterns), NO_VIEW, STATIC},
        "method": {*METHODS, OTHER},
        "status": {"planned", "due", "retried", "failed", "todo", "doing"},
        "state": {"planned", "due", "retried", "failed"},
        "service": slugs,
        "point": slugs,
    }
    for _name, labels in found:
        for label, text in labels:
            is_number = label in ("le", "status", "version") and re.fullmatch(
                r"\+Inf|\d[\d.]*", text
            )
            assert is_number or text in may_be.get(label, set()), (label, text)
    for word in ("arkkanen", "merja", code, str(link_of(party))):
        assert word not in str(found)


@pytest.mark.django_db
def test_views_are_counted_and_timed(client: Client) -> None:
    before = scrape(client)
    for _ in range(3):
        assert client.get("/accessibility/").status_code == 200
    client.get("/nothing/")
    found = scrape(client)

    def more(name: str, **labels: str) -> float:
        return value(found, name, **labels) - value(before, name, **labels)

    view = "public:accessibility"
    assert more("answers_total", view=view, method="GET", status="200") == 3
    assert more("request_seconds_count", view=view) == 3
    assert more("request_seconds_bucket", view=view, le="+Inf") == 3
    assert more("answers_total", view=NO_VIEW, method="GET", status="404") == 1
    # Probes and scrapes are not counted.
    client.get("/healthz")
    assert scrape(client).keys() == found.keys()


@pytest.mark.django_db
def test_what_the_database_says(client: Client) -> None:
    with time_machine.travel(at(8, 30, THURSDAY), tick=False):
        cache.clear()
        walk_in = running_walk_in()
        walk_in.take()
        walk_in.take()
        message, late, failed = a_message(), a_message(), a_message()
        now = clock.now()
        OutboxMessage.objects.filter(pk=message.pk).update(send_after=now + timedelta(days=1))
        OutboxMessage.objects.filter(pk=late.pk).update(send_after=now - timedelta(minutes=20))
        OutboxMessage.objects.filter(pk=failed.pk).update(failed_at=now)
        found = scrape(client)
    assert value(found, "walk_in_waiting", point=walk_in.point.slug) == 2
    states = ("planned", "due", "retried", "failed")
    assert [value(found, "outbox_messages", state=state) for state in states] == [1, 1, 0, 1]
    assert value(found, "outbox_oldest_due_seconds") == 1200
    assert value(found, "database_up") == 1
    assert value(found, "jobs", status="todo") >= 3
    services = {dict(labels)["service"] for name, labels in found if name == "familylaw_free_times"}
    assert services == {*Service.objects.online().values_list("slug", flat=True)}


@pytest.mark.django_db
def test_a_database_that_is_away_is_told_too(client: Client) -> None:
    def away(*args: Any) -> None:
        raise OperationalError

    with connection.execute_wrapper(away):
        found = scrape(client)
    assert value(found, "database_up") == 0
    assert any(name == "familylaw_release" for name, _labels in found)


@pytest.mark.django_db
def test_errors_of_the_database_are_told_apart() -> None:
    with pytest.raises(DatabaseError) as raised, transaction.atomic():
        connection.cursor().execute("SELECT 1 / 0")
    assert error_kind(raised.value) == "22"
    assert error_kind(OperationalError()) == OTHER
    assert error_kind(ValueError()) == ""
    assert error_kind(None) == ""
    assert AWAY not in ("22", OTHER)


def ask(address: str, **headers: str) -> str:
    request = urllib.request.Request(address, headers=headers)
    with urllib.request.urlopen(request, timeout=60) as answer:
        return str(answer.read().decode())


@pytest.mark.django_db(transaction=True)
def test_the_numbers_are_those_of_all_processes(tmp_path: Path) -> None:
    """Of two workers either one answers the scrape, and tells what both have counted.

    Their log of requests has neither who asked nor what was searched for, and the id of the answer.
    """
    ours = f"familylaw-metrics-{os.getuid()}-*"
    before = {*folder._BASE.glob(ours)}
    log = tmp_path / "access.log"
    given = {"METRICS_TOKEN": TOKEN, "LOG_FORMAT": "json", "ACCESS_LOG": str(log)}
    with gunicorn(workers=2, threads=1, **given) as address:
        for _ in range(12):
            ask(f"{address}/accessibility/?q=Merkki", **{"User-Agent": "Merkki"})
        found = [
            samples(ask(f"{address}/metrics", Authorization=f"Bearer {TOKEN}")) for _ in range(4)
        ]
        (made,) = {*folder._BASE.glob(ours)} - before
        assert Path(made).stat().st_mode & 0o777 == 0o700
        with pytest.raises(urllib.error.HTTPError, match="401"):
            ask(f"{address}/metrics")
    for each in found:
        labels = {"view": "public:accessibility", "method": "GET", "status": "200"}
        assert value(each, "answers_total", **labels) == 12
    assert not made.exists()
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    pages = [line for line in lines if '"GET /accessibility/" 200' in line["message"]]
    assert len({line["request_id"] for line in pages}) == 12
    assert "Merkki" not in log.read_text()
