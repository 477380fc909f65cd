"""One id from the request to its log lines, messages and jobs; and a log as JSON that tells no more."""

import json
import logging
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from gunicorn.config import Config
from procrastinate.contrib.django.models import ProcrastinateJob

from bookings.appointments import freed
from familylaw.json_lines import JSONLineFormatter
from familylaw.request_ids import HEADER
from familylaw.server_log import MaskedLogger
from office.core import jobs, request_id, tokens
from office.models import OutboxMessage
from tests.factories import UnitFactory
from tests.office.messaging.test_outbox import a_message
from tests.servers import mail_server
from tests.worker import run_what_waits

# Fixed, or each process of the tests would collect tests of other names.
GIVEN = "3f2a9c1e5b7d4860a1c2e3f405162738"
log = logging.getLogger("familylaw.test")


def writes(request: HttpRequest, token: str) -> HttpResponse:
    """Answer with a page that writes a message, asks for a job and logs."""
    a_message(at_any_hour=True)
    jobs.defer_once(freed.TASK, lock="offer-earlier")
    log.warning("written at %s", request.path)
    return HttpResponse(request_id.current())


urlpatterns = [path("appointment/<str:token>/", writes)]


@contextmanager
def logged() -> Iterator[list[dict[str, Any]]]:
    """Collect the lines that are logged meanwhile, as objects, once it is over."""
    stream, lines = StringIO(), []
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JSONLineFormatter())
    logging.root.addHandler(handler)
    before = logging.root.level
    logging.root.setLevel(logging.INFO)
    try:
        yield lines
    finally:
        logging.root.removeHandler(handler)
        logging.root.setLevel(before)
    lines += [json.loads(line) for line in stream.getvalue().splitlines()]


@pytest.mark.parametrize(
    ("proxies", "given", "is_taken"),
    [
        (1, GIVEN, True),
        (1, str(uuid.UUID(GIVEN)), True),
        (0, GIVEN, False),
        (1, "040 123 4567", False),
        (1, GIVEN + "\n", False),
        (1, GIVEN.upper(), False),
        (1, "", False),
    ],
)
def test_only_a_proxy_of_ours_gives_it_and_only_a_plain_one(
    client: Client, settings: Any, proxies: int, given: str, is_taken: bool
) -> None:
    settings.TRUSTED_PROXIES = proxies
    answer = client.get("/healthz", headers={HEADER: given})
    assert (answer.headers[HEADER] == given) == is_taken
    assert request_id.choose(answer.headers[HEADER]) == answer.headers[HEADER]
    assert request_id.current() == ""


@pytest.mark.django_db(transaction=True)
@pytest.mark.urls("tests.familylaw.test_request_ids")
def test_messages_and_jobs_carry_it_on(client: Client, settings: Any) -> None:
    UnitFactory()
    settings.TRUSTED_PROXIES = 1
    token = tokens.token_for("party", "nonce")
    with logged() as lines, mail_server() as (post, settings.EMAIL_PORT):
        settings.EMAIL_HOST = "127.0.0.1"
        answer = client.get(f"/appointment/{token}/", headers={HEADER: GIVEN})
        assert answer.content.decode() == GIVEN
        message = OutboxMessage.objects.get()
        assert message.request_id == GIVEN
        asked = ProcrastinateJob.objects.get(task_name=freed.TASK)
        assert asked.args == {"request_id": GIVEN}
        run_what_waits()
        message.refresh_from_db()
        assert message.sent_at is not None
        assert len(post.received) == 1
    assert not ProcrastinateJob.objects.filter(status="failed").exists()
    of_the_request = [line["message"] for line in lines if line.get("request_id") == GIVEN]
    assert "written at /appointment/***/" in of_the_request
    assert f"message {message.pk} sent" in of_the_request
    assert any(freed.TASK in text for text in of_the_request)
    assert token not in str(lines)


def test_a_line_holds_what_it_should_and_no_secret_of_an_error() -> None:
    token = tokens.token_for("party", "nonce")
    with logged() as lines:
        try:
            raise ValueError(f"/appointment/{token}/")
        except ValueError:
            log.exception("failed: %s", "ä", extra={"name_of_somebody": "Merkki"})
    (line,) = lines
    assert line.keys() == {"time", "level", "logger", "message", "error"}
    assert (line["level"], line["message"]) == ("error", "failed: ä")
    assert "ValueError: /appointment/***/" in line["error"]
    assert "Merkki" not in str(line)


def test_the_web_server_logs_the_same_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOG_FORMAT", "json")
    config = Config()
    config.set("errorlog", str(tmp_path / "errors"))
    server_log = MaskedLogger(config)
    try:
        server_log.error("Error handling request %s", "/plan/AK1HrcxqpsX3Ym2X_vd0g3C/")
    finally:
        for handler in server_log.error_log.handlers[:]:
            handler.close()
            server_log.error_log.removeHandler(handler)
    line = json.loads((tmp_path / "errors").read_text())
    assert line["message"] == "Error handling request /plan/***/"
