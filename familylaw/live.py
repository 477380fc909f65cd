"""The live process: server-sent events at /live/, fed by PostgreSQL's notifications.

It is a separate ASGI application, since threads serve pages faster, and an event loop serves
hundreds of open streams. It keeps one connection to the database for all streams, and knows only
topics: a signed ticket in the query says which ones a page may listen to, without cookies and
database queries. Parts of public pages pass through it (familylaw/live_parts.py): numbers as they
stand on the wall, nothing about anybody.
"""

import asyncio
import contextlib
import logging
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, MutableMapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import psycopg

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "familylaw.settings")

from django.conf import settings
from django.db import connection

from familylaw.checks import refuse_insecure
from familylaw.live_parts import Parts
from office.core import clock, live_updates
from office.core.addresses import address_behind_proxies

refuse_insecure()
log = logging.getLogger(__name__)

PATH = "/live/"
# Seconds. Without a heartbeat a browser would consider the connection dead.
BEAT = 15
RETRY_MS = 2000
CHECK = 20
# Simultaneous streams of one ticket, and of the public from one network address. Pages without a
# stream reload every half a minute.
OF_A_TICKET, OF_AN_ADDRESS = 8, 100
WAIT_AT_FIRST, WAIT_AT_MOST = 0.2, 5.0
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class Stream:
    """One open page. A slow page gets each pending event once."""

    def __init__(self, ticket: live_updates.StreamTicket, address: str = "") -> None:
        self.ticket = ticket
        self.address = address
        self.is_over = False
        self._events: dict[str, str] = {}
        self._wake = asyncio.Event()

    def tell(self, event: str, key: str = "") -> None:
        """Send the event; of those with the same key only the newest."""
        self._events[key or event] = event
        self._wake.set()

    def end(self) -> None:
        self.is_over = True
        self._wake.set()

    async def events(self) -> AsyncIterator[str]:
        """Yield what to send, with a heartbeat when nothing happens; ends with the ticket."""
        while not self.is_over:
            left = (self.ticket.until - clock.now()).total_seconds()
            if left <= 0:
                yield _event("renew")
                return
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), min(BEAT, left))
            self._wake.clear()
            pending, self._events = self._events, {}
            yield "".join(pending.values()) or _event("beat")


class Switchboard:
    """All streams of this process, and the connection that feeds them."""

    def __init__(self) -> None:
        self.streams: set[Stream] = set()
        self.is_listening = False
        self._gone: dict[str, datetime] = {}
        self._since = clock.now()
        self._heard: dict[str, datetime] = {}
        self._parts = Parts(self._deliver)

    def may_open(self, ticket: live_updates.StreamTicket) -> bool:
        """Say whether the ticket's user is still signed in."""
        return not ticket.holder or ticket.holder not in self._gone

    def has_room(self, ticket: live_updates.StreamTicket, address: str) -> bool:
        """Limit the streams of one ticket, and of the public from one address."""
        if sum(stream.ticket == ticket for stream in self.streams) >= OF_A_TICKET:
            return False
        if ticket.holder or not address:
            return True
        strangers = (s for s in self.streams if not s.ticket.holder and s.address == address)
        return sum(1 for _ in strangers) < OF_AN_ADDRESS

    def missed(self, ticket: live_updates.StreamTicket) -> str:
        """Return events for changes between the rendering of a page and its stream."""
        if self._since >= ticket.read:
            return _event("back")
        return "".join(
            _event("changed", topic)
            for topic in sorted(ticket.topics)
            if (heard := self._heard.get(topic)) is not None and heard >= ticket.read
        )

    async def listen(self) -> None:
        """Listen for as long as the process lives; reconnect, and tell the pages."""
        wait = WAIT_AT_FIRST
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(**_parameters()) as own:
                    await own.execute(f"LISTEN {live_updates.CHANNEL}")
                    self.is_listening, self._since = True, clock.now()
                    # Events in between were missed.
                    self._push_all("back")
                    wait = WAIT_AT_FIRST
                    while True:
                        async for notice in own.notifies(timeout=CHECK):
                            self._receive(notice.payload)
                        await own.execute("SELECT 1")
                        self._forget()
            except (psycopg.Error, OSError) as error:
                log.warning("no connection to the database: %s", type(error).__name__)
            if self.is_listening:
                self.is_listening = False
                self._push_all("lost")
            await asyncio.sleep(wait)
            wait = min(wait * 2, WAIT_AT_MOST)

    def _receive(self, payload: str) -> None:
        if holder := live_updates.gone(payload):
            self._gone[holder] = clock.now() + live_updates.TICKET_LASTS
            for stream in self.streams:
                if stream.ticket.holder == holder:
                    stream.end()
            return
        self._heard[payload] = clock.now()
        for stream in self.streams:
            if payload not in stream.ticket.topics:
                continue
            if stream.ticket.part is not None and settings.LIVE_READS_FROM:
                self._parts.refresh(stream.ticket.part)
            else:
                stream.tell(_event("changed", payload))

    def _deliver(self, part: live_updates.StreamPart, text: str | None) -> None:
        """Send a part to all who named it; where it was not read, that they read it themselves."""
        event = None if text is None else _event("part", text)
        for stream in self.streams:
            if stream.ticket.part != part:
                continue
            if event is not None:
                stream.tell(event, key="part")
                continue
            for topic in sorted(stream.ticket.topics):
                stream.tell(_event("changed", topic))

    def _push_all(self, event: str) -> None:
        for stream in self.streams:
            stream.tell(_event(event))

    def _forget(self) -> None:
        now = clock.now()
        self._gone = {holder: until for holder, until in self._gone.items() if until > now}
        old = now - live_updates.TICKET_LASTS
        self._heard = {topic: at for topic, at in self._heard.items() if at > old}


