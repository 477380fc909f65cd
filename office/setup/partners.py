"""Partner professionals: colleagues of other organisations, most without hours and without an account."""

from datetime import datetime

from office.calendar.hours_impact import OrphanedBooking
from office.core.save_checked import save_checked
from office.models import Absence, PartnerOrganisation, Professional
from office.setup.absences import add_absence


def new_partner(
    organisation: PartnerOrganisation,
    *,
    name: str,
    title: str,
    email: str,
    phone: str,
    language: str,
) -> Professional:
    """Make somebody known who is asked for the first time; return the one with this address, if any.

    Raises ValidationError.
    """
    if email:
        known = organisation.professionals.filter(email__iexact=email).order_by("pk").first()
        if known is not None:
            if not known.is_active:
                known.is_active = True
                known.save(update_fields=["is_active"])
            return known
    professional = Professional(
        organisation=organisation,
        name=name,
        title=title,
        email=email,
        phone=phone,
        languages=[language],
    )
    save_checked(professional)
    return professional


def mark_busy(
    professional: Professional, *, start: datetime, end: datetime, seen: str = ""
) -> list[OrphanedBooking]:
    """Add a time at which a partner is busy. Raises BookingsHitError unless `seen`."""
    return add_absence(professional, start=start, end=end, reason=Absence.Reason.OTHER, seen=seen)
