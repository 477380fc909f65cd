"""Posting: one transaction with the change, once only, no token stored, nothing personal in jobs."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from office.core import clock, tokens
from office.messaging import outbox
from office.messaging.outbox import Link, post
from office.models import OutboxMessage, Unit
from tests.factories import UnitFactory

LINK = Link("/appointment/{token}/", "party", "nonce-1")


@pytest.fixture(autouse=True)
def unit(db: None) -> Unit:
    """Make a unit whose messages leave at any hour."""
    made: Unit = UnitFactory()
    return made


def a_message(**fields: Any) -> OutboxMessage:
    given = {
        "kind": "confirmed",
        "channel": "email",
        "to": "parent@example.org",
        "language": "fi",
        "subject": "Aika",
        "body": "Sivusi: {link}",
        "link": LINK,
        "about": "AAA-222",
    }
    message = post(**{**given, **fields})
    assert message is not None
    return message


def post_and_fail() -> None:
    with transaction.atomic():
        a_message()
        raise RuntimeError


def jobs() -> list[dict[str, Any]]:
    sent = ProcrastinateJob.objects.filter(task_name=outbox.SEND_TASK, status="todo")
    return list(sent.order_by("pk").values("args", "scheduled_at", "queueing_lock"))


@pytest.mark.django_db
def test_a_message_and_its_job_are_written() -> None:
    message = a_message()
    assert [job["args"] for job in jobs()] == [{"message_id": message.pk}]


@pytest.mark.django_db
def test_both_go_with_the_transaction() -> None:
    with pytest.raises(RuntimeError):
        post_and_fail()
    assert OutboxMessage.objects.count() == 0
    assert jobs() == []


@pytest.mark.django_db(transaction=True)
def test_inside_the_worker_the_job_still_waits_for_the_transaction() -> None:
    """There procrastinate has a connector of its own, which would write the job at once."""
    seen: list[int] = []
    with app.replace_connector(app.connector.get_worker_connector()):
        with pytest.raises(RuntimeError):
            post_and_fail()
        seen.append(len(jobs()))
    assert seen == [0]


@pytest.mark.django_db
def test_a_key_is_used_once_and_the_transaction_goes_on() -> None:
    with transaction.atomic():
        assert a_message(once_key="k") is not None
        again = post(
            kind="reminder", channel="sms", to="+3584", language="fi", body="x", once_key="k"
        )
        assert again is None
        a_message(once_key="other")
    assert OutboxMessage.objects.count() == 2
    assert len(jobs()) == 2


@pytest.mark.django_db
def test_a_used_key_is_no_error_for_the_server_to_log() -> None:
    errors: list[Exception] = []

    def watch(execute: Any, *arguments: Any) -> Any:
        try:
            return execute(*arguments)
        except Exception as error:
            errors.append(error)
            raise

    with connection.execute_wrapper(watch):
        assert a_message(once_key="k") is not None
        assert (
            post(kind="r", channel="sms", to="+3584", language="fi", body="x", once_key="k") is None
        )
    assert errors == []


@pytest.mark.django_db
def test_the_token_is_nowhere_in_the_database() -> None:
    message = a_message()
    token = tokens.token_for("party", "nonce-1")
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(m)::text FROM office_outboxmessage m")
        rows = cursor.fetchall()
        cursor.execute("SELECT row_to_json(j)::text FROM procrastinate_jobs j")
        rows += cursor.fetchall()
    assert len(rows) == 2
    assert [row for row in rows if token in row[0]] == []
    assert [row for row in rows[1:] if "parent@example.org" in row[0]] == []
    assert outbox.link_of(message) == f"http://testserver/appointment/{token}/"
    assert outbox.text_of(message) == f"Sivusi: http://testserver/appointment/{token}/"


@pytest.mark.django_db
def test_a_message_without_a_link_has_none() -> None:
    assert outbox.link_of(a_message(link=None, body="Hei")) == ""


@pytest.mark.django_db
def test_a_later_message_waits() -> None:
    later = datetime(2099, 1, 2, 7, tzinfo=UTC)
    message = a_message(send_after=later)
    assert message.send_after == later
    assert jobs()[0]["scheduled_at"] == later


@pytest.mark.django_db
def test_a_subject_is_one_line() -> None:
    assert a_message(subject="Aika\r\nBcc: x@example.org").subject == "Aika Bcc: x@example.org"


@pytest.mark.django_db
def test_one_job_waits_for_a_message() -> None:
    message = a_message()
    assert outbox.enqueue(message) is False
    assert len(jobs()) == 1


@pytest.mark.django_db
def test_withdrawn_are_one_persons_unsent_messages_about_one_thing() -> None:
    mine, sent = a_message(), a_message()
    OutboxMessage.objects.filter(pk=sent.pk).update(sent_at=sent.created_at)
    failed = a_message()
    OutboxMessage.objects.filter(pk=failed.pk).update(failed_at=sent.created_at)
    a_message(link=Link("/appointment/{token}/", "party", "nonce-2"))
    a_message(about="BBB-333")
    a_message(kind="staff_booked")
    assert outbox.withdraw(about="AAA-222", kinds=["confirmed"], nonce="nonce-1") == 2
    dropped = OutboxMessage.objects.filter(dropped_at__isnull=False).order_by("pk")
    assert list(dropped) == [mine, failed]


@pytest.mark.django_db
def test_nobody_withdraws_everybodys_messages() -> None:
    with pytest.raises(ValueError, match="Whose"):
        outbox.withdraw(about="AAA-222", kinds=["confirmed"])


@pytest.mark.django_db
def test_a_failed_message_is_sent_again_from_the_first_attempt() -> None:
    with time_machine.travel(datetime(2026, 11, 25, 8, tzinfo=UTC), tick=False):
        message = a_message()
        ProcrastinateJob.objects.all()._raw_delete(ProcrastinateJob.objects.db)
        assert message.may_be_sent_again is False
        OutboxMessage.objects.filter(pk=message.pk).update(
            failed_at=message.created_at, attempts=6, last_error="refused 550", once_key="once"
        )
        message.refresh_from_db()
        assert message.may_be_sent_again is True
        again = outbox.post_again(message, to="present@example.org")
    message.refresh_from_db()
    assert (message.dropped_at, message.attempts) == (message.created_at, 6)
    again.refresh_from_db()
    assert (again.failed_at, again.attempts, again.last_error) == (None, 0, "")
    assert (again.to, again.body, again.link_nonce) == (
        "present@example.org",
        message.body,
        message.link_nonce,
    )
    assert len(jobs()) == 1


@pytest.mark.django_db
def test_messages_are_given_another_time_unless_one_has_left() -> None:
    was, to = (datetime(2026, 11, 25, 8, minute, tzinfo=UTC) for minute in (1, 0))
    with time_machine.travel(datetime(2026, 11, 25, 7, 59, 50, tzinfo=UTC), tick=False):
        with outbox.delayed_until(was) as written:
            mine, morning, withdrawn = a_message(), a_message(), a_message()
        OutboxMessage.objects.filter(pk=morning.pk).update(send_after=was + timedelta(hours=9))
        OutboxMessage.objects.filter(pk=withdrawn.pk).update(dropped_at=clock.now())
        assert outbox.reschedule(written, was=was, to=to) is True
        assert list(OutboxMessage.objects.order_by("pk").values_list("send_after", flat=True)) == [
            to,
            was + timedelta(hours=9),
            was,
        ]
        # The job of the later time waits still: whichever comes first sends it, the other does nothing.
        assert len(jobs()) == 4
        OutboxMessage.objects.filter(pk=mine.pk).update(attempts=1)
        assert outbox.reschedule(written, was=to, to=was) is False


@pytest.mark.django_db
def test_a_message_seen_to_by_hand_does_not_leave() -> None:
    message = a_message()
    assert outbox.set_aside(message) is True
    assert outbox.set_aside(message) is False
    assert list(OutboxMessage.objects.waiting()) == []


@pytest.mark.django_db
def test_a_message_that_nobody_tries_to_send_is_trouble_too() -> None:
    """Without a worker nothing fails, and nothing leaves."""
    with time_machine.travel(datetime(2026, 11, 25, 8, tzinfo=UTC), tick=False) as traveller:
        message = a_message()
        later = a_message(send_after=message.created_at + timedelta(hours=1))
        traveller.shift(timedelta(minutes=5))
        assert list(OutboxMessage.objects.troubled()) == []
        traveller.shift(timedelta(seconds=1))
        assert list(OutboxMessage.objects.troubled()) == [message]
        outbox.set_aside(message)
        OutboxMessage.objects.filter(pk=later.pk).update(sent_at=message.created_at)
        traveller.shift(timedelta(days=1))
        assert list(OutboxMessage.objects.troubled()) == []


@pytest.mark.parametrize(
    ("error", "said"),
    [
        ("", "Nobody has sent it yet"),
        ("timeout", "No answer in time"),
        ("refused 550", "The receiver's server refused the message (550)"),
        ("never heard of", "An unexpected error (heard of)"),
    ],
)
def test_errors_are_said_in_words(error: str, said: str) -> None:
    from django.utils.translation import override

    with override("en"):
        assert outbox.error_label(error) == said


def test_outside_the_demo_a_channel_works_where_it_is_set_up(settings: Any) -> None:
    assert outbox.channel_works("sms") is True
    settings.DEMO, settings.EMAIL_HOST = "", "mail.example.org"
    assert outbox.channel_works("email") is True
    assert outbox.channel_works("sms") is False
    settings.SMS_GATEWAY_URL = "https://sms.example.org/"
    assert outbox.channel_works("sms") is True


def test_every_attempt_has_its_wait() -> None:
    from office.messaging import delivery

    assert delivery.ATTEMPTS == 6
    assert sorted(delivery.BACK_OFF) == delivery.BACK_OFF
    assert delivery.BACK_OFF[0] == timedelta(minutes=1)
