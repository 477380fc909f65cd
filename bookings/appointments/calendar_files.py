"""The calendar files of a visit: a party's, and a professional's."""

from django.db.models import Q
from django.utils.translation import gettext as _

from bookings.lifecycle.by_video import channel_of
from bookings.models import Appointment, EventKind, Party
from bookings.notifications.time_and_place import Scheduled, TimeAndPlace
from office.messaging import ics


def calendar_of(
    party: Party, appointment: Appointment, *, is_cancelled: bool = False, attendee: str = ""
) -> str:
    """Return the party's calendar file, in the active language; empty where there is no time.

    `attendee`: the address that it is sent to; empty for one to download.
    """
    return visit_calendar(
        appointment,
        uid=ics.uid_for("party", appointment.reference, str(party.pk)),
        party=party,
        summary=_("Appointment"),
        is_cancelled=is_cancelled,
        attendee=attendee,
    )


def visit_calendar(
    appointment: Appointment,
    *,
    uid: str,
    summary: str,
    is_cancelled: bool,
    attendee: str,
    party: Party | None = None,
) -> str:
    if appointment.starts_at is None or appointment.ends_at is None:
        return ""
    visit, changing = TimeAndPlace(appointment), Q(what__in=EventKind.changing_calendar())
    if party is not None:
        visit = time_for_party(party, appointment)
        changing |= Q(
            what__in=EventKind.changing_own_calendar(), party=party.accompanies_id or party.pk
        )
    return ics.visit_file(
        ics.CalendarEvent(
            uid=uid,
            start=appointment.starts_at,
            end=appointment.ends_at,
            summary=summary,
            location=visit.place if visit.is_in_person else "",
            # Not the appointment's version: that grows by what the other party does, and would tell.
            # A cancellation may be sent before it is recorded.
            sequence=appointment.events.filter(changing).count() + (1 if is_cancelled else 0),
            is_cancelled=is_cancelled,
            attendee=attendee,
        )
    )


def time_for_party(party: Party, time: Scheduled) -> TimeAndPlace:
    """Return a time with how the party takes part in it."""
    return TimeAndPlace(time, own_channel=channel_of(party, time))
