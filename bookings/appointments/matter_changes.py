"""Change what a visit is about, as the secretary hears it later."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from bookings.appointments.proposals import close_move, drop_proposed
from bookings.appointments.separate_visits import other_visit
from bookings.availability.search import Wish, find
from bookings.availability.slots import Slot
from bookings.lifecycle.transitions import NotPossibleError, locked, record
from bookings.lifecycle.travel import busy_span
from bookings.matters.lengths import matters_together
from bookings.models import (
    Appointment,
    EventKind,
    JointSearch,
    Meeting,
    MoveRequest,
    Status,
    TimeOffer,
)
from bookings.models.asks import ProposedTime
from bookings.models.matters import Matters
from bookings.parties import conflicts
from office.calendar.occupancy import alter, retrying
from office.calendar.visit_lengths import LengthNeeds, VisitLengths
from office.core import clock
from office.models import Channel, Claim, Professional, Service, Unit, User


class NotGivenTogetherError(Exception):
    """Not by this channel, or not by the people of this visit: another time is needed first."""


@dataclass(frozen=True)
class ChangedMatters:
    """The visit with its new matters. `taken_back`: so many proposed times were too short for them."""

    appointment: Appointment
    taken_back: int = 0


@retrying
def change_matters(
    appointment_id: int,
    *,
    main: Service | None = None,
    also: Collection[Service],
    children: int | None,
    user: User,
    unit: Unit,
    version: int | None = None,
) -> ChangedMatters:
    """Change the matters and the number of children of a visit that is still ahead.

    `main`: the main matter, where it is another one. Where they take longer than the time that is kept,
    and what follows is free, the visit ends later; else its time stays, and `is_too_short` tells. Times
    that are offered or wished are as long as the matters take from then on; those that cannot be are
    taken back. Raises NotGivenTogetherError or NotPossibleError.
    """
    appointment = locked(appointment_id, version=version)
    if not appointment.is_before_visit:
        raise NotPossibleError
    needs = LengthNeeds(
        children,
        interpreter=appointment.parties.exclude(interpreter="").exists(),
        separate=appointment.meeting == Meeting.SEPARATE,
    )
    before = appointment.matters
    matters = matters_together(main or before.main, also, needs, VisitLengths.of(unit))
    is_other = matters.main != before.main
    if (matters.also or is_other) and not _is_given(matters, appointment):
        raise NotGivenTogetherError
    if appointment.is_anonymous and is_other and not matters.may_be_anonymous:
        raise NotGivenTogetherError
    appointment.service = matters.main
    # Kept while the time is too short: without it nothing says that it is.
    appointment.minutes = matters.duration if is_other else matters.minutes
    appointment.children = children
    appointment.also.set(matters.also)
    if is_too_short(appointment):
        _end_later(appointment, matters, unit)
    if not is_too_short(appointment):
        appointment.minutes = matters.minutes
    taken_back = 0
    if _length(matters) != _length(before):
        taken_back = _fit_proposals(appointment, matters, unit)
    to = None
    if taken_back and not appointment.time_offers.to_choose_from().exists():
        # As where nobody chose in time: the search for a joint time has come to nothing.
        JointSearch.objects.filter(appointment=appointment, state=JointSearch.State.OFFERED).update(
            state=JointSearch.State.FAILED, why=JointSearch.Why.LAPSED
        )
        to = Status.REQUESTED if appointment.is_offered else None
    record(appointment, EventKind.MATTERS_CHANGED, to=to, user=user)
    return ChangedMatters(appointment, taken_back)


def is_too_short(appointment: Appointment) -> bool:
    """Say whether the time is shorter than the matters take."""
    start, end = appointment.starts_at, appointment.ends_at
    if start is None or end is None or appointment.minutes is None:
        return False
    return end - start < timedelta(minutes=appointment.minutes)


def _is_given(matters: Matters, appointment: Appointment) -> bool:
    """Say whether the visit's channel has all matters, and the unit's professionals at it give them."""
    own = Professional.objects.own().filter(duties__appointment=appointment)
    giving = own.giving(matters.services)
    needs_more = matters.professionals_needed > appointment.matters.professionals_needed
    return (
        appointment.channel in matters.staff_channels
        and own.count() == giving.count()
        # Who meets the parties alone cannot become two.
        and not (needs_more and appointment.staff.count() == 1)
    )


def _length(matters: Matters) -> tuple[int, int]:
    return matters.duration, matters.buffer_after


def _fit_proposals(appointment: Appointment, matters: Matters, unit: Unit) -> int:
    """Let each proposed time be as long as the matters take; return how many were taken back."""
    taken_back = 0
    for time in _proposals(appointment):
        if _lasts(time, matters, appointment, unit):
            time.save()
            continue
        taken_back += 1
        if isinstance(time, MoveRequest):
            close_move(time, MoveRequest.Outcome.WITHDRAWN)
        else:
            time.closed_at = clock.now()
            if isinstance(time, TimeOffer) and time.wish_id is not None:
                time.outcome = TimeOffer.Outcome.TAKEN_BACK
            drop_proposed(time)
    return taken_back


def _proposals(appointment: Appointment) -> Iterator[ProposedTime]:
    """Yield the times that are offered or wished, and kept meanwhile."""
    yield from appointment.time_offers.filter(closed_at=None).select_related("claim")
    moves = appointment.move_requests.filter(outcome=MoveRequest.Outcome.OPEN)
    yield from moves.select_related("claim")


def _lasts(time: ProposedTime, matters: Matters, appointment: Appointment, unit: Unit) -> bool:
    """Let a proposed time last as long as the matters do, where its people and room are free so long."""
    if time.claim is None:
        return False
    end = time.starts_at + timedelta(minutes=matters.duration)
    if not _alter(
        time.claim, ClaimedTime(time.starts_at, time.channel), matters, appointment, unit
    ):
        return False
    time.ends_at = end
    return True


def _end_later(appointment: Appointment, matters: Matters, unit: Unit) -> None:
    """Let the visit end as late as its matters need, where its people and its room are free so long.

    One of two separate visits is moved by hand: the other parent must not be met.
    """
    claim, start = appointment.claim, appointment.starts_at
    if claim is None or start is None or other_visit(appointment):
        return
    if _alter(claim, ClaimedTime(start, appointment.channel), matters, appointment, unit):
        appointment.ends_at = start + timedelta(minutes=matters.duration)


@dataclass(frozen=True)
class ClaimedTime:
    """From when on, and how, a claim keeps a time."""

    start: datetime
    channel: str


def _alter(
    claim: Claim, kept: ClaimedTime, matters: Matters, appointment: Appointment, unit: Unit
) -> bool:
    """Let the claim keep its time as long as the matters take; return whether its people are free."""
    point = claim.service_point_id
    if point is None:
        return False
    busy = set(claim.occupancies.values_list("resource_id", flat=True))
    place = point if kept.channel == Channel.IN_PERSON else None
    without = conflicts.barred_from(appointment.pk)
    wish = Wish.about(matters, kept.channel, place, without=without)
    found = find(wish, unit, online=False, replacing=claim)
    slot = Slot(kept.start, point)
    free = {*found.times.professionals(slot), *found.times.rooms(slot)}
    if not found.times.has(slot) or not busy <= free:
        return False
    end = kept.start + timedelta(minutes=matters.duration)
    busy_from, busy_until = busy_span(matters, kept.channel, kept.start, end)
    alter(
        claim,
        resources=busy,
        start=busy_from,
        end=busy_until,
        service_point=claim.service_point,
    )
    return True
