"""What staff book for whom: the time, the people, and what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from bookings.availability.search import Wish
from bookings.availability.slots import Slot
from bookings.models import Appointment, Meeting, OtherParent, Party, PartyRole
from bookings.parties.records import Participation, PartyDetails
from office.models import Service


@dataclass(frozen=True)
class Chosen:
    """A time, and what it was found for."""

    wish: Wish
    slot: Slot

    def kept_from(self, without: frozenset[int]) -> "Chosen":
        """Return the same for a time with none of these professionals either."""
        return replace(self, wish=replace(self.wish, without=self.wish.without | without))


@dataclass(frozen=True)
class Comer:
    """Somebody who comes to a visit that goes on with a matter. `agrees`: they know the time already.

    `accompanies`: which of the others, counted from 0, somebody comes along with.
    """

    details: PartyDetails
    agrees: bool
    part: Participation = field(default_factory=Participation)
    accompanies: int | None = None


@dataclass(frozen=True)
class Further:
    """Somebody besides the two sides. `with_other`: who comes along comes with the other one."""

    details: PartyDetails
    role: PartyRole
    with_other: bool = False
    is_notified: bool = False
    is_told_openly: bool = False


class NoRoomForRoleError(Exception):
    """So many in that role, or so many sides, do not take part in one visit."""


@dataclass(frozen=True)
class Booking:
    """What is booked for whom. `other`: the other parent, where their details were given.

    `other_time`: the other parent's own visit, where both come separately and both are booked now.
    `comers`: all who come, where they are known from the visit before; the caller is one of them.
    `place_agreed`: a party whose contact details are protected has agreed to the place.
    `further`: who takes part besides the caller and the other. `follows`: the visit before, by id.
    `caller_by_video`, `other_by_video`: who does not come to the place. `video_link`: where they meet.
    """

    service: Service
    time: Chosen
    caller: PartyDetails
    language: str = "fi"
    meeting: str = Meeting.TOGETHER
    children: int | None = None
    is_anonymous: bool = False
    other_parent: str = OtherParent.NONE
    other: PartyDetails | None = None
    other_time: Chosen | None = None
    comers: Sequence[Comer] = ()
    further: Sequence[Further] = ()
    caller_role: PartyRole = PartyRole.PARENT
    other_role: PartyRole = PartyRole.PARENT
    note: str = ""
    overrides_gap: bool = False
    place_agreed: bool = False
    follows: int | None = None
    caller_by_video: bool = False
    other_by_video: bool = False
    video_link: str = ""


@dataclass(frozen=True)
class Booked:
    """What was made, and who must be called. `before`: an earlier sending of the same form made it."""

    appointment: Appointment
    other: Appointment | None
    unreached: list[Party]
    before: bool = False
    # The later visits of a series.
    later: Sequence[Appointment] = ()
