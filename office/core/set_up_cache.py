"""What managers set up, kept in the process until any of it changes.

Nearly every page asks for the unit, its services, points and hours, which change some times a week. A
statement that writes one of those tables leaves a row in `office_setupchange`, by a trigger, in its own
transaction (office/models/set_up_change.py). So all rows that one sees there are the version of all that
one sees in those tables: a page asks for it once, and has the rest from memory for as long as it holds.

Nothing is kept where a transaction has written, since it may yet be undone, nor outside of requests.
"""

import pickle
import time
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, Generic, ParamSpec, TypeVar

from django.db import connection
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import get_language

P = ParamSpec("P")
R = TypeVar("R")

# Readings that are kept at most, of one version: some dozens are in use.
MOST = 300
# Seconds that a version is believed at most: far less than its rows stay (`forget_changes`).
LONGEST = 3600
_VERSION = (
    "SELECT bit_xor(mark), count(*), pg_current_xact_id_if_assigned() IS NULL "
    "FROM office_setupchange"
)
_FORGET = (
    "DELETE FROM office_setupchange WHERE at < now() - interval '1 day' "
    "AND id < (SELECT max(id) FROM office_setupchange)"
)

_MISSING: Any = object()
_SAFE = ("GET", "HEAD", "OPTIONS")

Version = tuple[int | None, int]


@dataclass(frozen=True)
class _Memory:
    version: Version | None = None
    since: float = 0.0
    values: dict[Any, Any] = field(default_factory=dict)


@dataclass
class _Request:
    """What one request has heard. One that changes nothing hears once; another asks each time."""

    is_safe: bool
    has_asked: bool = False
    memory: _Memory | None = None


_memory = _Memory()
_request: ContextVar[_Request | None] = ContextVar("set_up_request", default=None)


class SetUpCacheMiddleware:
    """Let what is answered to one request share what the set-up says at its beginning."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        token = _request.set(_Request(request.method in _SAFE))
        try:
            return self.get_response(request)
        finally:
            _request.reset(token)


class Kept(Generic[P, R]):
    """A reading of set-up tables whose value is kept; `read` itself always asks the database."""

    def __init__(self, read: Callable[P, R], *, has_rows: bool) -> None:
        self.read = read
        self.has_rows = has_rows
        wraps(read)(self)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        memory = _current_memory()
        if memory is None:
            return self.read(*args, **kwargs)
        # A translated column is read in the reader's language.
        language = get_language() if self.has_rows else None
        key = self.read, language, args, tuple(sorted(kwargs.items()))
        kept = memory.values.get(key, _MISSING)
        if kept is _MISSING:
            found = self.read(*args, **kwargs)
            if len(memory.values) >= MOST:
                memory.values.clear()
            memory.values[key] = pickle.dumps(found) if self.has_rows else found
            return found
        # It was written here, a moment ago, and never leaves the process.
        value: R = pickle.loads(kept) if self.has_rows else kept  # noqa: S301
        return value


def kept_until_set_up_changes(read: Callable[P, R]) -> Kept[P, R]:
    """Keep what `read` returns, by its arguments. All requests share it: it must be unchangeable.

    `read` may ask for nothing but tables that are watched.
    """
    return Kept(read, has_rows=False)


def rows_kept_until_set_up_changes(read: Callable[P, R]) -> Kept[P, R]:
    """Keep rows of models, by arguments and language; everybody gets rows of their own.

    `read` may ask for nothing but tables that are watched.
    """
    return Kept(read, has_rows=True)


def forget_changes() -> None:
    """Remove rows of a day ago, and keep the newest: a version never comes again."""
    with connection.cursor() as cursor:
        cursor.execute(_FORGET)


def _current_memory() -> _Memory | None:
    """Return what is kept of what this request sees; None where nothing may be kept."""
    request = _request.get()
    if request is None:
        return None
    if not (request.has_asked and request.is_safe):
        request.memory = _memory_of(_version())
        request.has_asked = True
    return request.memory


def _version() -> Version | None:
    """Ask for the version; None where this transaction has written anything. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_VERSION)
        marks, count, has_written_nothing = cursor.fetchone()
    return (marks, count) if has_written_nothing else None


def _memory_of(version: Version | None) -> _Memory | None:
    global _memory
    if version is None:
        return None
    memory, now = _memory, time.monotonic()
    if memory.version != version or now - memory.since > LONGEST:
        memory = _memory = _Memory(version, now)
    return memory
