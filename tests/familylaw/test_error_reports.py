"""What a report of an error holds, as a server of reports receives it: no word that anybody has typed."""

import gzip
import json
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import sentry_sdk
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from familylaw import checks, error_reports, release
from familylaw.request_ids import HEADER

MARK = "Merkkisana"


def fails(request: HttpRequest, token: str) -> HttpResponse:
    """Fail with marked words wherever an error may carry them."""
    local = f"{MARK}-local"
    logging.getLogger("familylaw.test").error("%s said %s", f"{MARK}-argument", local)
    logging.getLogger("familylaw.test").error(f"{MARK}-sentence")
    try:
        raise ValueError(f"{MARK}-cause {request.POST['words']}")
    except ValueError as error:
        raise RuntimeError(f"{MARK}-message") from error


urlpatterns = [path("fails/<str:token>/", fails, name="failing_page")]
handler500 = "familylaw.errors.server_error"


@contextmanager
def report_server() -> Iterator[tuple[list[bytes], str]]:
    """Run a server that takes reports; yield what it has received, and its DSN."""
    received: list[bytes] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers.get("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
            received.append(body)
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield received, f"http://key@127.0.0.1:{server.server_port}/1"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.mark.django_db
@pytest.mark.urls("tests.familylaw.test_error_reports")
def test_a_report_tells_where_and_never_what(settings: Any) -> None:
    client = Client(raise_request_exception=False)
    client.cookies["sessionid"] = f"{MARK}-cookie"
    with report_server() as (received, settings.ERROR_REPORTS_DSN):
        error_reports.start_reporting()
        try:
            answer = client.post(
                f"/fails/{MARK}-path/?q={MARK}-query",
                {"words": f"{MARK}-form"},
                headers={"user-agent": f"{MARK}-agent", "referer": f"http://testserver/{MARK}/"},
            )
            # Answers, not errors.
            client.get("/readyz")
            client.get("/", headers={"host": f"{MARK}.example"})
            sentry_sdk.flush(30)
        finally:
            sentry_sdk.get_client().close()
            sentry_sdk.get_global_scope().set_client(None)
    assert answer.status_code == 500
    everything = b"\n".join(received).decode()
    assert MARK.lower() not in everything.lower()
    for own in (settings.SECRET_KEY, "127.0.0.1", "sessionid"):
        assert own not in everything

    events = [json.loads(line) for line in everything.splitlines() if '"platform"' in line]
    (report,) = [event for event in events if "exception" in event]
    assert report["transaction"] == "failing_page"
    assert report["release"] == f"familylaw@{release.version()}"
    assert report["tags"] == {"request_id": answer.headers[HEADER]}
    errors = report["exception"]["values"]
    assert {error["type"] for error in errors} == {"ValueError", "RuntimeError"}
    assert all("value" not in error for error in errors)
    frames = [frame for error in errors for frame in error["stacktrace"]["frames"]]
    assert any(frame["function"] == "fails" for frame in frames)
    assert {key for frame in frames for key in frame} <= {*error_reports._OF_A_FRAME}
    assert len(events) == 3
    places = {event["message"] for event in events if "message" in event}
    assert any(place.startswith("test_error_reports:fails:") for place in places)


def test_reports_leave_by_https_alone(settings: Any) -> None:
    settings.DEMO = ""
    for dsn, is_wrong in (
        ("http://key@reports.example.fi/1", True),
        ("https://key@reports.example.fi/1", False),
        ("", False),
    ):
        settings.ERROR_REPORTS_DSN = dsn
        assert ("familylaw.E021" in dict(checks._unencrypted())) == is_wrong


def test_without_an_address_nothing_is_reported() -> None:
    error_reports.start_reporting()
    assert not sentry_sdk.get_client().is_active()
