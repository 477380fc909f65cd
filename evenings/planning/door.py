"""The list for the door: numbers and how many come with each. Nobody's name."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from evenings.models import Evening, SignUpStatus
from office.core import clock


@dataclass(frozen=True)
class DoorRow:
    """One number at the door."""

    number: str
    people: int


@dataclass(frozen=True)
class DoorList:
    rows: Sequence[DoorRow]

    @property
    def people(self) -> int:
        return sum(row.people for row in self.rows)


def door_list(evening: Evening) -> DoorList:
    found = evening.sign_ups.filter(status=SignUpStatus.SIGNED).order_by("number")
    return DoorList([DoorRow(row.shown_number, row.people) for row in found])


def is_near(evening: Evening) -> bool:
    """Say whether it is the evening's day, the one before or the one after."""
    day = clock.local(evening.starts_at).date()
    return abs(day - clock.today()) <= timedelta(days=1)
