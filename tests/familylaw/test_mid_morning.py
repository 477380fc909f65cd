"""In mid-morning everything is killed once: no number and no call is lost, none is made twice."""

import contextlib
import http.client
import os
import re
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from playwright.sync_api import BrowserContext, Response, expect

from launcher import database
from tests.familylaw.cutting import Cable
from tests.familylaw.running import Copy
from tests.server import Answer, Visitor, free_port
from walkin.states import AT_DESK, TABLE, Action

KIOSK = "/walk-in/kiosk/porvoo/"
FORM = re.compile(
    r'action="/queue/numbers/(\d+)/(came|done)/"[^>]*>.*?name="version" value="(\d+)"', re.DOTALL
)
# How many are answered between two blows, and how many seconds they may be without an answer.
CALM, PATIENCE = 4, 240.0


class Morning:
    """People at the kiosk and a supervisor, who press again until they are answered."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.is_over = threading.Event()
        self.numbers: dict[str, int] = {}
        self.pressed: list[tuple[int, str]] = []
        self.troubles = 0
        self.wrong: list[str] = []

    def goes_on(self, name: str) -> None:
        """Wait until some more have been given numbers, and some more have been seen to."""
        numbers, pressed = len(self.numbers) + CALM, len(self.pressed) + CALM
        deadline = time.monotonic() + PATIENCE
        while len(self.numbers) < numbers or len(self.pressed) < pressed:
            assert self.wrong == []
            assert time.monotonic() < deadline, f"nobody went on after {name}"
            time.sleep(0.1)

    @contextlib.contextmanager
    def going_on(self) -> Iterator[None]:
        work: list[Callable[[], None]] = [lambda lane=lane: self._takes(lane) for lane in range(3)]
        threads = [threading.Thread(target=self._watched, args=(w,)) for w in [*work, self._calls]]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self.is_over.set()
            for thread in threads:
                thread.join(PATIENCE)

    def _watched(self, work: Callable[[], None]) -> None:
        try:
            work()
        except Exception as error:
            self.wrong.append(repr(error))

    def insist(self, ask: Callable[[], Answer]) -> Answer:
        """Ask again, the very same, until the server has answered."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError, http.client.HTTPException):
                answer = ask()
                if answer.status < 500:
                    return answer
            self.troubles += 1
            time.sleep(0.1)
        raise TimeoutError("nobody answers")

    def _takes(self, lane: int) -> None:
        visitor = Visitor(self.address, lane)
        self.insist(lambda: visitor.get(f"{KIOSK}?language=fi&matter=unsure"))
        form = {"matter": "unsure", "language": "fi", "meeting": "separate"}
        turn = 0
        while not self.is_over.is_set():
            turn += 1
            key = f"lane{lane}turn{turn}"
            answer = self.insist(lambda key=key: visitor.post(KIOSK, {**form, "key": key}))
            if "/slip/" not in answer.url:
                raise AssertionError(f"{answer.status} {answer.url}")
            slip = self.insist(lambda path=answer.url: visitor.get(path))
            found = re.search(r'slip__number">(\d+)<', slip.text)
            self.numbers[key] = int(found[1]) if found else 0
            time.sleep(0.1)

    def _calls(self) -> None:
        visitor = Visitor(self.address, 50)
        self.insist(lambda: visitor.get("/accounts/login/"))
        sign_in = {"login": "supervisor", "password": "demo"}
        self.insist(lambda: visitor.post("/accounts/login/", sign_in))
        while not self.is_over.is_set():
            page = self.insist(lambda: visitor.get("/queue/"))
            assert page.status == 200, page.status
            found = FORM.search(page.text)
            token = {"csrfmiddlewaretoken": token_of(page.text)}
            if found is None:
                self.insist(lambda token=token: visitor.post("/queue/next/", token))
                continue
            pk, do, version = found.groups()
            path = f"/queue/numbers/{pk}/{do}/"
            data = {"version": version, "outcome": "advice", **token}
            self.insist(lambda path=path, data=data: visitor.post(path, data))
            self.pressed.append((int(pk), do))


def token_of(page: str) -> str:
    """Return the page's own token: an equal form of another page is another press."""
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert found
    return found[1]


def kill(copy: Copy, words: str, *, youngest: bool = False) -> None:
    """Kill without a warning: the oldest process with these words, or a child of it."""
    found = sorted(pid for pid, line in copy.family().items() if words in line)
    os.kill(found[-1] if youngest else found[0], signal.SIGKILL)


def rows(folder: Path, query: str) -> list[Any]:
    url = database.running_url(folder)
    assert url
    with psycopg.connect(url) as connection:
        return connection.execute(query).fetchall()


TODAY = "(SELECT id FROM walkin_walkinday WHERE state IN ('open', 'intake_closed'))"
TICKETS = (
    f"SELECT id, number, state, desk_id FROM walkin_ticket WHERE day_id = {TODAY} ORDER BY number"
)
EVENTS = (
    "SELECT e.ticket_id, e.what, e.state FROM walkin_ticketevent e "
    f"JOIN walkin_ticket t ON t.id = e.ticket_id WHERE t.day_id = {TODAY} ORDER BY e.id"
)


