"""Open screens of the walk-in: how soon a call is on all of them, and what they cost meanwhile.

Hundreds of streams are held by one loop here, as browsers would: a staff screen that hears of a change
asks the web server for its part anew at once, as static/js/live.js does, over a connection that it
keeps. Public pages are sent their part; the page of a number asks only where its own one has changed.
"""

import asyncio
import contextlib
import itertools
import json
import time
from collections.abc import AsyncIterator, Coroutine
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psutil
from django.conf import settings
from django.db import connection

from office.core import clock, live_updates
from office.models import Role
from tests.bench import filling, web
from tests.bench.calendar import session_of
from tests.bench.reference import Reference, light_pages
from tests.bench.table import Table, median, ms, p95
from tests.factories import UserFactory
from tests.walkin.cast import RunningWalkIn, running_walk_in
from walkin.actions.take_number import ticket_path
from walkin.models import Ticket
from walkin.states import AT_DESK
from walkin.tickets.live import topic

STREAMS, POINTS, DESKS, WAITING, CALLS = 300, 10, 3, 25, 30
# Open screens of one point: few, and as many as there are streams; what the many may cost of the few.
FEW, MANY_COST = 30, 1.5
STREAM_BYTES = 1_000_000
# From the press to the last screen, of eight light pages at once.
CHANGED = 14.0
IDLE_SECONDS, RECONNECTS, RECONNECT_SECONDS = 10.0, 20, 8
# The process's own sign of life, whatever the number of streams.
QUERIES_WHILE_IDLE = 1
# How often it is looked who asks the database something.
GLANCE = 0.02
# After all streams have ended, so much of the memory may still be the process's.
KEPT_BYTES = 30_000_000
ADDRESSES = (f"198.51.{n // 250 % 250}.{n % 250 + 1}" for n in itertools.count())


@dataclass
class Screen:
    """An open page, and what it asks for anew when it hears of a change; one without only listens."""

    topic: str
    path: str = ""
    cookie: str = ""
    # What it is sent when it changes; of the page of a number, its number and what was last sent of it.
    shared: str = ""
    number: str = ""
    own: list[str] | None = None
    heard: float = 0.0
    changed: float = 0.0
    part: bytes = b""
    same: int = 0
    broken: list[str] = field(default_factory=list)
    # Each page is somebody else's: the public's streams from one address are limited.
    address: str = field(default_factory=lambda: next(ADDRESSES))
    _kept: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def listen(self, live_port: int, port: int, ready: asyncio.Semaphore) -> None:
        """Hear, and read anew, until cancelled."""
        reader, writer = await asyncio.open_connection("127.0.0.1", live_port, limit=1_000_000)
        try:
            part = live_updates.StreamPart(self.shared, "fi") if self.shared else None
            ticket = quote(live_updates.new_ticket(self.topic, part=part))
            writer.write(
                f"GET /live/?ticket={ticket} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                f"X-Forwarded-For: {self.address}\r\n\r\n".encode()
            )
            status = await reader.readuntil(b"\r\n\r\n")
            if b" 200 " not in status.split(b"\r\n")[0]:
                raise RuntimeError(f"a stream was refused: {status.decode().strip()}")
            is_open = False
            while event := await _next_event(reader):
                name, data = event
                if name == b"beat" and not is_open:
                    is_open = True
                    ready.release()
                elif name == b"part":
                    self.heard = self.changed = time.perf_counter()
                    if self.number:
                        await self.compare(data, port)
                elif name == b"changed" and is_open:
                    self.heard = time.perf_counter()
                    if self.path:
                        await self.read(port)
            self.broken.append("the stream ended")
        finally:
            writer.close()
            if self._kept:
                self._kept[1].close()

    async def compare(self, data: bytes, port: int) -> None:
        """Read the own page anew where more than its words has changed."""
        own = json.loads(data).get(self.number, ["over"])
        if self.own is not None and own[0] != self.own[0]:
            await self.read(port)
        self.own = own

    async def read(self, port: int) -> None:
        """Ask for the part that changes."""
        if self._kept is None:
            self._kept = await asyncio.open_connection("127.0.0.1", port)
        reader, writer = self._kept
        writer.write(
            f"GET {self.path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nHX-Request: true\r\n"
            f"Cookie: {self.cookie}\r\n\r\n".encode()
        )
        head = await reader.readuntil(b"\r\n\r\n")
        lower = head.lower()
        length = int(lower.split(b"content-length:")[1].split(b"\r\n")[0])
        part = await reader.readexactly(length)
        if b" 200 " not in head.split(b"\r\n")[0]:
            self.broken.append(head.split(b"\r\n")[0].decode())
        if b"connection: close" in lower:
            writer.close()
            self._kept = None
        self.same += part == self.part
        self.part, self.changed = part, time.perf_counter()


