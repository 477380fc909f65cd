"""Writing to partner professionals: to the person, or else to their organisation; or nobody can be."""

from collections.abc import Callable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from bookings.models import Appointment, PairInvitation
from bookings.notifications import letters
from bookings.notifications.letterhead import Letter
from bookings.partners import letters as pair_letters
from office.core import tokens
from office.messaging import ics as calendar_file
from office.messaging import outbox
from office.messaging.outbox import Link
from office.models import Channel, MessageChannel, Professional, Unit

ASKED, WITHDRAWN, REMINDER = "pair_asked", "pair_withdrawn", "pair_reminder"
PAIR_KINDS = [ASKED, WITHDRAWN, REMINDER]

outbox.KIND_NAMES.update(
    {
        ASKED: gettext_lazy("To a partner professional: invitation"),
        WITHDRAWN: gettext_lazy("To a partner professional: cancelled"),
        REMINDER: gettext_lazy("To a partner professional: reminder"),
    }
)

outbox.LAPSE_QUIETLY.add(REMINDER)

State = PairInvitation.State
Write = Callable[[PairInvitation, Appointment, Unit], Letter]


def tell_asked(invitation: PairInvitation, appointment: Appointment) -> bool:
    """The invitation, with a calendar file; False where nobody can be written to."""
    return _post(ASKED, invitation, appointment, pair_letters.invited, calendar=True)


def tell_off(invitation: PairInvitation, appointment: Appointment, *, knew: bool) -> None:
    """The time is free again. Whoever has not been told of it (or not `knew`) is told nothing."""
    unsent = _take_back(invitation, appointment)
    if knew and (not unsent or _was_sent(invitation, appointment)):
        _post(WITHDRAWN, invitation, appointment, pair_letters.withdrawn, calendar=True)


def remind(invitation: PairInvitation, appointment: Appointment, *, once_key: str) -> bool:
    """Remind a partner of the visit; False where no e-mail reaches them or it was done before."""
    return _post(REMINDER, invitation, appointment, pair_letters.reminder, once_key=once_key)


def address_of(professional: Professional) -> str:
    """Where an invitation goes: to the person, or else to their organisation; empty for neither."""
    organisation = professional.organisation
    return professional.email or (organisation.email if organisation else "")


def reaches(professional: Professional) -> bool:
    """Whether an e-mail can be sent; otherwise somebody must call."""
    return bool(address_of(professional)) and outbox.channel_works(MessageChannel.EMAIL)


def link_path(invitation: PairInvitation) -> str:
    """The address of the invitation's page."""
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
    """The partner's calendar file, in the language that is active; `attendee`: whom it is sent to."""
    in_person = invitation.channel == Channel.IN_PERSON
    return calendar_file.visit_file(
        calendar_file.Visit(
            uid=calendar_file.uid_for("pair", str(invitation.pk)),
            start=invitation.starts_at,
            end=invitation.ends_at,
            summary=_("Booked %(code)s") % {"code": appointment.reference},
            location=letters.place_of(invitation.channel, invitation.service_point)
            if in_person
            else "",
            sequence=invitation.asked_times + (1 if is_cancelled else 0),
            is_cancelled=is_cancelled,
            is_tentative=invitation.state == State.ASKED,
            attendee=attendee,
        )
    )


def _take_back(invitation: PairInvitation, appointment: Appointment) -> int:
    return outbox.withdraw(
        about=appointment.reference, kinds=PAIR_KINDS, nonce=invitation.link_nonce
    )


def _was_sent(invitation: PairInvitation, appointment: Appointment) -> bool:
    return outbox.was_sent(about=appointment.reference, kinds=[ASKED], nonce=invitation.link_nonce)


def _post(
    kind: str,
    invitation: PairInvitation,
    appointment: Appointment,
    write: Write,
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
    language = letters.language_of(professional)
    with override(language):
        letter = write(invitation, appointment, Unit.get())
        file = ""
        if calendar:
            file = calendar_of(
                invitation,
                appointment,
                is_cancelled=kind == WITHDRAWN,
                attendee=address_of(professional),
            )
    return (
        outbox.post(
            kind=kind,
            channel=MessageChannel.EMAIL,
            to=address_of(professional),
            language=language,
            subject=letter.subject,
            body=letter.body,
            link=Link("/pair/{token}/", "pair", invitation.link_nonce),
            calendar=file,
            about=appointment.reference,
            once_key=once_key or None,
            expires_at=invitation.starts_at,
        )
        is not None
    )
