"""Decisions of the secretary: confirm, offer other times, decline, move, cancel."""

from datetime import datetime, timedelta

from bookings.appointments import notices, separate_visits, staff_notices
from bookings.appointments.announcements import announce
from bookings.appointments.assignment import free_time
from bookings.appointments.proposals import close_move, close_proposals, end_searches
from bookings.appointments.reschedule import reschedule
from bookings.appointments.staff_notices import StaffNews
from bookings.availability.allocation import take_slot
from bookings.availability.search import Wish
from bookings.availability.slots import Slot
from bookings.lifecycle.cancel_reasons import CancelledBy
from bookings.lifecycle.notice_time import is_late
from bookings.lifecycle.phone_visits import refuse_change_to_phone
from bookings.lifecycle.protection import (
    must_agree_moved_place,
    refuse_new_place,
    refuse_place_not_agreed,
)
from bookings.lifecycle.transitions import PATHS, NotPossibleError, locked, record
from bookings.models import Appointment, EventKind, MoveRequest, Party, Status, TimeOffer
from bookings.parties import conflicts
from office.calendar.hours_impact import CONFLICT
from office.calendar.occupancy import keep, retrying
from office.core import clock
from office.models import Channel, Claim, ClaimKind, ServicePoint, Unit, User

OFFERED_AT_MOST = 3
# An offered time is chosen so long before it begins, so that one can still come.
CHOSEN_BEFORE = timedelta(hours=2)


@retrying
def confirm(appointment_id: int, *, user: User, version: int | None = None) -> list[Party]:
    """Confirm the requested time and notify everybody; return the parties who must be called instead.

    Raises NotPossibleError without a time or for one that has passed, PlaceNotAgreedError,
    ChangedMeanwhileError, TimeTakenError.
    """
    appointment = locked(appointment_id, version=version)
    claim = appointment.claim
    if claim is None or not may_confirm(appointment):
        raise NotPossibleError
    refuse_place_not_agreed(appointment)
    staff = appointment.staff.values_list("professional", flat=True)
    conflicts.refuse_barred(appointment, staff)
    keep(claim, kind=ClaimKind.APPOINTMENT, label=appointment.reference)
    end_searches(appointment)
    appointment.answered_at = clock.now()
    record(appointment, EventKind.CONFIRMED, to=Status.CONFIRMED, user=user)
    return announce(appointment)


def may_confirm(appointment: Appointment) -> bool:
    """Say whether the requested time can be confirmed: it is kept, and has not passed."""
    return (
        appointment.is_requested and appointment.claim_id is not None and appointment.has_time_ahead
    )


@retrying
def decline(
    appointment_id: int, *, user: User, reason: str, version: int | None = None
) -> list[Party]:
    """Decline the request with one of the stated reasons, and free its time."""
    appointment = locked(appointment_id, version=version)
    if not may_decline(appointment):
        raise NotPossibleError
    close_proposals(appointment)
    free_time(appointment, Status.DECLINED)
    appointment.answered_at = clock.now()
    record(appointment, EventKind.DECLINED, to=Status.DECLINED, user=user, reason=reason)
    return notices.notify_declined(appointment, reason)


def may_decline(appointment: Appointment) -> bool:
    return appointment.is_undecided


