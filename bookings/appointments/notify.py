"""Telling parties and professionals what has happened, in the transaction in which it happens.

Each function returns whom it could not reach by a channel that is safe: they must be called. A party
who has given no way to be reached (anonymous, or not yet answering an invitation) is not among them.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from bookings.models import Answer, Appointment, MoveRequest, Party, Status, TimeOffer
from bookings.notifications import letters
from bookings.notifications.letterhead import Letter, in_both
from bookings.parties.safe_channels import Way, invitation_way, receiver_of, ways_of
from bookings.partners import invitations as pairing
from office.messaging import ics as calendar_file
from office.messaging import outbox
from office.messaging.outbox import Link
from office.models import Channel, MessageChannel, OutboxMessage, Professional, Unit

RECEIVED, CONFIRMED, MOVED, CANCELLED = "received", "confirmed", "moved", "cancelled"
DECLINED, OFFERED, MOVE_KEPT, REMINDER = "declined", "offered", "move_kept", "reminder"
PARTY_KINDS = [RECEIVED, CONFIRMED, MOVED, CANCELLED, DECLINED, OFFERED, MOVE_KEPT, REMINDER]
EARLIER, EARLIER_ENDED = "earlier", "earlier_ended"
PARTY_KINDS += [EARLIER, EARLIER_ENDED]
LINK = "link"
PARTY_KINDS += [LINK]
# Where nobody has asked a person in which language to write.
IN_BOTH = ["fi", "sv"]
# After these another time holds, or none: so often a calendar entry has changed.
CALENDAR_CHANGES = ["confirmed", "moved", "place_changed", "staff_changed", "chosen", "offered"]
CALENDAR_CHANGES += ["cancelled", "taken_back"]
STAFF_KINDS = {"booked": "staff_booked", "moved": "staff_moved", "cancelled": "staff_cancelled"}
# Another room, place, channel or colleague: the same kind of message as another time.
STAFF_KINDS["changed"] = STAFF_KINDS["moved"]

outbox.KIND_NAMES.update(
    {
        RECEIVED: gettext_lazy("Request received"),
        CONFIRMED: gettext_lazy("Confirmation"),
        MOVED: gettext_lazy("New time"),
        CANCELLED: gettext_lazy("Cancellation"),
        DECLINED: gettext_lazy("Request declined"),
        OFFERED: gettext_lazy("Times to choose from"),
        MOVE_KEPT: gettext_lazy("Time kept as it was"),
        REMINDER: gettext_lazy("Reminder"),
        LINK: gettext_lazy("Link to the own page"),
        EARLIER: gettext_lazy("An earlier time"),
        EARLIER_ENDED: gettext_lazy("The earlier time is off"),
        STAFF_KINDS["booked"]: gettext_lazy("To a professional: booked"),
        STAFF_KINDS["moved"]: gettext_lazy("To a professional: moved"),
        STAFF_KINDS["cancelled"]: gettext_lazy("To a professional: cancelled"),
    }
)

# What an invitation can still be written for, where none has left.
INVITES = [CONFIRMED, MOVED]
# Too late, they are of no use, and nobody has to make them good: the visit or the answer has come first.
outbox.LAPSE_QUIETLY.update({RECEIVED, MOVE_KEPT, REMINDER, EARLIER, EARLIER_ENDED})

Write = Callable[[Appointment, Party, Unit], Letter]


def tell_received(appointment: Appointment) -> list[Party]:
    """To the one who asked: we have it, and when we answer."""
    asking = list(appointment.parties.filter(is_requester=True))
    by = asking[0] if asking else None
    return _tell(RECEIVED, appointment, asking, letters.received, by=by)


def tell_confirmed(
    appointment: Appointment, *, only: Party | None = None, by: Party | None = None
) -> list[Party]:
    """To all who come: the time is agreed; the invited are asked whether it suits.

    `only`: to this party alone, who has just given a way to be reached. `by`: whose own doing it is.
    """
    parties = [only] if only else appointment.parties.who_come()
    return _tell(CONFIRMED, appointment, parties, letters.confirmed, calendar=True, by=by)


def tell_moved(appointment: Appointment, *, by: Party | None = None) -> list[Party]:
    """To those who knew the earlier time: a new one holds."""
    return _tell(MOVED, appointment, knowing(appointment), letters.moved, calendar=True, by=by)


def tell_place_changed(appointment: Appointment) -> list[Party]:
    """To those who knew of it: the time stays, where or how we meet is another."""
    return _tell(MOVED, appointment, knowing(appointment), letters.place_changed, calendar=True)


def tell_cancelled(appointment: Appointment, *, by: Party | None = None) -> list[Party]:
    """To those who knew of it: nothing is to come. It is not said who cancelled."""
    for party in appointment.parties.all():
        _withdraw(appointment, party)
    parties = knowing(appointment)
    return _tell(CANCELLED, appointment, parties, letters.cancelled, calendar=True, by=by)


def tell_declined(appointment: Appointment, reason: str) -> list[Party]:
    """To those who knew of the request: it cannot be met, and why (a code of DeclineReason)."""

    def write(appointment: Appointment, party: Party, unit: Unit) -> Letter:
        return letters.declined(appointment, party, unit, reason)

    return _tell(DECLINED, appointment, knowing(appointment), write)


def tell_offered(
    appointment: Appointment, *, only: Party | None = None, had_time: bool = False
) -> list[Party]:
    """To those who know of it: times are kept, choose one on the personal page.

    `only`: to this party alone, once more. `had_time`: another time was agreed, and holds no longer.
    """
    offers = list(appointment.time_offers.filter(closed_at__isnull=True))

    def write(appointment: Appointment, party: Party, unit: Unit) -> Letter:
        return letters.offered(appointment, party, unit, offers, had_time=had_time)

    parties = [only] if only else knowing(appointment)
    until = max((offer.expires_at for offer in offers), default=None)
    return _tell(OFFERED, appointment, parties, write, expires_at=until)


def tell_move_kept(move_request: MoveRequest) -> list[Party]:
    """To the one who asked to move, and to nobody else: the time stays."""
    appointment, party = move_request.appointment, move_request.party
    return _tell(MOVE_KEPT, appointment, [party], letters.move_kept, replaces=False)


def tell_earlier(
    appointment: Appointment, offer: TimeOffer, parties: Iterable[Party]
) -> list[Party]:
    """To all who are asked: an earlier time is free, in the same words for each."""
    asked = list(parties)
    _withdraw_earlier(appointment, asked)

    def write(appointment: Appointment, party: Party, unit: Unit) -> Letter:
        return letters.earlier(appointment, party, unit, offer)

    return _tell(EARLIER, appointment, asked, write, replaces=False, expires_at=offer.expires_at)


def tell_earlier_ended(appointment: Appointment, parties: Iterable[Party]) -> list[Party]:
    """To those who were asked: the time stays. Why is not said, and nobody is woken for it."""
    asked = list(parties)
    _withdraw_earlier(appointment, asked)
    return _tell(EARLIER_ENDED, appointment, asked, letters.earlier_ended, replaces=False)


def tell_link(appointment: Appointment, party: Party, *, by: Party | None = None) -> list[Party]:
    """To a party whose link is a new one: here it is. What else waits to leave stays."""
    return _tell(LINK, appointment, [party], letters.own_link, replaces=False, by=by)


def _withdraw_earlier(appointment: Appointment, parties: Iterable[Party]) -> None:
    for party in parties:
        outbox.withdraw(
            about=appointment.reference,
            kinds=[EARLIER, EARLIER_ENDED],
            nonce=party.link_nonce,
        )


def remind(appointment: Appointment, party: Party, *, once_key: str) -> int:
    """Remind a party of the visit by one way that is safe; how many messages were written.

    By text message where that is safe: twice the same on one phone helps nobody.
    """
    letter = _write(letters.reminder, appointment, party, Unit.get())
    ways = ways_of(party)[-1:]
    return _post(REMINDER, appointment, party, letter, ways=ways, once_key=once_key)


def tell_professionals(
    appointment: Appointment, what: str, *, only: Iterable[Professional] | None = None
) -> list[Professional]:
    """To those who meet the parties: "booked", "moved", "changed" or "cancelled"; who has no e-mail.

    `only`: to these instead, such as somebody whose turn another one took. Partner professionals of
    other organisations are asked, not told: see pairing.
    """
    unit = Unit.get()
    unreached = []
    staff = appointment.professionals.select_related("user") if only is None else only
    for professional in staff:
        if professional.organisation_id is not None:
            continue
        if not professional.email:
            unreached.append(professional)
            continue
        language = letters.language_of(professional)
        outbox.withdraw(
            about=appointment.reference, kinds=set(STAFF_KINDS.values()), to=professional.email
        )
        with override(language):
            letter = letters.for_professional(appointment, professional, unit, what)
            calendar = _calendar(
                appointment,
                uid=calendar_file.uid_for("staff", appointment.reference, str(professional.pk)),
                summary=_("Booked %(code)s") % {"code": appointment.reference},
                is_cancelled=what == "cancelled",
                attendee=professional.email,
            )
        outbox.post(
            kind=STAFF_KINDS[what],
            channel=MessageChannel.EMAIL,
            to=professional.email,
            language=language,
            subject=letter.subject,
            body=letter.body,
            calendar=calendar,
            about=appointment.reference,
            expires_at=_last_moment(appointment),
        )
    if what == "cancelled" and only is None:
        pairing.withdraw_all(appointment)
    else:
        unreached += pairing.invite(appointment)
    return unreached


def calendar_of(
    party: Party, appointment: Appointment, *, is_cancelled: bool = False, attendee: str = ""
) -> str:
    """The party's calendar file, in the language that is active; empty where there is no time.

    `attendee`: the address that it is sent to; empty for one to download.
    """
    return _calendar(
        appointment,
        uid=calendar_file.uid_for("party", appointment.reference, str(party.pk)),
        summary=_("Appointment"),
        is_cancelled=is_cancelled,
        attendee=attendee,
    )


def knew_another_time(party: Party, appointment: Appointment) -> bool:
    """Whether the time that holds has replaced one that the party knew."""
    heard = Q(what__in=["confirmed", "moved", "chosen"])
    if not party.is_requester:
        heard |= Q(what="party_added") | Q(what="details_given", party=party)
    last = appointment.events.filter(heard, undone_by=None).order_by("-at", "-pk").first()
    return last is not None and last.what == "moved"


def knows(party: Party) -> bool:
    """Whether the party has heard of the appointment: telling anybody else would tell on the other."""
    return party.is_requester or party.answer != Answer.NOT_ASKED


def knowing(appointment: Appointment) -> list[Party]:
    """The parties who have heard of the appointment."""
    return [party for party in appointment.parties.all() if knows(party)]


def _calendar(
    appointment: Appointment, *, uid: str, summary: str, is_cancelled: bool, attendee: str
) -> str:
    if appointment.starts_at is None or appointment.ends_at is None:
        return ""
    in_person = appointment.channel == Channel.IN_PERSON
    return calendar_file.visit_file(
        calendar_file.Visit(
            uid=uid,
            start=appointment.starts_at,
            end=appointment.ends_at,
            summary=summary,
            location=letters.place(appointment) if in_person else "",
            # Not the appointment's version: that grows by what the other party does, and would tell.
            # A cancellation may be told before it is written down.
            sequence=appointment.events.filter(what__in=CALENDAR_CHANGES).count()
            + (1 if is_cancelled else 0),
            is_cancelled=is_cancelled,
            attendee=attendee,
        )
    )


def _last_moment(appointment: Appointment) -> datetime | None:
    """When telling of the appointment is of no use any more: when the visit begins."""
    return appointment.starts_at if appointment.status != Status.DECLINED else None


def _tell(
    kind: str,
    appointment: Appointment,
    parties: Iterable[Party],
    write: Write,
    *,
    calendar: bool = False,
    replaces: bool = True,
    expires_at: datetime | None = None,
    by: Party | None = None,
) -> list[Party]:
    """Write to each party in their language, in place of what has not left yet.

    To `by` at any hour, since it is their own doing; to all others by day.
    """
    unit = Unit.get()
    unreached = []
    for party in parties:
        if replaces:
            _withdraw(appointment, party)
        if party.given_by_other:
            unreached += _invite_once(kind, appointment, party, unit)
            continue
        letter = _write(write, appointment, party, unit)
        written = _post(
            kind,
            appointment,
            party,
            letter,
            ways=ways_of(party),
            calendar=calendar,
            expires_at=expires_at or _last_moment(appointment),
            at_any_hour=by is not None and by.pk == party.pk,
        )
        if not written and (party.phone or party.email):
            unreached.append(party)
    return unreached


def _invite_once(kind: str, appointment: Appointment, party: Party, unit: Unit) -> list[Party]:
    """The one invitation to contacts that the other parent gave; the party, where more is to be told.

    Until they have said what is safe, nothing goes there after it: the desk decides.
    """
    if was_invited(party, appointment):
        return [party]
    way = invitation_way(party)
    if kind not in INVITES or way is None:
        # They have heard of nothing yet, or there is no way to tell them.
        return [party] if kind in INVITES else []
    letter = _write(letters.confirmed, appointment, party, unit)
    # Who gave the address may read it too: what identifies its owner comes with their own link.
    code = appointment.reference
    shared = replace(
        letter,
        body=letter.body.replace(outbox.CODE_MARK, code),
        sms=letter.sms.replace(outbox.CODE_MARK, code),
    )
    _post(CONFIRMED, appointment, party, shared, ways=[way])
    return []


def was_invited(party: Party, appointment: Appointment) -> bool:
    """Whether the invitation to contacts that the other parent gave has left, or is about to."""
    return OutboxMessage.objects.filter(
        about=appointment.reference,
        kind=CONFIRMED,
        link_nonce=party.link_nonce,
        dropped_at__isnull=True,
    ).exists()


def _write(write: Write, appointment: Appointment, party: Party, unit: Unit) -> Letter:
    """The letter in the party's language; in Finnish and Swedish where nobody has asked for theirs.

    The first one to somebody who did not ask us says who we are and whence we know of them.
    """
    is_first = (
        party.answer in (Answer.NOT_ASKED, Answer.ASKED)
        and did_not_ask(party, appointment)
        and not outbox.was_sent(
            about=appointment.reference, kinds=PARTY_KINDS, nonce=party.link_nonce
        )
    )
    # Who has not heard of a time yet is asked about it, not told that it has changed.
    if is_first and write in (letters.moved, letters.place_changed):
        write = letters.confirmed
    written = []
    for language in [party.language] if party.language_is_known else IN_BOTH:
        with override(language):
            letter = write(appointment, party, unit)
            if is_first:
                letter = letters.introduced(letter, appointment, party, unit)
            written.append(letter)
    return in_both(*written) if len(written) > 1 else written[0]


def did_not_ask(party: Party, appointment: Appointment) -> bool:
    """Whether the party has neither asked for the appointment nor come to us by themselves since."""
    return (
        not party.is_requester
        and not appointment.events.filter(
            what__in=["details_given", "ways_changed"], party=party
        ).exists()
    )


def _withdraw(appointment: Appointment, party: Party) -> None:
    outbox.withdraw(about=appointment.reference, kinds=PARTY_KINDS, nonce=party.link_nonce)


def _post(
    kind: str,
    appointment: Appointment,
    party: Party,
    letter: Letter,
    *,
    ways: Iterable[Way],
    calendar: bool = False,
    once_key: str = "",
    expires_at: datetime | None = None,
    at_any_hour: bool = False,
) -> int:
    written: list[OutboxMessage | None] = []
    for way in ways:
        by_email = way.channel == MessageChannel.EMAIL
        file = ""
        if calendar and by_email:
            with override(party.language if party.language_is_known else IN_BOTH[0]):
                file = calendar_of(
                    party, appointment, is_cancelled=kind == CANCELLED, attendee=way.to
                )
        written.append(
            outbox.post(
                kind=kind,
                channel=way.channel,
                to=way.to,
                language=party.language if party.language_is_known else IN_BOTH[0],
                subject=letter.subject if by_email else "",
                body=letter.body if by_email else letter.sms,
                link=Link("/a/{short}/", "party", party.link_nonce),
                calendar=file,
                about=appointment.reference,
                once_key=f"{once_key}:{way.channel}" if once_key else None,
                expires_at=expires_at or _last_moment(appointment),
                at_any_hour=at_any_hour,
                receiver=receiver_of(party),
            )
        )
    return sum(message is not None for message in written)
