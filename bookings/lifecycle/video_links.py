"""Links to video meetings: a professional's own room, or typed for one visit; work while missing."""

from datetime import datetime, time, timedelta

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from bookings.lifecycle.by_video import is_met_by_video
from bookings.lifecycle.transitions import NotPossibleError, locked, record
from bookings.models import Appointment, AppointmentProfessional, EventKind, Party, Status
from office.calendar.occupancy import retrying
from office.core import clock
from office.core.intervals import contains
from office.models import Channel, Professional, User

# Parents see the link so long after the end of a visit that takes longer than it should.
SHOWN_AFTER = timedelta(hours=1)


@retrying
def set_video_link(
    appointment_id: int, link: str, *, user: User, version: int | None = None
) -> Appointment:
    """Save the link that was typed for the visit as it is now; an empty one removes it.

    Raises NotPossibleError where nobody is met by video, or the visit has no time, or is closed.
    """
    appointment = locked(appointment_id, version=version)
    write_link(appointment, link, user=user)
    return appointment


def write_link(appointment: Appointment, link: str, *, user: User) -> None:
    """Do it, with the appointment locked or made just now. Raises NotPossibleError."""
    if not may_have_link(appointment):
        raise NotPossibleError
    _keep(appointment, link)
    record(
        appointment, EventKind.VIDEO_LINK_SET if link else EventKind.VIDEO_LINK_REMOVED, user=user
    )


def drop_outdated_link(appointment: Appointment) -> None:
    """Forget a typed link once the time, the channel or who leads the visit is another. Does not save."""
    if appointment.video_link and not _fits(appointment, lead_of(appointment)):
        _keep(appointment, "")


def _keep(appointment: Appointment, link: str) -> None:
    # A link is made for a time and a professional: with others it is not shown, and is work again.
    appointment.video_link = link
    appointment.video_link_at = appointment.starts_at if link else None
    appointment.video_link_with = lead_of(appointment) if link else None


def may_have_link(appointment: Appointment) -> bool:
    """Say whether there is a meeting by video that can have a link."""
    return (
        appointment.is_open and appointment.starts_at is not None and is_met_by_video(appointment)
    )


def lead_of(appointment: Appointment) -> Professional | None:
    """Return who leads the visit. Of a list, fetch the staff with it."""
    leads = (member.professional for member in appointment.staff.all() if member.is_lead)
    return next(leads, None)


def link_of(appointment: Appointment) -> str:
    """Return the link of the agreed meeting for who meets the parties; empty while there is none."""
    if not appointment.is_agreed or not is_met_by_video(appointment):
        return ""
    lead = lead_of(appointment)
    if appointment.video_link and _fits(appointment, lead):
        return appointment.video_link
    return lead.video_room if lead is not None else ""


def link_for_parties(appointment: Appointment, now: datetime) -> str:
    """Return the same for the parties: from the day before on, until the visit is over."""
    opens = shown_from(appointment)
    if opens is None or appointment.ends_at is None:
        return ""
    is_shown = contains((opens, appointment.ends_at + SHOWN_AFTER), now)
    return link_of(appointment) if is_shown else ""


def shown_from(appointment: Appointment) -> datetime | None:
    """Return from when the parties see the link; None of a visit without time."""
    if appointment.starts_at is None:
        return None
    day_before = clock.local(appointment.starts_at).date() - timedelta(days=1)
    return clock.at(day_before, time.min)


def without_link(now: datetime, *, days: int) -> QuerySet[Appointment]:
    """Return agreed visits of the next `days` days that lack a link to meet by, the soonest first."""
    last = clock.local(now).date() + timedelta(days=days)
    leads = AppointmentProfessional.objects.filter(appointment=OuterRef("pk"), is_lead=True)
    typed = Q(
        Exists(leads.filter(professional=OuterRef("video_link_with"))),
        ~Q(video_link=""),
        video_link_at=F("starts_at"),
    )
    joining = Party.objects.filter(appointment=OuterRef("pk"), joins_by_video=True)
    return (
        Appointment.objects.filter(
            Q(channel=Channel.VIDEO) | Q(Exists(joining), channel=Channel.IN_PERSON),
            status=Status.CONFIRMED,
            ends_at__gt=now,
            starts_at__lt=clock.day_bounds(last, last)[1],
        )
        .exclude(typed)
        .exclude(Exists(leads.exclude(professional__video_room="")))
        .order_by("starts_at", "pk")
    )


def _fits(appointment: Appointment, lead: Professional | None) -> bool:
    return (
        is_met_by_video(appointment)
        and appointment.video_link_at == appointment.starts_at
        and lead is not None
        and appointment.video_link_with_id == lead.pk
    )
