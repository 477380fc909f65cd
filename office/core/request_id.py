"""The id of the request that is worked on, by which its log lines, messages and jobs are found."""

import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

# What proxies make: 32 hexadecimal digits, or the same as a UUID. Nothing else is believed, since it
# would stand in the log.
_WELL_FORMED = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
LONGEST = 36

_current: ContextVar[str] = ContextVar("request_id", default="")


def current() -> str:
    """Return the id of this request or job; empty outside one."""
    return _current.get()


def choose(given: str) -> str:
    """Take the id that a proxy has given, if it is one, else make a new one."""
    return given if _WELL_FORMED.fullmatch(given) else uuid.uuid4().hex


def work_on(request_id: str) -> None:
    """Carry the id until the end of this job, whose task has a context of its own."""
    _current.set(request_id)


@contextmanager
def working_on(request_id: str) -> Iterator[None]:
    """Have what is logged, written and begun within this carry the id."""
    token = _current.set(request_id)
    try:
        yield
    finally:
        _current.reset(token)
