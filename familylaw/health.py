"""Health checks for machines: whether the process is alive, the site ready, and which release it is.

No personal data.

A middleware before all others: probes use an address, not a host name, and need no session.
"""

from collections.abc import Callable, Sequence
from typing import Any

import psycopg
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse

from familylaw import release
from familylaw.startup import database_problem

# The worker reports every ten seconds.
SILENT_SECONDS = 45
_SILENCE = """
    SELECT extract(epoch FROM clock_timestamp() - max(last_heartbeat))::float
    FROM procrastinate_workers
"""


class HealthMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = _PROBES.get(request.path_info)
        if answer is None:
            return self.get_response(request)
        if request.method not in {"GET", "HEAD"}:
            return JsonResponse({"status": "only GET"}, status=405, headers={"Allow": "GET, HEAD"})
        response = answer()
        response["Cache-Control"] = "no-store"
        return response


def healthz() -> HttpResponse:
    return JsonResponse({"status": "ok"})


def readyz() -> HttpResponse:
    state = _state()
    ready = all(state.values())
    status = "ready" if ready else "not ready"
    return JsonResponse({"status": status, **state}, status=200 if ready else 503)


def version() -> HttpResponse:
    return JsonResponse({"version": release.version(), "revision": release.revision() or None})


_PROBES = {"/healthz": healthz, "/readyz": readyz, "/version": version}


def _state() -> dict[str, bool]:
    """Ask over a separate connection, so that it does not wait for a free one in the pool."""
    try:
        parameters = connection.get_connection_params()
        parameters["connect_timeout"] = 3
        with psycopg.connect(**parameters, autocommit=True) as own:
            own.execute("SET statement_timeout = '3s'")
            return {
                "database": True,
                "worker": _worker_alive(own),
                "data": not database_problem(lambda query, values: _row(own, query, values)),
            }
    except (psycopg.Error, ImproperlyConfigured):
        return {"database": False, "worker": False}


def _worker_alive(own: psycopg.Connection[Any]) -> bool:
    try:
        row = own.execute(_SILENCE).fetchone()
    except psycopg.errors.UndefinedTable:  # Not migrated yet.
        return False
    return row is not None and row[0] is not None and row[0] < SILENT_SECONDS


def worker_silence() -> float | None:
    """Return the seconds since a worker has reported; None where none has."""
    with connection.cursor() as cursor:
        cursor.execute(_SILENCE)
        row = cursor.fetchone()
    return row[0] if row else None


def _row(own: psycopg.Connection[Any], query: str, values: Sequence[Any]) -> tuple[Any, ...] | None:
    return own.execute(query.encode(), values).fetchone()
