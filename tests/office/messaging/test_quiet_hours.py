"""Nobody is written to in the night, but in answer to what they have just done themselves."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from office.messaging import delivery
from office.messaging.delivery import find_unsent
from office.messaging.outbox import set_aside
from office.models import OutboxMessage, Unit
from tests.factories import UnitFactory
from tests.office.messaging.test_delivery import mail  # noqa: F401 - a fixture
from tests.office.messaging.test_outbox import a_message
from tests.servers import Post

# Wednesday 25.11.2026 in Helsinki (UTC + 2).
NIGHT = datetime(2026, 11, 25, 1, 10, tzinfo=UTC)
EVENING = datetime(2026, 11, 25, 18, 30, tzinfo=UTC)
MORNING = datetime(2026, 11, 25, 6, tzinfo=UTC)
NEXT_MORNING = MORNING + timedelta(days=1)
DAY = datetime(2026, 11, 25, 10, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def unit() -> Unit:
    made: Unit = UnitFactory(messages_from="8:00", messages_until="20:00")
    made.refresh_from_db()
    return made


@pytest.mark.parametrize(
    ("now", "leaves"), [(NIGHT, MORNING), (EVENING, NEXT_MORNING), (DAY, DAY), (MORNING, MORNING)]
)
def test_a_message_waits_for_the_morning(now: datetime, leaves: datetime) -> None:
    with time_machine.travel(now, tick=False):
        assert a_message().send_after == leaves
        assert a_message(at_any_hour=True).send_after == now


def test_the_hours_are_a_setting(unit: Unit) -> None:
    Unit.objects.update(messages_from="6:30", messages_until="21:00")
    with time_machine.travel(EVENING, tick=False):
        assert a_message().send_after == EVENING
    with time_machine.travel(NIGHT, tick=False):
        assert a_message().send_after == datetime(2026, 11, 25, 4, 30, tzinfo=UTC)


def test_nobody_sets_out_in_vain() -> None:
    """What is off at eight is told at six, since at eight it would be too late."""
    with time_machine.travel(EVENING, tick=False):
        message = a_message(expires_at=NEXT_MORNING)
    assert message.send_after == NEXT_MORNING - timedelta(hours=2)


def test_a_worker_that_comes_back_in_the_night_lets_it_sleep(mail: Post) -> None:  # noqa: F811
    with time_machine.travel(DAY - timedelta(days=1), tick=False):
        message = a_message()
        answer = a_message(at_any_hour=True)
    with time_machine.travel(NIGHT, tick=False):
        find_unsent()
        assert delivery.send(message.pk) is False
        assert delivery.send(answer.pk) is True
        message.refresh_from_db()
        assert (message.send_after, message.attempts) == (MORNING, 0)
    with time_machine.travel(MORNING, tick=False):
        assert delivery.send(message.pk) is True


def test_a_retry_waits_for_the_morning_too(mail: Post) -> None:  # noqa: F811
    mail.to_data = "451 later"
    last = datetime(2026, 11, 25, 17, 59, 30, tzinfo=UTC)
    with time_machine.travel(last, tick=False):
        message = a_message()
        answer = a_message(at_any_hour=True)
        assert [delivery.send(m.pk) for m in (message, answer)] == [False, False]
    message.refresh_from_db()
    answer.refresh_from_db()
    assert message.send_after == NEXT_MORNING
    assert answer.send_after == last + timedelta(minutes=1)


# The last moment.


@pytest.fixture
def late() -> Any:
    """Make a message whose last moment has come, with a worker that was away until now."""

    def make(kind: str) -> OutboxMessage:
        with time_machine.travel(DAY - timedelta(hours=2), tick=False):
            return a_message(kind=kind, expires_at=DAY)

    return make


def test_after_its_last_moment_a_message_never_leaves(mail: Post, late: Any) -> None:  # noqa: F811
    message = late("confirmed")
    with time_machine.travel(DAY, tick=False):
        find_unsent()
        assert delivery.send(message.pk) is False
    assert mail.attempts == 0
    message.refresh_from_db()
    assert (message.failed_at, message.last_error, message.sent_at) == (DAY, "too-late", None)


def test_where_somebody_must_act_it_shows_and_is_not_sent_again(late: Any) -> None:
    message = late("cancelled")
    with time_machine.travel(DAY, tick=False):
        delivery.send(message.pk)
        assert list(OutboxMessage.objects.troubled()) == [message]
        assert not OutboxMessage.objects.get(pk=message.pk).may_be_sent_again
        assert set_aside(message) is True
        assert list(OutboxMessage.objects.troubled()) == []


def test_a_reminder_that_is_too_late_is_dropped_in_silence(late: Any) -> None:
    message = late("reminder")
    with time_machine.travel(DAY, tick=False):
        delivery.send(message.pk)
        message.refresh_from_db()
        assert message.dropped_at == DAY
        assert list(OutboxMessage.objects.troubled()) == []


def test_a_retry_does_not_outlive_its_last_moment(mail: Post) -> None:  # noqa: F811
    mail.to_data = "451 later"
    with time_machine.travel(DAY, tick=False):
        message = a_message(expires_at=DAY + timedelta(seconds=30))
        delivery.send(message.pk)
    mail.to_data = ""
    with time_machine.travel(DAY + timedelta(minutes=1), tick=False):
        assert delivery.send(message.pk) is False
    assert mail.received == []


def test_a_failed_one_cannot_be_sent_again_after_its_last_moment() -> None:
    with time_machine.travel(DAY, tick=False):
        message = a_message(expires_at=DAY + timedelta(hours=1))
        OutboxMessage.objects.filter(pk=message.pk).update(failed_at=DAY, last_error="refused 550")
        assert OutboxMessage.objects.get(pk=message.pk).may_be_sent_again
    with time_machine.travel(DAY + timedelta(hours=1), tick=False):
        assert not OutboxMessage.objects.get(pk=message.pk).may_be_sent_again
