"""Personal links do not reach the logs."""

import logging
from logging.config import dictConfig

import pytest
from django.conf import settings
from django.test import Client

from familylaw.masking import mask
from office import tokens


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        (
            "Not Found: /appointment/AK1HrcxqpsX3Ym2X-vd0g3Cm6Mi1k7c/move/",
            "Not Found: /appointment/***/move/",
        ),
        ("GET /calendar/AK1HrcxqpsX3Ym2X_vd0g3Cm6Mi1k7c.ics 200", "GET /calendar/***.ics 200"),
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