def shows_what_is_so(copy: Copy, folder: Path) -> str:
    """Expect the display to show the call that is in the database; return its number."""
    supervisor = Visitor(copy.address, 61)
    supervisor.get("/accounts/login/")
    supervisor.post("/accounts/login/", {"login": "supervisor", "password": "demo"})
    deadline = time.monotonic() + PATIENCE
    while True:
        page = supervisor.get("/queue/").text
        found = FORM.search(page)
        if found and found[2] != "done":
            break
        assert time.monotonic() < deadline
        token = {"csrfmiddlewaretoken": token_of(page)}
        if found is None:
            supervisor.post("/queue/next/", {"anyway": "1", **token})
        else:
            data = {"version": found[3], "outcome": "advice", **token}
            supervisor.post(f"/queue/numbers/{found[1]}/done/", data)
    display = Visitor(copy.address, 60).get("/walk-in/display/porvoo/").text
    called = [r[1] for r in rows(folder, TICKETS) if r[2] in ("called", "called_again")]
    assert len(called) == 1
    assert re.findall(r'data-fi="Numero (\d+),', display) == [str(called[0])]
    return str(called[0])


@pytest.mark.browser
def test_an_open_display_comes_back_by_itself(
    folder: Path, new_context: Callable[..., BrowserContext]
) -> None:
    port = free_port()
    copy = Copy(folder, PORT=str(port)).answers()
    streams: list[int] = []

    def heard(answer: Response) -> None:
        if "/live/?ticket=" in answer.url:
            streams.append(answer.status)

    try:
        page = new_context(base_url=copy.address, locale="fi-FI").new_page()
        page.on("response", heard)
        with page.expect_response(lambda answer: "/live/?ticket=" in answer.url):
            page.goto("/walk-in/display/porvoo/")
        copy.process.kill()
        copy.ends()
        expect(page.locator("[data-stale]").first).to_be_visible(timeout=60_000)
        copy = Copy(folder, PORT=str(port)).answers()
        expect(page.locator("[data-stale]").first).to_be_hidden(timeout=60_000)
        person = Visitor(copy.address, 62)
        person.get(f"{KIOSK}?language=fi&matter=unsure")
        form = {"matter": "unsure", "language": "fi", "meeting": "separate", "key": "afterwards"}
        assert "/slip/" in person.post(KIOSK, form).url
        called = shows_what_is_so(copy, folder)
        expect(page.locator(".display__number").first).to_have_text(called)
        expect(page.locator("[data-stale]").first).to_be_hidden()
        # By its stream, not only by looking again now and then.
        assert len(streams) >= 2
    finally:
        copy.stop()


def test_nothing_is_lost_when_everything_is_killed_once(folder: Path) -> None:
    port = free_port()
    copy = Copy(folder, PORT=str(port)).answers()
    cable = Cable(port)
    url = database.running_url(folder)
    assert url
    with psycopg.connect(url) as connection:
        connection.execute("UPDATE walkin_pointrules SET closes_when_full = false")
    before = len(rows(folder, TICKETS))
    morning = Morning(f"http://127.0.0.1:{cable.port}")
    blows: list[tuple[str, Callable[[], object]]] = [
        ("a worker of the web server", lambda: kill(copy, "gunicorn.conf.py", youngest=True)),
        ("the network", lambda: [(cable.cut(), time.sleep(0.15)) for _ in range(8)]),
        ("the database", lambda: kill(copy, "bin/postgres")),
        ("the worker", lambda: kill(copy, "manage.py work")),
        ("the live process", lambda: kill(copy, "gunicorn.live")),
        ("the web server", lambda: kill(copy, "gunicorn.conf.py")),
        ("whoever started them", lambda: copy.process.kill()),
    ]
    try:
        with morning.going_on():
            morning.goes_on("the beginning")
            for name, blow in blows:
                troubles = morning.troubles
                blow()
                if name == "whoever started them":
                    copy.ends()
                    copy = Copy(folder, PORT=str(port)).answers()
                    assert morning.troubles > troubles, f"nobody noticed {name}"
                morning.goes_on(name)
        assert morning.wrong == []
        shows_what_is_so(copy, folder)
        everything_is_there_once(morning, rows(folder, TICKETS), rows(folder, EVENTS), before)
    finally:
        copy.stop()
        cable.close()


def everything_is_there_once(
    morning: Morning, tickets: list[Any], events: list[Any], before: int
) -> None:
    """Expect what was answered in the database, once; and nothing else."""
    assert [number for _pk, number, *_ in tickets] == list(range(1, len(tickets) + 1))
    assert len(tickets) == before + len(morning.numbers)
    assert sorted(morning.numbers.values()) == list(range(before + 1, len(tickets) + 1))
    steps: dict[int, list[tuple[str, str]]] = {}
    for ticket, what, state in events:
        steps.setdefault(ticket, []).append((what, state))
    for pk, _number, state, _desk in tickets:
        standing = ""
        for what, led_to in steps[pk]:
            if standing:
                assert standing in TABLE[Action(what)].sources
            standing = led_to
        assert standing == state
        assert [what for what, _ in steps[pk]].count("call") <= 1
    done = Counter((pk, what) for pk, all_ in steps.items() for what, _ in all_)
    assert len(morning.pressed) >= 8 * CALM
    assert {done[press] for press in morning.pressed} == {1}
    desks = [desk for *_, state, desk in tickets if state in AT_DESK]
    assert len(desks) == len(set(desks))
