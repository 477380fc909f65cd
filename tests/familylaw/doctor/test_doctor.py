"""`manage.py doctor` against real servers: each thing well, and each as it breaks."""

import json
import os
import socket
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection

from familylaw.doctor import database, dns_records, messages, surroundings
from familylaw.doctor.findings import Finding, State
from office.core import clock
from office.messaging import restored_copy
from office.models import DatabaseMark
from tests.familylaw.doctor.servers import certificate, dns_server, starttls_server, tls_server
from tests.familylaw.running import GOOD, python
from tests.office.messaging.test_outbox import a_message
from tests.server import free_port

OK, LOOK, BROKEN = State.OK, State.LOOK, State.BROKEN
Examine = Callable[[], Iterator[Finding]]


def states(examine: Examine) -> dict[str, State]:
    """Return the worst state of each subject."""
    found: dict[str, State] = {}
    for finding in examine():
        found[finding.subject] = max(finding.state, found.get(finding.subject, OK))
        assert finding.state is OK or finding.advice
    return found


def state(examine: Examine) -> State:
    return max(states(examine).values())


def heartbeat(seconds_ago: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_workers")
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) "
            "VALUES (now() - make_interval(secs => %s))",
            [seconds_ago],
        )


GOOD_RECORDS = {
    "mail.example.fi": ["other=1", "v=spf1 include:_spf.example.fi -all"],
    "k1._domainkey.mail.example.fi": ["v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3"],
    "_dmarc.example.fi": ["v=DMARC1; p=reject; rua=mailto:dmarc@example.fi"],
}


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        (GOOD_RECORDS, {"SPF": OK, "DKIM": OK, "DMARC": OK}),
        ({}, {"SPF": LOOK, "DKIM": LOOK, "DMARC": LOOK}),
        (
            {
                "mail.example.fi": ["v=spf1 +all"],
                "k1._domainkey.mail.example.fi": ["v=DKIM1; p="],
                "_dmarc.mail.example.fi": ["v=DMARC1; p=none"],
                **{"_dmarc.example.fi": GOOD_RECORDS["_dmarc.example.fi"]},
            },
            {"SPF": LOOK, "DKIM": LOOK, "DMARC": LOOK},
        ),
        (
            {**GOOD_RECORDS, "mail.example.fi": ["v=spf1 -all", "v=spf1 a -all"]},
            {"SPF": LOOK, "DKIM": OK, "DMARC": OK},
        ),
        ({"!mail.example.fi": [], **GOOD_RECORDS}, {"SPF": LOOK, "DKIM": OK, "DMARC": OK}),
    ],
    ids=["well", "none", "weak", "two of SPF", "no answer"],
)
def test_dns_of_the_senders_domain(
    settings: Any, records: dict[str, list[str]], expected: dict[str, State]
) -> None:
    settings.DEMO, settings.DKIM_SELECTOR = "", "k1"
    settings.DEFAULT_FROM_EMAIL = "Ajanvaraus <no-reply@Mail.Example.fi>"
    with dns_server(records) as settings.DOCTOR_RESOLVER:
        assert states(dns_records.examine_dns) == expected


def test_dns_that_is_not_there(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dns_records, "PATIENCE", 0.3)
    settings.DEMO, settings.DKIM_SELECTOR = "", ""
    settings.DEFAULT_FROM_EMAIL = "no-reply@example.fi"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        settings.DOCTOR_RESOLVER = f"127.0.0.1:{silent.getsockname()[1]}"
        said = list(dns_records.examine_dns())
    assert [finding.state for finding in said] == [LOOK] * 3
    assert "did not answer" in said[0].sentence


