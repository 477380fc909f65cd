"""A PDF of a full plan, asked for and fetched as a parent's browser does, made by a worker; and what
other pages feel of it."""

import contextlib
import http.client
import json
import os
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db import connection

from launcher.places import BASE_DIR
from launcher.processes import spawn
from plans.content.agreement import PlanMatter, accept, propose, to_json
from plans.content.answers import ANSWERS, answer_key
from plans.content.children import Child, with_children
from plans.content.questions import QUESTIONS, AnswerKind
from plans.models import PartKind
from plans.parents import Parent
from plans.vault import drafts
from tests.bench import filling, web
from tests.bench.reference import light_page
from tests.bench.table import Table, TimeUnit, median, ms, note, p95

ANSWERS_SHARED, CHILDREN = 200, 4
# Of a light page; and of the same page while no PDF is made.
FETCHED, MEANWHILE = 260.0, 3.0
# As often as the script of the waiting page looks.
LOOKS = 0.5
WORDS = (
    "Lapsi on joka toinen viikko äidillä ja joka toinen isällä, ja isovanhempia nähdään viikonloppuisin. "
    "Vaihto on perjantaina päiväkodista.\n\nMuutoksista sovitaan viikkoa ennen."
)


def full_plan(parents: int = 1) -> list[str]:
    """Return links of drafts, four children, 200 shared answers: a third agreed, differing, open each."""
    ages = ("0", "3-5", "6-9", "10-12")
    children = [Child(n, f"Lapsi{n}", age) for n, age in enumerate(ages, start=1)]
    texts = [key for key, question in QUESTIONS.items() if question.answered is AnswerKind.TEXT]
    keys = [answer_key(key, child) for key in texts for child in range(CHILDREN + 1)]
    keys = keys[:ANSWERS_SHARED]
    shared = with_children({}, children, {Parent.FIRST: "äiti", Parent.SECOND: "isä"})
    shared["matters"] = {key: _matter(number) for number, key in enumerate(keys)}
    own = {ANSWERS: {key: f"{number}. {WORDS}" for number, key in enumerate(keys)}}
    links = []
    for _ in range(parents):
        links.append(drafts.create_draft(shared))
        drafts.change(drafts.open_draft(links[-1]), PartKind.OWN_FIRST, lambda _empty: own)
    return links


def _matter(number: int) -> dict[str, Any]:
    words = f"{number}. {WORDS}"
    first = propose(PlanMatter(), Parent.FIRST, words)
    if number % 3 == 0:
        return to_json(accept(first, Parent.SECOND, words))
    if number % 3 == 1:
        return to_json(propose(first, Parent.SECOND, f"{words} Paitsi lomilla."))
    return to_json(first)


@contextlib.contextmanager
def worker(database_url: str) -> Iterator[None]:
    """Start the worker as `make run` does."""
    env = {**os.environ, "DATABASE_URL": database_url, "LOG_LEVEL": "ERROR"}
    command = [sys.executable, "manage.py", "work"]
    with tempfile.TemporaryFile() as log:
        child = spawn("the worker", command, env=env, cwd=BASE_DIR, output=log)
        try:
            _wait_for_worker()
            yield
        finally:
            child.stop()
            log.seek(0)
            said = [line for line in log.read().decode().splitlines() if "Launching" not in line]
            for line in said[-20:]:
                note(line)


def _wait_for_worker() -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM procrastinate_workers")
            row = cursor.fetchone()
        if row and row[0]:
            return
        time.sleep(0.1)
    raise RuntimeError("the worker does not begin")


def measure(table: Table, database_url: str, static: Path, rounds: int) -> None:
    """Measure rounds of asking, waiting and fetching; again while another parent reads their pages."""
    filling.unit()
    links = full_plan(2)
    with web.gunicorn(database_url, static) as port, worker(database_url):
        _fetched(port, links[0])
        took, sizes, light = [], [], light_page()
        for _ in range(rounds):
            light.sample(3)
            seconds, size = _fetched(port, links[0])
            took.append(seconds)
            sizes.append(size)
        what = f"PDF of a plan with {ANSWERS_SHARED} shared answers, asked to fetched"
        said = f"p50 {ms(median(took))}, most {ms(max(took))}, {sizes[0] // 1024} kB"
        table.add_time(what, said, max(took), FETCHED, light.p50)
        quiet = _pages(port, links[1], 60)
        busy, made = _pages_meanwhile(port, links, rounds)
        table.add_time(
            "A parent's task list while PDFs are made",
            f"p95 {ms(p95(busy))}, {made} PDFs made",
            p95(busy),
            MEANWHILE,
            TimeUnit("without", p95(quiet)),
        )


def _fetched(port: int, link: str) -> tuple[float, int]:
    """Return the seconds from pressing to having the file, and its size."""
    browser = web.Visitor(port)
    assert browser.get(f"/plan/{link}/out/") == 200
    started = time.perf_counter()
    assert browser.post(f"/plan/{link}/out/", {"what": "shared", "form": "pdf"}) == 200
    path = browser.path
    while _asked(port, path) == "waiting":
        time.sleep(LOOKS)
    http_ = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    http_.request("GET", f"{path}file/", headers={"Host": f"127.0.0.1:{port}"})
    answer = http_.getresponse()
    file = answer.read()
    taken = time.perf_counter() - started
    http_.close()
    browser.close()
    assert (answer.status, file[:4]) == (200, b"%PDF")
    _forget_tries()
    return taken, len(file)


def _asked(port: int, path: str) -> str:
    http_ = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    http_.request("GET", path, headers={"Host": f"127.0.0.1:{port}", "X-Look": "1"})
    state = str(json.loads(http_.getresponse().read())["state"])
    http_.close()
    return state


def _forget_tries() -> None:
    """Forget tries: so many PDFs an hour are allowed, and the bench is somebody else each time."""
    from office.models import RateCount

    RateCount.objects.all().delete()


def _pages(port: int, link: str, count: int) -> list[float]:
    browser = web.Visitor(port, "192.0.2.9")
    browser.get(f"/plan/{link}/")
    browser.seconds.clear()
    for _ in range(count):
        assert browser.get(f"/plan/{link}/") == 200
        time.sleep(0.02)
    browser.close()
    return browser.seconds


def _pages_meanwhile(port: int, links: list[str], rounds: int) -> tuple[list[float], int]:
    """Read pages of one parent while another has PDF after PDF made."""
    done = threading.Event()
    made = 0

    def ask() -> None:
        nonlocal made
        for _ in range(rounds):
            _fetched(port, links[0])
            made += 1
        connection.close()
        done.set()

    asking = threading.Thread(target=ask)
    asking.start()
    seconds: list[float] = []
    while not done.is_set():
        seconds += _pages(port, links[1], 10)
    asking.join()
    return seconds, made
