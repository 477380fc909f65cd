"""By which ways a person may be written to, asked when a message is written and again when it leaves.

One gate for parties and call-backs: what a person, or the desk, says is no longer safe acts on what is
queued too, at every attempt to send it.
"""

from dataclasses import dataclass
from typing import Any, Protocol

from bookings.models import CallBack, Party
from office.core import live_updates
from office.core.phones import is_landline
from office.messaging import delivery, outbox
from office.messaging.outbox import Receiver
from office.models import MessageChannel, OutboxMessage

PARTY, CALL_BACK = "party", "call_back"
# The kind of the message that asks an invited parent whether the time suits.
INVITATION = "confirmed"


class Reachable(Protocol):
    """A party, or somebody who has reserved a call-back."""

    pk: int
    link_nonce: str
    phone: Any
    email: str
    sms_is_safe: bool
    email_is_safe: bool


@dataclass(frozen=True)
class Way:
    channel: MessageChannel
    to: str


def ways_of(person: Reachable) -> list[Way]:
    """How the person may be written to: by what is safe, and works in this installation."""
    safe = {
        MessageChannel.EMAIL: person.email_is_safe,
        MessageChannel.SMS: person.sms_is_safe,
    }
    return [way for way in _all_ways(person) if safe[way.channel]]


def invitation_way(person: Reachable) -> Way | None:
    """The one way by which contacts that the other parent gave are invited."""
    return next(iter(_all_ways(person)), None)


def _all_ways(person: Reachable) -> list[Way]:
    ways = []
    if person.email:
        ways.append(Way(MessageChannel.EMAIL, person.email))
    number = getattr(person.phone, "as_e164", None) or str(person.phone or "")
    if number and not is_landline(number):
        ways.append(Way(MessageChannel.SMS, number))
    return [way for way in ways if outbox.channel_works(way.channel)]


def receiver_of(person: Reachable) -> Receiver:
    """Whose ways are asked when a message to this person leaves."""
    return Receiver(CALL_BACK if isinstance(person, CallBack) else PARTY, person.pk)


def may_leave(message: OutboxMessage) -> bool:
    """The gate: whether the message's way is one of its receiver's now, and its link still opens.

    To contacts that the other parent gave only the one invitation leaves. More rules of what a receiver
    may be sent belong here, since nothing leaves around it.
    """
    person = _receiver(message)
    if person is None:
        return False
    if message.link_nonce and message.link_nonce != person.link_nonce:
        return False
    way = Way(MessageChannel(message.channel), message.to)
    if isinstance(person, Party) and person.given_by_other:
        return message.kind == INVITATION and way == invitation_way(person)
    return way in ways_of(person)


def withdraw_unsafe(person: Reachable) -> int:
    """Take back at once what waits for this person by a way that is safe no longer; how many.

    To be called wherever choices or addresses are changed. The gate would refuse it later anyway, but
    until then the desk would believe that it leaves.
    """
    receiver = receiver_of(person)
    waiting = OutboxMessage.objects.waiting().filter(
        receiver_kind=receiver.kind, receiver_id=receiver.pk
    )
    dropped = outbox.drop([message.pk for message in waiting if not may_leave(message)])
    if dropped:
        live_updates.announce(live_updates.DESK)
    return dropped


def register_gates() -> None:
    """Have the sender ask here; called when the app starts."""
    delivery.GATES.update({PARTY: may_leave, CALL_BACK: may_leave})


def _receiver(message: OutboxMessage) -> Reachable | None:
    pk = message.receiver_id or 0
    if message.receiver_kind == CALL_BACK:
        return CallBack.objects.filter(pk=pk).first()
    return Party.objects.filter(pk=pk).first()
