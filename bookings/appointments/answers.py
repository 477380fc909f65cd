"""Actions of a party on the personal page: accept, decline, cancel, ask to move, choose."""

from datetime import timedelta

from bookings.appointments import notices, separate_visits
from bookings.appointments.decisions import cancel
from bookings.appointments.proposals import close_move
from bookings.appointments.requests import give_own_link
from bookings.appointments.reschedule import reschedule
from bookings.availability.allocation import take_slot
from bookings.availability.search import Wish
from bookings.availability.slots import Slot
from bookings.lifecycle.notice_time import is_late
from bookings.lifecycle.phone_visits import refuse_uncallable
from bookings.lifecycle.transitions import NotPossibleError, locked_participant, record
from bookings.models import (
    Answer,
    Appointment,
    EventKind,
    MoveRequest,
    OtherParent,
    Party,
    TimeOffer,
)
from bookings.parties import conflicts
from bookings.parties.records import PartyDetails
from office.calendar.occupancy import retrying
from office.core import clock
from office.models import ClaimKind, Unit, User
from office.staff.rate_limits import count_try

MOVES_OF_A_PARTY_A_DAY = 6


@retrying
def answer_invitation(party_id: int, *, accepts: bool, user: User | None = None) -> None:
    """Accept or decline the invitation. Declining leaves the appointment to the secretary.

    `user`: the secretary, who heard it on the phone.
    """
    party, appointment = locked_participant(party_id)
    answer = Answer.ACCEPTED if accepts else Answer.DECLINED
    is_possible = may_accept if accepts else may_answer
    if not is_possible(party, appointment):
        raise NotPossibleError
    if party.answer == answer:
        return
    party.answer = answer
    party.answered_at = clock.now()
    party.save()
    record(
        appointment,
        EventKind.ACCEPTED if accepts else EventKind.DECLINED_INVITATION,
        user=user,
        party=party,
        of=party,
    )


@retrying
def take_up_invitation(party_id: int, details: PartyDetails) -> Party:
    """Take the invited parent's own details, and give them a link that nobody else has had.

    The link that was handed over goes on showing time and place: whoever passed it on can neither
    follow nor see that it was used.
    Raises NotPossibleError, and NoNumberError where the visit is by phone and there is no number to call.
    """
    party, appointment = locked_participant(party_id)
    if not may_take_up(party, appointment):
        raise NotPossibleError
    refuse_uncallable(appointment.channel, details)
    for name, value in vars(details).items():
        setattr(party, name, value)
    give_own_link(party)
    if party.is_unasked:
        # From now on they know of it, so that they are notified when it is declined or cancelled.
        party.answer = Answer.ASKED
    party.save()
    record(appointment, EventKind.DETAILS_GIVEN, party=party)
    conflicts.hand_over([appointment.pk])
    if appointment.is_confirmed:
        notices.notify_confirmed(appointment, only=party, by=party)
    else:
        # Who closes the page now would not find it again.
        notices.notify_link(appointment, party, by=party)
    return party


@retrying
def cancel_visit(party_id: int, *, why: str = "") -> None:
    """Cancel the visit for a party, who may say why. Cancelling twice changes nothing."""
    party, appointment = locked_participant(party_id)
    if appointment.is_cancelled:
        return
    if not may_cancel(party, appointment):
        raise NotPossibleError
    cancel(appointment.pk, party=party, why=why)


@retrying
def ask_to_move(party_id: int, wish: Wish, slot: Slot, *, unit: Unit) -> MoveRequest:
    """Ask for another time; it is kept until the secretary has decided.

    Each party may: a refusal would tell that the other one has asked already.
    Raises JustTakenError, NotPossibleError, TooManyTriesError.
    """
    party, appointment = locked_participant(party_id)
    if not may_ask_to_move(party, appointment):
        raise NotPossibleError
    count_try("move", str(party.pk), limit=MOVES_OF_A_PARTY_A_DAY, every=timedelta(days=1))
    waiting = appointment.move_requests.filter(
        outcome=MoveRequest.Outcome.OPEN, party=party
    ).first()
    if waiting is not None:
        close_move(waiting, MoveRequest.Outcome.WITHDRAWN)
    if (slot.start, wish.channel) == (appointment.starts_at, appointment.channel) and (
        slot.point == appointment.service_point_id
    ):
        raise NotPossibleError
    taken = take_slot(
        wish,
        slot,
        unit,
        kind=ClaimKind.REQUEST,
        label=appointment.reference,
        # The wished time may overlap the one that they have and keep meanwhile.
        alongside=appointment.claim,
    )
    move = MoveRequest.objects.create(
        appointment=appointment,
        party=party,
        starts_at=taken.start,
        ends_at=taken.end,
        channel=wish.channel,
        service_point=taken.claim.service_point,
        room=taken.room,
        claim=taken.claim,
        created_at=clock.now(),
    )
    details = {"late": is_late(appointment)}
    record(appointment, EventKind.MOVE_ASKED, party=party, details=details)
    return move


