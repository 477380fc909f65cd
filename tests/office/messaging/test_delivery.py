"""Sending to real servers on loopback, which also refuse, delay and hang up."""

import logging
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.header import decode_header, make_header
from pathlib import Path
from time import sleep
from typing import Any

import pytest
import time_machine
from django.db import connections
from procrastinate.contrib.django.models import ProcrastinateJob

from office.core import clock, tokens
from office.messaging import delivery
from office.models import OutboxMessage, Unit
from tests.factories import UnitFactory
from tests.office.messaging.test_outbox import a_message, jobs
from tests.servers import Gateway, Post, mail_server, sms_gateway
from tests.worker import run_what_waits

TOKEN = tokens.token_for
NOW = datetime(2026, 11, 25, 8, tzinfo=UTC)


@pytest.fixture(autouse=True)
def unit(db: None) -> Unit:
    """Make a unit whose messages leave at any hour."""
    made: Unit = UnitFactory(controller_fi="Esimerkkialue")
    return made


@pytest.fixture
def mail(settings: Any) -> Iterator[Post]:
    with mail_server() as (post, port):
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", port, 30
        settings.DEFAULT_FROM_EMAIL = "Ajanvaraus <no-reply@example.fi>"
        yield post


@pytest.fixture
def gateway(settings: Any, monkeypatch: Any) -> Iterator[Gateway]:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with sms_gateway() as (gateway, url):
        settings.SMS_GATEWAY_URL, settings.SMS_GATEWAY_TOKEN = url, "key"
        yield gateway


def state(message: OutboxMessage) -> tuple[bool, bool, int, str]:
    """Return sent, failed, attempts, last error."""
    message.refresh_from_db()
    return (
        message.sent_at is not None,
        message.failed_at is not None,
        message.attempts,
        message.last_error,
    )


def an_sms(**fields: Any) -> OutboxMessage:
    return a_message(channel="sms", to="+358401234567", subject="", **fields)


@pytest.mark.django_db
def test_an_email_leaves_with_link_and_calendar_file(mail: Post) -> None:
    message = a_message(
        subject="Aika ke 25.11.2026 – Ålander", calendar="BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"
    )
    assert delivery.send(message.pk) is True
    assert state(message) == (True, False, 1, "")
    assert mail.recipients == ["parent@example.org"]
    received = mail.received[0]
    assert str(make_header(decode_header(received["Subject"]))) == "Aika ke 25.11.2026 – Ålander"
    assert received["From"] == "Esimerkkialue <no-reply@example.fi>"
    assert received["Message-ID"].endswith("@example.fi>")
    assert received["Auto-Submitted"] == "auto-generated"
    text, file = received.get_payload()
    body = text.get_payload(decode=True).decode()
    link = f"http://testserver/appointment/{TOKEN('party', 'nonce-1')}/"
    assert body == f"Sivusi: {link}"
    assert file.get_content_type() == "text/calendar"
    assert file.get_param("method") == "PUBLISH"
    assert file.get_filename() == "calendar.ics"
    assert file.get_payload(decode=True) == b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"


def test_an_answer_goes_to_the_unit_unless_its_address_would_tell(unit: Unit, mail: Post) -> None:
    Unit.objects.update(email="ajat@example.fi")
    delivery.send(a_message().pk)
    Unit.objects.update(email="perheoikeus@example.fi")
    delivery.send(a_message().pk)
    assert [m["Reply-To"] for m in mail.received] == ["ajat@example.fi", None]


@pytest.mark.parametrize(
    ("texts", "name"),
    [
        ({"sender_fi": "Alueen ajanvaraus"}, "Alueen ajanvaraus"),
        ({"sender_fi": "Perheasiat", "controller_fi": "Esimerkkialue"}, "Esimerkkialue"),
        ({"controller_fi": "Alueen perheoikeus"}, "Ajanvaraus"),
        ({"controller_fi": ""}, "Ajanvaraus"),
    ],
)
def test_the_senders_name_never_tells(mail: Post, texts: dict[str, str], name: str) -> None:
    Unit.objects.update(**{"controller_fi": "", "sender_fi": "", **texts})
    delivery.send(a_message().pk)
    assert mail.received[0]["From"] == f"{name} <no-reply@example.fi>"


@pytest.mark.parametrize("method", ["REQUEST", "CANCEL", "PUBLISH"])
def test_the_part_with_the_calendar_names_the_method_of_the_file(mail: Post, method: str) -> None:
    delivery.send(a_message(calendar=f"BEGIN:VCALENDAR\r\nMETHOD:{method}\r\nEND:VCALENDAR\r\n").pk)
    assert mail.received[0].get_payload()[1].get_param("method") == method


def test_the_gateway_is_told_who_sends(gateway: Gateway) -> None:
    delivery.send(an_sms().pk)
    Unit.objects.update(sms_sender="Esimerkki")
    delivery.send(an_sms().pk)
    assert [content.get("sender") for content in gateway.received] == [None, "Esimerkki"]


