"""Notify parties and professionals of what happens to an appointment, in the same transaction.

Each function returns those whom no safe channel reaches: they must be called. A party
who has given no way to be reached (anonymous, or not yet answering an invitation) is not among them.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from django.db.models import Q
from django.utils.translation import gettext as _

from bookings.appointments.added_sentences import letter_context
from bookings.lifecycle.by_video import channel_of
from bookings.lifecycle.decline_reasons import reason_label
from bookings.lifecycle.video_links import link_for_parties, shown_from
from bookings.models import (
    Answer,
    Appointment,
    EventKind,
    JointSearch,
    MoveRequest,
    OtherParent,
    Party,
    Status,
    TimeOffer,
)
from bookings.notifications.kinds import (
    TO_JOINT_SEARCHES,
    TO_PARTIES,
    TO_STAFF,
    MessageKind,
)
from bookings.notifications.notify import Introduction, Recipient, language_of, notify
from bookings.notifications.time_and_place import Scheduled, TimeAndPlace
from bookings.parties.safe_channels import Contact, invitation_contact, receiver_of, safe_contacts
from bookings.partners import invitations
from office.core import clock
from office.core.languages import LANGUAGES
from office.messaging import ics, outbox
from office.messaging.outbox import Link
from office.models import Channel, MessageChannel, OutboxMessage, Professional, Unit

# Where nobody has asked a person in which language to write.
IN_BOTH = ["fi", "sv"]
STAFF_KINDS = {
    "booked": MessageKind.STAFF_BOOKED,
    "moved": MessageKind.STAFF_MOVED,
    "cancelled": MessageKind.STAFF_CANCELLED,
    # Another room, place, channel or colleague: the same kind of message as another time.
    "changed": MessageKind.STAFF_MOVED,
}
# What an invitation can still be written for, where none has left.
INVITES = [MessageKind.CONFIRMED, MessageKind.MOVED]
# A changed place is the same kind of message as another time.
PLACE_CHANGED = "place_changed"


def notify_received(appointment: Appointment) -> list[Party]:
    """Tell the requester that the request came in, and when we answer."""
    asking = list(appointment.parties.filter(is_requester=True))
    by = asking[0] if asking else None
    context = {
        "due": appointment.answer_due_at,
        "passes_on": appointment.other_parent == OtherParent.PASS_ON,
    }
    return _tell(MessageKind.RECEIVED, appointment, asking, context, by=by)


def notify_confirmed(
    appointment: Appointment, *, only: Party | None = None, by: Party | None = None
) -> list[Party]:
    """Tell all who come that the time is agreed; ask the invited whether it suits.

    `only`: to this party alone, who has just given a way to be reached. `by`: whose own doing it is.
    """
    attending = appointment.parties.all_who_come()
    parties = [only] if only else [party for party in attending if may_be_notified(party)]
    return _tell(MessageKind.CONFIRMED, appointment, parties, calendar=True, by=by)


def notify_moved(appointment: Appointment, *, by: Party | None = None) -> list[Party]:
    """Tell those who knew the earlier time that a new one holds."""
    return _tell(
        MessageKind.MOVED, appointment, informed_parties(appointment), calendar=True, by=by
    )


def notify_place_changed(appointment: Appointment) -> list[Party]:
    """Tell those who knew of it that the time stays, and that the place or channel changes."""
    return _tell(
        MessageKind.MOVED,
        appointment,
        informed_parties(appointment),
        template=PLACE_CHANGED,
        calendar=True,
    )


def notify_own_channel(appointment: Appointment, parties: Iterable[Party]) -> list[Party]:
    """Tell the parties, and no others, that they take part by video, or come after all."""
    return _tell(
        MessageKind.OWN_CHANNEL, appointment, parties, template=PLACE_CHANGED, calendar=True
    )


def notify_cancelled(appointment: Appointment, *, by: Party | None = None) -> list[Party]:
    """Tell those who knew of it that it is cancelled; not by whom."""
    # Who has left is on the way to hear just that.
    for party in appointment.parties.filter(left_at=None):
        _withdraw(appointment, party)
    return _tell(
        MessageKind.CANCELLED, appointment, informed_parties(appointment), calendar=True, by=by
    )


def notify_not_needed(appointment: Appointment, parties: Iterable[Party]) -> list[Party]:
    """Tell those of the parties who knew of it that for them it is cancelled."""
    known = [party for party in parties if is_informed(party)]
    return _tell(MessageKind.CANCELLED, appointment, known, calendar=True)


def notify_declined(appointment: Appointment, reason: str) -> list[Party]:
    """Tell those who knew of the request that it is declined; `reason` is a code of DeclineReason."""
    # Looked up by the template, in the language of the letter.
    context = {"reason": partial(reason_label, reason)}
    return _tell(MessageKind.DECLINED, appointment, informed_parties(appointment), context)


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
    return _tell(
        MessageKind.OFFERED, appointment, parties, context, offers=offers, expires_at=until
    )


def notify_move_kept(move_request: MoveRequest) -> list[Party]:
    """Tell the one who asked to move, and nobody else, that the time stays."""
    appointment, party = move_request.appointment, move_request.party
    return _tell(MessageKind.MOVE_KEPT, appointment, [party], replaces=False)


def notify_invited_again(appointment: Appointment) -> list[Party]:
    """Invite those who knew of a visit that was not held, in the same words for each.

    Nobody learns from it who came and who did not.
    """
    return _tell(
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
    return _tell(
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
    return _tell(MessageKind.EARLIER_ENDED, appointment, asked, replaces=False)


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
    return _tell(kind, appointment, parties, context, replaces=False, expires_at=until)


def notify_link(appointment: Appointment, party: Party, *, by: Party | None = None) -> list[Party]:
    """Send a party their new link. Other messages that wait to leave stay."""
    return _tell(MessageKind.LINK, appointment, [party], replaces=False, by=by)


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
        expires_at=_last_moment(appointment),
    )


def _in_own_language(recipient: Recipient, party: Party) -> Recipient:
    """The recipient of a reminder, in the partial language that they read while it is offered.

    An introduction, which a first message has, is in full languages only.
    """
    if recipient.introduction is not None or not Unit.get().offers(party.reads):
        return recipient
    return replace(recipient, languages=[party.reads])


def _video(appointment: Appointment, party: Party) -> dict[str, object]:
    """Where a meeting by video is, from the day before; until then from when its page tells."""
    if channel_of(party, appointment) != Channel.VIDEO:
        return {}
    now, opens = clock.now(), shown_from(appointment)
    return {
        "video_link": link_for_parties(appointment, now),
        "is_video_soon": opens is not None and opens <= now,
        "is_video": True,
    }


def notify_professionals(
    appointment: Appointment, what: str, *, only: Iterable[Professional] | None = None
) -> list[Professional]:
    """Tell those who meet the parties; return who has no e-mail.

    `what`: "booked", "moved", "changed" or "cancelled". `only`: these and no others, such as somebody
    whose turn a colleague took. Partners of other organisations are invited: see partners.invitations.
    """
    unreached = []
    staff = appointment.professionals.select_related("user") if only is None else only
    for professional in staff:
        if professional.organisation_id is not None:
            continue
        if professional.email:
            _notify_professional(appointment, professional, what)
        else:
            unreached.append(professional)
    if what == "cancelled" and only is None:
        invitations.withdraw_all(appointment)
    else:
        unreached += invitations.invite(appointment)
    return unreached


def _notify_professional(appointment: Appointment, professional: Professional, what: str) -> None:
    """When, where, for which service, with whom; nothing of the clients.

    The subject and the calendar entry, which others may see, name neither service nor place.
    """
    outbox.withdraw(about=appointment.reference, kinds=TO_STAFF, to=professional.email)

    def calendar(address: str) -> str:
        return _calendar(
            appointment,
            uid=ics.uid_for("staff", appointment.reference, str(professional.pk)),
            summary=_("Booked %(code)s") % {"code": appointment.reference},
            is_cancelled=what == "cancelled",
            attendee=address,
        )

    notify(
        STAFF_KINDS[what],
        Recipient([Contact(MessageChannel.EMAIL, professional.email)], [language_of(professional)]),
        {
            "appointment": appointment,
            "visit": TimeAndPlace(appointment),
            "room": appointment.room,
            "colleagues": partial(_colleagues, appointment, professional),
            "language": dict(LANGUAGES).get(appointment.language, appointment.language),
        },
        template=f"staff_{what}",
        calendar=calendar,
        about=appointment.reference,
        expires_at=_last_moment(appointment),
    )


def _colleagues(appointment: Appointment, professional: Professional) -> list[str]:
    return [
        f"{p.name}, {p.title}" if p.title else p.name
        for p in appointment.professionals.exclude(pk=professional.pk)
    ]


def calendar_of(
    party: Party, appointment: Appointment, *, is_cancelled: bool = False, attendee: str = ""
) -> str:
    """The party's calendar file, in the language that is active; empty where there is no time.

    `attendee`: the address that it is sent to; empty for one to download.
    """
    return _calendar(
        appointment,
        uid=ics.uid_for("party", appointment.reference, str(party.pk)),
        party=party,
        summary=_("Appointment"),
        is_cancelled=is_cancelled,
        attendee=attendee,
    )


def knew_another_time(party: Party, appointment: Appointment) -> bool:
    """Whether the time that holds has replaced one that the party knew."""
    heard = Q(what__in=[EventKind.CONFIRMED, EventKind.MOVED, EventKind.CHOSEN])
    if not party.is_requester:
        heard |= Q(what=EventKind.PARTY_ADDED) | Q(what=EventKind.DETAILS_GIVEN, party=party)
    last = appointment.events.filter(heard, undone_by=None).order_by("-at", "-pk").first()
    return last is not None and last.what == EventKind.MOVED


def is_informed(party: Party) -> bool:
    """Whether the party has heard of the appointment: telling anybody else would tell on the other."""
    return party.left_at is None and (party.is_requester or party.answer != Answer.NOT_ASKED)


def may_be_notified(party: Party) -> bool:
    """Whether we may write to the party at all: to who comes along only with the say of whom they are."""
    return party.left_at is None and (party.rules.is_invited or is_informed(party))


def stays_away(party: Party, parties: Iterable[Party]) -> bool:
    """Whether the party has declined, or comes along with one who has."""
    answers = {one.pk: one.answer for one in parties}
    return answers.get(party.accompanies_id or party.pk) == Answer.DECLINED


def informed_parties(appointment: Appointment) -> list[Party]:
    """The parties who have heard of the appointment."""
    return [party for party in appointment.parties.all() if is_informed(party)]


def _calendar(
    appointment: Appointment,
    *,
    uid: str,
    summary: str,
    is_cancelled: bool,
    attendee: str,
    party: Party | None = None,
) -> str:
    if appointment.starts_at is None or appointment.ends_at is None:
        return ""
    visit, changing = TimeAndPlace(appointment), Q(what__in=EventKind.changing_calendar())
    if party is not None:
        visit = _for_party(party, appointment)
        changing |= Q(
            what__in=EventKind.changing_own_calendar(), party=party.accompanies_id or party.pk
        )
    return ics.visit_file(
        ics.CalendarEvent(
            uid=uid,
            start=appointment.starts_at,
            end=appointment.ends_at,
            summary=summary,
            location=visit.place if visit.is_in_person else "",
            # Not the appointment's version: that grows by what the other party does, and would tell.
            # A cancellation may be sent before it is recorded.
            sequence=appointment.events.filter(changing).count() + (1 if is_cancelled else 0),
            is_cancelled=is_cancelled,
            attendee=attendee,
        )
    )


def _last_moment(appointment: Appointment) -> datetime | None:
    """When telling of the appointment is of no use any more: when the visit begins."""
    return appointment.starts_at if appointment.status != Status.DECLINED else None


def _tell(
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
) -> list[Party]:
    """Write to each party in their language, in place of what has not left yet.

    To `by` at any hour, since it is their own doing; to all others by day.
    """
    unreached = []
    for party in parties:
        if replaces:
            _withdraw(appointment, party)
        if party.given_by_other:
            unreached += _invite_once(kind, appointment, party)
            continue
        recipient = _recipient(party, appointment, safe_contacts(party))
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
            expires_at=expires_at or _last_moment(appointment),
            at_any_hour=by is not None and by.pk == party.pk,
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
        "visit": _for_party(party, appointment),
        "asks": _is_asked(party),
        "comes_along": party.rules.comes_along,
        **_video(appointment, party),
    }


def _offered(offers: Sequence[TimeOffer], party: Party) -> dict[str, object]:
    times = [_for_party(party, offer) for offer in offers]
    return {"offers": times, "offer": times[0]} if times else {}


def _for_party(party: Party, time: Scheduled) -> TimeAndPlace:
    """A time with how the party takes part in it."""
    return TimeAndPlace(time, own_channel=channel_of(party, time))


def _is_asked(party: Party) -> bool:
    """Whether the party is to say if the time suits; who sent the request, only of a new one."""
    if not party.rules.is_invited:
        return False
    return party.answer == Answer.ASKED or (
        party.answer == Answer.NOT_ASKED and not party.is_requester
    )


def _recipient(party: Party, appointment: Appointment, contacts: Sequence[Contact]) -> Recipient:
    """The party in their language; in Finnish and Swedish where nobody has asked for theirs.

    The first message to somebody who did not ask us says who we are and whence we know of them.
    """
    is_first = (
        (party.answer in (Answer.NOT_ASKED, Answer.ASKED) or party.rules.comes_along)
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
            asks=party.answer == Answer.ASKED,
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
        expires_at=_last_moment(appointment),
    )
    return []


def was_invited(party: Party, appointment: Appointment) -> bool:
    """Whether the invitation to contacts that the other parent gave has left, or is about to."""
    return OutboxMessage.objects.filter(
        about=appointment.reference,
        kind=MessageKind.CONFIRMED,
        link_nonce=party.link_nonce,
        dropped_at__isnull=True,
    ).exists()


def did_not_ask(party: Party, appointment: Appointment) -> bool:
    """Whether the party has neither asked for the appointment nor come to us by themselves since."""
    return (
        not party.is_requester
        and not appointment.events.filter(
            what__in=[EventKind.DETAILS_GIVEN, EventKind.CHANNELS_CHANGED], party=party
        ).exists()
    )


def _withdraw(appointment: Appointment, party: Party) -> None:
    outbox.withdraw(about=appointment.reference, kinds=TO_PARTIES, nonce=party.link_nonce)
