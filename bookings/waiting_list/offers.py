"""Offer free times to those who wait for an earlier one, and end what nobody answered.

Each step is a transaction of its own: an offer is made, answered, or ends. Whatever stops the worker in
between, the next sweep goes on from what the database holds. While it is offered, a time belongs to the
offer's claim, so that there is one winner; the database lets an appointment have one offer at once.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from django.db.models import Q

from bookings.appointments import notices, notified_parties
from bookings.appointments.answers import may_take_up
from bookings.availability.allocation import JustTakenError, Taken, take_slot
from bookings.availability.search import Found, Wish, find
from bookings.availability.slots import Slot
from bookings.lifecycle.transitions import locked, record
from bookings.models import (
    Appointment,
    EarlierAsk,
    EarlierWish,
    EventKind,
    Meeting,
    MoveRequest,
    PartOfDay,
    Party,
    Skipped,
    Status,
    TimeOffer,
)
from bookings.parties import conflicts
from bookings.waiting_list.wishes import Outcome, end_offer
from office.calendar.occupancy import retrying
from office.core import clock
from office.messaging import quiet_hours
from office.models import Channel, ClaimKind, Unit

# Nobody is asked again and again: so long after an offer that came to nothing.
REST = timedelta(hours=24)
TRIES = 5


def sweep() -> int:
    """End what nobody answered in time, then offer free times; return how much was done."""
    return end_lapsed() + end_useless() + offer_all()


def end_lapsed() -> int:
    """End offers whose time to answer is over, or whose hours were cut."""
    late = TimeOffer.objects.filter(
        Q(expires_at__lte=clock.now()) | Q(claim__orphaned_at__isnull=False),
        wish__isnull=False,
        closed_at__isnull=True,
    ).values_list("pk", "appointment_id")
    return sum(_end_lapsed(offer, appointment) for offer, appointment in list(late))


@retrying
def _end_lapsed(offer_id: int, appointment_id: int) -> bool:
    """End one lapsed offer; return False where it was accepted or ended meanwhile."""
    appointment = locked(appointment_id)
    offer = TimeOffer.objects.select_related("claim").get(pk=offer_id)
    cut = offer.claim is not None and offer.claim.orphaned_at is not None
    if offer.closed_at is not None or (offer.expires_at > clock.now() and not cut):
        return False
    end_offer(appointment, offer, Outcome.LAPSED)
    record(appointment, EventKind.EARLIER_ENDED)
    return True


def end_useless() -> int:
    """End wishes that cannot be met any more: the visit has begun, or the last useful day has passed."""
    today = clock.today()
    useless = EarlierWish.objects.filter(outcome=EarlierWish.Outcome.WAITING).filter(
        ~Q(appointment__status=Status.CONFIRMED)
        | Q(appointment__starts_at__lte=clock.now())
        | Q(useful_until__lt=today)
    )
    return useless.update(outcome=EarlierWish.Outcome.ENDED, closed_at=clock.now())


def offer_all() -> int:
    """Go through the list once, the oldest wish first, and offer each an earlier time that suits.

    Not in the night: nobody is woken, and nobody's time to answer passes while they sleep.
    """
    unit = Unit.get()
    if not quiet_hours.may_write(clock.now(), unit):
        return 0
    times = _Times(unit)
    ids = list(EarlierWish.objects.waiting().values_list("pk", "appointment_id"))
    return sum(offer_to(wish_id, appointment_id, unit, times) for wish_id, appointment_id in ids)


class _Times:
    """Free times by service, channel and language, found once for all who want the same."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._found: dict[Wish, Found] = {}

    def of(self, appointment: Appointment) -> Found:
        """Find times in the appointment's language; where nobody speaks it, in any."""
        without, matters = conflicts.barred_from(appointment.pk), appointment.matters
        for language in (appointment.language, ""):
            wanted = Wish.about(matters, appointment.channel, None, language, without)
            if wanted not in self._found:
                self._found[wanted] = find(wanted, self._unit, online=False)
            if self._found[wanted].slots:
                break
        return self._found[wanted]

    def forget(self) -> None:
        """Forget what was found, since a time has been taken."""
        self._found.clear()


@retrying
def offer_to(wish_id: int, appointment_id: int, unit: Unit, times: "_Times | None" = None) -> bool:
    """Offer the wish's appointment an earlier time; where that is not possible, note why."""
    appointment = locked(appointment_id)
    waiting = EarlierWish.objects.waiting().filter(pk=wish_id).prefetch_related("points").first()
    if waiting is None:
        return False
    parties = list(appointment.parties.filter(left_at=None).order_by("pk"))
    why = _why_not(appointment, parties)
    if not why:
        offer = _offer(waiting, appointment, parties, unit, times or _Times(unit))
        if offer is not None:
            return True
        why = Skipped.NO_TIME if _has_days(appointment, unit) else Skipped.NEAR
    waiting.skipped, waiting.looked_at = why, clock.now()
    waiting.save(update_fields=["skipped", "looked_at"])
    return False


