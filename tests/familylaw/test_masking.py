"""Personal links do not reach the logs."""

import logging
from logging.config import dictConfig
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from gunicorn.config import Config

from familylaw.masking import mask
from familylaw.server_log import MaskedLogger
from office.core import tokens


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        (
            "Not Found: /appointment/AK1HrcxqpsX3Ym2X-vd0g3Cm6Mi1k7c/move/",
            "Not Found: /appointment/***/move/",
        ),
        ("GET /pair/AK1HrcxqpsX3Ym2X_vd0g3Cm6Mi1k7c/ 200", "GET /pair/***/ 200"),
        ("GET /calendar/AK1HrcxqpsX3Ym2X_vd0g3Cm6Mi1k7c.ics 200", "GET /calendar/***.ics 200"),
        ("GET /call-back/AK1HrcxqpsX3Ym2X_vd0g3Cm6Mi1k7c/cancel/", "GET /call-back/***/cancel/"),
        ("GET /plan/AK1HrcxqpsX3Ym2X_vd0g3Cm6Mi1k7c/link/", "GET /plan/***/link/"),
        (
            "GET /accounts/password/reset/key/2n-cxyz1p-0f1e2d3c4b5a69788796a5b4/",
            "GET /accounts/password/reset/key/***/",
        ),
        (
            "GET /walk-in/ticket/AK1HrcxqpsX3Ym2X_vd0g3C/leave/ 302",
            "GET /walk-in/ticket/***/leave/ 302",
        ),
        ("GET /walk-in/take/AK1HrcxqpsX3Ym2X_vd0g3C/ 200", "GET /walk-in/take/***/ 200"),
        ("/appointment/ and /services/determining-parenthood-of-a-child/", None),
    ],
)
def test_only_tokens_are_masked(text: str, masked: str | None) -> None:
    assert mask(text) == (masked or text)


@pytest.mark.django_db
def test_a_wrong_request_is_logged_without_its_link(
    client: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    token = tokens.token_for("party", "nonce")
    before = logging.root.handlers[:]
    try:
        dictConfig(settings.LOGGING)
        client.get(f"/appointment/{token}/answer/")
    finally:
        logging.root.handlers[:] = before
    said = capsys.readouterr().err
    assert "Method Not Allowed (GET): /appointment/***/answer/" in said
    assert token not in said


def test_the_web_servers_own_logs_are_masked(tmp_path: Path) -> None:
    token = tokens.token_for("party", "nonce")
    config = Config()
    for name in ("accesslog", "errorlog"):
        config.set(name, str(tmp_path / name))
    log = MaskedLogger(config)
    try:
        log.access_log.info("%(r)s %(s)s", {"r": f"GET /appointment/{token}/", "s": "200"})
        log.error("Error handling request %s", f"/appointment/{token}/")
    finally:
        for logger in (log.access_log, log.error_log):
            for handler in logger.handlers[:]:
                handler.close()
                logger.removeHandler(handler)
    assert (tmp_path / "accesslog").read_text() == "GET /appointment/***/ 200\n"
    assert "Error handling request /appointment/***/" in (tmp_path / "errorlog").read_text()
