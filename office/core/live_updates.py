"""Telling open pages that something has changed: not what, only where to look again.

A topic is a word such as "desk". Nothing about anybody travels: a page that hears its topic asks for
itself anew, as whoever has it open. Needs no models, so that the live process stays small.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core import signing
from django.db import connection
from django.utils.crypto import salted_hmac

from office.core import clock

CHANNEL = "familylaw_live"
DESK = "desk"
HELP = "help"
# Under this name a request knows when it began.
BEGUN = "familylaw.begun_at"
# How long a ticket opens streams, and at most how long a stream lasts; the page fetches a new one then.
TICKET_LASTS = timedelta(minutes=10)
_SALT = "office.live"
_GONE = "gone:"


@dataclass(frozen=True)
class StreamPart:
    """What changes on a public page: where the web server gives it to anybody, in which language."""

    path: str
    language: str


@dataclass(frozen=True)
class StreamTicket:
    """What opens a stream. `holder` stands for a session, and is empty for the public.

    `read`: since when the page that has the ticket knows nothing of changes. `part`: what is sent to
    it instead of the word that something changed.
    """

    topics: frozenset[str]
    holder: str
    until: datetime
    read: datetime
    part: StreamPart | None = None


def announce(topic: str) -> None:
    """Say that `topic` has changed, once the transaction is done; nothing where it is undone."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, topic])


def new_ticket(
    *topics: str, session: str = "", read: datetime | None = None, part: StreamPart | None = None
) -> str:
    """Sign a ticket for `topics`.

    `session`: the session key of whoever is signed in, if anybody. `read`: when the reading of the
    page began (default: now); what changes from then on is sent when its stream opens.
    """
    now = clock.now()
    payload: dict[str, Any] = {
        "t": topics,
        "h": _holder(session),
        "u": int((now + TICKET_LASTS).timestamp()),
        "r": (read or now).timestamp(),
    }
    if part is not None:
        payload["p"] = [part.path, part.language]
    return signing.dumps(payload, salt=_SALT)


def read_ticket(text: str) -> StreamTicket | None:
    """Read a ticket; None where it is not ours, or too old."""
    try:
        found: dict[str, Any] = signing.loads(text, salt=_SALT)
    except signing.BadSignature:
        return None
    until = datetime.fromtimestamp(found["u"], UTC)
    if until <= clock.now():
        return None
    read = datetime.fromtimestamp(found["r"], UTC)
    part = StreamPart(*found["p"]) if "p" in found else None
    return StreamTicket(frozenset(found["t"]), found["h"], until, read, part)


def end_streams(session: str) -> None:
    """End the streams of who signs out; their tickets open nothing any more."""
    if session:
        announce(_GONE + _holder(session))


def gone(payload: str) -> str:
    """Return the holder who signed out, where a notification says so; otherwise an empty text."""
    return payload.removeprefix(_GONE) if payload.startswith(_GONE) else ""


def _holder(session: str) -> str:
    return salted_hmac(_SALT, session).hexdigest()[:16] if session else ""
