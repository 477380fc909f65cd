"""A party's own changes to how they may be reached. They hold for what waits to be sent, too."""

from dataclasses import dataclass

from bookings.appointments import notices
from bookings.appointments.answers import is_invitation
from bookings.appointments.corrections import may_be_notified_again, notify_of_current_state
from bookings.lifecycle.transitions import NotPossibleError, locked_with_party, record
from bookings.models import Appointment, EventKind, Party
from bookings.parties import notes
from bookings.parties.people import Identity
from bookings.parties.records import new_link
from bookings.parties.safe_channels import safe_contacts, withdraw_unsafe
from bookings.self_service.personal_links import has_ended
from office.calendar.occupancy import retrying
from office.core import interpreters
from office.messaging import outbox
from office.models import OutboxMessage


@dataclass(frozen=True)
class OwnChannels:
    """What a party says of themselves. An empty phone or e-mail leaves the one that is known."""

    phone: str = ""
    email: str = ""
    call_is_safe: bool = False
    voicemail_is_safe: bool = False
    sms_is_safe: bool = False
    email_is_safe: bool = False
    language: str = "fi"
    interpreter: str = ""
    # Never taken back here: whoever else opens the page must not learn of it, nor undo it.
    is_protected: bool = False


@retrying
def change_channels(party_id: int, channels: OwnChannels) -> Party:
    """Change how a party may be reached. Nobody else is notified.

    What waits to go by a channel that is not safe any more is taken back, and goes by those that are.
    Where a link went by such a channel, it is closed: the party has another one then. Raises
    NotPossibleError.
    """
    party, appointment = _own(party_id)
    reached, known = {contact.to for contact in safe_contacts(party)}, Identity.of(party)
    for name, value in vars(channels).items():
        if value or name not in ("phone", "email", "is_protected"):
            setattr(party, name, value)
    party.language_is_known = True
    if party.interpreter != interpreters.OTHER:
        party.interpreter_words = ""
    left = reached - {contact.to for contact in safe_contacts(party)}
    before = party.link_nonce
    if OutboxMessage.objects.filter(
        outbox.about_visit(appointment.reference), to__in=left
    ).exists():
        new_link(party)
        outbox.change_link(about=appointment.reference, nonce=before, to=party.link_nonce)
    party.save()
    notes.follow(party, known)
    withdrawn = withdraw_unsafe(party)
    record(appointment, EventKind.CHANNELS_CHANGED, party=party)
    if withdrawn and may_be_notified_again(party, appointment):
        notify_of_current_state(party, appointment)
    elif party.link_nonce != before:
        notices.notify_link(appointment, party, by=party)
    return party


@retrying
def stop_messages(party_id: int) -> Party:
    """Stop all e-mail and text messages, those on their way included. Raises NotPossibleError."""
    party, appointment = _own(party_id)
    if party.email_is_safe or party.sms_is_safe:
        party.email_is_safe = party.sms_is_safe = False
        party.save()
        record(appointment, EventKind.MESSAGES_STOPPED, party=party)
    withdraw_unsafe(party)
    return party


def may_change_contacts(party: Party, appointment: Appointment) -> bool:
    """Say whether a party may set on their page how they are reached: while anything may be told."""
    return (
        appointment.is_open
        and party.left_at is None
        and not appointment.is_anonymous
        and not is_invitation(party, appointment)
        and not has_ended(appointment)
    )


def _own(party_id: int) -> tuple[Party, Appointment]:
    party, appointment = locked_with_party(party_id)
    if not may_change_contacts(party, appointment):
        raise NotPossibleError
    return party, appointment
