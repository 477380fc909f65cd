"""Let one party take part by video in a visit to which the others come. The others are not notified."""

from collections.abc import Iterable

from django.db.models import Q
from django.utils.translation import gettext as _

from bookings.appointments import notices, notified_parties
from bookings.appointments.answers import is_invitation
from bookings.lifecycle.transitions import NotPossibleError, locked_with_party, record
from bookings.lifecycle.video_links import drop_outdated_link, may_have_link, write_link
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
    party, appointment = locked_with_party(party_id, version=version)
    they = note_joins_by_video(party, appointment, joins=joins, user=user)
    known = [one for one in they if notified_parties.is_informed(one)]
    return notices.notify_own_channel(appointment, known) if appointment.is_agreed else []


def note_joins_by_video(
    party: Party, appointment: Appointment, *, joins: bool, user: User
) -> list[Party]:
    """Note it, and notify nobody; return them and who comes along. Call with the appointment locked.

    Raises NotPossibleError.
    """
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
    return list(they.order_by("pk"))


class NotByVideoError(Exception):
    """One party cannot take part by video while the others come to the place."""

    @property
    def sentence(self) -> str:
        return _(
            "One alone takes part by video only in a visit to which another comes, and only who has "
            "given their own contact details."
        )


def book_video(
    appointment: Appointment, joining: Iterable[Party | None], link: str, *, user: User
) -> None:
    """Note of a visit just made who takes part by video, and its link. Notifies nobody.

    A link for a visit without video is left aside. Raises NotByVideoError.
    """
    for party in filter(None, joining):
        try:
            note_joins_by_video(party, appointment, joins=True, user=user)
        except NotPossibleError as error:
            raise NotByVideoError from error
    if link and may_have_link(appointment):
        write_link(appointment, link, user=user)


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
