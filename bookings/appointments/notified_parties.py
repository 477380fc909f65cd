"""Who knows of an appointment, and to whom we may write of it."""

from collections.abc import Iterable

from django.db.models import Q

from bookings.models import Answer, Appointment, EventKind, Party
from bookings.notifications.kinds import MessageKind
from office.models import OutboxMessage


def knew_another_time(party: Party, appointment: Appointment) -> bool:
    """Say whether the time that holds has replaced one that the party knew."""
    heard = Q(what__in=[EventKind.CONFIRMED, EventKind.MOVED, EventKind.CHOSEN])
    if not party.is_requester:
        heard |= Q(what=EventKind.PARTY_ADDED) | Q(what=EventKind.DETAILS_GIVEN, party=party)
    last = appointment.events.filter(heard, undone_by=None).order_by("-at", "-pk").first()
    return last is not None and last.what == EventKind.MOVED


def is_informed(party: Party) -> bool:
    """Say whether the party has heard of the appointment: telling anybody else would betray the other."""
    return party.left_at is None and (party.is_requester or not party.is_unasked)


def may_be_notified(party: Party) -> bool:
    """Say whether we may write to the party at all: to a companion only if their party agrees."""
    return party.left_at is None and (party.rules.is_invited or is_informed(party))


def stays_away(party: Party, parties: Iterable[Party]) -> bool:
    """Say whether the party has declined, or comes along with one who has."""
    answers = {one.pk: one.answer for one in parties}
    return answers.get(party.accompanies_id or party.pk) == Answer.DECLINED


def informed_parties(appointment: Appointment) -> list[Party]:
    """Return the parties who have heard of the appointment."""
    return [party for party in appointment.parties.all() if is_informed(party)]


def was_invited(party: Party, appointment: Appointment) -> bool:
    """Say whether the invitation to contacts given by the other parent has left, or is about to."""
    return OutboxMessage.objects.filter(
        about=appointment.reference,
        kind=MessageKind.CONFIRMED,
        link_nonce=party.link_nonce,
        dropped_at__isnull=True,
    ).exists()


def did_not_ask(party: Party, appointment: Appointment) -> bool:
    """Say whether the party neither asked for the appointment nor came to us by themselves since."""
    return (
        not party.is_requester
        and not appointment.events.filter(
            what__in=[EventKind.DETAILS_GIVEN, EventKind.CHANNELS_CHANGED], party=party
        ).exists()
    )
