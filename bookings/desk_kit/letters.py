"""Messages about an appointment in words: to whom, by which channel, what became of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Prefetch, prefetch_related_objects
from django.utils.translation import gettext as _

from bookings.desk_kit.labels import Tag, language_label, short_when
from bookings.models import Appointment, AppointmentProfessional, Party
from bookings.parties.safe_channels import PARTY
from office.messaging.outbox import about_visit, error_label, kind_label, text_without_links
from office.models import OutboxMessage


@dataclass(frozen=True)
class Letter:
    """One message, as it was or would be written. Link and code are its reader's, and not in it."""

    message: OutboxMessage
    kind: str
    # Empty where the contact details are protected: the card tells them to who asks.
    to: str
    name: str
    channel: str
    language: str
    state: Tag
    party: int | None

    @property
    def subject(self) -> str:
        return self.message.subject

    @property
    def text(self) -> str:
        """What it says, with words in place of the link and the code."""
        return text_without_links(self.message, link=_("[personal link]"), code=_("[own code]"))


def letters_about(appointment: Appointment, parties: Sequence[Party]) -> list[Letter]:
    """List all that was written about the appointment, the newest first. Two queries."""
    about = about_visit(appointment.reference)
    found = OutboxMessage.objects.filter(about).order_by("-created_at", "-pk")
    return letters_from(found, appointment, parties)


def fetch_staff(appointment: Appointment) -> None:
    """Fetch who meets the parties, as it is now: letters_from names them by it."""
    members = AppointmentProfessional.objects.select_related("professional")
    prefetch_related_objects([appointment], Prefetch("staff", members))


def letters_from(
    messages: Iterable[OutboxMessage], appointment: Appointment, parties: Sequence[Party]
) -> list[Letter]:
    """Turn the given messages into letters. One query."""
    fetch_staff(appointment)
    by_id = {party.pk: party for party in parties}
    by_nonce = {party.link_nonce: party for party in parties}
    staff = {
        member.professional.email: member.professional.name
        for member in appointment.staff.all()
        if member.professional.email
    }
    letters = []
    for message in messages:
        nonces = [message.link_nonce, *(row["nonce"] for row in message.also)]
        party = next((by_nonce[nonce] for nonce in nonces if nonce in by_nonce), None)
        if message.receiver_kind == PARTY:
            party = by_id.get(message.receiver_id or 0, party)
        letters.append(_letter(message, party, staff))
    # To the parties first: theirs are what is looked at.
    return sorted(letters, key=lambda letter: letter.party is None)


def _letter(message: OutboxMessage, party: Party | None, staff: dict[str, str]) -> Letter:
    hidden = party is not None and party.is_protected
    name = (party.name or _("Invited parent, no details yet")) if party else staff.get(message.to)
    return Letter(
        message=message,
        kind=kind_label(message.kind),
        to="" if hidden else message.to,
        name=name or ("" if hidden else message.to),
        channel=str(message.get_channel_display()),
        language=language_label(message.language),
        state=state_tag(message),
        party=party.pk if party else None,
    )


def state_tag(message: OutboxMessage) -> Tag:
    """Return what has become of a message, and when."""
    if message.sent_at is not None:
        return Tag(_("sent %(when)s") % {"when": short_when(message.sent_at)}, "tag--good", "check")
    if message.dropped_at is not None:
        return Tag(_("withdrawn %(when)s") % {"when": short_when(message.dropped_at)}, "tag--quiet")
    if message.failed_at is not None:
        error = error_label(message.last_error)
        return Tag(_("not sent: %(why)s") % {"why": error}, "tag--bad", "warning")
    if message.last_error:
        error = error_label(message.last_error)
        return Tag(_("trying again: %(why)s") % {"why": error}, "tag--bad", "clock")
    return Tag(
        _("leaves %(when)s") % {"when": short_when(message.send_after)}, "tag--wait", "clock"
    )
