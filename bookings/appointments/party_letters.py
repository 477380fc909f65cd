"""Write one kind of letter to parties, each in their language and by the ways that are safe."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bookings.appointments.added_sentences import letter_context
from bookings.appointments.calendar_files import calendar_of, time_for_party
from bookings.appointments.notified_parties import (
    did_not_ask,
    was_invited,
)
from bookings.appointments.staff_notices import last_moment
from bookings.lifecycle.by_video import channel_of
from bookings.lifecycle.video_links import link_for_parties, shown_from
from bookings.models import (
    Appointment,
    Party,
    TimeOffer,
)
from bookings.notifications.kinds import TO_PARTIES, MessageKind
from bookings.notifications.notify import Introduction, Recipient, notify
from bookings.parties.safe_channels import Contact, invitation_contact, receiver_of, safe_contacts
from office.core import clock
from office.messaging import outbox
from office.messaging.outbox import Link
from office.models import Channel, Unit

# What an invitation can still be written for, where none has left.
INVITES = [MessageKind.CONFIRMED, MessageKind.MOVED]
# Where nobody has asked a person in which language to write.
IN_BOTH = ["fi", "sv"]


def in_own_language(recipient: Recipient, party: Party) -> Recipient:
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


def write_to_parties(
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
            withdraw_unsent(appointment, party)
        if party.given_by_other:
            unreached += _invite_once(kind, appointment, party)
            continue
        ways = [way for way in safe_contacts(party) if only_by in ("", way.channel)]
        recipient = recipient_of(party, appointment, ways)
        written = notify(
            kind,
            recipient,
            {
                **context_for(appointment, party),
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


def context_for(appointment: Appointment, party: Party) -> dict[str, object]:
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


def recipient_of(party: Party, appointment: Appointment, contacts: Sequence[Contact]) -> Recipient:
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
        recipient_of(party, appointment, [contact]),
        # Who gave the address may read it too: what identifies its owner comes with their own link.
        {**context_for(appointment, party), "code": appointment.reference},
        about=appointment.reference,
        expires_at=last_moment(appointment),
    )
    return []


def withdraw_unsent(appointment: Appointment, party: Party) -> None:
    outbox.withdraw(about=appointment.reference, kinds=TO_PARTIES, nonce=party.link_nonce)