def _event(name: str, data: str = "") -> str:
    lines = "\n".join(f"data: {line}" for line in data.splitlines() or [""])
    return f"event: {name}\n{lines}\n\n"


def _parameters() -> dict[str, Any]:
    """Return Django's connection parameters without those only Django understands."""
    given = connection.get_connection_params()
    kept = {k: v for k, v in given.items() if k not in ("cursor_factory", "context", "pool")}
    return {**kept, "autocommit": True, "connect_timeout": 5, "application_name": "familylaw live"}


def allowed_origin(origin: str) -> bool:
    """Say whether a page of that origin may listen: the site itself, and this machine in a demo."""
    found = urlsplit(origin)
    known = {settings.SITE_URL, *settings.CSRF_TRUSTED_ORIGINS}
    if f"{found.scheme}://{found.netloc}" in known:
        return True
    return bool(settings.DEMO) and found.hostname in _LOOPBACK


board = Switchboard()


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "lifespan":
        await _run_lifespan(receive, send)
    elif scope["type"] == "http":
        await _answer(scope, receive, send)


async def _run_lifespan(receive: Receive, send: Send) -> None:
    """Start and stop the listener with the process."""
    await receive()
    listener = asyncio.create_task(board.listen())
    await send({"type": "lifespan.startup.complete"})
    await receive()
    listener.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await listener
    await send({"type": "lifespan.shutdown.complete"})


async def _answer(scope: Scope, receive: Receive, send: Send) -> None:
    origin = next((v.decode("latin-1") for k, v in scope["headers"] if k == b"origin"), "")
    query = parse_qs(scope["query_string"].decode("latin-1"))
    ticket = live_updates.read_ticket(query.get("ticket", [""])[0])
    if scope["path"] == "/healthz":
        await _respond(send, 200 if board.is_listening else 503)
    elif scope["path"] != PATH:
        await _respond(send, 404)
    elif scope["method"] != "GET":
        await _respond(send, 405)
    elif ticket is None or not board.may_open(ticket) or (origin and not allowed_origin(origin)):
        await _respond(send, 403, _cors(origin))
    elif not board.has_room(ticket, address := _address(scope)):
        await _respond(send, 429, _cors(origin))
    else:
        await _stream(Stream(ticket, address), receive, send, _cors(origin))


def _address(scope: Scope) -> str:
    """Return the visitor's address; empty where our proxy does not tell it."""
    forwarded = ",".join(
        v.decode("latin-1") for k, v in scope["headers"] if k == b"x-forwarded-for"
    )
    if settings.TRUSTED_PROXIES and not forwarded:
        return ""
    return address_behind_proxies((scope.get("client") or ("",))[0], forwarded)


def _cors(origin: str) -> list[tuple[bytes, bytes]]:
    """Allow pages of another port than this process."""
    if not origin or not allowed_origin(origin):
        return []
    return [(b"access-control-allow-origin", origin.encode("latin-1")), (b"vary", b"Origin")]


async def _respond(send: Send, status: int, headers: Iterable[tuple[bytes, bytes]] = ()) -> None:
    plain = [(b"content-type", b"text/plain"), (b"cache-control", b"no-store"), *headers]
    plain.append((b"content-length", b"0"))
    await send({"type": "http.response.start", "status": status, "headers": plain})
    await send({"type": "http.response.body", "body": b""})


async def _stream(
    stream: Stream, receive: Receive, send: Send, headers: list[tuple[bytes, bytes]]
) -> None:
    board.streams.add(stream)
    leaving = asyncio.create_task(_watch_disconnect(receive, stream))
    try:
        await send(
            {
                "type": "http.response.start",
                "status": 200,
                "headers": [
                    (b"content-type", b"text/event-stream; charset=utf-8"),
                    (b"cache-control", b"no-store"),
                    (b"x-accel-buffering", b"no"),
                    *headers,
                ],
            }
        )
        first = f"retry: {RETRY_MS}\n"
        first += (
            _event("beat") + board.missed(stream.ticket) if board.is_listening else _event("lost")
        )
        await send({"type": "http.response.body", "body": first.encode(), "more_body": True})
        async for text in stream.events():
            if stream.is_over:
                break
            await send({"type": "http.response.body", "body": text.encode(), "more_body": True})
        await send({"type": "http.response.body", "body": b""})
    finally:
        board.streams.discard(stream)
        leaving.cancel()


async def _watch_disconnect(receive: Receive, stream: Stream) -> None:
    """End the stream when the browser has disconnected."""
    while (await receive())["type"] != "http.disconnect":
        pass
    stream.end()
