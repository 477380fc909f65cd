"""Messages about evenings: neutral, one segment, by day, to the contact that holds."""

from datetime import datetime, time, timedelta
from typing import Any

import pytest
from time_machine import travel

from bookings.models import FeedbackLevel
from evenings.afterwards.feedback import give_feedback
from evenings.afterwards.messages_after import notify_afterwards
from evenings.models import EveningMaterial, EveningQuestion, SignUp
from evenings.notifications import messages
from evenings.notifications.kinds import EveningMessage
from evenings.sign_ups import actions
from office.core import clock
from office.messaging.outbox import text_of
from office.models import OutboxMessage, Unit
from tests.bookings.notifications.test_neutral_messages import TELLING
from tests.bookings.notifications.test_one_segment import GSM_7, HOST
from tests.evenings.cast import signs_up
from tests.evenings.factories import EveningFactory, SignUpFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_every_letter_is_neutral_and_short(unit: Unit, language: str, settings: Any) -> None:
    settings.SITE_URL = HOST
    until = clock.now() + timedelta(days=1)
    for contact in ({"email": "aino@example.fi"}, {"phone": "+358401234567"}):
        row = SignUpFactory(
            language=language, status="offered", offered_until=until, people=1, **contact
        )
        for kind in EveningMessage:
            assert messages._tell(kind, row) == 1
    written = OutboxMessage.objects.all()
    assert {message.kind for message in written} == set(EveningMessage.values)
    for message in written:
        own = text_of(message).partition("\n-- \n")[0]
        assert not TELLING.search(f"{message.subject} {own} {message.calendar}"), message.kind
        if message.channel == "sms":
            assert set(own) <= GSM_7
            assert len(own) <= 160, own
        else:
            assert message.subject


def test_the_gate_holds_what_goes_to_a_former_contact(unit: Unit) -> None:
    row = signs_up(EveningFactory(), email="aino@example.fi")
    message = OutboxMessage.objects.get()
    assert messages.may_leave(message)
    SignUp.objects.filter(pk=row.pk).update(email="toinen@example.fi")
    assert not messages.may_leave(message)
    SignUp.objects.filter(pk=row.pk).update(email="aino@example.fi", link_nonce="0" * 32)
    assert not messages.may_leave(message)


def at(day: int, hour: int) -> datetime:
    return clock.at(clock.today() + timedelta(days=day), time(hour))


def test_the_day_before_who_has_a_place_is_reminded_once(unit: Unit) -> None:
    Unit.objects.update(messages_from=time(8), messages_until=time(20))
    start = at(4, 18)
    with travel(at(1, 12), tick=False) as traveller:
        evening = EveningFactory(starts_at=start, capacity=1)
        row = signs_up(evening, email="aino@example.fi")
        signs_up(evening, email="jono@example.fi", waits=True)
        signs_up(EveningFactory(starts_at=start + timedelta(days=1)), email="muu@example.fi")
        assert messages.remind() == 0
        traveller.move_to(start - timedelta(days=1, hours=11))
        assert messages.remind() == 0
        traveller.move_to(start - timedelta(days=1, hours=8))
        assert messages.remind() == 1
        assert messages.remind() == 0
        reminder = OutboxMessage.objects.get(kind="evening_reminder")
        assert (reminder.to, reminder.expires_at) == ("aino@example.fi", start)
        # Cancelled before it left, it is withdrawn.
        actions.cancel(row.pk)
        reminder.refresh_from_db()
        assert reminder.dropped_at is not None


def test_from_the_next_morning_the_questions_and_what_there_is_to_read_are_told_once(
    unit: Unit,
) -> None:
    start = at(2, 18)
    evening = EveningFactory(starts_at=start, capacity=1)
    signs_up(evening, email="aino@example.fi")
    signs_up(evening, email="jono@example.fi", waits=True)
    with travel(start + timedelta(hours=4), tick=False):
        # Not on the same evening.
        assert notify_afterwards() == 0
    with travel(start + timedelta(hours=16), tick=False):
        assert notify_afterwards() == 1
        assert notify_afterwards() == 0
        asked = OutboxMessage.objects.get(kind="evening_asks")
        assert asked.to == "aino@example.fi"
        assert "kolme lyhyttä kysymystä" in asked.body
        for name in ("Kalvot", "Opas"):
            EveningMaterial.objects.create(evening=evening, title=name, url="https://example.fi/a")
        assert notify_afterwards() == 1
        assert notify_afterwards() == 0
        after = OutboxMessage.objects.get(kind="evening_after")
        assert after.to == "aino@example.fi"
        assert "kolme lyhyttä kysymystä" in after.body
    # Both in one where there is something to read already; and nobody who has answered is asked.
    both = EveningFactory(starts_at=start)
    EveningMaterial.objects.create(evening=both, title="Opas", url="https://example.fi/a")
    signs_up(both, email="eka@example.fi")
    answered = signs_up(EveningFactory(starts_at=start), email="toka@example.fi")
    with travel(start + timedelta(hours=17), tick=False) as traveller:
        give_feedback(answered.pk, dict.fromkeys(EveningQuestion, FeedbackLevel.YES))
        assert notify_afterwards() == 1
        assert OutboxMessage.objects.filter(to="eka@example.fi", kind="evening_after").count() == 1
        assert not OutboxMessage.objects.filter(kind="evening_asks").exclude(pk=asked.pk).exists()
        # Later than two weeks there is nobody left to tell.
        OutboxMessage.objects.all().delete()
        traveller.shift(timedelta(days=14))
        assert notify_afterwards() == 0
