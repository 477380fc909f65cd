"""Who takes part by video: all of a visit by video, or one party in a visit to which the others come."""

from typing import Protocol

from bookings.models import Appointment, Party
from office.models import Channel


class ByChannel(Protocol):
    """An appointment, or a time for one."""

    @property
    def channel(self) -> str: ...


def channel_of(party: Party, visit: ByChannel) -> str:
    """Return how the party takes part in the visit.

    Of an invitation it is the visit's own channel: whoever else has it would learn of its owner.
    """
    is_theirs = not party.given_by_other and not party.is_by_invitation
    if visit.channel == Channel.IN_PERSON and party.joins_by_video and is_theirs:
        return Channel.VIDEO
    return visit.channel


def is_met_by_video(appointment: Appointment) -> bool:
    """Say whether anybody is met by video. For a list, prefetch the parties."""
    if appointment.channel == Channel.IN_PERSON:
        return any(party.joins_by_video for party in appointment.parties.all())
    return appointment.channel == Channel.VIDEO


def keep_to_channel(appointment: Appointment) -> None:
    """Let all take part by the visit's channel once that is no longer in person."""
    if appointment.channel != Channel.IN_PERSON:
        appointment.parties.filter(joins_by_video=True).update(joins_by_video=False)
