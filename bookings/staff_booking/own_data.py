"""What was typed for somebody when the line was cut: for their own extract, and to be deleted."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from bookings.hooks import KeptElsewhere
from bookings.models import ParkedBooking
from bookings.staff_booking.parking import caller_of
from office.core.dates import when


def parked_of(contacts: Sequence[str], language: str) -> KeptElsewhere:
    """Find the bookings for a caller with these contacts. What was typed of another parent is theirs."""
    rows, records = [], []
    for parked, name in _parked(contacts):
        rows.append((when(parked.parked_at, language), name))
        records.append(parked.record)
    return KeptElsewhere(_("Bookings that were begun on the phone"), rows, records)


def forget_parked(contacts: Sequence[str]) -> None:
    ParkedBooking.objects.filter(pk__in=[parked.pk for parked, _name in _parked(contacts)]).delete()


def _parked(contacts: Sequence[str]) -> list[tuple[ParkedBooking, str]]:
    wanted = {contact.casefold() for contact in contacts}
    if not wanted:
        return []
    callers = [(parked, caller_of(parked)) for parked in ParkedBooking.objects.all()]
    return [
        (parked, caller.name)
        for parked, caller in callers
        if wanted & {contact.casefold() for contact in caller.contacts}
    ]
