"""Getting a calendar from an address that a person gave, and nothing from our own network.

Who may be asked is checked in office.core.outside, again for each redirect. The address is a secret: it
is in no error and no log.
"""

import http.client
from contextlib import closing
from dataclasses import dataclass
from urllib.parse import SplitResult, urljoin, urlsplit

from office.core.outside import NotPublicError, Watch, connect, is_test_host
from office.models import OwnCalendar

Failure = OwnCalendar.Failure
# Seconds for the whole of it, and bytes.
LONGEST, LARGEST = 10.0, 5_000_000
REDIRECTS = 3
_CHUNK = 65536


class FetchError(Exception):
    """The calendar could not be got."""

    def __init__(self, failure: OwnCalendar.Failure) -> None:
        super().__init__(failure.value)
        self.failure = failure


@dataclass(frozen=True)
class Fetched:
    """A calendar, and what its server wants to get with the next request."""

    body: bytes
    etag: str
    modified: str


def check_address(address: str) -> SplitResult:
    """Split the address into its parts. Raises FetchError for one that is never read."""
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


def fetch(address: str, *, etag: str = "", modified: str = "") -> Fetched | None:
    """Fetch the calendar; None where it has not changed since it was last read. Raises FetchError."""
    clock = Watch(LONGEST)
    try:
        for _ in range(REDIRECTS + 1):
            parts = check_address(address)
            answer = _ask(parts, {"If-None-Match": etag, "If-Modified-Since": modified}, clock)
            if not isinstance(answer, str):
                return answer
            address = urljoin(parts.geturl(), answer)
        raise FetchError(Failure.DENIED)
    except NotPublicError:
        raise FetchError(Failure.ADDRESS) from None
    except (OSError, http.client.HTTPException, ValueError) as error:
        is_slow = clock.is_over or isinstance(error, TimeoutError)
        # Without its text or its cause: both may hold the address.
        raise FetchError(Failure.SLOW if is_slow else Failure.UNREACHABLE) from None
    finally:
        clock.cancel()


def _ask(parts: SplitResult, known: dict[str, str], clock: Watch) -> Fetched | str | None:
    """Return a calendar, another address to ask, or None for "not modified"."""
    headers = {
        "Accept": "text/calendar, */*;q=0.1",
        "Accept-Encoding": "identity",
        "User-Agent": "familylaw-calendar",
        **{name: value for name, value in known.items() if value},
    }
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    with closing(connect(parts, clock)) as connection:
        connection.request("GET", path, headers=headers)
        # The answer has a hold of the socket of its own.
        with connection.getresponse() as answer:
            return _answer(answer, clock)


def _answer(answer: http.client.HTTPResponse, clock: Watch) -> Fetched | str | None:
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


def _body(answer: http.client.HTTPResponse, clock: Watch) -> bytes:
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
