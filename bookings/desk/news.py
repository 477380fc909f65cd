"""What others have just done to an appointment, in a sentence each."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from bookings.desk_kit.history import actor_label, event_label
from bookings.models import Appointment, AppointmentEvent, EventKind


@dataclass(frozen=True)
class News:
    """One thing that happened since the card was opened."""

    at: datetime
    sentence: str


def news_of(appointment: Appointment, seen: int) -> list[News]:
    """List what happened after version `seen`, the oldest first."""
    events = appointment.events.select_related("user", "party").order_by("-at", "-pk")
    since = events[: max(1, appointment.version - seen)]
    return [News(event.at, _sentence(event)) for event in reversed(since)]


def _sentence(event: AppointmentEvent) -> str:
    sentences = {
        EventKind.CONFIRMED: _("%(who)s has just confirmed this."),
        EventKind.DECLINED: _("%(who)s has just declined this."),
        EventKind.CANCELLED: _("%(who)s has just cancelled this."),
        EventKind.MOVED: _("%(who)s has just moved this to another time."),
        EventKind.OFFERED: _("%(who)s has just offered times for this."),
        EventKind.CALLED: _("%(who)s has just called about this."),
    }
    what = EventKind(event.what)
    sentence = sentences.get(what, _("%(who)s has just changed this: %(what)s."))
    return sentence % {"who": actor_label(event), "what": event_label(event)}