async def _next_event(reader: asyncio.StreamReader) -> tuple[bytes, bytes] | None:
    """Return name and data of the next event, read at once: each screen has a computer of its own."""
    try:
        text = await reader.readuntil(b"\n\n")
    except asyncio.IncompleteReadError:
        return None
    _head, _sep, event = text.rpartition(b"event: ")
    name, _line, data = event.partition(b"\n")
    return name, data.removeprefix(b"data: ").rstrip()


@contextlib.asynccontextmanager
async def opened(screens: list[Screen], live_port: int, port: int) -> AsyncIterator[None]:
    """Open the streams of all screens."""
    ready = asyncio.Semaphore(0)
    tasks = [asyncio.create_task(s.listen(live_port, port, ready)) for s in screens]
    try:
        for _ in screens:
            await asyncio.wait_for(ready.acquire(), 30)
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _people(h: RunningWalkIn) -> list[str]:
    """Return a session's cookie for somebody at each desk."""
    cookies = []
    for professional in h.people:
        user = UserFactory(roles=[Role.SUPERVISOR])
        professional.user = user
        professional.save()
        cookies.append(f"{settings.SESSION_COOKIE_NAME}={session_of(user)}")
    for _ in range(WAITING):
        h.take()
    return cookies


def _screens_of(h: RunningWalkIn, cookies: list[str], count: int) -> list[Screen]:
    """Make a kiosk, desks' screens, a display, phones of everybody who waits, and the public page."""
    mine = topic(h.point.pk)
    display, about = f"/walk-in/display/{h.point.slug}/", "/walk-in/"
    numbers = f"/walk-in/live/{h.point.slug}/numbers/"
    screens = [
        Screen(mine, f"/walk-in/kiosk/{h.point.slug}/"),
        *(Screen(mine, "/queue/line/", cookie) for cookie in cookies),
        Screen(mine, display, shared=display),
    ]
    phones = [
        Screen(mine, ticket_path(ticket), shared=numbers, number=str(ticket.number))
        for ticket in Ticket.objects.filter(day=h.day).callable()
    ]
    screens += phones[: count - len(screens)]
    return [*screens, *(Screen(mine, about, shared=about) for _ in range(count - len(screens)))]


class Caller:
    """Somebody at a desk who calls one after the other."""

    def __init__(self, h: RunningWalkIn, port: int, cookie: str) -> None:
        self.h, self.visitor = h, web.Visitor(port)
        self.visitor.carry(settings.SESSION_COOKIE_NAME, cookie.partition("=")[2])
        self.visitor.get("/queue/")

    def press(self) -> float:
        """Call the next; when the button was pressed."""
        pressed = time.perf_counter()
        self.visitor.post("/queue/next/", {})
        return pressed

    def finish(self) -> None:
        """Finish the number at the desk and take another; nobody's clock runs."""
        ticket = Ticket.objects.filter(professional=self.h.people[0], state__in=AT_DESK).get()
        self.h.came(ticket)
        self.h.done(ticket)
        self.h.take()


async def _calls(
    screens: list[Screen], caller: Caller, light: Reference, times: int
) -> tuple[list[float], list[float]]:
    """Return for each call how long until the last screen had heard of it, and until it had changed."""
    heard, changed = [], []
    for _ in range(times):
        for screen in screens:
            screen.heard = screen.changed = 0.0
        pressed = await asyncio.to_thread(caller.press)
        await _quiet(screens)
        heard.append(max(s.heard for s in screens) - pressed)
        changed.append(max(s.changed or s.heard for s in screens) - pressed)
        await asyncio.to_thread(caller.finish)
        await asyncio.sleep(0.4)
        await _quiet(screens)
        await asyncio.to_thread(light.sample)
    return heard, changed


async def _quiet(screens: list[Screen]) -> None:
    """Wait until every screen has heard and has read itself anew."""
    deadline = time.perf_counter() + 10
    while any(not s.heard or (s.path and s.changed < s.heard) for s in screens):
        if time.perf_counter() > deadline:
            raise RuntimeError("a screen has not changed for ten seconds")
        await asyncio.sleep(0.005)


