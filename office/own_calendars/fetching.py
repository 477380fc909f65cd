"""Getting a calendar from an address that a person gave, and nothing from our own network.

The name is resolved once, all its addresses must be public, and the connection goes to the one that was
checked: a name that answers otherwise the next time (DNS rebinding) gets nobody anywhere. The same holds
for each redirect. The address is a secret: it is in no error and no log.
"""

import http.client
import ipaddress
import socket
import ssl
import threading
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, urljoin, urlsplit

from django.conf import settings

from office.models import OwnCalendar

Failure = OwnCalendar.Failure
# Seconds for the whole of it, and bytes.
LONGEST, LARGEST = 10.0, 5_000_000
REDIRECTS = 3
_CHUNK = 65536
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class FetchError(Exception):
    """The calendar could not be got."""

    def __init__(self, failure: OwnCalendar.Failure) -> None:
        super().__init__(failure.value)
        self.failure = failure


@dataclass(frozen=True)
class Fetched:
    """A calendar, and what its server wants to be told the next time."""

    body: bytes
    etag: str
    modified: str


def check_address(address: str) -> SplitResult:
    """The address in its parts. Raises FetchError for one that is never read."""
    try:
        parts = urlsplit(address.strip())
        port = parts.port
    except ValueError:
        raise FetchError(Failure.ADDRESS) from None
    # Calendar programs give the same address under this name, to be opened by themselves.
    if parts.scheme == "webcal":
        parts = parts._replace(scheme="https")
    if not parts.hostname or "@" in parts.netloc:
        raise FetchError(Failure.ADDRESS)
    if is_test_host(parts):
        return parts
    if parts.scheme != "https" or port not in (None, 443):
        raise FetchError(Failure.ADDRESS)
    return parts


def is_test_host(parts: SplitResult) -> bool:
    """Whether it is a server of the tests, which may be on this machine and without https."""
    return parts.scheme in ("http", "https") and parts.netloc in settings.OWN_CALENDAR_TEST_HOSTS


def fetch(address: str, *, etag: str = "", modified: str = "") -> Fetched | None:
    """The calendar; None where it is the one that was read before. Raises FetchError."""
    clock = _Watch(LONGEST)
    try:
        for _ in range(REDIRECTS + 1):
            parts = check_address(address)
            answer = _ask(parts, {"If-None-Match": etag, "If-Modified-Since": modified}, clock)
            if not isinstance(answer, str):
                return answer
            address = urljoin(parts.geturl(), answer)
        raise FetchError(Failure.DENIED)
    except (OSError, http.client.HTTPException, ValueError) as error:
        is_slow = clock.is_over or isinstance(error, TimeoutError)
        # Without its text or its cause: both may hold the address.
        raise FetchError(Failure.SLOW if is_slow else Failure.UNREACHABLE) from None
    finally:
        clock.cancel()


def _ask(parts: SplitResult, known: dict[str, str], clock: "_Watch") -> Fetched | str | None:
    """A calendar, another address to ask, or None for "not modified"."""
    headers = {
        "Accept": "text/calendar, */*;q=0.1",
        "Accept-Encoding": "identity",
        "User-Agent": "familylaw-calendar",
        **{name: value for name, value in known.items() if value},
    }
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    with closing(_connect(parts, clock)) as connection:
        connection.request("GET", path, headers=headers)
        # The answer has a hold of the socket of its own.
        with connection.getresponse() as answer:
            return _answer(answer, clock)


def _answer(answer: http.client.HTTPResponse, clock: "_Watch") -> Fetched | str | None:
    if answer.status == 304:
        return None
    if answer.status in (301, 302, 303, 307, 308):
        return answer.headers.get("Location", "")
    if answer.status != 200:
        raise FetchError(Failure.DENIED)
    return Fetched(
        _body(answer, clock),
        answer.headers.get("ETag", "")[:200],
        answer.headers.get("Last-Modified", "")[:60],
    )


def _body(answer: http.client.HTTPResponse, clock: "_Watch") -> bytes:
    chunks, size = [], 0
    while chunk := answer.read1(_CHUNK):
        size += len(chunk)
        if size > LARGEST:
            raise FetchError(Failure.TOO_LARGE)
        chunks.append(chunk)
    if clock.is_over:
        # The end came from us: what there is of it is not all.
        raise FetchError(Failure.SLOW)
    return b"".join(chunks)


def _connect(parts: SplitResult, clock: "_Watch") -> http.client.HTTPConnection:
    """A connection to an address of the host that may be asked."""
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    family, place = public_place(host, port, anywhere=is_test_host(parts))
    line = socket.socket(family, socket.SOCK_STREAM)
    try:
        line.settimeout(LONGEST)
        clock.watch(line)
        line.connect(place)
        if parts.scheme == "https":
            line = ssl.create_default_context().wrap_socket(
                line, server_hostname=host, do_handshake_on_connect=False
            )
            clock.watch(line)
            line.do_handshake()
    except BaseException:
        line.close()
        raise
    connection = http.client.HTTPConnection(host, parts.port)
    connection.sock = line
    return connection


def public_place(
    host: str, port: int, *, anywhere: bool = False
) -> tuple[socket.AddressFamily, Any]:
    """Where to connect to. Raises FetchError unless every address of the host is a public one."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise FetchError(Failure.UNREACHABLE) from None
    if not found or not (anywhere or all(is_public(str(place[0])) for *_rest, place in found)):
        raise FetchError(Failure.ADDRESS)
    family, *_rest, place = found[0]
    return family, place


def is_public(address: str) -> bool:
    """Whether an IP address is one of the open internet, whichever way it is written."""
    try:
        ip = ipaddress.ip_address(address.split("%", maxsplit=1)[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        # Each of these leads to an IPv4 address, which may be one of ours.
        if ip.ipv4_mapped is not None or ip.sixtofour is not None or ip.teredo is not None:
            return False
        if ip in _NAT64:
            return False
    return ip.is_global and not ip.is_multicast


class _Watch:
    """Ends a connection when its time is over, however slowly the other side keeps talking."""

    def __init__(self, seconds: float) -> None:
        self.is_over = False
        self._line: socket.socket | None = None
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True
        self._timer.start()

    def watch(self, line: socket.socket) -> None:
        self._line = line

    def cancel(self) -> None:
        self._timer.cancel()

    def _end(self) -> None:
        self.is_over = True
        if self._line is not None:
            # That of the plain socket: the encrypted one forgets itself in the reader's hands.
            with suppress(OSError):
                socket.socket.shutdown(self._line, socket.SHUT_RDWR)
