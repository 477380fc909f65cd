"""Send a failed message again: where its receiver is reached now, never where it came back from."""

from django.db.models import Q
from django.utils.translation import gettext as _

from bookings.lifecycle.transitions import NotPossibleError, locked, record
from bookings.models import Appointment, EventKind, Party
from bookings.notifications.kinds import TO_PARTNERS, TO_STAFF, MessageKind
from bookings.parties.safe_channels import PARTY, Contact, present_contact
from office.calendar.occupancy import retrying
from office.messaging import outbox
from office.models import MessageChannel, OutboxMessage, Professional, User

# What last_error begins with where it is the address that is wrong, and not the way there.
BOUNCED = ("refused", "address")


class NoAddressError(NotPossibleError):
    """There is no address to which the message may go; `sentence` says what to do instead."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@retrying
def send_again(message_id: int, *, user: User) -> str:
    """Send a failed message again to its receiver's present address; return the address.

    Raises NoAddressError, and NotPossibleError where it has not failed for good or has been seen to.
    """
    message = OutboxMessage.objects.select_for_update().get(pk=message_id)
    if not message.may_be_sent_again or message.sent_at or message.dropped_at:
        raise NotPossibleError
    contact = contact_for(message)
    outbox.post_again(message, to=contact.to)
    appointment = Appointment.objects.filter(reference=message.about).first()
    if message.about and appointment is not None:
        record(
            locked(appointment.pk),
            EventKind.NOTIFIED_AGAIN,
            user=user,
            of=_receiver(message, appointment),
        )
    return contact.to


def contact_for(message: OutboxMessage) -> Contact:
    """Return where the message may go now. Raises NoAddressError."""
    contact = _present(message)
    if contact is None:
        raise NoAddressError(
            _(
                "There is no safe address any more to which this message may go. Call, or correct the "
                "details; then mark it as handled."
            )
        )
    if contact.to == message.to and message.last_error.startswith(BOUNCED):
        raise NoAddressError(
            _(
                "It came back from this address, so it does not go there again. Correct the address, or "
                "call."
            )
        )
    return contact


def _receiver(message: OutboxMessage, appointment: Appointment) -> Party | None:
    """Return the party to whom it is written; None where that is staff or a partner."""
    if message.receiver_kind != PARTY or message.receiver_id is None:
        return None
    return appointment.parties.filter(pk=message.receiver_id).first()


def _present(message: OutboxMessage) -> Contact | None:
    if message.receiver_kind:
        return present_contact(message)
    as_written = Contact(MessageChannel(message.channel), message.to)
    if message.kind not in {*TO_STAFF, *TO_PARTNERS, MessageKind.STAFF_CALL}:
        # An address that was typed for this message alone.
        return as_written
    people = Professional.objects.filter(
        Q(email__iexact=message.to) | Q(organisation__email__iexact=message.to), is_active=True
    )
    return as_written if people.exists() else None
