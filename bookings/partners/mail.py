"""Write to partner professionals, or else to their organisation."""

from django.utils.translation import gettext as _

from bookings.models import Appointment, PairInvitation
from bookings.notifications.kinds import TO_PARTNERS, MessageKind
from bookings.notifications.notify import Recipient, language_of, notify
from bookings.notifications.time_and_place import TimeAndPlace
from bookings.parties.safe_channels import Contact
from office.core import tokens
from office.core.languages import LANGUAGES
from office.messaging import ics, outbox
from office.messaging.outbox import Link
from office.models import MessageChannel, Professional

State = PairInvitation.State


def notify_asked(invitation: PairInvitation, appointment: Appointment) -> bool:
    """Send the invitation, with a calendar file; False where nobody can be written to."""
    return _post(MessageKind.PAIR_ASKED, invitation, appointment, calendar=True)


def notify_withdrawn(invitation: PairInvitation, appointment: Appointment, *, knew: bool) -> None:
    """Tell the partner that the time is free again; nothing where they never knew of it."""
    unsent = _take_back(invitation, appointment)
    if knew and (not unsent or _was_sent(invitation, appointment)):
        _post(MessageKind.PAIR_WITHDRAWN, invitation, appointment, calendar=True)


def remind(invitation: PairInvitation, appointment: Appointment, *, once_key: str) -> bool:
    """Remind a partner of the visit; False where no e-mail reaches them or it was done before."""
    return _post(MessageKind.PAIR_REMINDER, invitation, appointment, once_key=once_key)


def address_of(professional: Professional) -> str:
    """Choose where an invitation goes: to the person, else their organisation; empty for neither."""
    organisation = professional.organisation
    return professional.email or (organisation.email if organisation else "")


def reaches(professional: Professional) -> bool:
    """Say whether an e-mail can be sent; otherwise somebody must call."""
    return bool(address_of(professional)) and outbox.channel_works(MessageChannel.EMAIL)


def link_path(invitation: PairInvitation) -> str:
    """Return the address of the invitation's page."""
    return f"/pair/{token_of(invitation)}/"


def token_of(invitation: PairInvitation) -> str:
    return tokens.token_for("pair", invitation.link_nonce)


def calendar_of(
    invitation: PairInvitation,
    appointment: Appointment,
    *,
    is_cancelled: bool = False,
    attendee: str = "",
) -> str:
    """Return the partner's calendar file, in the active language; `attendee`: whom it is sent to."""
    meeting = TimeAndPlace(invitation)
    return ics.visit_file(
        ics.CalendarEvent(
            uid=ics.uid_for("pair", str(invitation.pk)),
            start=invitation.starts_at,
            end=invitation.ends_at,
            summary=_("Booked %(code)s") % {"code": appointment.reference},
            location=meeting.place if meeting.is_in_person else "",
            sequence=invitation.asked_times + (1 if is_cancelled else 0),
            is_cancelled=is_cancelled,
            is_tentative=invitation.is_asked,
            attendee=attendee,
        )
    )


def _take_back(invitation: PairInvitation, appointment: Appointment) -> int:
    return outbox.withdraw(
        about=appointment.reference, kinds=TO_PARTNERS, nonce=invitation.link_nonce
    )


def _was_sent(invitation: PairInvitation, appointment: Appointment) -> bool:
    return outbox.was_sent(
        about=appointment.reference, kinds=[MessageKind.PAIR_ASKED], nonce=invitation.link_nonce
    )


def _post(
    kind: MessageKind,
    invitation: PairInvitation,
    appointment: Appointment,
    *,
    calendar: bool = False,
    once_key: str = "",
) -> bool:
    """Write to the partner in their language, in place of what has not left yet."""
    professional = invitation.professional
    if not reaches(professional):
        return False
    if not once_key:
        _take_back(invitation, appointment)
    # A room and colleagues are those of the appointment's present time.
    is_current = appointment.starts_at == invitation.starts_at

    def file(address: str) -> str:
        return calendar_of(
            invitation,
            appointment,
            is_cancelled=kind == MessageKind.PAIR_WITHDRAWN,
            attendee=address,
        )

    written = notify(
        kind,
        Recipient(
            contacts=[Contact(MessageChannel.EMAIL, address_of(professional))],
            languages=[language_of(professional)],
            link=Link("/pair/{token}/", "pair", invitation.link_nonce),
        ),
        {
            "professional": professional,
            "appointment": appointment,
            "visit": TimeAndPlace(invitation),
            "again": invitation.asked_times > 1,
            "asks": invitation.is_asked,
            "room": appointment.room if is_current else None,
            "colleagues": _colleagues(invitation, appointment) if is_current else [],
            "language": dict(LANGUAGES).get(appointment.language, appointment.language),
        },
        calendar=file if calendar else None,
        about=appointment.reference,
        once_key=once_key,
        expires_at=invitation.starts_at,
    )
    return bool(written)


def _colleagues(invitation: PairInvitation, appointment: Appointment) -> list[str]:
    """Name them without their titles, which would tell the matter."""
    return [p.name for p in appointment.professionals.exclude(pk=invitation.professional_id)]
