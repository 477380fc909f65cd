"""The unit's free times for a joint search: what the parents mark on, and what is offered in the end."""

from datetime import datetime, timedelta

from bookings.appointments.decisions import CHOSEN_BEFORE
from bookings.availability.search import Wish, find
from bookings.availability.slots import Slot
from bookings.models import Appointment, JointSearch
from bookings.parties import conflicts
from office.core import clock
from office.models import Unit


def first_start(search: JointSearch, unit: Unit) -> datetime:
    """Return when the first common time may begin: both have the whole time to choose before it."""
    offered_at = max(search.due_at, clock.now())
    return offered_at + timedelta(days=unit.offer_days) + CHOSEN_BEFORE


def free_times(
    appointment: Appointment, search: JointSearch, unit: Unit
) -> tuple[Wish, list[Slot]]:
    """Find free times in the visit's language, or in any where nobody speaks it; the wish they meet."""
    without = conflicts.barred_from(appointment.pk)
    # The agreed time itself is no other time.
    own = appointment.starts_at, appointment.service_point_id
    first = first_start(search, unit)
    for language in dict.fromkeys((appointment.language, "")):
        wish = Wish.about(
            appointment.matters, appointment.channel, search.service_point_id, language, without
        )
        found = find(wish, unit, online=False, replacing=appointment.claim)
        slots = [s for s in found.slots if s.start >= first and (s.start, s.point) != own]
        if slots:
            break
    return wish, slots
