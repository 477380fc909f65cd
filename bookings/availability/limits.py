"""Which of the free times are wanted: days, weekdays, parts of the day. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time
from enum import Enum

from bookings.availability.slots import Slot
from office.core import clock, typed
from office.core.intervals import contains


class DayPart(Enum):
    """When a visit may begin: from the first time on, before the second."""

    MORNING = (time.min, time(12))
    AFTERNOON = (time(12), time(16))
    EVENING = (time(16), time.max)


@dataclass(frozen=True)
class Pattern:
    """Weekdays, Monday is 0, and a part of the day; nothing means any."""

    weekdays: frozenset[int] = frozenset()
    part: DayPart | None = None


@dataclass(frozen=True)
class Limits:
    """Between two days, both of them included, and by a pattern."""

    earliest: date
    until: date | None = None
    pattern: Pattern = Pattern()

    def kept(self, slots: Iterable[Slot]) -> list[Slot]:
        """Return those of the slots that are wanted."""
        begin = clock.day_bounds(self.earliest, self.earliest)[0]
        end = clock.day_bounds(self.until, self.until)[1] if self.until else None
        near = [s for s in slots if s.start >= begin and (end is None or s.start < end)]
        if self.pattern == Pattern():
            return near
        return [slot for slot in near if self._suits(slot)]

    def _suits(self, slot: Slot) -> bool:
        local = clock.local(slot.start)
        weekdays, part = self.pattern.weekdays, self.pattern.part
        if weekdays and local.weekday() not in weekdays:
            return False
        return part is None or contains(part.value, local.time())


_PARTS: dict[str, DayPart] = {
    word: part
    for part, words in {
        DayPart.MORNING: "ap aamu aamulla aamupäivä aamupäivällä fm förmiddag am morning",
        DayPart.AFTERNOON: "ip iltapäivä iltapäivällä em eftermiddag pm afternoon",
        DayPart.EVENING: "ilta illalla kväll kvällen evening",
    }.items()
    for word in words.split()
}
_RANGE = re.compile(r"(\w+)[-–](\w+)")


def read_pattern(text: str) -> Pattern | None:
    """Read "ti ip", "ma-ke", "ti, to": weekdays and one part of the day; None if not understood."""
    weekdays: set[int] = set()
    part: DayPart | None = None
    for word in text.lower().replace(",", " ").split():
        ends = _RANGE.fullmatch(word)
        first, last = (ends[1], ends[2]) if ends else (word, word)
        if word in _PARTS and part is None:
            part = _PARTS[word]
        elif first in typed.WEEKDAYS and last in typed.WEEKDAYS:
            begin, end = typed.WEEKDAYS[first], typed.WEEKDAYS[last]
            if begin > end:
                return None
            weekdays.update(range(begin, end + 1))
        else:
            return None
    return Pattern(frozenset(weekdays), part)