@retrying
def offer_times(
    appointment_id: int,
    slots: list[tuple[Wish, Slot]],
    *,
    user: User | None,
    unit: Unit,
    version: int | None = None,
    place_agreed: bool = False,
) -> list[Party]:
    """Offer up to three other times, kept for some days.

    An agreed time holds until one of them is chosen; one that was only asked for is freed. `user`: None
    where the search for a joint time offers them. `place_agreed`: a protected party has agreed to the
    places that the other parent learns. Raises JustTakenError, TooCloseError, PlaceNotAgreedError,
    NotPossibleError or ChangedMeanwhileError; then nothing has changed.
    """
    appointment = locked(appointment_id, version=version)
    if not 1 <= len(slots) <= OFFERED_AT_MOST or not may_offer(appointment):
        raise NotPossibleError
    for wish, slot in slots:
        refuse_change_to_phone(appointment, wish.channel)
        if not place_agreed:
            refuse_new_place(appointment, wish.channel, slot.point)
    close_proposals(appointment)
    holds = appointment.claim if appointment.is_confirmed else None
    if holds is None:
        # First, since an offered time may overlap the one that was asked for.
        free_time(appointment, Status.OFFERED, forget_when=True)
    now = clock.now()
    expires_at = now + timedelta(days=unit.offer_days)
    if holds is not None and appointment.starts_at is not None:
        expires_at = min(expires_at, appointment.starts_at)
    offers = []
    for wish, slot in slots:
        taken = take_slot(
            wish,
            slot,
            unit,
            kind=ClaimKind.OFFER,
            label=appointment.reference,
            online=False,
            # The offered time may overlap the one that they have and keep meanwhile.
            alongside=holds,
        )
        separate_visits.refuse(
            appointment, taken.start, taken.end, _where(wish.channel, taken.claim)
        )
        offers.append(
            TimeOffer(
                appointment=appointment,
                starts_at=taken.start,
                ends_at=taken.end,
                channel=wish.channel,
                service_point=taken.claim.service_point,
                room=taken.room,
                claim=taken.claim,
                created_at=now,
                expires_at=_kept_until(expires_at, taken.start),
            )
        )
    TimeOffer.objects.bulk_create(offers)
    appointment.answered_at = now
    record(
        appointment, EventKind.OFFERED, to=None if holds is not None else Status.OFFERED, user=user
    )
    return notices.notify_offered(appointment)


def may_offer(appointment: Appointment) -> bool:
    """Say whether other times can be offered: not once the agreed one has begun."""
    return appointment.is_undecided or (appointment.is_confirmed and appointment.has_time_ahead)


def _kept_until(expires_at: datetime, start: datetime) -> datetime:
    """Return until when an offered time is kept: in time to come to it; a near one until it begins."""
    in_time = start - CHOSEN_BEFORE
    return min(expires_at, in_time if in_time > clock.now() else start)


@retrying
def book_time(
    appointment_id: int,
    wish: Wish,
    slot: Slot,
    *,
    user: User,
    unit: Unit,
    version: int | None = None,
    place_agreed: bool = False,
) -> list[Party]:
    """Book this time at once, in place of the present one, and notify everybody.

    Raises JustTakenError, TooCloseError, NotPossibleError or ChangedMeanwhileError; then nothing has
    changed.
    """
    appointment = locked(appointment_id, version=version)
    # From a visit that has begun a path leads back to "confirmed" too, yet not to another time.
    if not appointment.is_before_visit:
        raise NotPossibleError
    refuse_change_to_phone(appointment, wish.channel)
    # First, since the time may be one of those that are kept for it: the party chose it on the phone.
    close_proposals(appointment)
    taken = take_slot(
        wish,
        slot,
        unit,
        kind=ClaimKind.APPOINTMENT,
        label=appointment.reference,
        online=False,
        # The new time may overlap the old one.
        replacing=appointment.claim,
    )
    return reschedule(
        appointment,
        taken,
        channel=wish.channel,
        user=user,
        settled_with_requester=True,
        place_agreed=place_agreed,
    )


@retrying
def cancel(
    appointment_id: int,
    *,
    user: User | None = None,
    party: Party | None = None,
    version: int | None = None,
    cancelled_by: str = "",
    why: str = "",
) -> list[Party]:
    """Cancel and free the time. Everybody is notified, and nobody learns by whom.

    `cancelled_by`, `why`: as the secretary or the party says, for the secretary and the figures alone.
    """
    appointment = locked(appointment_id, version=version)
    if user is not None and not may_cancel(appointment):
        raise NotPossibleError
    was_agreed, was_late = appointment.is_agreed, is_late(appointment)
    close_proposals(appointment)
    free_time(appointment, Status.CANCELLED)
    record(
        appointment,
        EventKind.CANCELLED,
        to=Status.CANCELLED,
        user=user,
        party=party,
        details={
            "cancelled_by": CancelledBy.CLIENT if party else cancelled_by,
            "why": why,
            "late": was_late,
        },
    )
    if was_agreed:
        staff_notices.notify_professionals(appointment, StaffNews.CANCELLED)
    return notices.notify_cancelled(appointment, by=party)


