"""Calendars are got from the open internet, and nothing from anywhere else."""

import socket
import time
from typing import Any

import pytest

from office.core.outside import NotPublicError, is_public, public_place
from office.models import OwnCalendar
from office.own_calendars import fetching
from office.own_calendars.fetching import FetchError, check_address, fetch
from tests.office.own_calendars.calendar_server import CalendarServer, calendar_server

Failure = OwnCalendar.Failure
BODY = b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"


def failure_of(address: str) -> OwnCalendar.Failure:
    with pytest.raises(FetchError) as refused:
        fetch(address)
    # The address is a secret, and exceptions end in logs.
    assert address not in repr(refused.value)
    assert refused.value.__cause__ is None
    return refused.value.failure


def test_a_calendar_is_got(away_server: CalendarServer) -> None:
    away_server.gives(BODY, path="/c.ics?key=secret", ETag='"1"', Last_Modified="yesterday")
    found = fetch(away_server.url("/c.ics?key=secret"))
    assert found is not None
    assert (found.body, found.etag, found.modified) == (BODY, '"1"', "yesterday")
    assert fetch(away_server.url("/c.ics?key=secret"), etag='"1"') is None
    assert fetch(away_server.url("/c.ics?key=secret"), modified="yesterday") is None
    assert fetch(away_server.url("/c.ics?key=secret"), etag='"0"') is not None


@pytest.mark.parametrize(
    "address",
    [
        "http://calendar.example/c.ics",
        "ftp://calendar.example/c.ics",
        "file:///etc/passwd",
        "https://user:password@calendar.example/c.ics",
        "https://calendar.example:8443/c.ics",
        "https://calendar.example:x/c.ics",
        "https:///c.ics",
        "https://[::1/c.ics",
        "calendar.example/c.ics",
        "",
    ],
)
def test_addresses_of_other_kinds_are_refused(address: str) -> None:
    with pytest.raises(FetchError) as refused:
        check_address(address)
    assert refused.value.failure == Failure.ADDRESS


def test_webcal_is_https() -> None:
    assert check_address(" webcal://calendar.example/c.ics ").geturl() == (
        "https://calendar.example/c.ics"
    )


INSIDE = [
    "127.0.0.1",
    "127.8.9.1",
    "10.0.0.1",
    "172.16.3.4",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "224.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "fe80::1",
    "fe80::1%eth0",
    "fc00::1",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
    "nonsense",
]


@pytest.mark.parametrize("address", INSIDE)
def test_addresses_of_our_own_network_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "193.166.3.2", "2001:4860:4860::8888"])
def test_addresses_of_the_internet_are(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "[::1]", "2130706433", "0x7f000001", "127.1", "169.254.169.254"],
)
def test_our_own_network_is_refused_however_it_is_written(host: str) -> None:
    assert failure_of(f"https://{host}/c.ics") == Failure.ADDRESS


def test_the_server_of_the_tests_is_refused_where_it_is_not_allowed() -> None:
    with calendar_server() as server:
        server.gives(BODY)
        assert failure_of(server.url()) == Failure.ADDRESS
        assert server.asked == []


@pytest.mark.parametrize("host", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "[::1]"])
def test_a_redirect_into_our_network_is_refused(away_server: CalendarServer, host: str) -> None:
    away_server.redirects(f"https://{host}/latest/meta-data/")
    assert failure_of(away_server.url()) == Failure.ADDRESS


def test_a_redirect_to_another_port_of_this_machine_is_refused(
    away_server: CalendarServer,
) -> None:
    with calendar_server() as other:
        other.gives(BODY)
        away_server.redirects(other.url())
        assert failure_of(away_server.url()) == Failure.ADDRESS
        assert other.asked == []


def test_redirects_are_followed_within_reason(away_server: CalendarServer) -> None:
    away_server.redirects("/there.ics")
    away_server.gives(BODY, path="/there.ics")
    found = fetch(away_server.url())
    assert found is not None
    assert found.body == BODY
    away_server.redirects("/calendar.ics", path="/there.ics")
    assert failure_of(away_server.url()) == Failure.DENIED
    assert len(away_server.asked) == 2 + fetching.REDIRECTS + 1


def resolving(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> list[str]:
    """Let names be resolved to one list of addresses after another; the names that were asked."""
    asked: list[str] = []
    left = list(answers)

    def getaddrinfo(host: str, port: int, *args: Any, **kwargs: Any) -> list[Any]:
        asked.append(host)
        found = left.pop(0) if len(left) > 1 else left[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, port)) for ip in found]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return asked


def test_a_name_that_leads_into_our_network_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    resolving(monkeypatch, ["10.1.2.3"])
    assert failure_of("https://calendar.example/c.ics") == Failure.ADDRESS


def test_one_private_address_among_public_ones_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    resolving(monkeypatch, ["8.8.8.8", "10.1.2.3"])
    assert failure_of("https://calendar.example/c.ics") == Failure.ADDRESS


def test_a_name_is_asked_once_so_that_it_cannot_answer_otherwise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = resolving(monkeypatch, ["192.0.2.1"], ["127.0.0.1"])
    # An address of the documentation's, which nobody answers at, and is not public either.
    with pytest.raises(NotPublicError):
        public_place("calendar.example", 443)
    asked = resolving(monkeypatch, ["8.8.8.8"], ["127.0.0.1"])
    connected: list[Any] = []

    def connect(self: socket.socket, place: Any) -> None:
        connected.append(place)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket.socket, "connect", connect)
    assert failure_of("https://calendar.example/c.ics") == Failure.UNREACHABLE
    assert (asked, connected) == (["calendar.example"], [("8.8.8.8", 443)])


@pytest.mark.parametrize("status", [401, 403, 404, 410, 500, 503])
def test_a_server_that_does_not_give_it(away_server: CalendarServer, status: int) -> None:
    away_server.fails(status)
    assert failure_of(away_server.url()) == Failure.DENIED


def test_a_server_that_is_not_there(away_server: CalendarServer, settings: Any) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{free.getsockname()[1]}"
        settings.OUTSIDE_TEST_HOSTS = [host]
        assert failure_of(f"http://{host}/c.ics") == Failure.UNREACHABLE


def test_a_name_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    def getaddrinfo(*args: Any, **kwargs: Any) -> list[Any]:
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    assert failure_of("https://calendar.example/c.ics") == Failure.UNREACHABLE


def test_what_is_too_large_is_not_read(
    away_server: CalendarServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "LARGEST", 100_000)
    away_server.gives(b"x" * 100_001)
    assert failure_of(away_server.url()) == Failure.TOO_LARGE
    away_server.gives(b"x" * 100_000)
    assert fetch(away_server.url()) is not None


def test_a_server_that_keeps_talking_is_left(
    away_server: CalendarServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "LONGEST", 0.5)
    ended: list[bool] = []

    def drip(request: Any) -> None:
        request.send_response(200)
        request.end_headers()
        # Much longer than may be waited for, a byte at a time: each comes soon after the last.
        for _ in range(3000):
            try:
                request.wfile.write(b"x")
                request.wfile.flush()
            except OSError:
                ended.append(True)
                return
            time.sleep(0.02)

    away_server.answers["/calendar.ics"] = drip
    assert failure_of(away_server.url()) == Failure.SLOW


def test_a_server_that_says_nothing_is_left(
    away_server: CalendarServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "LONGEST", 0.5)
    import threading

    over = threading.Event()
    away_server.answers["/calendar.ics"] = lambda request: void(over.wait(60))
    try:
        assert failure_of(away_server.url()) == Failure.SLOW
    finally:
        over.set()


def void(_anything: object) -> None:
    """Do nothing."""
