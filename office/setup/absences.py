"""A professional is away, is away at other times, is back."""

from datetime import datetime

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from office.calendar.hours_handover import change_and_hand_over
from office.calendar.hours_impact import OrphanedBooking, change_hours
from office.calendar.occupancy import cover, discard, free
from office.core.save_checked import save_checked
from office.hooks import ABSENCES_CHANGED
from office.models import Absence, Claim, ClaimKind, Professional

REASON = "absence"


def _run_hooks(professional: int) -> None:
    for absences_changed in ABSENCES_CHANGED:
        absences_changed(professional)


def add_absence(
    professional: Professional, *, start: datetime, end: datetime, reason: str, seen: str = ""
) -> list[OrphanedBooking]:
    """Take all of the time that nobody has booked. Raises BookingsHitError unless `seen`."""

    def change() -> None:
        absence = Absence(
            professional=professional,
            reason=reason,
            during=DateTimeTZRange(start, end),
            claim=Claim.objects.create(kind=ClaimKind.ABSENCE),
        )
        save_checked(absence)
        cover(absence)

    hits = change_and_hand_over(
        professionals=[professional.pk], change=change, reason=REASON, seen=seen
    )
    _run_hooks(professional.pk)
    return hits


def hit_by_absence(
    professional: Professional, start: datetime, end: datetime
) -> list[OrphanedBooking]:
    """List what an absence would hit, changing nothing: the fingerprint of it is what `seen` means."""

    def change() -> None:
        absence = Absence(
            professional=professional,
            during=DateTimeTZRange(start, end),
            claim=Claim.objects.create(kind=ClaimKind.ABSENCE),
        )
        absence.save()
        cover(absence)

    return change_hours(professionals=[professional.pk], change=change, reason=REASON, dry_run=True)


def move_absence(
    absence: Absence, *, start: datetime, end: datetime, reason: str, seen: str = ""
) -> list[OrphanedBooking]:
    """Give the absence other times or another reason."""

    def change() -> None:
        row = Absence.objects.select_for_update(of=("self",)).get(pk=absence.pk)
        row.reason = reason
        row.during = DateTimeTZRange(start, end)
        save_checked(row)
        free(row.claim)
        cover(row)

    hits = change_and_hand_over(
        professionals=[absence.professional_id], change=change, reason=REASON, seen=seen
    )
    _run_hooks(absence.professional_id)
    return hits


def end_absence(absence: Absence, *, seen: str = "") -> list[OrphanedBooking]:
    """Remove the absence: its time is free again, bookings that it hit are work no longer."""

    def change() -> None:
        row = Absence.objects.select_for_update(of=("self",)).filter(pk=absence.pk).first()
        if row is None:
            return
        claim = row.claim
        # First the absence, so that the freed time goes to others that wait for it and not to itself.
        row.delete()
        discard(claim)

    hits = change_and_hand_over(
        professionals=[absence.professional_id], change=change, reason=REASON, seen=seen
    )
    _run_hooks(absence.professional_id)
    return hits
