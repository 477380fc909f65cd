"""Fetch appointments for a desk page."""

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from bookings.matters.queries import with_matters
from bookings.models import Appointment
from bookings.visibility import Reader


def appointments(reader: Reader = Reader.SECRETARY) -> QuerySet[Appointment]:
    """Return appointments with what every card names."""
    found = with_matters(Appointment.objects.seen_by(reader).with_case())
    return found.select_related("service_point", "room", "claim")


def appointment_or_404(reference: str, reader: Reader = Reader.SECRETARY) -> Appointment:
    """Fetch the appointment with the reference code, in any case; otherwise raise Http404."""
    return get_object_or_404(appointments(reader), reference=reference.upper())