def may_cancel(appointment: Appointment) -> bool:
    """Say whether staff may cancel the visit; what is only asked for is declined instead."""
    return appointment.is_agreed and PATHS.lead(appointment.status, Status.CANCELLED)


@retrying
def accept_move(
    move_id: int, *, user: User, version: int | None = None, place_agreed: bool = False
) -> list[Party]:
    """Move the appointment to the time that the party asked for, and notify everybody.

    Who is protected and asks for a place has agreed to it; see offer_times.
    """
    move = MoveRequest.objects.get(pk=move_id)
    appointment = locked(move.appointment_id, version=version)
    move.refresh_from_db()
    if not may_accept_move(move, appointment):
        raise NotPossibleError
    move.outcome = MoveRequest.Outcome.MOVED
    return reschedule(
        appointment,
        move,
        channel=move.channel,
        user=user,
        accepted=[move.party_id],
        place_agreed=place_agreed or not must_agree_moved_place(move),
    )


def may_accept_move(move: MoveRequest, appointment: Appointment) -> bool:
    """Say whether the wished time can be had: it is kept, and has not passed."""
    return (
        appointment.is_confirmed
        and move.is_open
        and move.claim_id is not None
        and move.starts_at > clock.now()
    )


@retrying
def keep_time(move_id: int, *, user: User, version: int | None = None) -> list[Party]:
    """Keep the time as it is, and notify the party who asked to move."""
    move = MoveRequest.objects.select_related("party").get(pk=move_id)
    appointment = locked(move.appointment_id, version=version)
    move.refresh_from_db()
    if not move.is_open:
        raise NotPossibleError
    close_move(move, MoveRequest.Outcome.KEPT)
    record(appointment, EventKind.KEPT, user=user)
    return notices.notify_move_kept(move)


@retrying
def keep_orphan(appointment_id: int, *, user: User, version: int | None = None) -> None:
    """Keep the appointment although the hours were cut."""
    appointment = locked(appointment_id, version=version)
    # First, since it says why.
    staff = appointment.staff.values_list("professional", flat=True)
    conflicts.refuse_barred(appointment, staff)
    if appointment.claim is None or not may_keep_orphan(appointment):
        raise NotPossibleError
    Claim.objects.filter(pk=appointment.claim.pk).update(orphaned_at=None, orphan_reason="")
    record(appointment, EventKind.KEPT, user=user)


def may_keep_orphan(appointment: Appointment) -> bool:
    """Say whether the booking may stay although the hours were cut.

    Hours may be overstepped knowingly; a professional who stays out of the matter cannot be kept.
    """
    return (
        appointment.is_open
        and appointment.is_orphaned
        and appointment.claim is not None
        and appointment.claim.orphan_reason != CONFLICT
    )


@retrying
def keep_after_decline(appointment_id: int, *, user: User, version: int | None = None) -> None:
    """Keep the time although an invited parent declined."""
    appointment = locked(appointment_id, version=version)
    if not may_keep_after_decline(appointment):
        raise NotPossibleError
    record(appointment, EventKind.KEPT, user=user)


def may_keep_after_decline(appointment: Appointment) -> bool:
    """Say whether an invited parent has declined a visit that is still ahead."""
    return (
        appointment.is_confirmed
        and appointment.has_time_ahead
        and any(
            party.has_declined and not party.is_requester for party in appointment.parties.all()
        )
    )


def _where(channel: str, claim: Claim) -> ServicePoint | None:
    """Return the building that a time brings people to; None by phone or video."""
    return claim.service_point if channel == Channel.IN_PERSON else None
