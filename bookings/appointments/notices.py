"""Notify parties and professionals of what happens to an appointment, in the same transaction.

Each function returns those whom no safe channel reaches: they must be called. A party
who has given no way to be reached (anonymous, or not yet answering an invitation) is not among them.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from functools import partial

from bookings.appointments.calendar_files import time_for_party
from bookings.appointments.notified_parties import (
    informed_parties,
    is_informed,
    may_be_notified,
)
from bookings.appointments.party_letters import (
    context_for,
    in_own_language,
    recipient_of,
    withdraw_unsent,
    write_to_parties,
)
from bookings.appointments.staff_notices import last_moment
from bookings.lifecycle.decline_reasons import reason_label
from bookings.models import (
    Appointment,
    JointSearch,
    MoveRequest,
    OtherParent,
    Party,
    TimeOffer,
)
from bookings.notifications.kinds import TO_JOINT_SEARCHES, MessageKind
from bookings.notifications.notify import notify
from bookings.parties.safe_channels import safe_contacts
from office.core import clock
from office.messaging import outbox
from office.models import MessageChannel

# A changed place is the same kind of message as another time.
PLACE_CHANGED = "place_changed"
# The letter on all visits of a series.
SERIES = "series"


def notify_received(appointment: Appointment) -> list[Party]:
    """Tell the requester that the request came in, and when we answer."""
    asking = list(appointment.parties.filter(is_requester=True))
    by = asking[0] if asking else None
    context = {
        "due": appointment.answer_due_at,
        "passes_on": appointment.other_parent == OtherParent.PASS_ON,
    }
    return write_to_parties(MessageKind.RECEIVED, appointment, asking, context, by=by)


def notify_confirmed(
    appointment: Appointment, *, only: Party | None = None, by: Party | None = None
) -> list[Party]:
    """Tell all who come that the time is agreed; ask the invited whether it suits.

    `only`: to this party alone, who has just given a way to be reached. `by`: whose own doing it is.
    """
    attending = appointment.parties.all_who_come()
    parties = [only] if only else [party for party in attending if may_be_notified(party)]
    return write_to_parties(MessageKind.CONFIRMED, appointment, parties, calendar=True, by=by)


def notify_series(visits: Sequence[Appointment]) -> list[Party]:
    """Tell the same of a whole series, whose visits have the same parties: one letter to each who comes.

    Contacts that the other parent gave get an invitation to each visit, as to any other.
    """
    unreached: list[Party] = []
    coming = [visit.parties.all_who_come().order_by("pk") for visit in visits]
    for parties in zip(*coming, strict=True):
        times = list(zip(visits, parties, strict=True))
        first = parties[0]
        if not may_be_notified(first):
            continue
        if first.given_by_other:
            for visit, party in times:
                unreached += write_to_parties(MessageKind.CONFIRMED, visit, [party])
        else:
            unreached += _notify_of_series(times)
    return unreached


def _notify_of_series(times: Sequence[tuple[Appointment, Party]]) -> list[Party]:
    """Send one e-mail about all; a text message about each, since one holds one time and one link."""
    (visit, party), *others = times
    ways = {way.channel for way in safe_contacts(party)}
    if MessageChannel.EMAIL in ways:
        marked = [
            (time_for_party(one, time), outbox.link_mark(number))
            for number, (time, one) in enumerate(times, 1)
        ]
        write_to_parties(
            MessageKind.CONFIRMED,
            visit,
            [party],
            {"times": marked},
            template=SERIES,
            only_by=MessageChannel.EMAIL,
            also=[outbox.Also(time.reference, one.link_nonce) for time, one in others],
        )
    if MessageChannel.SMS in ways:
        for time, one in times:
            write_to_parties(MessageKind.CONFIRMED, time, [one], only_by=MessageChannel.SMS)
    return [] if ways or not (party.phone or party.email) else [party]


def notify_moved(appointment: Appointment, *, by: Party | None = None) -> list[Party]:
    """Tell those who knew the earlier time that a new one holds."""
    return write_to_parties(
        MessageKind.MOVED, appointment, informed_parties(appointment), calendar=True, by=by
    )


def notify_place_changed(appointment: Appointment) -> list[Party]:
    """Tell those who knew of it that the time stays, and that the place or channel changes."""
    return write_to_parties(
        MessageKind.MOVED,
        appointment,
        informed_parties(appointment),
        template=PLACE_CHANGED,
        calendar=True,
    )


def notify_own_channel(appointment: Appointment, parties: Iterable[Party]) -> list[Party]:
    """Tell the parties, and no others, that they take part by video, or come after all."""
    return write_to_parties(
        MessageKind.OWN_CHANNEL, appointment, parties, template=PLACE_CHANGED, calendar=True
    )


def notify_cancelled(appointment: Appointment, *, by: Party | None = None) -> list[Party]:
    """Tell those who knew of it that it is cancelled; not by whom."""
    # Who has left is on the way to hear just that.
    for party in appointment.parties.filter(left_at=None):
        withdraw_unsent(appointment, party)
    return write_to_parties(
        MessageKind.CANCELLED, appointment, informed_parties(appointment), calendar=True, by=by
    )


def notify_not_needed(appointment: Appointment, parties: Iterable[Party]) -> list[Party]:
    """Tell those of the parties who knew of it that for them it is cancelled."""
    known = [party for party in parties if is_informed(party)]
    return write_to_parties(MessageKind.CANCELLED, appointment, known, calendar=True)


def notify_declined(appointment: Appointment, reason: str) -> list[Party]:
    """Tell those who knew of the request that it is declined; `reason` is a code of DeclineReason."""
    # Looked up by the template, in the language of the letter.
    context = {"reason": partial(reason_label, reason)}
    return write_to_parties(
        MessageKind.DECLINED, appointment, informed_parties(appointment), context
    )


def notify_offered(appointment: Appointment, *, only: Party | None = None) -> list[Party]:
    """Ask those who know of it, and whose the choice is, to choose one of the kept times on their page.

    An agreed time holds until they do. `only`: to this party alone, once more.
    """
    offers = list(appointment.time_offers.to_choose_from().select_related("service_point"))
    context = {
        "kept_until": min((offer.expires_at for offer in offers), default=None),
        "has_time": appointment.is_confirmed,
    }
    choosing = [party for party in informed_parties(appointment) if party.decides_time]
    parties = [only] if only else choosing
    until = max((offer.expires_at for offer in offers), default=None)
    return write_to_parties(
        MessageKind.OFFERED, appointment, parties, context, offers=offers, expires_at=until
    )


def notify_move_kept(move_request: MoveRequest) -> list[Party]:
    """Tell the one who asked to move, and nobody else, that the time stays."""
    appointment, party = move_request.appointment, move_request.party
    return write_to_parties(MessageKind.MOVE_KEPT, appointment, [party], replaces=False)


def notify_invited_again(appointment: Appointment) -> list[Party]:
    """Invite those who knew of a visit that was not held, in the same words for each.

    Nobody learns from it who came and who did not.
    """
    return write_to_parties(
        MessageKind.INVITED_AGAIN,
        appointment,
        informed_parties(appointment),
        replaces=False,
        expires_at=clock.now() + timedelta(days=7),
    )


def notify_earlier_offer(
    appointment: Appointment, offer: TimeOffer, parties: Iterable[Party]
) -> list[Party]:
    """Ask all whether an earlier time suits, in the same words for each."""
    asked = list(parties)
    _withdraw_earlier(appointment, asked)
    context = {"answer_by": offer.expires_at}
    return write_to_parties(
        MessageKind.EARLIER,
        appointment,
        asked,
        context,
        offers=[offer],
        replaces=False,
        expires_at=offer.expires_at,
    )


def notify_earlier_ended(appointment: Appointment, parties: Iterable[Party]) -> list[Party]:
    """Tell those who were asked that the time stays; not why, and not at night."""
    asked = list(parties)
    _withdraw_earlier(appointment, asked)
    return write_to_parties(MessageKind.EARLIER_ENDED, appointment, asked, replaces=False)


def notify_joint(kind: MessageKind, search: JointSearch, parties: Sequence[Party]) -> list[Party]:
    """Write of the search for a joint time, the same to each."""
    appointment = search.appointment
    for party in parties:
        outbox.withdraw(
            about=appointment.reference, kinds=TO_JOINT_SEARCHES, nonce=party.link_nonce
        )
    context = {"due": search.due_at, "has_time": appointment.is_confirmed}
    is_over = kind == MessageKind.JOINT_NOT_FOUND
    until = None if is_over else search.due_at
    return write_to_parties(kind, appointment, parties, context, replaces=False, expires_at=until)


def notify_link(appointment: Appointment, party: Party, *, by: Party | None = None) -> list[Party]:
    """Send a party their new link. Other messages that wait to leave stay."""
    return write_to_parties(MessageKind.LINK, appointment, [party], replaces=False, by=by)


def _withdraw_earlier(appointment: Appointment, parties: Iterable[Party]) -> None:
    for party in parties:
        outbox.withdraw(
            about=appointment.reference,
            kinds=[MessageKind.EARLIER, MessageKind.EARLIER_ENDED],
            nonce=party.link_nonce,
        )


def remind(appointment: Appointment, party: Party, *, once_key: str) -> int:
    """Remind a party of the visit by one way that is safe; how many messages were written.

    By text message where that is safe: twice the same on one phone helps nobody.
    """
    contacts = safe_contacts(party)[-1:]
    return notify(
        MessageKind.REMINDER,
        in_own_language(recipient_of(party, appointment, contacts), party),
        context_for(appointment, party),
        about=appointment.reference,
        once_key=f"{once_key}:{contacts[0].channel}" if contacts else "",
        expires_at=last_moment(appointment),
    )
