"""Whom somebody met the last time: to ask for the same professional, or for another one."""

from dataclasses import dataclass

from bookings.models import Appointment, AppointmentProfessional, Status
from bookings.parties.conflicts import PersonIdentifiers, appointments_of
from office.core import clock
from office.models import Professional


@dataclass(frozen=True)
class LastVisit:
    """A visit that took place, and who led it."""

    appointment: Appointment
    professional: Professional


def last_visit_of(person: PersonIdentifiers) -> LastVisit | None:
    """Return the person's newest visit that took place; None where there is none, or nobody is named."""
    if person == PersonIdentifiers():
        return None
    met = (
        AppointmentProfessional.objects.filter(
            appointment__in=appointments_of([person]),
            appointment__starts_at__lt=clock.now(),
            appointment__status__in=[*Status.agreed(), Status.DONE],
        )
        .select_related("appointment", "professional")
        .order_by("-appointment__starts_at", "-is_lead", "pk")
        .first()
    )
    return LastVisit(met.appointment, met.professional) if met else None