@pytest.mark.django_db
def test_sent_once_however_often_it_is_asked_for(mail: Post) -> None:
    message = a_message()
    assert [delivery.send(message.pk) for _ in range(3)] == [True, False, False]
    assert len(mail.received) == 1


@pytest.mark.django_db(transaction=True)
def test_two_jobs_at_once_send_once(mail: Post, monkeypatch: Any) -> None:
    message = a_message()
    # Called between the look and the taking: all four have looked before any has taken.
    monkeypatch.setattr(delivery, "_longest_delivery", lambda: sleep(0.5) or timedelta(minutes=5))
    results: list[bool] = []

    def work() -> None:
        try:
            results.append(delivery.send(message.pk))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == [False, False, False, True]
    assert len(mail.received) == 1


@pytest.mark.django_db
@pytest.mark.parametrize("field", ["dropped_at", "failed_at", "sent_at"])
def test_withdrawn_failed_and_sent_messages_do_not_leave(mail: Post, field: str) -> None:
    message = a_message()
    OutboxMessage.objects.filter(pk=message.pk).update(**{field: clock.now()})
    assert delivery.send(message.pk) is False
    assert mail.attempts == 0


@pytest.mark.django_db
def test_not_before_its_time(mail: Post) -> None:
    message = a_message(send_after=clock.now() + timedelta(hours=1))
    assert delivery.send(message.pk) is False
    assert mail.attempts == 0


@pytest.mark.django_db
def test_an_unknown_number_is_no_error() -> None:
    assert delivery.send(0) is False


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("trouble", "error", "for_good"),
    [
        ({"to_recipient": "550 parent@example.org unknown"}, "refused 550", True),
        ({"to_data": "554 no, parent@example.org"}, "refused 554", True),
        ({"to_recipient": "450 busy, parent@example.org"}, "delayed 450", False),
        ({"to_data": "451 later"}, "delayed 451", False),
        ({"to_recipient": "530 sign in first"}, "sign-in 530", False),
        ({"to_data": "drop"}, "dropped", False),
        ({"to_data": "slow"}, "timeout", False),
    ],
)
def test_trouble_at_the_mail_server(
    mail: Post, trouble: dict[str, str], error: str, for_good: bool, caplog: Any, settings: Any
) -> None:
    vars(mail).update(trouble)
    if mail.to_data == "slow":
        settings.EMAIL_TIMEOUT = 1
    message = a_message()
    with caplog.at_level(logging.DEBUG):
        assert delivery.send(message.pk) is False
    assert state(message) == (False, for_good, 1, error)
    ours = [r.getMessage() for r in caplog.records if not r.name.startswith("mail.log")]
    assert ours != []
    assert [line for line in ours if "parent@" in line] == []
    assert list(OutboxMessage.objects.troubled()) == [message]


@pytest.mark.django_db
def test_no_mail_server_there(settings: Any) -> None:
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", 1, 1
    message = a_message()
    delivery.send(message.pk)
    assert state(message) == (False, False, 1, "unreachable")


@pytest.mark.django_db
def test_after_a_trouble_it_leaves_and_the_trouble_is_forgotten(mail: Post) -> None:
    with time_machine.travel(NOW, tick=False) as traveller:
        mail.to_recipient = "450 later"
        message = a_message()
        delivery.send(message.pk)
        mail.to_recipient = ""
        assert delivery.send(message.pk) is False
        traveller.shift(timedelta(minutes=1))
        assert delivery.send(message.pk) is True
    assert state(message) == (True, False, 2, "")


@pytest.mark.django_db
def test_patience_has_an_end(mail: Post) -> None:
    mail.to_recipient = "450 later"
    waits = []
    with time_machine.travel(NOW, tick=False) as traveller:
        message = a_message()
        for _ in range(6):
            delivery.send(message.pk)
            message.refresh_from_db()
            waits.append((message.send_after - clock.now()).total_seconds() / 60)
            traveller.move_to(message.send_after)
        assert delivery.send(message.pk) is False
    assert waits[:5] == [1, 5, 15, 60, 180]
    assert mail.attempts == 6
    assert state(message) == (False, True, 6, "delayed 450")


@pytest.mark.django_db
def test_a_retry_has_a_job_at_its_time(mail: Post) -> None:
    mail.to_recipient = "450 later"
    message = a_message()
    ProcrastinateJob.objects.all()._raw_delete("default")
    delivery.send(message.pk)
    message.refresh_from_db()
    assert [(j["args"], j["scheduled_at"]) for j in jobs()] == [
        ({"message_id": message.pk}, message.send_after)
    ]


@pytest.mark.django_db
def test_a_message_withdrawn_during_a_failing_attempt_stays_withdrawn(
    mail: Post, monkeypatch: Any
) -> None:
    message = a_message()

    def fails(taken: OutboxMessage) -> None:
        OutboxMessage.objects.filter(pk=taken.pk).update(dropped_at=clock.now())
        raise delivery.NotSentError("delayed 450")

    monkeypatch.setattr(delivery, "deliver", fails)
    delivery.send(message.pk)
    assert state(message) == (False, False, 1, "")


