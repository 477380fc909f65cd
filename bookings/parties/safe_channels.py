"""The safe contacts of a person, asked when a message is written and again when it is sent.

One gate for parties and call-backs: a contact that is no longer safe stops what is queued too, at every
attempt to send it.
"""

from dataclasses import dataclass
from typing import Any, Protocol

from bookings.models import CallBack, Party
from office.core import live_updates
from office.core.phones import is_landline
from office.messaging import outbox
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
class Contact:
    """An address or number, and the channel that leads there."""

    channel: MessageChannel
    to: str


def safe_contacts(person: Reachable) -> list[Contact]:
    """Return where the person may be written to: what is safe, and works in this installation."""
    safe = {
        MessageChannel.EMAIL: person.email_is_safe,
        MessageChannel.SMS: person.sms_is_safe,
    }
    return [contact for contact in _contacts(person) if safe[contact.channel]]


def invitation_contact(person: Reachable) -> Contact | None:
    """Return where one invitation goes to a person whose contacts the other parent gave."""
    return next(iter(_contacts(person)), None)


def _contacts(person: Reachable) -> list[Contact]:
    contacts = []
    if person.email:
        contacts.append(Contact(MessageChannel.EMAIL, person.email))
    number = getattr(person.phone, "as_e164", None) or str(person.phone or "")
    if number and not is_landline(number):
        contacts.append(Contact(MessageChannel.SMS, number))
    return [contact for contact in contacts if outbox.channel_works(contact.channel)]


def receiver_of(person: Reachable) -> Receiver:
    """Return the receiver whose contacts are checked again when a message to this person is sent."""
    return Receiver(CALL_BACK if isinstance(person, CallBack) else PARTY, person.pk)


def may_leave(message: OutboxMessage) -> bool:
    """Say whether the contact is still one of the receiver's safe ones, and the link still opens.

    To contacts that the other parent gave, only the one invitation is sent. More rules of what a receiver
    may be sent belong here, since nothing is sent without it.
    """
    person = _receiver(message)
    if person is None or not _takes_part(person):
        return False
    if message.link_nonce and message.link_nonce != person.link_nonce:
        return False
    contact = Contact(MessageChannel(message.channel), message.to)
    if isinstance(person, Party) and person.given_by_other:
        return message.kind == INVITATION and contact == invitation_contact(person)
    return contact in safe_contacts(person)


def present_contact(message: OutboxMessage) -> Contact | None:
    """Return where a message to a person may go now, by its own channel; None where nowhere."""
    person = _receiver(message)
    if person is None or not _takes_part(person):
        return None
    if message.link_nonce and message.link_nonce != person.link_nonce:
        return None
    contacts = safe_contacts(person)
    if isinstance(person, Party) and person.given_by_other:
        only = invitation_contact(person) if message.kind == INVITATION else None
        contacts = [only] if only is not None else []
    return next((contact for contact in contacts if contact.channel == message.channel), None)


def withdraw_unsafe(person: Reachable) -> int:
    """Drop what waits for this person at a contact that is no longer safe; return how many.

    Call it wherever choices or contacts change. The gate would refuse them later anyway, but until then
    the desk would believe that they are sent.
    """
    receiver = receiver_of(person)
    waiting = OutboxMessage.objects.waiting().filter(
        receiver_kind=receiver.kind, receiver_id=receiver.pk
    )
    dropped = outbox.drop([message.pk for message in waiting if not may_leave(message)])
    if dropped:
        live_updates.announce(live_updates.DESK)
    return dropped


def _takes_part(person: Reachable) -> bool:
    """Say whether the person may be written to at all.

    A companion may only while the one they are with says so. One who has left is notified of that alone.
    """
    if not isinstance(person, Party) or person.rules.is_invited:
        return True
    return not person.is_unasked


def _receiver(message: OutboxMessage) -> Reachable | None:
    pk = message.receiver_id or 0
    if message.receiver_kind == CALL_BACK:
        return CallBack.objects.filter(pk=pk).first()
    return Party.objects.filter(pk=pk).first()