def measure(table: Table, url: str, static: Path, streams: int) -> None:
    """Measure calls with all streams open, then nothing at all, then many who come and go."""
    filling.unit()
    now = clock.now().replace(microsecond=0)
    houses = [
        running_walk_in(DESKS if n == 0 else 1, start=now, end=now + timedelta(hours=4))
        for n in range(POINTS)
    ]
    cookies = _people(houses[0])
    few = _screens_of(houses[0], cookies, min(FEW, streams))
    far = [
        Screen(topic(houses[1 + n % (POINTS - 1)].point.pk))
        for n in range(max(streams - len(few), 0))
    ]
    calls = max(5, CALLS * streams // STREAMS)
    with (
        web.web_server(url, static) as pages,
        web.live_process(url, pages.port) as served,
    ):
        port = pages.port
        caller = Caller(houses[0], port, cookies[0])
        resident = _resident(served.pid)
        cheap = asyncio.run(_with_screens(table, few, far, caller, served, pages, calls, resident))
        many = _screens_of(houses[0], cookies, streams)
        dear = asyncio.run(_with_screens(table, many, [], caller, served, pages, calls, resident))
        table.add(
            f"{len(many)} screens of one point against {len(few)}: processor time of a call",
            f"{ms(dear)}, {ms(cheap)}: × {dear / cheap:.2f}",
            f"≤ × {MANY_COST}",
            dear <= MANY_COST * cheap,
        )
        _run(_coming_and_going(table, few[0].topic, served, streams, resident))
        caller.visitor.close()


async def _with_screens(
    table: Table,
    near: list[Screen],
    far: list[Screen],
    caller: Caller,
    served: web.Served,
    pages: web.Served,
    calls: int,
    resident: int,
) -> float:
    """Measure the calls; the processor time that one of them costs the servers."""
    screens = [*near, *far]
    async with opened(screens, served.port, pages.port):
        each = (_resident(served.pid) - resident) / len(screens)
        queries = await asyncio.to_thread(_queries_within, IDLE_SECONDS)
        table.add(
            f"{len(screens)} open streams: memory of each, queries in {IDLE_SECONDS:g} idle seconds",
            f"{each / 1000:.0f} kB, {queries}",
            f"< {STREAM_BYTES // 1_000_000} MB, ≤ {QUERIES_WHILE_IDLE}",
            each < STREAM_BYTES and queries <= QUERIES_WHILE_IDLE,
        )
        light = light_pages(pages.port)
        await _calls(near, caller, light, 3)
        worked = _worked(pages.pid, served.pid)
        _heard, changed = await _calls(near, caller, light, calls)
        cost = (_worked(pages.pid, served.pid) - worked) / calls
        broken = [word for screen in screens for word in screen.broken]
        same = sum(screen.same for screen in near)
        if broken:
            raise RuntimeError(f"Screens were not shown: {broken[:3]}")
        table.add_time(
            f"call → all {len(near)} screens of the point show it, {len(screens)} streams: p50, p95",
            f"{ms(median(changed))}, {ms(p95(changed))}",
            p95(changed),
            CHANGED,
            light.p50,
            p95_of=changed,
        )
        table.add("of their readings, those that showed nothing new", str(same))
    if not far:
        return cost
    listeners = [Screen(near[0].topic) for _ in screens]
    async with opened(listeners, served.port, pages.port):
        heard, _ = await _calls(listeners, caller, light, calls)
        table.add_time(
            f"call → the last of {len(listeners)} screens of one point has heard of it: p50, p95",
            f"{ms(median(heard))}, {ms(p95(heard))}",
            p95(heard),
            CHANGED,
            light.p50,
            p95_of=heard,
        )
    return cost


async def _coming_and_going(
    table: Table, about: str, served: web.Served, streams: int, resident: int
) -> None:
    """Lose and open anew so many each second, with all streams open."""
    port = served.port
    screens = [Screen(about) for _ in range(streams)]
    failed, waits = 0, []
    async with opened(screens, port, 0):
        for _second in range(RECONNECT_SECONDS):
            due = time.perf_counter() + 1
            for _ in range(RECONNECTS):
                started = time.perf_counter()
                try:
                    async with opened([Screen(about)], port, 0):
                        waits.append(time.perf_counter() - started)
                except (TimeoutError, OSError):
                    failed += 1
            await asyncio.sleep(max(due - time.perf_counter(), 0))
        lost = sum(bool(screen.broken) for screen in screens)
    await asyncio.sleep(2)
    left = max(_resident(served.pid) - resident, 0)
    table.add(
        f"{RECONNECTS} reconnects a second, {RECONNECT_SECONDS} s: failed, others lost, p95, memory kept",
        f"{failed}, {lost}, {ms(p95(waits))}, {left / 1_000_000:.0f} MB",
        f"0, 0, ≤ {KEPT_BYTES // 1_000_000} MB",
        not failed and not lost and left <= KEPT_BYTES,
    )


def _run(work: Coroutine[Any, Any, None]) -> None:
    asyncio.run(work)


def _resident(pid: int) -> int:
    """Return the bytes of memory of a process and its children."""
    process = psutil.Process(pid)
    return sum(int(p.memory_info().rss) for p in [process, *process.children(recursive=True)])


def _worked(*pids: int) -> float:
    """Return the seconds of processor time that the processes and their children have used."""
    processes = [psutil.Process(pid) for pid in pids]
    every = [one for process in processes for one in [process, *process.children(recursive=True)]]
    return sum(sum(one.cpu_times()[:2]) for one in every)


def _queries_within(seconds: float) -> int:
    """Count the queries that others begin in this database within so many seconds from now.

    Each look tells the newest query of each connection, and the looks follow each other closely.
    """
    seen: set[tuple[int, datetime]] = set()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        since = cursor.fetchone()
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            cursor.execute(
                "SELECT pid, query_start FROM pg_stat_activity WHERE query_start > %s "
                "AND datname = current_database() AND pid <> pg_backend_pid() "
                "AND backend_type = 'client backend'",
                since,
            )
            seen.update(cursor.fetchall())
            time.sleep(GLANCE)
    return len(seen)
