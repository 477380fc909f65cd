"""Partners who could be asked to join, and when they are busy. A fixed number of queries."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Prefetch

from bookings.models import Appointment
from bookings.parties import conflicts
from office.core import clock
from office.core.names import Alphabetical, alphabetical
from office.models import Absence, Occupancy, PartnerOrganisation, Professional


@dataclass(frozen=True)
class PartnerCandidate:
    """A known partner, and whether anything speaks against asking them."""

    professional: Professional
    is_busy: bool
    is_in: bool
    speaks: bool


def candidates(
    organisation: PartnerOrganisation, appointment: Appointment
) -> list[PartnerCandidate]:
    """List the organisation's known professionals, those free at the appointment's time first."""
    claim = appointment.claim
    during = claim.occupancies.values_list("during", flat=True).first() if claim else None
    people = (
        Professional.objects.in_use()
        .filter(organisation=organisation)
        .exclude(pk__in=conflicts.barred_from(appointment.pk))
    )
    if during is not None:
        busy = Occupancy.objects.filter(resource=OuterRef("pk"), during__overlap=during)
        people = people.annotate(
            busy=Exists(busy.exclude(claim=claim).exclude(expires_at__lte=clock.now()))
        )
    here = set(appointment.staff.values_list("professional_id", flat=True))
    found = [
        PartnerCandidate(
            professional=person,
            is_busy=bool(getattr(person, "busy", False)),
            is_in=person.pk in here,
            speaks=appointment.language in person.languages,
        )
        for person in people
    ]
    return sorted(
        found, key=lambda c: (c.is_in, c.is_busy, not c.speaks, alphabetical(c.professional.name))
    )


def by_organisation() -> list[PartnerOrganisation]:
    """Return organisations with their `people`, each with their `upcoming_busy` times."""
    upcoming = Absence.objects.filter(during__endswith__gt=clock.now()).order_by("during")
    people = (
        Professional.objects.in_use()
        .order_by(Alphabetical("name"))
        .prefetch_related(Prefetch("absences", upcoming, to_attr="upcoming_busy"))
    )
    return list(
        PartnerOrganisation.objects.filter(is_active=True).prefetch_related(
            Prefetch("professionals", people, to_attr="people")
        )
    )
