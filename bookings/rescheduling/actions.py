"""Change an appointment's time, place, channel, room or staff. All or nothing."""

from collections.abc import Iterable

from django.db.models import Q

from bookings.appointments.proposals import close_proposals
from bookings.appointments.reschedule import reschedule
from bookings.availability.allocation import Taken
from bookings.lifecycle.phone_visits import refuse_change_to_phone
from bookings.lifecycle.transitions import NotPossibleError, locked
from bookings.models import Appointment, Party
from bookings.rescheduling.plan import (
    ChangePlan,
    NothingChangesError,
    ObstacleError,
    OutsideHoursError,
    VisitArrangement,
    may_change,
    obstacles,
    outside_hours,
    plan_of,
    rooms_for,
)
from office.calendar.hours_impact import CONFLICT, still_without
from office.calendar.occupancy import TimeTakenError, alter, lock, retrying, take
from office.core import clock
from office.models import (
    Channel,
    Claim,
    ClaimKind,
    Occupancy,
    Professional,
    Room,
    User,
)


@retrying
def change(
    appointment_id: int,
    wanted: VisitArrangement,
    *,
    user: User,
    version: int | None = None,
    outside: bool = False,
    together: bool = False,
    confirming: bool = True,
    place_agreed: bool = False,
) -> list[Party]:
    """Change the appointment as `wanted` and notify whom it concerns; return who must be called instead.

    A request becomes a confirmed appointment by it, unless `confirming` is off: then its professionals
    and room alone can be changed, and nobody is notified. `outside`: somebody's hours are overstepped
    knowingly; `together`: so is the gap between the parents' separate visits. `place_agreed`: a protected
    party has agreed to the place that the other parent learns. Raises ObstacleError,
    OutsideHoursError, TooCloseError, PlaceNotAgreedError, NothingChangesError, NotPossibleError,
    ChangedMeanwhileError; then nothing has changed.
    """
    appointment = locked(appointment_id, version=version)
    if not may_change(appointment):
        raise NotPossibleError
    plan = plan_of(appointment, wanted)
    confirms = confirming and appointment.is_undecided
    _check(plan, confirming=confirming)
    refuse_change_to_phone(appointment, wanted.channel)
    # All at once and in order, so that two changes do not wait for each other.
    lock([*(p.pk for p in plan.people), *rooms_for(plan), *_busy_with(appointment)])
    lacking = outside_hours(plan) if plan.needs_hours else []
    if lacking and not outside:
        raise OutsideHoursError([person for person, _away in lacking])
    if confirms or plan.difference.is_moved:
        # First, since the time may be one of those that are kept for it.
        close_proposals(appointment)
    return reschedule(
        appointment,
        _take(appointment, plan),
        channel=wanted.channel,
        people=plan.people,
        user=user,
        settled_with_requester=True,
        confirms=confirming,
        overrides_gap=together,
        place_agreed=place_agreed,
    )


def _busy_with(appointment: Appointment) -> list[int]:
    """Return the resources that the appointment occupies, or that are kept for it."""
    claims = Q(appointment=appointment)
    claims |= Q(moverequest__appointment=appointment) | Q(timeoffer__appointment=appointment)
    return list(
        Occupancy.objects.filter(claim__in=Claim.objects.filter(claims)).values_list(
            "resource_id", flat=True
        )
    )


def _check(plan: ChangePlan, *, confirming: bool) -> None:
    appointment, now = plan.appointment, clock.now()
    if not plan.difference.is_anything:
        raise NothingChangesError
    begun = appointment.has_arrived
    quiet = appointment.is_undecided and not confirming
    own = [person for person in plan.difference.added if person.organisation_id is None]
    giving = Professional.objects.giving(appointment.matters.services)
    if len(own) > giving.filter(pk__in=[p.pk for p in own]).count():
        raise NotPossibleError
    if plan.difference.is_moved and (plan.wanted.start <= now or begun):
        raise NotPossibleError
    if plan.end <= now or (quiet and (plan.difference.is_seen or appointment.claim is None)):
        raise NotPossibleError
    if plan.wanted.channel == Channel.IN_PERSON and not rooms_for(plan):
        raise NotPossibleError


def _take(appointment: Appointment, plan: ChangePlan) -> Taken:
    """Take the time, room by room. Raises ObstacleError."""
    people = tuple(person.pk for person in plan.people)
    rooms: Iterable[int | None] = rooms_for(plan) or [None]
    for room in rooms:
        resources = people if room is None else (*people, room)
        try:
            claim = _claim(appointment, plan, resources)
        except TimeTakenError:
            continue
        if plan.needs_hours or _is_settled(claim):
            # Everybody has hours now, or the secretary knows better.
            claim.orphaned_at, claim.orphan_reason = None, ""
            claim.save()
        found = Room.objects.get(pk=room) if room is not None else None
        return Taken(claim, plan.wanted.start, plan.end, people, found)
    raise ObstacleError(obstacles(plan))


def _is_settled(claim: Claim) -> bool:
    """Say whether another room alone has put right why the visit is work."""
    return claim.orphan_reason != CONFLICT and not still_without({claim.pk})


def _claim(appointment: Appointment, plan: ChangePlan, resources: Iterable[int]) -> Claim:
    start, end = plan.busy_from, plan.busy_until
    claim = appointment.claim
    if claim is None:
        return take(
            kind=ClaimKind.APPOINTMENT,
            resources=resources,
            start=start,
            end=end,
            label=appointment.reference,
            service_point=plan.point,
        )
    if not (plan.difference.is_moved or plan.needs_hours):
        # Another room: the time lasts as long as it did.
        end = max(claim.occupancies.values_list("during", flat=True), key=lambda d: d.upper).upper
    claim.occupancies.update(expires_at=None)
    alter(claim, resources=resources, start=start, end=end, service_point=plan.point)
    return claim
