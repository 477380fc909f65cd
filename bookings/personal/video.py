"""The meeting by video on a party's own page: the same for each party who takes part by video."""

from dataclasses import dataclass
from datetime import datetime

from bookings.lifecycle.by_video import channel_of
from bookings.lifecycle.video_links import SHOWN_AFTER, link_for_parties, shown_from
from bookings.models import Appointment, Party
from office.core import clock
from office.models import Channel, Unit


@dataclass(frozen=True)
class VideoMeeting:
    """`link`: to press; `opens`: from when it will be shown; neither where it is late."""

    link: str
    opens: datetime | None
    # Whom to call when it does not open.
    phone: str
    test_page: str


def video_meeting(party: Party, appointment: Appointment, unit: Unit) -> VideoMeeting | None:
    """Show on the page an agreed meeting by video; None of other visits, and once it is over."""
    now = clock.now()
    opens, ends_at = shown_from(appointment), appointment.ends_at
    if channel_of(party, appointment) != Channel.VIDEO or not appointment.is_agreed:
        return None
    if opens is None or ends_at is None or now >= ends_at + SHOWN_AFTER:
        return None
    point = appointment.service_point
    return VideoMeeting(
        link=link_for_parties(appointment, now),
        opens=opens if now < opens else None,
        phone=(point.phone if point else "") or unit.phone,
        test_page=unit.video_test_page,
    )
