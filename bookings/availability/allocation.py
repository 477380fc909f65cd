"""Take a free time: the least loaded professionals who can, and a room, all or nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bookings.availability.search import Found, Wish, find
from bookings.availability.slots import Slot
from office.calendar.occupancy import HoursChangedError, TimeTakenError, take
from office.models import Claim, ClaimKind, Room, ServicePoint, Unit


class JustTakenError(Exception):
    """The time is not free any more; `near` are the nearest that were."""

    def __init__(self, near: Sequence[Slot]) -> None:
        super().__init__()
        self.near = list(near)


@dataclass(frozen=True)
class Taken:
    """A time that now belongs to a claim."""

    claim: Claim
    start: datetime
    end: datetime
    professionals: tuple[int, ...]
    room: Room | None


def take_slot(
    wish: Wish,
    slot: Slot,
    unit: Unit,
    *,
    kind: ClaimKind,
    label: str = "",
    expires_at: datetime | None = None,
    replacing: Claim | None = None,
    alongside: Claim | None = None,
    online: bool = True,
) -> Taken:
    """Take `slot` for `wish`. Call in a transaction; raises JustTakenError where nobody can.

    `replacing`, `alongside`: a claim whose time may be overlapped, since it is let go now, or later.

    Teams are tried one after another, since somebody else may take a person or a room between our
    look and our grasp; the database decides, not the look.
    """
    for _ in range(2):
        found = find(wish, unit, online=online, replacing=replacing or alongside)
        assignment = found.assignment(slot)
        if assignment is None:
            raise JustTakenError(found.near(slot.start))
        point = ServicePoint.objects.get(pk=slot.point)
        try:
            for team in assignment.teams:
                try:
                    claim = take(
                        kind=kind,
                        resources=team,
                        start=assignment.busy_from,
                        end=assignment.busy_until,
                        label=label,
                        service_point=point,
                        expires_at=expires_at,
                        revisions=assignment.revisions,
                        replacing=replacing,
                        alongside=alongside,
                    )
                except TimeTakenError:
                    continue
                needed = wish.matters.professionals_needed
                room = Room.objects.get(pk=team[needed]) if len(team) > needed else None
                return Taken(claim, slot.start, assignment.end, team[:needed], room)
        except HoursChangedError:
            continue
        break
    fresh = find(wish, unit, online=online, replacing=replacing or alongside)
    raise JustTakenError([s for s in fresh.near(slot.start, 5) if s != slot][:4])


def point_and_start(found: Found, start: datetime, point: int | None) -> Slot | None:
    """Find the free slot at `start`, at `point` where one is asked for."""
    for slot in found.slots:
        if slot.start == start and point in (None, slot.point):
            return slot
    return None
