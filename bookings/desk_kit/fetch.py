"""Fetch appointments for a desk page."""

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from bookings.lifecycle.party_access import subjects_of
from bookings.matters.queries import with_matters
from bookings.models import Appointment, Party
from bookings.visibility import Reader
from office.staff.access_log import limit_to


def appointments(reader: Reader = Reader.SECRETARY) -> QuerySet[Appointment]:
    """Return appointments with what every card names."""
    found = with_matters(Appointment.objects.seen_by(reader).with_case())
    return found.select_related("service_point", "room", "claim")


def appointment_or_404(reference: str, reader: Reader = Reader.SECRETARY) -> Appointment:
    """Fetch the appointment with the reference code, in any case; otherwise raise Http404."""
    return get_object_or_404(appointments(reader), reference=reference.upper())


def party_or_404(appointment: Appointment, pk: int) -> Party:
    """Fetch the party that a page is about: what it logs by itself is theirs alone."""
    party = get_object_or_404(appointment.parties, pk=pk)
    limit_to(subjects_of(party))
    return party
