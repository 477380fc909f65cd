"""Proposed times, kept for an appointment until somebody decides: move requests and offers."""

from bookings.appointments.freed import time_freed
from bookings.availability.allocation import Taken
from bookings.lifecycle.transitions import locked, record
from bookings.models import (
    Appointment,
    EventKind,
    JointSearch,
    MoveRequest,
    Status,
    TimeOffer,
)
from bookings.models.asks import ProposedTime
from office.calendar.occupancy import discard, retrying
from office.core import clock


def drop_proposed(time: ProposedTime) -> None:
    """Free a proposed time that nobody chose."""
    claim = time.claim
    time.claim = None
    time.save()
    if claim is not None:
        discard(claim)
        time_freed()


def close_move(move: MoveRequest, outcome: MoveRequest.Outcome) -> None:
    """End a request to move and free the time that it kept."""
    move.outcome, move.closed_at = outcome, clock.now()
    drop_proposed(move)


def close_proposals(
    appointment: Appointment, *, chosen: ProposedTime | Taken | None = None
) -> None:
    """End all wishes to move and all offers but the `chosen` one, and free the times they kept.

    So does the search for a joint time end.
    """
    end_searches(appointment)
    for offer in appointment.time_offers.filter(closed_at__isnull=True):
        if offer != chosen:
            offer.closed_at = clock.now()
            drop_proposed(offer)
    for move in appointment.move_requests.filter(outcome=MoveRequest.Outcome.OPEN):
        if move != chosen:
            close_move(move, MoveRequest.Outcome.WITHDRAWN)


def end_searches(appointment: Appointment) -> None:
    """End the search for a joint time: a time is agreed, others are offered, or there is no visit."""
    JointSearch.objects.going_on().filter(appointment=appointment).update(
        state=JointSearch.State.ENDED, closed_at=clock.now()
    )


def expire_offers() -> int:
    """Free offered times that nobody chose in time, and return the requests to the secretary.

    An agreed time stands.
    """
    late = TimeOffer.objects.to_choose_from().filter(expires_at__lte=clock.now())
    ids = sorted(set(late.values_list("appointment_id", flat=True)))
    return sum(expire_offers_of(appointment_id) for appointment_id in ids)


@retrying
def expire_offers_of(appointment_id: int) -> bool:
    """Expire the offers of one appointment; return False where they were chosen or renewed meanwhile."""
    appointment = locked(appointment_id)
    offers = appointment.time_offers.to_choose_from()
    if not offers.filter(expires_at__lte=clock.now()).exists():
        return False
    # All of them: the parties have read until when the first of them is kept.
    for offer in offers:
        offer.closed_at = clock.now()
        drop_proposed(offer)
    JointSearch.objects.filter(appointment=appointment, state=JointSearch.State.OFFERED).update(
        state=JointSearch.State.FAILED, why=JointSearch.Why.LAPSED
    )
    returns = appointment.is_offered
    record(appointment, EventKind.OFFER_EXPIRED, to=Status.REQUESTED if returns else None)
    return True
