"""What the secretary decides: confirm, offer other times, decline, move, cancel."""

from datetime import datetime, timedelta

from bookings.appointments import notify, separate_visits
from bookings.appointments.announcements import announce
from bookings.appointments.assignment import free_time
from bookings.appointments.proposals import close_move, close_proposals
from bookings.appointments.reschedule import reschedule
from bookings.availability.allocation import take_slot
from bookings.availability.search import Wish
from bookings.availability.slots import Slot
from bookings.lifecycle.phone_visits import refuse_change_to_phone
from bookings.lifecycle.protection import refuse_untold_place
from bookings.lifecycle.transitions import PATHS, NotPossibleError, locked, record
from bookings.models import (
    EventKind,
    MoveRequest,
    Party,
    Status,
    TimeOffer,
)
from bookings.parties import conflicts
from office.calendar.occupancy import keep, retrying
from office.core import clock
from office.models import Channel, Claim, ClaimKind, ServicePoint, Unit, User

OFFERED_AT_MOST = 3
# An offered time is chosen so long before it begins, so that one can still come.
CHOSEN_BEFORE = timedelta(hours=2)


@retrying
def confirm(appointment_id: int, *, user: User, version: int | None = None) -> list[Party]:
    """Confirm the requested time and tell everybody; the parties who must be called instead.

    Raises NotPossibleError without a time or for one that has passed, PlaceNotAgreedError,
    ChangedMeanwhileError, TimeTakenError.
    """
    appointment = locked(appointment_id, version=version)
    if appointment.claim is None or appointment.status != Status.REQUESTED:
        raise NotPossibleError
    if appointment.starts_at is None or appointment.starts_at <= clock.now():
        raise NotPossibleError
    refuse_untold_place(appointment)
    staff = appointment.staff.values_list("professional", flat=True)
    conflicts.refuse_barred(appointment, staff)
    keep(appointment.claim, kind=ClaimKind.APPOINTMENT, label=appointment.reference)
    appointment.answered_at = clock.now()
    record(appointment, EventKind.CONFIRMED, to=Status.CONFIRMED, user=user)
    return announce(appointment)


@retrying
def decline(
    appointment_id: int, *, user: User, reason: str, version: int | None = None
) -> list[Party]:
    """Decline the request with one of the stated reasons, and free its time."""
    appointment = locked(appointment_id, version=version)
    if appointment.status not in (Status.REQUESTED, Status.OFFERED):
        raise NotPossibleError
    close_proposals(appointment)
    free_time(appointment, Status.DECLINED)
    appointment.answered_at = clock.now()
    record(appointment, EventKind.DECLINED, to=Status.DECLINED, user=user, reason=reason)
    return notify.tell_declined(appointment, reason)


@retrying
def offer_times(
    appointment_id: int,
    slots: list[tuple[Wish, Slot]],
    *,
    user: User,
    unit: Unit,
    version: int | None = None,
) -> list[Party]:
    """Offer up to three other times and keep them for some days; the one it had is freed.

    Raises JustTakenError, TooCloseError, NotPossibleError or ChangedMeanwhileError; then nothing has
    changed.
    """
    appointment = locked(appointment_id, version=version)
    if not 1 <= len(slots) <= OFFERED_AT_MOST or Status.OFFERED not in PATHS[appointment.status]:
        raise NotPossibleError
    for wish, _slot in slots:
        refuse_change_to_phone(appointment, wish.channel)
    was_agreed = appointment.status == Status.CONFIRMED
    if was_agreed:
        notify.tell_professionals(appointment, "cancelled")
    close_proposals(appointment)
    # First, since an offered time may overlap the one that it had.
    free_time(appointment, Status.OFFERED, forget_when=True)
    now = clock.now()
    expires_at = now + timedelta(days=unit.offer_days)
    offers = []
    for wish, slot in slots:
        taken = take_slot(
            wish,
            slot,
            unit,
            kind=ClaimKind.OFFER,
            label=appointment.reference,
            online=False,
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
    record(appointment, EventKind.OFFERED, to=Status.OFFERED, user=user)
    return notify.tell_offered(appointment, had_time=was_agreed)


def _kept_until(expires_at: datetime, start: datetime) -> datetime:
    """An offered time is kept until there is still time to come to it; a near one until it begins."""
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
) -> list[Party]:
    """Give the appointment this time at once, in place of what it had, and tell everybody.

    Raises JustTakenError, TooCloseError, NotPossibleError or ChangedMeanwhileError; then nothing has
    changed.
    """
    appointment = locked(appointment_id, version=version)
    # From a visit that has begun a path leads back to "confirmed" too, yet not to another time.
    if appointment.status not in (Status.REQUESTED, Status.OFFERED, Status.CONFIRMED):
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
        instead_of=appointment.claim,
    )
    return reschedule(
        appointment, taken, channel=wish.channel, user=user, settled_with_requester=True
    )


