"""Who knows of an appointment, and to whom we may write of it."""

from collections.abc import Iterable

from django.db.models import Q

from bookings.models import Answer, Appointment, EventKind, Party
from bookings.notifications.kinds import MessageKind
from office.models import OutboxMessage


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
