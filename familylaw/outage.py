"""Tell visitors at once that the database is away, with the number to call, and retry soon."""

import time
from collections.abc import Callable

import psycopg
from django.conf import settings
from django.db import Error as DatabaseFault
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template import loader
from django.utils import translation

from office.models import Unit

# Seconds after which a browser, or a program, may try again.
RETRY_AFTER = 10
# While it is away, one visitor in this many seconds waits for it; the others are answered at once, so
# that threads stay free for /readyz.
ASK_EVERY = 2.0
# Connections refused or lost, the server starting or stopping, no connection left.
_AWAY_CLASSES = ("08", "57P", "53300")

_away_at: float | None = None


class OutageMiddleware:
    """Answer without asking the database when it was away a moment ago."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if _away_at is not None and time.monotonic() - _away_at < ASK_EVERY:
            return unavailable(request)
        return self.get_response(request)


def is_away(error: BaseException | None) -> bool:
    """Say whether this error means that the database cannot be reached, whatever the request."""
    while error is not None:
        if isinstance(error, psycopg.Error):
            # Without a state the server has not answered at all.
            state = error.sqlstate
            return state.startswith(_AWAY_CLASSES) if state else _is_lost(error)
        error = error.__cause__ if isinstance(error, DatabaseFault) else None
    return False


def _is_lost(error: psycopg.Error) -> bool:
    return isinstance(error, (psycopg.OperationalError, psycopg.InterfaceError))


def note_away() -> None:
    """Answer the next moment's visitors without asking the database."""
    global _away_at
    _away_at = time.monotonic()


def unavailable(request: HttpRequest) -> HttpResponse:
    """Answer 503 in the visitor's language, without database or session."""
    with translation.override(translation.get_language_from_request(request)):
        content = loader.get_template("503.html").render(error_context())
    headers = {"Retry-After": str(RETRY_AFTER), "Cache-Control": "no-store"}
    return HttpResponse(content, status=503, headers=headers)


def error_context() -> dict[str, str]:
    """Return the context of the page while nothing can be read: the phone as last read here."""
    return {"quick_exit_url": settings.QUICK_EXIT_URL, "phone": Unit.known_phone}