@retrying
def cancel(
    appointment_id: int,
    *,
    user: User | None = None,
    party: Party | None = None,
    version: int | None = None,
) -> list[Party]:
    """Cancel and free the time. Everybody is told, and nobody is told by whom."""
    appointment = locked(appointment_id, version=version)
    was_agreed = appointment.status in Status.coming()
    close_proposals(appointment)
    free_time(appointment, Status.CANCELLED)
    record(appointment, EventKind.CANCELLED, to=Status.CANCELLED, user=user, party=party)
    if was_agreed:
        notify.tell_professionals(appointment, "cancelled")
    return notify.tell_cancelled(appointment, by=party)


@retrying
def accept_move(move_id: int, *, user: User, version: int | None = None) -> list[Party]:
    """Move the appointment to the time that the party asked for; tell everybody."""
    move = MoveRequest.objects.get(pk=move_id)
    appointment = locked(move.appointment_id, version=version)
    move.refresh_from_db()
    if move.outcome != MoveRequest.Outcome.OPEN or move.claim is None:
        raise NotPossibleError
    if appointment.status != Status.CONFIRMED:
        raise NotPossibleError
    if move.starts_at <= clock.now():
        raise NotPossibleError
    move.outcome = MoveRequest.Outcome.MOVED
    return reschedule(appointment, move, channel=move.channel, user=user, accepted=[move.party_id])


@retrying
def keep_time(move_id: int, *, user: User, version: int | None = None) -> list[Party]:
    """Keep the time as it was, and tell the one who asked."""
    move = MoveRequest.objects.select_related("party").get(pk=move_id)
    appointment = locked(move.appointment_id, version=version)
    move.refresh_from_db()
    if move.outcome != MoveRequest.Outcome.OPEN:
        raise NotPossibleError
    close_move(move, MoveRequest.Outcome.KEPT)
    record(appointment, EventKind.KEPT, user=user)
    return notify.tell_move_kept(move)


@retrying
def keep_orphan(appointment_id: int, *, user: User, version: int | None = None) -> None:
    """The secretary has seen to it: the appointment stays although the hours were cut."""
    appointment = locked(appointment_id, version=version)
    if appointment.claim is None or appointment.claim.orphaned_at is None:
        raise NotPossibleError
    staff = appointment.staff.values_list("professional", flat=True)
    conflicts.refuse_barred(appointment, staff)
    Claim.objects.filter(pk=appointment.claim.pk).update(orphaned_at=None, orphan_reason="")
    record(appointment, EventKind.KEPT, user=user)


@retrying
def keep_after_decline(appointment_id: int, *, user: User, version: int | None = None) -> None:
    """An invited parent declined, and the secretary has decided that the time stays as it is."""
    appointment = locked(appointment_id, version=version)
    if appointment.status != Status.CONFIRMED:
        raise NotPossibleError
    record(appointment, EventKind.KEPT, user=user)


@retrying
def note_call(appointment_id: int, *, user: User, party: Party | None = None) -> None:
    """Write down that the secretary called about it; whom, where that is known."""
    record(locked(appointment_id), EventKind.CALLED, user=user, party=party)


def _where(channel: str, claim: Claim) -> ServicePoint | None:
    """The building that a time brings people to."""
    return claim.service_point if channel == Channel.IN_PERSON else None
