"""Notify parties and professionals of what happens to an appointment, in the same transaction.

Each function returns those whom no safe channel reaches: they must be called. A party
who has given no way to be reached (anonymous, or not yet answering an invitation) is not among them.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from bookings.appointments.added_sentences import letter_context
from bookings.appointments.calendar_files import calendar_of, time_for_party
from bookings.appointments.notified_parties import (
    did_not_ask,
    informed_parties,
    is_informed,
    may_be_notified,
    was_invited,
)
from bookings.appointments.staff_notices import last_moment
from bookings.lifecycle.by_video import channel_of
from bookings.lifecycle.decline_reasons import reason_label
from bookings.lifecycle.video_links import link_for_parties, shown_from
from bookings.models import (
    Appointment,
    JointSearch,
    MoveRequest,
    OtherParent,
    Party,
    TimeOffer,
)
from bookings.notifications.kinds import TO_JOINT_SEARCHES, TO_PARTIES, MessageKind
from bookings.notifications.notify import Introduction, Recipient, notify
from bookings.parties.safe_channels import Contact, invitation_contact, receiver_of, safe_contacts
from office.core import clock
from office.messaging import outbox
from office.messaging.outbox import Link
from office.models import Channel, MessageChannel, Unit

# Where nobody has asked a person in which language to write.
IN_BOTH = ["fi", "sv"]
# What an invitation can still be written for, where none has left.
INVITES = [MessageKind.CONFIRMED, MessageKind.MOVED]
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
    return _notify_parties(MessageKind.RECEIVED, appointment, asking, context, by=by)


def notify_confirmed(
    appointment: Appointment, *, only: Party | None = None, by: Party | None = None
) -> list[Party]:
    """Tell all who come that the time is agreed; ask the invited whether it suits.

    `only`: to this party alone, who has just given a way to be reached. `by`: whose own doing it is.
    """
    attending = appointment.parties.all_who_come()
    parties = [only] if only else [party for party in attending if may_be_notified(party)]
    return _notify_parties(MessageKind.CONFIRMED, appointment, parties, calendar=True, by=by)


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
                unreached += _notify_parties(MessageKind.CONFIRMED, visit, [party])
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
        _notify_parties(
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
            _notify_parties(MessageKind.CONFIRMED, time, [one], only_by=MessageChannel.SMS)
    return [] if ways or not (party.phone or party.email) else [party]


def notify_moved(appointment: Appointment, *, by: Party | None = None) -> list[Party]:
    """Tell those who knew the earlier time that a new one holds."""
    return _notify_parties(
        MessageKind.MOVED, appointment, informed_parties(appointment), calendar=True, by=by
    )


def notify_place_changed(appointment: Appointment) -> list[Party]:
    """Tell those who knew of it that the time stays, and that the place or channel changes."""
    return _notify_parties(
        MessageKind.MOVED,
        appointment,
        informed_parties(appointment),
        template=PLACE_CHANGED,
        calendar=True,
    )


def notify_own_channel(appointment: Appointment, parties: Iterable[Party]) -> list[Party]:
    """Tell the parties, and no others, that they take part by video, or come after all."""
    return _notify_parties(
        MessageKind.OWN_CHANNEL, appointment, parties, template=PLACE_CHANGED, calendar=True
    )


def notify_cancelled(appointment: Appointment, *, by: Party | None = None) -> list[Party]:
    """Tell those who knew of it that it is cancelled; not by whom."""
    # Who has left is on the way to hear just that.
    for party in appointment.parties.filter(left_at=None):
        _withdraw(appointment, party)
    return _notify_parties(
        MessageKind.CANCELLED, appointment, informed_parties(appointment), calendar=True, by=by
    )


def notify_not_needed(appointment: Appointment, parties: Iterable[Party]) -> list[Party]:
    """Tell those of the parties who knew of it that for them it is cancelled."""
    known = [party for party in parties if is_informed(party)]
    return _notify_parties(MessageKind.CANCELLED, appointment, known, calendar=True)


def notify_declined(appointment: Appointment, reason: str) -> list[Party]:
    """Tell those who knew of the request that it is declined; `reason` is a code of DeclineReason."""
    # Looked up by the template, in the language of the letter.
    context = {"reason": partial(reason_label, reason)}
    return _notify_parties(
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
    return _notify_parties(
        MessageKind.OFFERED, appointment, parties, context, offers=offers, expires_at=until
    )


def notify_move_kept(move_request: MoveRequest) -> list[Party]:
    """Tell the one who asked to move, and nobody else, that the time stays."""
    appointment, party = move_request.appointment, move_request.party
    return _notify_parties(MessageKind.MOVE_KEPT, appointment, [party], replaces=False)


def notify_invited_again(appointment: Appointment) -> list[Party]:
    """Invite those who knew of a visit that was not held, in the same words for each.

    Nobody learns from it who came and who did not.
    """
    return _notify_parties(
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
    return _notify_parties(
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
    return _notify_parties(MessageKind.EARLIER_ENDED, appointment, asked, replaces=False)


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
    return _notify_parties(kind, appointment, parties, context, replaces=False, expires_at=until)


def notify_link(appointment: Appointment, party: Party, *, by: Party | None = None) -> list[Party]:
    """Send a party their new link. Other messages that wait to leave stay."""
    return _notify_parties(MessageKind.LINK, appointment, [party], replaces=False, by=by)


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
        _in_own_language(_recipient(party, appointment, contacts), party),
        _context(appointment, party),
        about=appointment.reference,
        once_key=f"{once_key}:{contacts[0].channel}" if contacts else "",
        expires_at=last_moment(appointment),
    )


def _in_own_language(recipient: Recipient, party: Party) -> Recipient:
    """Return the recipient of a reminder, in the partial language that they read while it is offered.

    A first message has an introduction, which is in full languages only.
    """
    if recipient.introduction is not None or not Unit.get().offers(party.reads):
        return recipient
    return replace(recipient, languages=[party.reads])


def _video(appointment: Appointment, party: Party) -> dict[str, object]:
    """Return where a meeting by video is, from the day before; until then from when its page tells."""
    if channel_of(party, appointment) != Channel.VIDEO:
        return {}
    now, opens = clock.now(), shown_from(appointment)
    return {
        "video_link": link_for_parties(appointment, now),
        "is_video_soon": opens is not None and opens <= now,
        "is_video": True,
    }


def _notify_parties(
    kind: MessageKind,
    appointment: Appointment,
    parties: Iterable[Party],
    context: Mapping[str, object] | None = None,
    *,
    template: str = "",
    offers: Sequence[TimeOffer] = (),
    calendar: bool = False,
    replaces: bool = True,
    expires_at: datetime | None = None,
    by: Party | None = None,
    only_by: str = "",
    also: Sequence[outbox.Also] = (),
) -> list[Party]:
    """Write to each party in their language, in place of what has not left yet.

    To `by` at any hour, since it is their own doing; to all others by day. `only_by`: of their safe
    ways, this channel alone.
    """
    unreached = []
    for party in parties:
        if replaces:
            _withdraw(appointment, party)
        if party.given_by_other:
            unreached += _invite_once(kind, appointment, party)
            continue
        ways = [way for way in safe_contacts(party) if only_by in ("", way.channel)]
        recipient = _recipient(party, appointment, ways)
        written = notify(
            kind,
            recipient,
            {
                **_context(appointment, party),
                **letter_context(),
                **_offered(offers, party),
                **(context or {}),
            },
            template=_template(kind, template, recipient),
            calendar=_calendar_for(kind, party, appointment) if calendar else None,
            about=appointment.reference,
            expires_at=expires_at or last_moment(appointment),
            at_any_hour=by is not None and by.pk == party.pk,
            also=also,
        )
        if not written and (party.phone or party.email):
            unreached.append(party)
    return unreached


def _template(kind: MessageKind, template: str, recipient: Recipient) -> str:
    """Ask who has not heard of a time yet, in place of telling them that it has changed."""
    if recipient.introduction and kind in (MessageKind.MOVED, MessageKind.OWN_CHANNEL):
        return MessageKind.CONFIRMED.value
    return template


def _calendar_for(
    kind: MessageKind, party: Party, appointment: Appointment
) -> Callable[[str], str]:
    return lambda address: calendar_of(
        party, appointment, is_cancelled=kind == MessageKind.CANCELLED, attendee=address
    )


def _context(appointment: Appointment, party: Party) -> dict[str, object]:
    return {
        "visit": time_for_party(party, appointment),
        "asks": _is_asked(party),
        "comes_along": party.rules.comes_along,
        **_video(appointment, party),
    }


def _offered(offers: Sequence[TimeOffer], party: Party) -> dict[str, object]:
    times = [time_for_party(party, offer) for offer in offers]
    return {"offers": times, "offer": times[0]} if times else {}


def _is_asked(party: Party) -> bool:
    """Say whether the party is asked if the time suits; whoever sent the request, only of a new one."""
    if not party.rules.is_invited:
        return False
    return party.is_asked or (party.is_unasked and not party.is_requester)


def _recipient(party: Party, appointment: Appointment, contacts: Sequence[Contact]) -> Recipient:
    """Return the party in their language; in Finnish and Swedish where nobody has asked for theirs.

    The first message to somebody who did not ask us says who we are and how we know of them.
    """
    is_first = (
        (party.is_unasked or party.is_asked or party.rules.comes_along)
        and did_not_ask(party, appointment)
        and not outbox.was_sent(
            about=appointment.reference, kinds=TO_PARTIES, nonce=party.link_nonce
        )
    )
    return Recipient(
        contacts=contacts,
        languages=[party.language] if party.language_is_known else IN_BOTH,
        link=Link("/a/{short}/", "party", party.link_nonce),
        receiver=receiver_of(party),
        introduction=Introduction(
            Unit.get(),
            by_other=party.given_by_other,
            asks=party.is_asked,
            comes_along=party.rules.comes_along,
        )
        if is_first
        else None,
    )


def _invite_once(kind: MessageKind, appointment: Appointment, party: Party) -> list[Party]:
    """Invite contacts that the other parent gave, once; return the party where there is more to tell.

    Until they have stated what is safe, nothing goes there after it: the desk decides.
    """
    if was_invited(party, appointment):
        return [party]
    contact = invitation_contact(party)
    if kind not in INVITES or contact is None:
        # They have heard of nothing yet, or there is no way to tell them.
        return [party] if kind in INVITES else []
    notify(
        MessageKind.CONFIRMED,
        _recipient(party, appointment, [contact]),
        # Who gave the address may read it too: what identifies its owner comes with their own link.
        {**_context(appointment, party), "code": appointment.reference},
        about=appointment.reference,
        expires_at=last_moment(appointment),
    )
    return []


def _withdraw(appointment: Appointment, party: Party) -> None:
    outbox.withdraw(about=appointment.reference, kinds=TO_PARTIES, nonce=party.link_nonce)
