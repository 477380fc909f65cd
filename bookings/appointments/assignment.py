"""Assign a time and its staff to an appointment, or free them."""

from collections.abc import Sequence

from django.db.models import F

from bookings.appointments.freed import time_freed
from bookings.availability.allocation import Taken
from bookings.lifecycle.travel import busy_span
from bookings.models import Appointment, AppointmentProfessional, MoveRequest, Status, TimeOffer
from bookings.models.asks import ProposedTime
from bookings.parties import conflicts
from bookings.partners import invitations
from office.calendar.occupancy import TimeTakenError, discard, keep, make_whole
from office.models import Claim, ClaimKind, Professional


def professionals_of(claim: Claim) -> list[Professional]:
    """Return who is busy with the claim, the unit's own professionals first."""
    return list(
        Professional.objects.filter(resource__occupancies__claim=claim)
        .select_related("user", "organisation")
        .order_by(F("organisation").asc(nulls_first=True), "pk")
    )


def give_time(
    appointment: Appointment,
    time: ProposedTime | Taken,
    *,
    kind: ClaimKind,
    people: Sequence[Professional] | None = None,
    with_partners: bool = False,
) -> None:
    """Assign the claimed time to the appointment and free its former one. Does not save the appointment.

    `people`: who meets the parties, the lead first; None: whoever is busy with the claim.
    `with_partners`: partner professionals who were to join come along to the new time, if they are
    free. Raises TimeTakenError if the claim has lapsed and somebody else needed it.
    """
    old = appointment.claim
    claim = time.claim
    if claim is None:
        raise TimeTakenError
    keep(claim, kind=kind, label=appointment.reference)
    if isinstance(time, MoveRequest | TimeOffer) and old is not None:
        # What overlaps the time that it had was left to that until now.
        busy = busy_span(appointment.matters, time.channel, time.starts_at, time.ends_at)
        make_whole(claim, *busy, replacing=old)
    if isinstance(time, Taken):
        appointment.starts_at, appointment.ends_at = time.start, time.end
        appointment.service_point = claim.service_point
    else:
        appointment.starts_at, appointment.ends_at = time.starts_at, time.ends_at
        appointment.service_point = time.service_point
        appointment.channel = time.channel
        time.claim = None
    appointment.room = time.room
    appointment.claim = claim
    if with_partners:
        before = [
            member.professional for member in appointment.staff.select_related("professional")
        ]
        invitations.bring_along(appointment, claim, before, replacing=old if old != claim else None)
    if appointment.pk is not None:
        set_staff(appointment, people)
    if old is None:
        return
    if old != claim:
        Appointment.objects.filter(pk=appointment.pk).update(claim=claim)
        discard(old)
    time_freed()


def set_staff(appointment: Appointment, people: Sequence[Professional] | None = None) -> None:
    """Replace the appointment's staff; by default by who is busy with its claim. Raises BarredError."""
    if people is None:
        people = professionals_of(appointment.claim) if appointment.claim else []
    conflicts.refuse_barred(appointment, [person.pk for person in people])
    appointment.staff.all().delete()
    AppointmentProfessional.objects.bulk_create(
        AppointmentProfessional(
            appointment=appointment, professional=professional, is_lead=index == 0
        )
        for index, professional in enumerate(people)
    )


def free_time(appointment: Appointment, becoming: Status, *, forget_when: bool = False) -> None:
    """Free the appointment's time before record() writes down the status `becoming`.

    `forget_when`: also forget when and with whom it was; otherwise that stays to be read.
    """
    claim = appointment.claim
    appointment.claim = None
    if forget_when:
        appointment.starts_at = appointment.ends_at = appointment.room = None
        appointment.staff.all().delete()
    if claim is not None:
        Appointment.objects.filter(pk=appointment.pk).update(
            claim=None,
            status=becoming,
            starts_at=appointment.starts_at,
            ends_at=appointment.ends_at,
        )
        discard(claim)
        time_freed()
