"""A child's nights of one year, and each parent's share against the limit of shared residence. Pure."""

from dataclasses import dataclass
from datetime import date
from enum import Enum, auto
from fractions import Fraction

from dateutil.relativedelta import relativedelta

from plans.parents import Parent
from plans.schedule.choices import Scheme, SchoolHoliday, arrangements
from plans.schedule.engine import DAY, resolve, tally

# From this share of the year the ministry's guide on maintenance treats residence as shared
# (STM 2023:24, vuoroasuminen).
SHARED_RESIDENCE_FROM = Fraction(40, 100)
MONTHS = 12


class ResidenceShare(Enum):
    """The smaller share against the limit."""

    SHARED = auto()
    BELOW = auto()
    # It depends on the nights that are not decided.
    OPEN = auto()


@dataclass(frozen=True)
class YearOfNights:
    """The nights from `first` to `last`, twelve whole months."""

    first: date
    last: date
    nights: dict[Parent, int]
    undecided: int
    # School holidays that are shared but have no dates in the year: counted as ordinary weeks.
    undated: tuple[SchoolHoliday, ...]

    @property
    def total(self) -> int:
        return (self.last - self.first).days + 1

    def share(self, parent: Parent) -> Fraction:
        return Fraction(self.nights[parent], self.total)

    def a_month(self, parent: Parent) -> Fraction:
        return Fraction(self.nights[parent], MONTHS)

    @property
    def residence(self) -> ResidenceShare:
        fewer = min(self.nights.values())
        if Fraction(fewer, self.total) >= SHARED_RESIDENCE_FROM:
            return ResidenceShare.SHARED
        if Fraction(fewer + self.undecided, self.total) < SHARED_RESIDENCE_FROM:
            return ResidenceShare.BELOW
        return ResidenceShare.OPEN


def count_year(scheme: Scheme, today: date) -> YearOfNights | None:
    """Count twelve months from this month on, or from the day on which the weeks begin.

    None where the ordinary weeks are not decided: holidays alone say nothing about a year.
    """
    weeks = scheme.ordinary
    if weeks is None or weeks.begins is None or not any(weeks.nights):
        return None
    first = max(today.replace(day=1), weeks.begins)
    last = first + relativedelta(months=MONTHS) - DAY
    # The child's arrangements are those of the scheme: its number does not matter.
    found = tally(resolve(arrangements(scheme), 0, first, last), before=None)
    undated = tuple(
        kind
        for kind, season in scheme.seasons.items()
        if not any(p.first <= last and p.last >= first for p in season.periods)
    )
    return YearOfNights(first, last, found.nights, found.open_nights, undated)
