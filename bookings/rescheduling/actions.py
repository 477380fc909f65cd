"""Changing an appointment: its time, place, channel, room, who meets the parties. All or nothing."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q

from bookings.appointments import notify, separate_visits
from bookings.appointments.decisions import announce, close_proposals
from bookings.lifecycle.phone_visits import refuse_change_to_phone
from bookings.lifecycle.transitions import NotPossibleError, locked, record
from bookings.models import Answer, Appointment, AppointmentProfessional, EventKind, Party, Status
from bookings.parties import conflicts
from bookings.partners import invitations as pairing
from bookings.rescheduling.plan import (
    BEFORE_IT_HOLDS,
    Change,
    InTheWayError,
    NothingChangesError,
    OutsideHoursError,
    Plan,
    may_change,
    obstacles,
    outside_hours,
    plan,
    rooms_for,
)
from office.calendar.occupancy import TimeTakenError, alter, lock, retrying, take
from office.core import clock
from office.models import (
    Channel,
    Claim,
    ClaimKind,
    Occupancy,
    Room,
    User,
)


@retrying
def change(
    appointment_id: int,
    wanted: Change,
    *,
    user: User,
    version: int | None = None,
    outside: bool = False,
    together: bool = False,
    confirming: bool = True,
) -> list[Party]:
    """Let the appointment stand as `wanted`, and tell whom it concerns; who must be called instead.

    A request becomes a confirmed appointment by it, unless `confirming` is off: then its professionals
    and room alone can be changed, and nobody is told. `outside`: somebody's hours are overstepped
    knowingly; `together`: so is the gap between the parents' separate visits. Raises InTheWayError,
    OutsideHoursError, TooCloseError, NothingChangesError, NotPossibleError, ChangedMeanwhileError; then
    nothing has changed.
    """
    appointment = locked(appointment_id, version=version)
    if not may_change(appointment):
        raise NotPossibleError
    coming = plan(appointment, wanted)
    confirms = confirming and appointment.status in BEFORE_IT_HOLDS
    _check(coming, confirming=confirming)
    refuse_change_to_phone(appointment, wanted.channel)
    conflicts.refuse_barred(appointment, [person.pk for person in coming.people])
    # All at once and in order, so that two changes do not wait for each other.
    lock([*(p.pk for p in coming.people), *rooms_for(coming), *_held_by(appointment)])
    lacking = outside_hours(coming) if coming.needs_hours else []
    if lacking and not outside:
        raise OutsideHoursError([person for person, _away in lacking])
    if coming.is_seen or confirms:
        separate_visits.refuse(
            appointment,
            coming.wanted.start,
            coming.end,
            coming.building,
            user=user,
            override=together,
        )
    if coming.was_agreed:
        # While the appointment still says the time that they are told of.
        notify.tell_professionals(appointment, "cancelled", only=coming.dropped)
    if confirms or coming.is_moved:
        # First, since the time may be one of those that are kept for it.
        close_proposals(appointment)
    was = _said(appointment)
    _grasp(appointment, coming, confirms=confirms)
    details = {"was": was, "now": _said(appointment)}
    if confirms:
        appointment.answered_at = appointment.answered_at or clock.now()
        record(appointment, EventKind.CONFIRMED, to=Status.CONFIRMED, user=user, details=details)
        return announce(appointment)
    record(appointment, _what(coming), user=user, details=details)
    return _tell(appointment, coming) if coming.was_agreed else []


def _held_by(appointment: Appointment) -> list[int]:
    """Whoever and whichever room the appointment keeps now, or is kept for it."""
    claims = Q(appointment=appointment)
    claims |= Q(moverequest__appointment=appointment) | Q(timeoffer__appointment=appointment)
    return list(
        Occupancy.objects.filter(claim__in=Claim.objects.filter(claims)).values_list(
            "resource_id", flat=True
        )
    )


def _check(coming: Plan, *, confirming: bool) -> None:
    appointment, now = coming.appointment, clock.now()
    if not coming.is_anything:
        raise NothingChangesError
    begun = appointment.status == Status.ARRIVED
    quiet = appointment.status in BEFORE_IT_HOLDS and not confirming
    if coming.is_moved and (coming.wanted.start <= now or begun):
        raise NotPossibleError
    if coming.end <= now or (quiet and (coming.is_seen or appointment.claim is None)):
        raise NotPossibleError
    if coming.wanted.channel == Channel.IN_PERSON and not rooms_for(coming):
        raise NotPossibleError


def _grasp(appointment: Appointment, coming: Plan, *, confirms: bool) -> None:
    """Take the time, room by room, and write it down. Raises InTheWayError."""
    people = [person.pk for person in coming.people]
    rooms: Iterable[int | None] = rooms_for(coming) or [None]
    for room in rooms:
        resources = people if room is None else [*people, room]
        try:
            _hold(appointment, coming, resources)
        except TimeTakenError:
            continue
        break
    else:
        raise InTheWayError(obstacles(coming))
    claim = appointment.claim
    if claim is not None:
        if confirms:
            claim.kind, claim.label = ClaimKind.APPOINTMENT, appointment.reference
        if coming.needs_hours:
            # Everybody has hours now, or the secretary knows better.
            claim.orphaned_at, claim.orphan_reason = None, ""
        claim.save()
    appointment.starts_at, appointment.ends_at = coming.wanted.start, coming.end
    appointment.channel = coming.wanted.channel
    appointment.service_point = coming.point
    appointment.room = Room.objects.get(pk=room) if room is not None else None
    appointment.staff.all().delete()
    AppointmentProfessional.objects.bulk_create(
        AppointmentProfessional(appointment=appointment, professional=person, is_lead=index == 0)
        for index, person in enumerate(coming.people)
    )


def _hold(appointment: Appointment, coming: Plan, resources: list[int]) -> None:
    start, end = coming.wanted.start, coming.busy_until
    claim = appointment.claim
    if claim is not None:
        if not (coming.is_moved or coming.needs_hours):
            # Another room: the time lasts as long as it did.
            end = max(
                claim.occupancies.values_list("during", flat=True), key=lambda d: d.upper
            ).upper
        claim.occupancies.update(expires_at=None)
        alter(claim, resources=resources, start=start, end=end, service_point=coming.point)
        return
    appointment.claim = take(
        kind=ClaimKind.APPOINTMENT,
        resources=resources,
        start=start,
        end=end,
        label=appointment.reference,
        service_point=coming.point,
    )


def _what(coming: Plan) -> EventKind:
    if coming.is_moved:
        return EventKind.MOVED
    return EventKind.PLACE_CHANGED if coming.is_placed else EventKind.STAFF_CHANGED


def _tell(appointment: Appointment, coming: Plan) -> list[Party]:
    unreached: list[Party] = []
    if coming.is_seen:
        appointment.parties.exclude(answer=Answer.NOT_ASKED).filter(is_requester=False).update(
            answer=Answer.ASKED, answered_at=None
        )
        tell = notify.tell_moved if coming.is_moved else notify.tell_place_changed
        unreached = tell(appointment)
    for person, what in coming.staff_told:
        if what != "cancelled":
            notify.tell_professionals(appointment, what, only=[person])
    # Partners are asked, asked anew, or told that they are not needed.
    pairing.invite(appointment)
    return unreached


def _said(appointment: Appointment) -> dict[str, Any]:
    """How it stands, for the history: no word of the parties."""
    return {
        "start": appointment.starts_at.isoformat() if appointment.starts_at else "",
        "channel": appointment.channel,
        "point": appointment.service_point.name if appointment.service_point else "",
        "room": appointment.room.name if appointment.room else "",
        "staff": list(appointment.staff.values_list("professional__name", flat=True)),
    }
