"""The real server is restarted under a running site: visitors, messages and probes come through it."""

import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest

from launcher.database import Cluster
from launcher.places import demo_secret, server_account
from tests.familylaw.running import Copy, python, running
from tests.server import at_once

PAGES = ("/", "/services/", "/book/", "/guidance/", "/walk-in/")


@dataclass
class Answer:
    begun: float
    seconds: float
    status: int
    headers: dict[str, str]
    text: str


def ask(address: str, path: str, language: str = "en") -> Answer:
    request = urllib.request.Request(address + path, headers={"Accept-Language": language})
    begun = time.monotonic()
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            status, headers, text = answer.status, dict(answer.headers), answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            status, headers, text = error.code, dict(error.headers), error.read().decode()
    return Answer(begun, time.monotonic() - begun, status, headers, text)


@dataclass
class Crowd:
    """Visitors who go from page to page, whatever they are told."""

    address: str
    pages: tuple[str, ...] = PAGES
    answers: list[Answer] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def walk(self) -> None:
        while not self.over.is_set():
            for page in self.pages:
                self.answers.append(ask(self.address, page))

    @contextmanager
    def walking(self, visitors: int = 4) -> Iterator[None]:
        threads = [threading.Thread(target=self.walk) for _ in range(visitors)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self.over.set()
            for thread in threads:
                thread.join()


@pytest.fixture
def cluster(folder: Path) -> Iterator[Cluster]:
    """The server of the demo's data, which the site only knows by its address."""
    cluster = Cluster(folder, server_account(), throwaway=True)
    cluster.start()
    yield cluster
    cluster.stop()


@pytest.fixture
def site(cluster: Cluster, folder: Path) -> Iterator[Copy]:
    with running(folder, DATABASE_URL=cluster.url()) as copy:
        assert copy.becomes_ready()[0] == 200
        # Every thread of both processes has had a connection, which the restart will cut.
        at_once([lambda: ask(copy.address, "/") for _ in range(16)])
        yield copy


WRITE = (
    "from office.messaging.outbox import post; print(post(kind='test', channel='email', language='fi', "
    "to='nobody@example.fi', subject='Testi', body='Testi', at_any_hour=True).pk)"
)


def write_a_message(cluster: Cluster, folder: Path) -> int:
    done = python(
        "manage.py", "shell", "--no-imports", "-c", WRITE,
        DATABASE_URL=cluster.url(), DEMO="porvoo", SECRET_KEY=demo_secret(folder),
        DATA_DIR=str(folder), LOG_LEVEL="WARNING",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return int(done.stdout)


def is_sent(cluster: Cluster, message: int, seconds: float = 90) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with psycopg.connect(cluster.url()) as connection:
            query = "SELECT sent_at FROM office_outboxmessage WHERE id = %s"
            row = connection.execute(query, [message]).fetchone()
        if row and row[0]:
            return True
        time.sleep(0.2)
    return False


def well_again(site: Copy, seconds: float = 30) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if all(ask(site.address, page).status == 200 for page in PAGES * 3):
            return True
        time.sleep(0.2)
    return False


def test_a_restart_costs_nobody_an_error_and_messages_go_on(
    site: Copy, cluster: Cluster, folder: Path
) -> None:
    crowd = Crowd(site.address)
    with crowd.walking():
        time.sleep(1)
        cluster.stop()
        cluster.start()
        answers_again = time.monotonic()
        assert well_again(site)
    assert {answer.status for answer in crowd.answers} <= {200, 503}
    after = [answer for answer in crowd.answers if answer.begun > answers_again]
    assert 200 in {answer.status for answer in after}
    assert is_sent(cluster, write_a_message(cluster, folder))
    assert site.becomes_ready()[0] == 200
    # The worker has come back by itself: nothing but it was to be started again.
    assert not [line for line in site.lines if "stopped unexpectedly" in line]


def test_a_server_that_is_away_is_told_calmly_and_soon(site: Copy, cluster: Cluster) -> None:
    phone = ask(site.address, "/").text.partition('href="tel:')[2].partition('"')[0]
    assert phone
    cluster.stop()
    answers = at_once([lambda: ask(site.address, "/", "fi") for _ in range(20)])
    assert {answer.status for answer in answers} == {503}
    for answer in answers:
        assert answer.headers["Retry-After"] == "10"
        assert 'href="tel:112"' in answer.text
        assert f'href="tel:{phone}"' in answer.text
        assert "Palvelu on hetken poissa käytöstä" in answer.text
    # Those who look after the site are answered meanwhile, and told what it is.
    probe = ask(site.address, "/readyz")
    assert (probe.status, '"database": false' in probe.text) == (503, True)
    assert ask(site.address, "/healthz").status == 200
    cluster.start()
    assert well_again(site)
    assert site.becomes_ready()[0] == 200
