"""What the secretary decides: confirm, offer other times, decline, move, cancel."""

from datetime import datetime, timedelta

from bookings.appointments import notify, separate_visits
from bookings.appointments.assignment import drop_proposed, free_time, give_time
from bookings.availability.allocation import take_slot
from bookings.availability.search import Wish
from bookings.availability.slots import Slot
from bookings.lifecycle.phone_visits import refuse_change_to_phone
from bookings.lifecycle.protection import refuse_untold_place
from bookings.lifecycle.transitions import PATHS, NotPossibleError, locked, record
from bookings.models import (
    Answer,
    Appointment,
    EventKind,
    Meeting,
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


def announce(appointment: Appointment, *, by: Party | None = None) -> list[Party]:
    """Tell parties and professionals of a time that now holds; who must be called instead.

    Where the parents come separately, this is the visit of the one who asked: the other parent is not
    told when it is, and a visit of their own is the secretary's work. `by`: the party who chose it.
    """
    if appointment.meeting == Meeting.TOGETHER:
        appointment.parties.filter(answer=Answer.NOT_ASKED).update(answer=Answer.ASKED)
    unreached = notify.tell_confirmed(appointment, by=by)
    notify.tell_professionals(appointment, "booked")
    return unreached


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
    had_time = appointment.status == Status.CONFIRMED
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
    separate_visits.refuse(appointment, taken.start, taken.end, _where(wish.channel, taken.claim))
    appointment.channel = wish.channel
    give_time(appointment, taken, kind=ClaimKind.APPOINTMENT, with_partners=True)
    appointment.answered_at = appointment.answered_at or clock.now()
    record(
        appointment,
        EventKind.MOVED if had_time else EventKind.CONFIRMED,
        to=Status.CONFIRMED,
        user=user,
    )
    if not had_time:
        return announce(appointment)
    appointment.parties.exclude(answer=Answer.NOT_ASKED).filter(is_requester=False).update(
        answer=Answer.ASKED, answered_at=None
    )
    notify.tell_professionals(appointment, "moved")
    return notify.tell_moved(appointment)


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
    separate_visits.refuse(
        appointment, move.starts_at, move.ends_at, _where(move.channel, move.claim)
    )
    give_time(appointment, move, kind=ClaimKind.APPOINTMENT, with_partners=True)
    move.outcome, move.closed_at = MoveRequest.Outcome.MOVED, clock.now()
    move.save()
    for other in appointment.move_requests.filter(outcome=MoveRequest.Outcome.OPEN):
        # They are told of the new time, and asked whether it suits.
        close_move(other, MoveRequest.Outcome.WITHDRAWN)
    record(appointment, EventKind.MOVED, to=Status.CONFIRMED, user=user)
    appointment.parties.exclude(pk=move.party_id).exclude(answer=Answer.NOT_ASKED).update(
        answer=Answer.ASKED, answered_at=None
    )
    notify.tell_professionals(appointment, "moved")
    return notify.tell_moved(appointment)


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


def expire_offers() -> int:
    """Free offered times that nobody chose in time; the requests are the secretary's work again."""
    late = TimeOffer.objects.filter(
        closed_at__isnull=True, expires_at__lte=clock.now(), wish__isnull=True
    )
    ids = sorted(set(late.values_list("appointment_id", flat=True)))
    return sum(expire_offers_of(appointment_id) for appointment_id in ids)


@retrying
def expire_offers_of(appointment_id: int) -> bool:
    """The same for one appointment; False where they were chosen or renewed since we looked."""
    appointment = locked(appointment_id)
    late = appointment.time_offers.filter(
        closed_at__isnull=True, expires_at__lte=clock.now(), wish__isnull=True
    )
    if not late.exists():
        return False
    close_proposals(appointment)
    if appointment.status == Status.OFFERED:
        record(appointment, EventKind.OFFER_EXPIRED, to=Status.REQUESTED)
    return True


def close_move(move: MoveRequest, outcome: MoveRequest.Outcome) -> None:
    """End a request to move and free the time that it kept."""
    move.outcome, move.closed_at = outcome, clock.now()
    drop_proposed(move)


def _where(channel: str, claim: Claim) -> ServicePoint | None:
    """The building that a time brings people to."""
    return claim.service_point if channel == Channel.IN_PERSON else None


def close_proposals(appointment: Appointment) -> None:
    """End all wishes to move and all offers, and free the times that they kept."""
    for offer in appointment.time_offers.filter(closed_at__isnull=True):
        offer.closed_at = clock.now()
        drop_proposed(offer)
    for move in appointment.move_requests.filter(outcome=MoveRequest.Outcome.OPEN):
        close_move(move, MoveRequest.Outcome.WITHDRAWN)
