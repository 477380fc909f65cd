"""Notify the professionals of what happens to an appointment, in the same transaction."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
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


class StaffNews(StrEnum):
    """What a professional is notified of."""

    BOOKED = "booked"
    MOVED = "moved"
    # Another room, place, channel or colleague.
    CHANGED = "changed"
    CANCELLED = "cancelled"

    @property
    def kind(self) -> MessageKind:
        """The kind of message; whatever changes goes by that of another time."""
        return {
            StaffNews.BOOKED: MessageKind.STAFF_BOOKED,
            StaffNews.CANCELLED: MessageKind.STAFF_CANCELLED,
        }.get(self, MessageKind.STAFF_MOVED)


def notify_professionals(
    appointment: Appointment, news: StaffNews, *, only: Iterable[Professional] | None = None
) -> list[Professional]:
    """Tell those who meet the parties; return who has no e-mail.

    `only`: these and no others, such as somebody
    whose turn a colleague took. Partners of other organisations are invited: see partners.invitations.
    """
    unreached = []
    staff = appointment.professionals.select_related("user") if only is None else only
    for professional in staff:
        if professional.organisation_id is not None:
            continue
        if professional.email:
            _notify_professional(appointment, professional, news)
        else:
            unreached.append(professional)
    if news == StaffNews.CANCELLED and only is None:
        invitations.withdraw_all(appointment)
    else:
        unreached += invitations.invite(appointment)
    return unreached


def _notify_professional(
    appointment: Appointment, professional: Professional, news: StaffNews
) -> None:
    """Tell when, where, for which service, with whom; nothing of the clients.

    The subject and the calendar entry, which others may see, name neither service nor place.
    """
    outbox.withdraw(about=appointment.reference, kinds=TO_STAFF, to=professional.email)

    def calendar(address: str) -> str:
        return visit_calendar(
            appointment,
            uid=ics.uid_for("staff", appointment.reference, str(professional.pk)),
            summary=_("Booked %(code)s") % {"code": appointment.reference},
            is_cancelled=news == StaffNews.CANCELLED,
            attendee=address,
        )

    notify(
        news.kind,
        Recipient([Contact(MessageChannel.EMAIL, professional.email)], [language_of(professional)]),
        {
            "appointment": appointment,
            "visit": TimeAndPlace(appointment),
            "room": appointment.room,
            "colleagues": partial(_colleagues, appointment, professional),
            "language": dict(LANGUAGES).get(appointment.language, appointment.language),
        },
        template=f"staff_{news.value}",
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