def test_the_mail_host_lets_us_in_by_tls(
    settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = certificate(tmp_path, days=90)
    settings.EMAIL_HOST, settings.EMAIL_USE_TLS = "localhost", True
    with starttls_server(file) as (handler, settings.EMAIL_PORT):
        assert state(messages.examine_mail) is BROKEN, "its certificate is nobody's"
        monkeypatch.setenv("SSL_CERT_FILE", str(file))
        assert state(messages.examine_mail) is OK
        settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "us", "wrong"
        assert state(messages.examine_mail) is BROKEN
        assert not handler.begun
    assert state(messages.examine_mail) is BROKEN
    settings.EMAIL_HOST, settings.DEMO = "", ""
    assert state(messages.examine_mail) is BROKEN


def test_the_gateway_of_text_messages(
    settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = certificate(tmp_path, days=90)
    settings.SMS_GATEWAY_URL = ""
    assert state(messages.examine_text_messages) is OK
    settings.SMS_GATEWAY_TOKEN = "secret"
    with tls_server(file) as port:
        settings.SMS_GATEWAY_URL = f"https://localhost:{port}/send"
        assert state(messages.examine_text_messages) is BROKEN
        monkeypatch.setenv("SSL_CERT_FILE", str(file))
        assert state(messages.examine_text_messages) is OK
        settings.SMS_GATEWAY_TOKEN = ""
        assert state(messages.examine_text_messages) is LOOK
    assert state(messages.examine_text_messages) is BROKEN


@pytest.mark.parametrize(("days", "expected"), [(90, OK), (10, LOOK), (1, BROKEN), (-2, BROKEN)])
def test_the_certificate_of_the_site(
    settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, days: int, expected: State
) -> None:
    file = certificate(tmp_path, days=days)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    with tls_server(file) as port:
        settings.SITE_URL = f"https://localhost:{port}"
        assert state(surroundings.examine_certificate) is expected
        if days == 90:
            monkeypatch.delenv("SSL_CERT_FILE")
            assert state(surroundings.examine_certificate) is BROKEN
    assert state(surroundings.examine_certificate) is LOOK


def test_the_age_of_the_last_backup(settings: Any, tmp_path: Path) -> None:
    settings.DEMO, settings.BACKUP_DIR = "", ""
    assert state(surroundings.examine_backup) is LOOK
    settings.BACKUP_DIR = str(tmp_path)
    assert state(surroundings.examine_backup) is BROKEN
    file = tmp_path / "familylaw-1.dump.age"
    file.touch()
    assert state(surroundings.examine_backup) is BROKEN, "an empty file is no backup"
    file.write_text("age-encryption.org/v1")
    for hours, expected in ((25, OK), (30, LOOK), (60, BROKEN)):
        os.utime(file, (time.time() - hours * 3600,) * 2)
        assert state(surroundings.examine_backup) is expected


@pytest.mark.django_db
def test_the_database_is_described() -> None:
    said = {finding.subject: finding for finding in database.examine_database()}
    assert said["database tables"].state is OK
    assert said["database"].sentence.startswith("PostgreSQL ")
    # The tests own the tables, in a database whose order is not Finnish.
    assert said["database role"].state is LOOK
    assert said["database collation"].state in (OK, LOOK)
    assert said["clock"].state is OK
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'office'")
    assert states(database.examine_database)["database tables"] is BROKEN
    for seconds, expected in ((10, LOOK), (-90, BROKEN)):
        with time_machine.travel(clock.now() + timedelta(seconds=seconds), tick=True):
            assert states(database.examine_database)["clock"] is expected


@pytest.mark.django_db
def test_several_hosts_are_each_looked_at() -> None:
    """The second address is the same server: then two of them take writes."""
    kept = dict(connection.settings_dict)
    host, port = kept["HOST"], str(kept["PORT"] or 5432)
    own = connection.get_connection_params()
    nobody = str(free_port())

    def said(hosts: str, ports: str) -> list[tuple[State, str]]:
        parameters = {**own, "host": hosts, "port": ports}
        connection.get_connection_params = lambda: parameters  # type: ignore[method-assign]
        try:
            return [(f.state, f.sentence) for f in database._hosts()]
        finally:
            del connection.get_connection_params

    assert said(host, port) == []
    found = said(f"{host},127.0.0.1", f"{port},{nobody}")
    assert (OK, f"{host}:{port} is the primary") in found
    assert (LOOK, f"127.0.0.1:{nobody} does not answer") in found
    assert any("target_session_attrs" in sentence for _state, sentence in found)
    assert BROKEN in dict(said(f"{host},{host}", f"{port},{port}"))


@pytest.mark.django_db
def test_worker_and_outbox() -> None:
    assert state(surroundings.examine_worker) is BROKEN
    heartbeat(5)
    assert state(surroundings.examine_worker) is OK
    heartbeat(100)
    assert state(surroundings.examine_worker) is BROKEN
    restored_copy.remember_database()
    assert state(messages.examine_outbox) is OK
    message = a_message()
    message.send_after = clock.now() - timedelta(hours=1)
    message.save()
    assert state(messages.examine_outbox) is LOOK
    DatabaseMark.objects.update(identity="another")
    assert "restored" in next(messages.examine_outbox()).sentence


@pytest.mark.django_db
def test_the_command_ends_with_the_worst(capsys: pytest.CaptureFixture[str], settings: Any) -> None:
    with pytest.raises(SystemExit) as ended:
        call_command("doctor", "--json")
    data = json.loads(capsys.readouterr().out)
    assert (ended.value.code, data["state"]) == (2, "broken")
    heartbeat(1)
    with pytest.raises(SystemExit):
        call_command("doctor")
    said = capsys.readouterr().out
    assert "worker: heard of" in said
    assert settings.SECRET_KEY not in said


def test_without_a_database_the_rest_is_looked_at() -> None:
    nobody = str(free_port())
    with dns_server({"example.fi": ["v=spf1 -all"]}) as resolver:
        done = python(
            "manage.py",
            "doctor",
            **{
                **GOOD,
                "DATABASE_URL": f"postgresql://127.0.0.1:{nobody}/none",
                "SITE_URL": f"https://localhost:{nobody}",
                "EMAIL_HOST": "127.0.0.1",
                "EMAIL_PORT": nobody,
                "DOCTOR_RESOLVER": resolver,
                "LOG_LEVEL": "CRITICAL",
            },
        )
    assert done.returncode == 2, done.stderr
    for said in (
        "broken     database: does not answer",
        "broken     worker: not looked at",
        f"broken     mail: 127.0.0.1:{nobody} does not answer",
        "ok         SPF: example.fi: v=spf1 -all",
        "look here  DMARC: example.fi has no record",
        f"look here  certificate: localhost:{nobody} was not reached",
    ):
        assert said in done.stdout
    assert GOOD["SECRET_KEY"] not in done.stdout