def _why_not(appointment: Appointment, parties: Sequence[Party]) -> str:
    """Return what speaks against any offer now; empty where one may be made."""
    offers = appointment.time_offers.filter(wish__isnull=False)
    rested = clock.now() - REST
    claim = appointment.claim
    reasons = {
        Skipped.LIVE: appointment.time_offers.filter(closed_at__isnull=True).exists(),
        Skipped.RESTING: offers.filter(closed_at__gt=rested)
        .exclude(outcome=Outcome.ACCEPTED)
        .exists(),
        Skipped.SEPARATE: appointment.meeting == Meeting.SEPARATE,
        Skipped.ORPHAN: claim is None or claim.orphaned_at is not None,
        Skipped.MOVE: appointment.move_requests.filter(outcome=MoveRequest.Outcome.OPEN).exists(),
        # Who has no say in the time may stay away without holding up the others.
        Skipped.DECLINED: any(party.has_declined and party.decides_time for party in parties),
        Skipped.UNKNOWN: any(may_take_up(party, appointment) for party in parties),
    }
    return next((why for why, holds in reasons.items() if holds), "")


def _first_start(unit: Unit) -> datetime:
    """Return when the first offered time may begin: after the time to answer and the notice."""
    return quiet_hours.after(clock.now(), unit.earlier_answer_hours, unit) + timedelta(
        hours=unit.earlier_notice_hours
    )


def _has_days(appointment: Appointment, unit: Unit) -> bool:
    """Say whether there is a day before the visit on which an earlier time could be."""
    return (
        appointment.starts_at is not None
        and clock.local(_first_start(unit)).date() < clock.local(appointment.starts_at).date()
    )


def _fitting(
    found: Found, appointment: Appointment, unit: Unit, wishes: Sequence[EarlierWish]
) -> Iterator[Slot]:
    """Yield free times on an earlier day that suit all who wish, the soonest first."""
    if appointment.starts_at is None:
        return
    first, day = _first_start(unit), clock.local(appointment.starts_at).date()
    offered = set(
        appointment.time_offers.filter(wish__isnull=False).values_list("starts_at", "service_point")
    )
    in_person = appointment.channel == Channel.IN_PERSON
    places: list[set[int | None]] = [
        {point.pk for point in wish.points.all()} or {appointment.service_point_id}
        for wish in wishes
    ]
    for slot in found.slots:
        local = clock.local(slot.start)
        if slot.start < first or local.date() >= day or (slot.start, slot.point) in offered:
            continue
        if in_person and not all(slot.point in suiting for suiting in places):
            continue
        part = PartOfDay.of_hour(local.hour)
        if all(
            (not wish.days or local.weekday() in wish.days)
            and (not wish.parts or part in wish.parts)
            and (wish.useful_until is None or local.date() <= wish.useful_until)
            for wish in wishes
        ):
            yield slot


def _offer(
    waiting: EarlierWish,
    appointment: Appointment,
    parties: Sequence[Party],
    unit: Unit,
    times: _Times,
) -> TimeOffer | None:
    """Take the first fitting time that is still free, and ask all who come."""
    found = times.of(appointment)
    wishes = list(
        EarlierWish.objects.waiting().filter(appointment=appointment).prefetch_related("points")
    )
    expires_at = quiet_hours.after(clock.now(), unit.earlier_answer_hours, unit)
    for tried, slot in enumerate(_fitting(found, appointment, unit, wishes)):
        if tried == TRIES:
            return None
        taken = _take(found.wish, slot, unit, appointment, expires_at)
        times.forget()
        if taken is not None:
            return _ask(waiting, appointment, parties, taken, expires_at)
    return None


def _take(
    wanted: Wish, slot: Slot, unit: Unit, appointment: Appointment, expires_at: datetime
) -> Taken | None:
    """Take the time for as long as there is to answer; None where somebody was quicker."""
    try:
        return take_slot(
            wanted,
            slot,
            unit,
            kind=ClaimKind.OFFER,
            label=appointment.reference,
            expires_at=expires_at,
            online=False,
        )
    except JustTakenError:
        return None


def _ask(
    waiting: EarlierWish,
    appointment: Appointment,
    parties: Sequence[Party],
    taken: Taken,
    expires_at: datetime,
) -> TimeOffer:
    offer = TimeOffer.objects.create(
        appointment=appointment,
        wish=waiting,
        starts_at=taken.start,
        ends_at=taken.end,
        channel=appointment.channel,
        service_point=taken.claim.service_point,
        room=taken.room,
        claim=taken.claim,
        created_at=clock.now(),
        expires_at=expires_at,
    )
    asked = [
        party
        for party in parties
        if notified_parties.is_informed(party) and party.rules.is_invited and not party.has_declined
    ]
    EarlierAsk.objects.bulk_create(EarlierAsk(offer=offer, party=party) for party in asked)
    waiting.skipped, waiting.looked_at = Skipped.LIVE, clock.now()
    waiting.save(update_fields=["skipped", "looked_at"])
    record(appointment, EventKind.EARLIER_OFFERED)
    notices.notify_earlier_offer(appointment, offer, asked)
    return offer
