"""Connections to servers whose addresses people have typed: to the internet, never into our own network.

The name is resolved once, all its addresses must be public, and the connection goes to the one that was
checked: a name that answers otherwise the next time (DNS rebinding) gets nobody anywhere.
"""

import http.client
import ipaddress
import socket
import ssl
import threading
from contextlib import suppress
from typing import Any
from urllib.parse import SplitResult

from django.conf import settings

_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class NotPublicError(Exception):
    """The address is not one of the open internet."""


def is_test_host(parts: SplitResult) -> bool:
    """Say whether this is a server of the tests, which may be on this machine and without https."""
    return parts.scheme in ("http", "https") and parts.netloc in settings.OUTSIDE_TEST_HOSTS


def connect(parts: SplitResult, watch: "Watch") -> http.client.HTTPConnection:
    """Connect to an address of the host, if it may be asked. Raises NotPublicError and OSError."""
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    family, place = public_place(host, port, anywhere=is_test_host(parts))
    line = socket.socket(family, socket.SOCK_STREAM)
    try:
        line.settimeout(watch.seconds)
        watch.hold(line)
        line.connect(place)
        if parts.scheme == "https":
            line = ssl.create_default_context().wrap_socket(
                line, server_hostname=host, do_handshake_on_connect=False
            )
            watch.hold(line)
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
    """Return where to connect to. Raises NotPublicError unless every address of the host is a public one.

    Raises OSError or UnicodeError where there is no such host.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    if not found or not (anywhere or all(is_public(str(place[0])) for *_rest, place in found)):
        raise NotPublicError
    family, *_rest, place = found[0]
    return family, place


def is_public(address: str) -> bool:
    """Say whether an IP address is on the open internet, however it is written."""
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


class Watch:
    """Ends a connection when its time is over, however slowly the other side keeps talking."""

    def __init__(self, seconds: float) -> None:
        self.is_over = False
        self.seconds = seconds
        self._line: socket.socket | None = None
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True
        self._timer.start()

    def hold(self, line: socket.socket) -> None:
        self._line = line

    def cancel(self) -> None:
        self._timer.cancel()

    def _end(self) -> None:
        self.is_over = True
        if self._line is not None:
            # That of the plain socket: the encrypted one forgets itself in the reader's hands.
            with suppress(OSError):
                socket.socket.shutdown(self._line, socket.SHUT_RDWR)
