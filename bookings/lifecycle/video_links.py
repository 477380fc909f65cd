"""Links to video meetings: typed at the desk, shown to who comes, listed as work while missing."""

from datetime import datetime

from django.db.models import F, Q, QuerySet

from bookings.lifecycle.transitions import NotPossibleError, locked, record
from bookings.models import Appointment, EventKind, Status
from office.calendar.occupancy import retrying
from office.models import Channel, User


@retrying
def set_video_link(
    appointment_id: int, link: str, *, user: User, version: int | None = None
) -> None:
    """Save the meeting's link for the present time of the visit; an empty one removes it.

    Raises NotPossibleError where the visit is not by video, has no time, or is closed.
    """
    appointment = locked(appointment_id, version=version)
    if not may_have_link(appointment):
        raise NotPossibleError
    appointment.video_link = link
    # A link is made for a time: at another one it is not shown, and is the desk's work again.
    appointment.video_link_at = appointment.starts_at if link else None
    record(
        appointment, EventKind.VIDEO_LINK_SET if link else EventKind.VIDEO_LINK_REMOVED, user=user
    )


def may_have_link(appointment: Appointment) -> bool:
    """Whether there is a meeting by video that can have a link."""
    return (
        appointment.channel == Channel.VIDEO
        and appointment.is_open
        and appointment.starts_at is not None
    )


def link_of(appointment: Appointment) -> str:
    """Return the link of the agreed meeting; empty while there is none for its present time."""
    is_agreed = appointment.channel == Channel.VIDEO and appointment.is_agreed
    fits = appointment.video_link_at == appointment.starts_at
    return appointment.video_link if is_agreed and fits else ""


def without_link(now: datetime) -> QuerySet[Appointment]:
    """Return upcoming agreed visits by video without a link, the soonest first."""
    return (
        Appointment.objects.filter(channel=Channel.VIDEO, status=Status.CONFIRMED, ends_at__gt=now)
        .exclude(~Q(video_link=""), video_link_at=F("starts_at"))
        .select_related("service", "service_point", "claim")
        .order_by("starts_at", "pk")
    )
