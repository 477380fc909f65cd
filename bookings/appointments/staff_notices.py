"""Notify the professionals of what happens to an appointment, in the same transaction."""

from collections.abc import Iterable
from datetime import datetime
from functools import partial

from django.utils.translation import gettext as _

from bookings.appointments.calendar_files import visit_calendar
from bookings.models import Appointment
from bookings.notifications.kinds import TO_STAFF, MessageKind
from bookings.notifications.notify import Recipient, language_of, notify
from bookings.notifications.time_and_place import TimeAndPlace
from bookings.parties.safe_channels import Contact
from bookings.partners import invitations
from office.core.languages import LANGUAGES
from office.messaging import ics, outbox
from office.models import MessageChannel, Professional

STAFF_KINDS = {
    "booked": MessageKind.STAFF_BOOKED,
    "moved": MessageKind.STAFF_MOVED,
    "cancelled": MessageKind.STAFF_CANCELLED,
    # Another room, place, channel or colleague: the same kind of message as another time.
    "changed": MessageKind.STAFF_MOVED,
}


def notify_professionals(
    appointment: Appointment, what: str, *, only: Iterable[Professional] | None = None
) -> list[Professional]:
    """Tell those who meet the parties; return who has no e-mail.

    `what`: "booked", "moved", "changed" or "cancelled". `only`: these and no others, such as somebody
    whose turn a colleague took. Partners of other organisations are invited: see partners.invitations.
    """
    unreached = []
    staff = appointment.professionals.select_related("user") if only is None else only
    for professional in staff:
        if professional.organisation_id is not None:
            continue
        if professional.email:
            _notify_professional(appointment, professional, what)
        else:
            unreached.append(professional)
    if what == "cancelled" and only is None:
        invitations.withdraw_all(appointment)
    else:
        unreached += invitations.invite(appointment)
    return unreached


def _notify_professional(appointment: Appointment, professional: Professional, what: str) -> None:
    """Tell when, where, for which service, with whom; nothing of the clients.

    The subject and the calendar entry, which others may see, name neither service nor place.
    """
    outbox.withdraw(about=appointment.reference, kinds=TO_STAFF, to=professional.email)

    def calendar(address: str) -> str:
        return visit_calendar(
            appointment,
            uid=ics.uid_for("staff", appointment.reference, str(professional.pk)),
            summary=_("Booked %(code)s") % {"code": appointment.reference},
            is_cancelled=what == "cancelled",
            attendee=address,
        )

    notify(
        STAFF_KINDS[what],
        Recipient([Contact(MessageChannel.EMAIL, professional.email)], [language_of(professional)]),
        {
            "appointment": appointment,
            "visit": TimeAndPlace(appointment),
            "room": appointment.room,
            "colleagues": partial(_colleagues, appointment, professional),
            "language": dict(LANGUAGES).get(appointment.language, appointment.language),
        },
        template=f"staff_{what}",
        calendar=calendar,
        about=appointment.reference,
        expires_at=last_moment(appointment),
    )


def _colleagues(appointment: Appointment, professional: Professional) -> list[str]:
    return [
        f"{p.name}, {p.title}" if p.title else p.name
        for p in appointment.professionals.exclude(pk=professional.pk)
    ]


def last_moment(appointment: Appointment) -> datetime | None:
    """Return from when a message is of no use any more: the beginning of the visit."""
    return None if appointment.is_declined else appointment.starts_at
