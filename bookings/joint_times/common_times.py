"""Which free times suit all, and which of them are offered. Pure.

What is offered follows from the common times alone, and from a lot that nobody sees: neither parent can
steer it by marking less, and an offered time does not tell that an earlier one did not suit the other.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bookings.availability.slots import Slot
from bookings.models import PartOfDay
from office.core import clock

Cell = tuple[int, str]
WEEKDAYS = range(5)
CELLS: tuple[Cell, ...] = tuple((day, part.value) for day in WEEKDAYS for part in PartOfDay)
# Nearer times come first by so much at once: within it the lot decides.
STRETCH = timedelta(weeks=3)


@dataclass(frozen=True)
class Marks:
    """When somebody can come: parts of the week, and single days on which they cannot."""

    cells: frozenset[Cell] = frozenset()
    days_off: frozenset[date] = frozenset()

    @classmethod
    def common(cls, marks: Iterable["Marks"]) -> "Marks":
        """Return what suits all of them; everything where nobody has marked."""
        every = list(marks)
        return cls(
            frozenset(CELLS).intersection(*(one.cells for one in every)),
            frozenset[date]().union(*(one.days_off for one in every)),
        )

    def suit(self, start: datetime) -> bool:
        """Say whether a visit may begin then."""
        local = clock.local(start)
        return cell_of(local) in self.cells and local.date() not in self.days_off


def cell_of(local: datetime) -> Cell:
    """Return the part of the week in which a visit begins, by Helsinki time."""
    return local.weekday(), PartOfDay.of_hour(local.hour).value


def common_times(slots: Iterable[Slot], marks: Iterable[Marks]) -> list[Slot]:
    """Return the free times that suit all who have marked."""
    common = Marks.common(marks)
    return [slot for slot in slots if common.suit(slot.start)]


def fairest(
    slots: Sequence[Slot],
    *,
    count: int,
    first: datetime,
    length: timedelta,
    lot: Callable[[Slot], str],
    but: Collection[Slot] = (),
) -> list[Slot]:
    """Pick up to `count` of the common times, sorted by time, no two of which overlap.

    They are on different days if possible, in the nearest three weeks from `first` rather than later, at
    different parts of the week, and otherwise by `lot`. `but`: those that were offered before.
    """
    left = [slot for slot in slots if slot not in but]
    local = {slot: clock.local(slot.start) for slot in left}
    lots = {slot: lot(slot) for slot in left}
    picked: list[Slot] = []
    while len(picked) < count:
        days = {local[slot].date() for slot in picked}
        parts = {cell_of(local[slot])[1] for slot in picked}
        weekdays = {local[slot].weekday() for slot in picked}
        left = [s for s in left if all(abs(s.start - p.start) >= length for p in picked)]
        if not left:
            break
        picked.append(
            min(
                left,
                key=lambda slot: (
                    local[slot].date() in days,
                    (slot.start - first) // STRETCH,
                    (cell_of(local[slot])[1] in parts) + (local[slot].weekday() in weekdays),
                    lots[slot],
                ),
            )
        )
    return sorted(picked)
