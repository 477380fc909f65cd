"""The waiting list: parties who wait for an earlier time, and their answers when one is offered."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from bookings.appointments import notices, notified_parties
from bookings.appointments.answers import may_take_up
from bookings.appointments.freed import time_freed
from bookings.appointments.proposals import drop_proposed
from bookings.appointments.reschedule import reschedule
from bookings.lifecycle.transitions import NotPossibleError, locked, locked_participant, record
from bookings.models import Answer, Appointment, EarlierWish, EventKind, Party, TimeOffer
from office.calendar.occupancy import retrying
from office.core import clock
from office.models import ServicePoint, User

# Nobody is asked again and again: after so many offers without a yes, no more.
OFFERS_AT_MOST = 3
Outcome = TimeOffer.Outcome


@dataclass(frozen=True)
class EarlierLimits:
    """What an earlier time has to fit. Empty means that anything suits."""

    useful_until: date | None = None
    days: Sequence[int] = ()
    parts: Sequence[str] = ()
    points: Sequence[ServicePoint] = field(default=())


@retrying
def wish(party_id: int, wanted: EarlierLimits, *, user: User | None = None) -> EarlierWish:
    """Put a party on the list, or change what they wish; the place in the line stays.

    `user`: the secretary who writes it down for them. Raises NotPossibleError.
    """
    party, appointment = locked_participant(party_id)
    if not may_wish(party, appointment):
        raise NotPossibleError
    waiting = EarlierWish.objects.waiting().filter(party=party).first()
    made = waiting or EarlierWish(appointment=appointment, party=party, created_at=clock.now())
    made.useful_until = wanted.useful_until
    made.days, made.parts = list(wanted.days), list(wanted.parts)
    made.skipped, made.looked_at = "", None
    made.save()
    made.points.set(wanted.points)
    if waiting is None:
        record(appointment, EventKind.EARLIER_WISHED, user=user, party=party, of=party)
    time_freed()
    return made


@retrying
def withdraw(party_id: int, *, user: User | None = None) -> None:
    """Take a party off the list. An offer that stands can still be answered."""
    party, appointment = locked_participant(party_id)
    waiting = EarlierWish.objects.waiting().filter(party=party).first()
    if waiting is None:
        raise NotPossibleError
    _close(waiting, EarlierWish.Outcome.WITHDRAWN)
    record(appointment, EventKind.EARLIER_WITHDRAWN, user=user, party=party, of=party)


def may_wish(party: Party, appointment: Appointment) -> bool:
    """Say whether a party may wish for an earlier time: they know of the visit, and come."""
    return (
        appointment.is_confirmed
        and appointment.has_time_ahead
        and party.decides_time
        and notified_parties.is_informed(party)
        and not party.has_declined
        and not may_take_up(party, appointment)
    )


def live_offer(appointment: Appointment) -> TimeOffer | None:
    """Return the earlier time that is offered right now."""
    found: TimeOffer | None = (
        appointment.time_offers.filter(
            wish__isnull=False, closed_at__isnull=True, expires_at__gt=clock.now()
        )
        .select_related("service_point", "claim")
        .first()
    )
    return found


@retrying
def answer(party_id: int, offer_id: int, *, accepts: bool, user: User | None = None) -> bool:
    """Record whether the earlier time suits a party; return whether the visit has moved there now.

    It moves once all who were asked have accepted; one who declines ends it for all. `user`: the
    secretary, who heard it on the phone. Raises NotPossibleError where it is offered no longer.
    """
    party, appointment = locked_participant(party_id)
    offer = live_offer(appointment)
    ask = offer.asks.filter(party=party).first() if offer else None
    if offer is None or ask is None or offer.pk != offer_id:
        raise NotPossibleError
    if not appointment.is_confirmed or offer.claim is None:
        raise NotPossibleError
    ask.answer = Answer.ACCEPTED if accepts else Answer.DECLINED
    ask.answered_at = clock.now()
    ask.save()
    record(
        appointment,
        EventKind.EARLIER_ACCEPTED if accepts else EventKind.EARLIER_DECLINED,
        user=user,
        party=party,
        of=party,
    )
    if not accepts:
        end_offer(appointment, offer, Outcome.DECLINED, but=party)
        return False
    if offer.asks.exclude(answer=Answer.ACCEPTED).exists():
        return False
    _move(appointment, offer, user=user, by=party if user is None else None)
    return True


@retrying
def take_back(appointment_id: int, *, user: User) -> None:
    """End the open offer; notify who was asked that the time stays."""
    appointment = locked(appointment_id)
    offer = live_offer(appointment)
    if offer is None:
        raise NotPossibleError
    end_offer(appointment, offer, Outcome.TAKEN_BACK)
    record(appointment, EventKind.EARLIER_ENDED, user=user)


def end_offer(
    appointment: Appointment, offer: TimeOffer, outcome: str, *, but: Party | None = None
) -> None:
    """End an offer without a move, and notify all who were asked but the one who ended it."""
    offer.closed_at, offer.outcome = clock.now(), outcome
    drop_proposed(offer)
    asked = [ask.party for ask in offer.asks.select_related("party") if ask.party != but]
    notices.notify_earlier_ended(appointment, asked)
    wish = offer.wish
    if wish is None or wish.outcome != EarlierWish.Outcome.WAITING:
        return
    missed = wish.offers.filter(outcome__in=[Outcome.DECLINED, Outcome.LAPSED]).count()
    if missed >= OFFERS_AT_MOST:
        _close(wish, EarlierWish.Outcome.ENDED)


def _move(
    appointment: Appointment, offer: TimeOffer, *, user: User | None, by: Party | None
) -> None:
    """Move the visit to the earlier time that all have accepted. `by`: who was the last to."""
    offer.outcome = Outcome.ACCEPTED
    reschedule(
        appointment,
        offer,
        channel=offer.channel,
        user=user,
        by=by,
        accepted=list(offer.asks.values_list("party_id", flat=True)),
        # All who come have accepted this very place.
        place_agreed=True,
    )
    EarlierWish.objects.waiting().filter(appointment=appointment).update(
        outcome=EarlierWish.Outcome.FULFILLED, closed_at=clock.now()
    )


def _close(wish: EarlierWish, outcome: str) -> None:
    wish.outcome, wish.closed_at = outcome, clock.now()
    wish.save(update_fields=["outcome", "closed_at"])
