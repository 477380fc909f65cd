"""Requests that no form of ours sends: answered as what they are, a mistake of whoever sends them."""

import logging
from datetime import datetime, timedelta

import pytest
from django.test import Client
from pytest_django import Settings

from office.core import clock
from office.models import Role
from tests.factories import UnitFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("charset", ["latin-1", "utf-7", "utf-16", "no-such"])
@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data"])
@pytest.mark.parametrize("path", ["/appointment/", "/accounts/login/", "/"])
def test_a_form_in_other_letters_is_refused(path: str, kind: str, charset: str) -> None:
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.cookies["csrftoken"] = "x" * 32
    boundary = "; boundary=ab" if kind.startswith("multipart") else ""
    body = b'--ab\r\nContent-Disposition: form-data; name="code"\r\n\r\nA\r\n--ab--\r\n'
    kind = f"{kind}; charset={charset}{boundary}"
    # Not client.post(), which would write the body in that charset.
    answer = client.generic("POST", path, body if boundary else b"code=A", content_type=kind)
    assert answer.status_code == 400


def test_a_form_in_utf_8_is_read(client: Client) -> None:
    kind = "application/x-www-form-urlencoded; charset=UTF8"
    answer = client.post("/appointment/", b"code=A", content_type=kind)
    assert answer.status_code == 200


def test_pages_may_use_neither_camera_nor_place(client: Client) -> None:
    policy = client.get("/")["Permissions-Policy"]
    assert {"camera=()", "microphone=()", "geolocation=()"} <= set(policy.split(", "))


def lines_of_the_log(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return the lines as the console writes them."""
    return [
        logging.Formatter("%(levelname)s %(message)s").format(record)
        for record in caplog.records
        if record.name == "django.request"
    ]


def test_a_refused_page_is_one_line_of_the_log(caplog: pytest.LogCaptureFixture) -> None:
    client = Client()
    client.force_login(UserFactory(roles=[Role.GUIDE]))
    assert client.get("/office/").status_code == 403
    assert lines_of_the_log(caplog) == ["WARNING Forbidden (Permission denied): /office/"]


def test_head_makes_no_noise(caplog: pytest.LogCaptureFixture) -> None:
    client = Client()
    client.force_login(UserFactory(roles=[Role.MANAGER]))
    assert client.head("/office/").status_code in (200, 405)
    assert lines_of_the_log(caplog) == []
    assert client.post("/office/").status_code == 405
    assert lines_of_the_log(caplog) == ["WARNING Method Not Allowed (POST): /office/"]


def test_whom_to_tell_of_a_hole(client: Client, settings: Settings) -> None:
    path = "/.well-known/security.txt"
    unit = UnitFactory(email="", phone="")
    assert client.get(path).status_code == 404
    unit.phone = "019 000 0000"
    unit.save()
    assert "Contact: tel:0190000000\n" in client.get(path).text
    unit.email = "unit@example.fi"
    unit.save()
    answer = client.get(path)
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    told = dict(line.split(": ", 1) for line in answer.text.splitlines())
    assert told["Contact"] == "mailto:unit@example.fi"
    assert told["Canonical"] == f"{settings.SITE_URL}{path}"
    left = datetime.fromisoformat(told["Expires"]) - clock.now()
    assert timedelta(days=30) < left < timedelta(days=365)
    settings.SECURITY_CONTACT = "https://example.fi/security"
    assert "Contact: https://example.fi/security\n" in client.get(path).text
