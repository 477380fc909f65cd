"""/metrics for Prometheus, for who has the token. Nothing on it is about a person."""

import hmac
import os
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.multiprocess import MultiProcessCollector

from familylaw.metrics.folder import VARIABLE
from familylaw.metrics.gauges import DatabaseCollector
from familylaw.metrics.requests import OWN

PATH = "/metrics"


class MetricsMiddleware:
    """Answer before all others, as the probes: a scraper uses an address and has no session."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info != PATH:
            return self.get_response(request)
        response = _answer(request)
        response["Cache-Control"] = "no-store"
        return response


def _answer(request: HttpRequest) -> HttpResponse:
    if not settings.METRICS_TOKEN:
        return HttpResponse("METRICS_TOKEN is not set\n", "text/plain", 404)
    given = request.META.get("HTTP_AUTHORIZATION", "").encode()
    if not hmac.compare_digest(given, f"Bearer {settings.METRICS_TOKEN}".encode()):
        wanted = {"WWW-Authenticate": "Bearer"}
        return HttpResponse("a token is needed\n", "text/plain", 401, headers=wanted)
    if request.method not in {"GET", "HEAD"}:
        return HttpResponse("only GET\n", "text/plain", 405, headers={"Allow": "GET, HEAD"})
    database = CollectorRegistry()
    database.register(DatabaseCollector())
    return HttpResponse(
        generate_latest(_requests()) + generate_latest(database), CONTENT_TYPE_LATEST
    )


def _requests() -> CollectorRegistry:
    """Return the numbers of all processes of the server if it has several, else of this one."""
    if VARIABLE not in os.environ:
        return OWN
    registry = CollectorRegistry()
    MultiProcessCollector(registry)
    return registry
