"""Rates and latencies by the name of the view. An address never is a label: it may hold a secret."""

import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
from django.conf import settings
from django.core.signals import got_request_exception
from django.db import Error as DatabaseFault
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from prometheus_client import CollectorRegistry, Counter, Histogram

from familylaw.outage import is_away

# Of this process; where there are several, the files of all are read instead.
OWN = CollectorRegistry()
_SECONDS = Histogram(
    "familylaw_request_seconds",
    "Time to answer, by view.",
    ["view"],
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
    registry=OWN,
)
_ANSWERS = Counter(
    "familylaw_answers",
    "Answers, by view, method and status.",
    ["view", "method", "status"],
    registry=OWN,
)
_DATABASE_ERRORS = Counter(
    "familylaw_database_errors",
    "Requests that a database error has ended: it was away, or the class of the SQLSTATE.",
    ["kind"],
    registry=OWN,
)
METHODS = {"GET", "HEAD", "POST", "OPTIONS"}
STATIC, NO_VIEW, OTHER = "(static)", "(none)", "other"
AWAY = "away"

Respond = Callable[[HttpRequest], HttpResponseBase]


class MeasuringMiddleware:
    """Count and time every request, if anybody is to read the numbers."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not settings.METRICS_TOKEN:
            return self.get_response(request)
        begun = time.perf_counter()
        response = self.get_response(request)
        view = view_of(request)
        _SECONDS.labels(view).observe(time.perf_counter() - begun)
        method = request.method if request.method in METHODS else OTHER
        _ANSWERS.labels(view, method, str(response.status_code)).inc()
        return response


def view_of(request: HttpRequest) -> str:
    """Return the name of the view that has answered."""
    match = request.resolver_match
    if match is not None:
        return match.view_name
    return (
        STATIC if request.path_info.startswith(f"/{settings.STATIC_URL.strip('/')}/") else NO_VIEW
    )


def _note_error(**given: Any) -> None:
    if settings.METRICS_TOKEN and (kind := error_kind(sys.exception())):
        _DATABASE_ERRORS.labels(kind).inc()


def error_kind(error: BaseException | None) -> str:
    """Return what to count an error under; empty where it is not one of the database's."""
    if is_away(error):
        return AWAY
    for each in _chain(error):
        if isinstance(each, psycopg.Error):
            return each.sqlstate[:2] if each.sqlstate else OTHER
        if isinstance(each, DatabaseFault) and each.__cause__ is None:
            return OTHER
    return ""


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__


got_request_exception.connect(_note_error, dispatch_uid="familylaw.metrics")
