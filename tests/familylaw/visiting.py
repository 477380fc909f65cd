"""People who go from page to page of a real copy, whatever they are told."""

import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from launcher.places import demo_secret
from tests.familylaw.running import Copy, python

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


def well_again(site: Copy, seconds: float = 60) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if all(ask(site.address, page).status == 200 for page in PAGES * 3):
            return True
        time.sleep(0.2)
    return False


WRITE = (
    "from office.messaging.outbox import post; print(post(kind='test', channel='email', language='fi', "
    "to='nobody@example.fi', subject='Testi', body='Testi', at_any_hour=True).pk)"
)


def write_a_message(url: str, folder: Path) -> int:
    done = python(
        "manage.py", "shell", "--no-imports", "-c", WRITE,
        DATABASE_URL=url, DEMO="porvoo", SECRET_KEY=demo_secret(folder),
        DATA_DIR=str(folder), LOG_LEVEL="WARNING",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return int(done.stdout)


def is_sent(url: str, message: int, seconds: float = 90) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with psycopg.connect(url) as connection:
            query = "SELECT sent_at FROM office_outboxmessage WHERE id = %s"
            row = connection.execute(query, [message]).fetchone()
        if row and row[0]:
            return True
        time.sleep(0.2)
    return False
