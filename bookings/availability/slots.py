"""Free times. Pure: stretches of working time and busy time in, times to begin out.

Time is cut into cells of five minutes, and a whole horizon of them is one big integer: a set bit is a
free cell. Finding where a visit fits is then a handful of shifts and ands over a few kilobytes, so
that twelve weeks of 25 professionals cost milliseconds. Busy time that does not fall on a cell's edge
fills the cells that it touches; since visits begin and end on edges, nothing is lost by that.
"""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from office.calendar.opening_hours import Stretch

CELL = 5
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CELL_SECONDS = CELL * 60
_CELL_LENGTH = timedelta(minutes=CELL)
_CHUNK_SHIFT = 8
_CHUNK = 1 << _CHUNK_SHIFT
_IN_CHUNK = _CHUNK - 1
_CHUNK_BYTES = _CHUNK // 8
_FULL_CHUNK = (1 << _CHUNK) - 1
# Runs of set bits, up to a day's.
_RUNS = [(1 << cells) - 1 for cells in range(24 * 60 // CELL + 1)]

# Busy time by resource, in cells since 1970 (the first that is touched, the one after the last): a
# parsed date for each end would cost more than the search.
Busy = Mapping[int, Sequence[tuple[int, int]]]


def seconds(instant: datetime) -> int:
    """Return whole seconds since 1970, rounded down."""
    return (instant - _EPOCH) // timedelta(seconds=1)


def touched_cells(start: datetime, end: datetime) -> tuple[int, int]:
    """Return the cells since 1970 that share any instant with [start, end)."""
    return seconds(start) // _CELL_SECONDS, -(-ceil_seconds(end) // _CELL_SECONDS)


def ceil_seconds(instant: datetime) -> int:
    """Return whole seconds since 1970, rounded up."""
    return -((_EPOCH - instant) // timedelta(seconds=1))


class Slot(NamedTuple):
    """A time at which a visit can begin at a point."""

    start: datetime
    point: int


@dataclass(frozen=True)
class VisitNeeds:
    """What a slot must have room for: minutes are multiples of five."""

    duration: int
    buffer: int
    professionals: int
    needs_room: bool
    # The way to a home visit, and the way back: within the hours, and with nothing else in it.
    travel: int = 0


class Horizon:
    """The stretch of time that is looked at, cut into cells."""

    def __init__(self, start: datetime, end: datetime) -> None:
        """Reach from `start` (rounded up to a cell) to `end` (rounded down)."""
        self.first = -(-ceil_seconds(start) // _CELL_SECONDS)
        self.last = max(self.first, seconds(end) // _CELL_SECONDS)

    def whole_cells(self, start: datetime, end: datetime) -> tuple[int, int]:
        """Return the cells that lie wholly between two instants, counted since 1970."""
        return -(-ceil_seconds(start) // _CELL_SECONDS), seconds(end) // _CELL_SECONDS

    @classmethod
    def of_cells(cls, first: int, last: int) -> "Horizon":
        """Reach from one cell to another, that one left out."""
        found = cls.__new__(cls)
        found.first, found.last = first, last
        return found

    @property
    def all_cells(self) -> int:
        return (1 << (self.last - self.first)) - 1

    def mask(self, stretches: Iterable[tuple[int, int]]) -> int:
        """Return the cells of all stretches (first cell, and the one after the last, since 1970).

        They are gathered in chunks and put together once: a number as long as the horizon for
        each stretch would cost more than all the rest.
        """
        begin, width = self.first, self.last - self.first
        chunks = [0] * ((width >> _CHUNK_SHIFT) + 1)
        runs, long = _RUNS, len(_RUNS)
        # Thousands of times a search: calls and new numbers here are what it costs.
        for first, last in stretches:
            low, high = first - begin, last - begin
            if low < 0:
                low = 0
            if high > width:
                high = width
            length = high - low
            if length > 0:
                run = runs[length] if length < long else (1 << length) - 1
                chunks[low >> _CHUNK_SHIFT] |= run << (low & _IN_CHUNK)
        parts, over = [], 0
        for chunk in chunks:
            over |= chunk
            parts.append((over & _FULL_CHUNK).to_bytes(_CHUNK_BYTES, "little"))
            over >>= _CHUNK
        return int.from_bytes(b"".join(parts), "little")

    def instant(self, cell: int) -> datetime:
        return _EPOCH + _CELL_LENGTH * (self.first + cell)

    def every(self, step: int) -> int:
        """Mask of the cells at which a clock shows a multiple of `step` minutes.

        Helsinki is whole hours from UTC, so that the minutes of the hour are the same.
        """
        cells = step // CELL
        width = self.last - self.first
        pattern = (1 << (-self.first) % cells) if width else 0
        span = cells
        while span < width:
            pattern |= pattern << span
            span *= 2
        return pattern & self.all_cells


def fitting(free: int, cells: int) -> int:
    """Return the cells at which `cells` free ones in a row begin."""
    have = 1
    while have < cells and free:
        step = min(have, cells - have)
        free &= free >> step
        have += step
    return free


class FreeTimes:
    """Who can begin a visit when, for one kind of visit."""

    def __init__(
        self,
        *,
        horizon: Horizon,
        visit: VisitNeeds,
        working: Iterable[Stretch],
        busy: Busy,
        rooms: Mapping[int, Sequence[int]],
        step: int,
        partners: Container[int] = (),
        including: int | None = None,
    ) -> None:
        """Search `rooms` by point; `step`: visits begin at multiples of so many minutes of the hour.

        `partners`: professionals of other units, who only join one of the unit's own. `including`: a
        professional without whom no visit begins.
        """
        self.horizon = horizon
        self.visit = visit
        way = -(-visit.travel // CELL)
        length = max(1, -(-visit.duration // CELL)) + 2 * way
        with_buffer = max(1, -(-(visit.duration + visit.buffer) // CELL)) + 2 * way
        grid = horizon.every(step)

        at_work: dict[tuple[int, int], list[tuple[int, int]]] = {}
        # Many work the same hours.
        known: dict[tuple[datetime, datetime], tuple[int, int]] = {}
        for start, end, professional, point in working:
            cells = known.get((start, end))
            if cells is None:
                cells = known[start, end] = horizon.whole_cells(start, end)
            at_work.setdefault((point, professional), []).append(cells)

        # The buffer may go past working hours, and past the horizon, but not into busy time.
        self._professionals: dict[int, dict[int, int]] = {}
        clear: dict[int, int] = {}
        for (point, professional), hours in at_work.items():
            if professional not in clear:
                clear[professional] = self._clear(busy.get(professional, ()), with_buffer)
            leaves = fitting(horizon.mask(hours), length) & clear[professional]
            begins = (leaves << way) & grid
            if begins:
                self._professionals.setdefault(point, {})[professional] = begins

        self._rooms: dict[int, dict[int, int]] = {}
        if visit.needs_room:
            for point in self._professionals:
                self._rooms[point] = {
                    room: self._clear(busy.get(room, ()), with_buffer) & grid
                    for room in rooms.get(point, ())
                }
        self.partners = partners
        self.including = including
        self._starts = {point: self._begin(point) for point in self._professionals}

    def _clear(self, busy: Sequence[tuple[int, int]], cells: int) -> int:
        return clear_cells(self.horizon.first, self.horizon.last, tuple(busy), cells)

    def _begin(self, point: int) -> int:
        once = twice = own = 0
        for who, begins in self._professionals[point].items():
            twice |= once & begins
            once |= begins
            if who not in self.partners:
                own |= begins
        enough = own if self.visit.professionals == 1 else twice & own
        if self.including is not None:
            enough &= self._professionals[point].get(self.including, 0)
        if self.visit.needs_room:
            some_room = 0
            for begins in self._rooms[point].values():
                some_room |= begins
            enough &= some_room
        return enough

    def slots(self) -> list[Slot]:
        """Return all times to begin, sorted by time and point."""
        both = sorted(
            [(cell, point) for point, mask in self._starts.items() for cell in _bits(mask)]
        )
        begin = self.horizon.instant(0)
        return [Slot(begin + _CELL_LENGTH * cell, point) for cell, point in both]

    def first_at_points(self) -> dict[int, datetime]:
        """Return the first time to begin at each point that has one."""
        return {
            point: self.horizon.instant((mask & -mask).bit_length() - 1)
            for point, mask in self._starts.items()
            if mask
        }

    def has(self, slot: Slot) -> bool:
        """Say whether a visit can begin then and there."""
        cell = self._cell(slot.start)
        return cell is not None and bool(self._starts.get(slot.point, 0) >> cell & 1)

    def professionals(self, slot: Slot) -> list[int]:
        """Return everybody who can meet the parties then, by id."""
        return self._free_then(self._professionals.get(slot.point, {}), slot.start)

    def rooms(self, slot: Slot) -> list[int]:
        """Return every room that is free then, by id."""
        return self._free_then(self._rooms.get(slot.point, {}), slot.start)

    def _free_then(self, masks: Mapping[int, int], start: datetime) -> list[int]:
        cell = self._cell(start)
        if cell is None:
            return []
        return sorted(who for who, mask in masks.items() if mask >> cell & 1)

    def _cell(self, start: datetime) -> int | None:
        if (start - _EPOCH) % timedelta(minutes=CELL):
            return None
        cell = seconds(start) // _CELL_SECONDS - self.horizon.first
        return cell if 0 <= cell < self.horizon.last - self.horizon.first else None


# Of some hundred people and rooms most are as busy as at the search before, moments ago.
@lru_cache(maxsize=256)
def clear_cells(first: int, last: int, busy: tuple[tuple[int, int], ...], cells: int) -> int:
    """Return the cells of a horizon at which nothing busy touches any of the next `cells` cells."""
    wide = Horizon.of_cells(first, last + cells)
    return fitting(wide.all_cells & ~wide.mask(busy), cells)


def _bits(mask: int) -> Iterable[int]:
    """Yield the indices of the set bits, ascending."""
    text = bin(mask)[:1:-1]
    index = text.find("1")
    while index >= 0:
        yield index
        index = text.find("1", index + 1)
