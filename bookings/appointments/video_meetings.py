"""Change where a visit is met by video, and notify those whose reminder has another link."""

from bookings.appointments.reminders import remind_of_link
from bookings.lifecycle.video_links import set_video_link
from office.calendar.occupancy import retrying
from office.models import User


@retrying
def change_video_link(
    appointment_id: int, link: str, *, user: User, version: int | None = None
) -> None:
    """Save the link typed for the visit; an empty one removes it. Raises NotPossibleError."""
    remind_of_link(set_video_link(appointment_id, link, user=user, version=version))
