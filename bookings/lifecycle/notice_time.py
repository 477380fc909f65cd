"""How long before a visit it is to be cancelled or moved. Later is possible, and counted as late."""

from datetime import datetime, timedelta

from bookings.models import Appointment
from office.core import clock
from office.models import Unit


def notice_until(appointment: Appointment, unit: Unit) -> datetime | None:
    """Return until when to cancel or move; None without a time, or where the unit asks for no notice."""
    if appointment.starts_at is None or not unit.cancel_notice_hours:
        return None
    return appointment.starts_at - timedelta(hours=unit.cancel_notice_hours)


def is_late(appointment: Appointment) -> bool:
    """Say whether an agreed visit is cancelled or moved later than the unit asks for."""
    until = notice_until(appointment, Unit.get())
    return appointment.is_agreed and until is not None and until < clock.now()