@pytest.mark.django_db
def test_an_unexpected_error_names_nobody(mail: Post, monkeypatch: Any, caplog: Any) -> None:
    def fails(taken: OutboxMessage) -> None:
        raise RuntimeError(f"cannot send to {taken.to}")

    monkeypatch.setattr(delivery, "deliver", fails)
    message = a_message()
    assert delivery.send(message.pk) is False
    assert state(message) == (False, False, 1, "unexpected")
    assert "parent@" not in caplog.text
    assert "RuntimeError" in caplog.text


@pytest.mark.django_db
def test_an_address_that_cannot_be_used_fails_at_once(mail: Post) -> None:
    message = a_message(to="vanhempi@example.org\nBcc: x@example.org")
    delivery.send(message.pk)
    assert state(message) == (False, True, 1, "address")


@pytest.mark.django_db
def test_a_text_message_passes_through_the_gateway(gateway: Gateway) -> None:
    message = an_sms()
    assert delivery.send(message.pk) is True
    content = gateway.received[0]
    link = f"http://testserver/appointment/{TOKEN('party', 'nonce-1')}/"
    assert (content["to"], content["text"]) == ("+358401234567", f"Sivusi: {link}")
    assert gateway.tokens == ["Bearer key"]
    assert state(message) == (True, False, 1, "")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("trouble", "error", "for_good"),
    [
        ({"status": 503}, "gateway 503", False),
        ({"status": 401}, "gateway 401", False),
        ({"status": 429}, "gateway 429", False),
        ({"status": 422}, "gateway 422", True),
        ({"status": 0}, "dropped", False),
        ({"delay": 2.5}, "timeout", False),
    ],
)
def test_trouble_at_the_gateway(
    gateway: Gateway, monkeypatch: Any, trouble: dict[str, Any], error: str, for_good: bool
) -> None:
    if "delay" in trouble:
        monkeypatch.setattr(delivery, "SMS_TIMEOUT", 1)
    vars(gateway).update(trouble)
    message = an_sms()
    assert delivery.send(message.pk) is False
    assert state(message) == (False, for_good, 1, error)


@pytest.mark.django_db
def test_the_gateways_token_follows_no_redirect(gateway: Gateway) -> None:
    gateway.status, gateway.location = 302, "/elsewhere"
    message = an_sms()
    assert delivery.send(message.pk) is False
    assert gateway.paths == ["/messages"]
    assert state(message) == (False, False, 1, "gateway 302")


@pytest.mark.django_db
def test_the_same_id_at_every_attempt(gateway: Gateway) -> None:
    gateway.status = 503
    message = an_sms()
    delivery.send(message.pk)
    OutboxMessage.objects.filter(pk=message.pk).update(send_after=clock.now())
    delivery.send(message.pk)
    first, second = gateway.received
    assert first == second


@pytest.mark.django_db
def test_no_gateway_there(settings: Any, monkeypatch: Any) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    settings.SMS_GATEWAY_URL = "http://127.0.0.1:1/"
    message = an_sms()
    delivery.send(message.pk)
    assert state(message) == (False, False, 1, "unreachable")


@pytest.mark.django_db
def test_outside_the_demo_a_text_message_without_a_gateway_fails_loudly(settings: Any) -> None:
    settings.DEMO = ""
    message = an_sms()
    assert delivery.send(message.pk) is False
    assert state(message) == (False, True, 1, "no-gateway")


@pytest.mark.django_db
def test_outside_the_demo_an_email_without_a_host_waits(settings: Any) -> None:
    settings.DEMO = ""
    message = a_message()
    assert delivery.send(message.pk) is False
    assert state(message) == (False, False, 1, "no-mail-host")


@pytest.mark.django_db
def test_in_the_demo_messages_become_files(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    assert delivery.send(a_message().pk) is True
    assert delivery.send(an_sms().pk) is True
    email, sms = sorted((tmp_path / "outbox").iterdir(), key=lambda p: p.suffix)
    assert (email.suffix, sms.suffix) == (".eml", ".txt")
    assert message_from_bytes(email.read_bytes())["To"] == "parent@example.org"
    assert sms.read_text().splitlines()[0] == "+358401234567"
    modes = {oct(path.stat().st_mode & 0o777) for path in (email, sms)}
    assert modes == {"0o600"}
    assert oct((tmp_path / "outbox").stat().st_mode & 0o777) == "0o700"


@pytest.mark.django_db
def test_lost_jobs_are_found() -> None:
    message = a_message()
    ProcrastinateJob.objects.all()._raw_delete("default")
    assert delivery.find_unsent() == 0
    OutboxMessage.objects.update(send_after=clock.now() - timedelta(minutes=2))
    assert delivery.find_unsent() == 1
    assert delivery.find_unsent() == 0
    assert [job["args"] for job in jobs()] == [{"message_id": message.pk}]


@pytest.mark.django_db(transaction=True)
def test_the_worker_sends_what_a_transaction_left(mail: Post) -> None:
    message = a_message()
    run_what_waits()
    assert state(message) == (True, False, 1, "")
    assert len(mail.received) == 1
    assert jobs() == []
