"""What is safe is asked again when a message leaves: choices act on what is queued."""

from typing import Any

import pytest
import time_machine

from bookings.appointments import notices
from bookings.appointments.corrections import correct_party
from bookings.call_backs import notifications
from bookings.desk.worklist import calls
from bookings.guidance import sending as guiding
from bookings.models import Answer, Party
from bookings.notifications.kinds import MessageKind
from bookings.parties.records import PartyDetails, new_link
from bookings.parties.safe_channels import receiver_of, withdraw_unsafe
from office.messaging import delivery
from office.models import GuidanceLink, MessageChannel, OutboxMessage, Unit
from tests.bookings.call_cast import call_hours, reserved
from tests.bookings.conftest import House, at
from tests.bookings.personal_cast import NOW, Cast, cast
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def told() -> Any:
    """Make a confirmed visit; its messages wait, one for each parent."""
    with time_machine.travel(NOW, tick=False):
        made = cast()
        notices.notify_confirmed(made.appointment)
        yield made


def waiting(party: Party) -> list[OutboxMessage]:
    return list(OutboxMessage.objects.waiting().filter(receiver_id=party.pk))


def states(message: OutboxMessage) -> tuple[bool, bool]:
    """Return sent, withdrawn."""
    message.refresh_from_db()
    return message.sent_at is not None, message.dropped_at is not None


def test_what_is_safe_leaves(told: Cast) -> None:
    [message] = waiting(told.asking)
    assert delivery.send(message.pk) is True
    assert states(message) == (True, False)


@pytest.mark.parametrize(
    "changes", [{"email_is_safe": False}, {"email": "new@example.org"}, {"email": ""}]
)
def test_what_is_safe_no_longer_does_not_leave(told: Cast, changes: dict[str, Any]) -> None:
    [message] = waiting(told.asking)
    Party.objects.filter(pk=told.asking.pk).update(**changes)
    assert delivery.send(message.pk) is False
    assert states(message) == (False, True)
    [other] = waiting(told.invited)
    assert delivery.send(other.pk) is True


def test_a_retry_is_asked_too(told: Cast) -> None:
    [message] = waiting(told.asking)
    OutboxMessage.objects.filter(pk=message.pk).update(attempts=3, last_error="delayed 450")
    Party.objects.filter(pk=told.asking.pk).update(email_is_safe=False)
    assert delivery.send(message.pk) is False
    assert states(message) == (False, True)


def test_a_link_that_opens_nothing_does_not_leave(told: Cast) -> None:
    [message] = waiting(told.asking)
    new_link(told.asking)
    told.asking.save()
    assert delivery.send(message.pk) is False
    assert states(message) == (False, True)


def test_without_its_receiver_nothing_leaves(told: Cast) -> None:
    [message] = waiting(told.invited)
    told.invited.delete()
    assert delivery.send(message.pk) is False


def test_a_choice_withdraws_at_once_and_only_what_is_unsafe(told: Cast) -> None:
    Party.objects.filter(pk=told.asking.pk).update(phone="+358401234567", sms_is_safe=True)
    told.asking.refresh_from_db()
    notices.notify_confirmed(told.appointment, only=told.asking)
    told.asking.email_is_safe = False
    told.asking.save()
    assert withdraw_unsafe(told.asking) == 1
    assert [message.channel for message in waiting(told.asking)] == ["sms"]
    assert len(waiting(told.invited)) == 1


def test_at_the_desk_the_choice_acts_on_what_waits_and_what_holds_is_told_anew(told: Cast) -> None:
    details = PartyDetails(name="Aino", phone="+358401234567", sms_is_safe=True)
    assert correct_party(told.asking.pk, details, user=UserFactory()) == []
    [message] = waiting(told.asking)
    assert (message.channel, message.to) == ("sms", "+358401234567")


def test_at_the_desk_without_any_way_left_somebody_must_call(told: Cast) -> None:
    details = PartyDetails(name="Aino", phone="+358401234567", call_is_safe=True)
    assert correct_party(told.asking.pk, details, user=UserFactory()) == [told.asking]
    assert waiting(told.asking) == []


def test_one_gate_for_links_of_guidance(told: Cast) -> None:
    links = [GuidanceLink.objects.create(title_fi="Linkki", url="https://example.org/")]
    guiding.send_links(
        links,
        user=UserFactory(),
        channel=MessageChannel.EMAIL,
        to=told.asking.email,
        language="fi",
        key="k",
        receiver=receiver_of(told.asking),
    )
    message = OutboxMessage.objects.get(kind=MessageKind.LINKS)
    Party.objects.filter(pk=told.asking.pk).update(email_is_safe=False)
    assert delivery.send(message.pk) is False


def test_one_gate_for_call_backs(house: House) -> None:
    call_hours(house)
    call = reserved(house, at(16))
    call.email, call.email_is_safe = "aino@example.org", True
    call.save()
    OutboxMessage.objects.all().delete()
    notifications.notify_moved(call)
    message = OutboxMessage.objects.get(to="aino@example.org")
    type(call).objects.update(email_is_safe=False)
    assert delivery.send(message.pk) is False
    assert states(message) == (False, True)


@pytest.mark.parametrize(
    ("number", "is_written_to"),
    [("+358401234567", True), ("+358501234567", True), ("+358191234567", False)],
)
def test_a_landline_gets_no_text_message_and_the_desk_must_call(
    number: str, is_written_to: bool
) -> None:
    with time_machine.travel(NOW, tick=False):
        made = cast()
        Party.objects.filter(pk=made.asking.pk).update(
            email="", phone=number, sms_is_safe=True, answer=Answer.ACCEPTED
        )
        made.appointment.events.create(what="confirmed", status="confirmed", at=NOW, by="staff")
        unreached = notices.notify_confirmed(made.appointment)
        assert (made.asking in unreached) is not is_written_to
        assert (made.asking in calls(NOW)) is not is_written_to


# Who acted is answered at once, the others by day.


def test_the_one_who_cancels_hears_at_once_and_the_other_in_the_morning() -> None:
    night = NOW.replace(hour=22, minute=40)
    with time_machine.travel(night, tick=False):
        made = cast()
        Unit.objects.update(messages_from="8:00", messages_until="20:00")
        notices.notify_cancelled(made.appointment, by=made.asking)
        own, other = waiting(made.asking)[0], waiting(made.invited)[0]
    assert (own.at_any_hour, own.send_after) == (True, night)
    assert (other.at_any_hour, other.send_after) == (False, night.replace(day=26, hour=6, minute=0))


def test_a_reminder_goes_by_one_way_and_ends_with_the_start_of_the_visit(told: Cast) -> None:
    OutboxMessage.objects.all().delete()
    Party.objects.filter(pk=told.asking.pk).update(phone="+358401234567", sms_is_safe=True)
    told.asking.refresh_from_db()
    assert notices.remind(told.appointment, told.asking, once_key="k") == 1
    [message] = waiting(told.asking)
    assert (message.channel, message.expires_at) == ("sms", told.appointment.starts_at)


def test_who_has_not_answered_is_asked_in_the_reminder(told: Cast) -> None:
    OutboxMessage.objects.update(sent_at=NOW)
    Party.objects.filter(pk=told.invited.pk).update(language="en")
    told.invited.refresh_from_db()
    notices.remind(told.appointment, told.invited, once_key="k")
    [message] = OutboxMessage.objects.filter(kind="reminder")
    assert "You have not told us yet whether it suits you." in message.body
    assert "Please answer on your own page." in message.body
    assert "cancel" not in message.body