@retrying
def withdraw_move(party_id: int) -> None:
    """Withdraw the party's own request to move."""
    party, appointment = locked_participant(party_id)
    move = appointment.move_requests.filter(outcome=MoveRequest.Outcome.OPEN, party=party).first()
    if move is None:
        raise NotPossibleError
    close_move(move, MoveRequest.Outcome.WITHDRAWN)
    record(appointment, EventKind.MOVE_WITHDRAWN, party=party)


@retrying
def choose_offer(party_id: int, offer_id: int, *, user: User | None = None) -> list[Party]:
    """Choose one of the offered times: it is agreed at once, and everybody is notified.

    `user`: the secretary, who heard it on the phone.
    """
    party, appointment = locked_participant(party_id)
    offer = (
        appointment.time_offers.to_choose_from()
        .filter(pk=offer_id, expires_at__gt=clock.now())
        .first()
    )
    if offer is None or offer.claim is None or not may_choose(party, appointment):
        raise NotPossibleError
    try:
        return reschedule(
            appointment,
            offer,
            channel=offer.channel,
            user=user,
            by=party,
            accepted=[party.pk],
            # It was when the time was offered.
            place_agreed=True,
        )
    except separate_visits.TooCloseError as error:
        # The other parent's visit has come near it since it was offered; that is not disclosed.
        raise NotPossibleError from error


def open_offers(appointment: Appointment) -> list[TimeOffer]:
    """Return the offered times that can still be chosen."""
    return list(
        appointment.time_offers.to_choose_from()
        .filter(expires_at__gt=clock.now())
        .select_related("service_point")
    )


def has_not_begun(appointment: Appointment) -> bool:
    """Say whether the visit is agreed or asked for, and has not begun."""
    return appointment.is_before_visit and (
        appointment.starts_at is None or appointment.has_time_ahead
    )


def may_cancel(party: Party, appointment: Appointment) -> bool:
    """Say whether a party may cancel on the personal page.

    Somebody only invited, who has not agreed to come, declines instead: the visit is not theirs
    to cancel.
    """
    agreed = party.is_requester or (party.has_accepted and party.decides_time)
    return _takes_part(party, appointment) and agreed


def may_answer(party: Party, appointment: Appointment) -> bool:
    """Say whether the page asks a party if they will come.

    An invited parent is always asked; whoever sent the request only when the time is new to them too.
    """
    if not _takes_part(party, appointment) or not party.rules.is_invited:
        return False
    if party.is_requester:
        return party.is_asked or party.has_declined
    return _is_invited(party, appointment)


def may_accept(party: Party, appointment: Appointment) -> bool:
    """Say whether a party may accept: not before an invited parent has given details of their own."""
    return may_answer(party, appointment) and not may_take_up(party, appointment)


def may_ask_to_move(party: Party, appointment: Appointment) -> bool:
    """Say whether a party may ask for another time: not one who only comes along."""
    takes_part = _takes_part(party, appointment) and party.rules.is_invited
    return takes_part and appointment.is_confirmed


def may_choose(party: Party, appointment: Appointment) -> bool:
    """Say whether the party may choose among offered times, as far as there are any."""
    decides = party.decides_time and party.left_at is None
    return (
        decides
        and (
            # Who has declined the agreed time may still choose another one.
            (appointment.is_confirmed and appointment.has_time_ahead)
            or (appointment.is_offered and not party.has_declined)
        )
        and not may_take_up(party, appointment)
    )


def is_invitation(party: Party, appointment: Appointment) -> bool:
    """Say whether the party's link is still an invitation, which its owner has not taken up.

    Others may have it: the parent who passes it on, or who gave the address that it was sent to.
    """
    passed_on = appointment.other_parent == OtherParent.PASS_ON and party.is_other_parent
    return not party.is_requester and (party.given_by_other or (passed_on and not party.name))


def may_take_up(party: Party, appointment: Appointment) -> bool:
    """Say whether the page asks an invited parent for details of their own."""
    return is_invitation(party, appointment) and _takes_part(party, appointment)


def _takes_part(party: Party, appointment: Appointment) -> bool:
    return party.left_at is None and has_not_begun(appointment)


def _is_invited(party: Party, appointment: Appointment) -> bool:
    passed_on = appointment.other_parent == OtherParent.PASS_ON and party.is_other_parent
    return not party.is_unasked or passed_on
