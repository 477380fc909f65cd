"""Let one party take part by video in a visit to which the others come. The others are not notified."""

from django.db.models import Q

from bookings.appointments import notices, notified_parties
from bookings.appointments.answers import is_invitation
from bookings.lifecycle.transitions import NotPossibleError, locked, record
from bookings.lifecycle.video_links import drop_outdated_link
from bookings.models import Appointment, EventKind, Party
from office.calendar.occupancy import retrying
from office.models import Channel, User


@retrying
def set_joins_by_video(
    party_id: int, *, joins: bool, user: User, version: int | None = None
) -> list[Party]:
    """Note that the party takes part by video, or comes after all; return who must be called about it.

    Who comes along with them does the same. Those of them who know of an agreed visit are notified.
    Raises NotPossibleError.
    """
    party = Party.objects.get(pk=party_id)
    appointment = locked(party.appointment_id, version=version)
    party.refresh_from_db()
    if not may_choose_video(party, appointment) or party.joins_by_video == joins:
        raise NotPossibleError
    they = appointment.parties.filter(Q(pk=party.pk) | Q(accompanies=party))
    they.update(joins_by_video=joins)
    drop_outdated_link(appointment)
    record(
        appointment,
        EventKind.JOINS_BY_VIDEO if joins else EventKind.COMES_IN_PERSON,
        user=user,
        party=party,
        of=party,
    )
    known = [one for one in they.order_by("pk") if notified_parties.is_informed(one)]
    return notices.notify_own_channel(appointment, known) if appointment.is_agreed else []


def may_choose_video(party: Party, appointment: Appointment) -> bool:
    """Say whether it may be noted for this party alone that they take part by video.

    They must have a page of their own, since an invitation may be read by the other parent; and somebody
    else must come.
    """
    return (
        appointment.channel == Channel.IN_PERSON
        and appointment.is_before_visit
        and not appointment.is_anonymous
        and party.left_at is None
        and party.rules.is_invited
        and not party.is_named_only
        and not is_invitation(party, appointment)
        and (party.joins_by_video or _others_come(party, appointment))
    )


def _others_come(party: Party, appointment: Appointment) -> bool:
    """Say whether anybody else comes to the place; if not, the visit's own channel should be changed."""
    return any(
        one.rules.is_invited and one.left_at is None and not one.joins_by_video
        for one in appointment.parties.all()
        if one.pk != party.pk
    )
