"""What parents choose for the schedule, layer by layer. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from enum import StrEnum

from plans.parents import Parent
from plans.schedule.engine import (
    WEEK,
    Arrangement,
    Holiday,
    Period,
    Season,
    Share,
    SingleDays,
    Weeks,
    every_other_weekend,
    two_two_three,
    week_about,
)

MOST_ROWS = 60
MOST_WEEKS = 4
LABEL_LONGEST, PLACE_LONGEST = 60, 300
YEARS = (2000, 2100)


class ScheduleRhythm(StrEnum):
    """The pattern of ordinary weeks."""

    WEEKENDS = "weekends"
    WEEK_ABOUT = "week-about"
    TWO_TWO_THREE = "2-2-3"
    MOSTLY = "mostly"
    OWN = "own"


class Travels(StrEnum):
    """Who takes the child to the other home."""

    FETCHES = "fetches"
    BRINGS = "brings"
    FIRST = "first"
    SECOND = "second"
    HALFWAY = "halfway"
    CARE = "care"


class SchoolHoliday(StrEnum):
    AUTUMN = "autumn"
    CHRISTMAS = "christmas"
    WINTER = "winter"
    SUMMER = "summer"


@dataclass(frozen=True)
class FamilyDay:
    """A day that families share: nights before it and from its own evening on.

    Only the parents choose an hour: a plan shows none that was not chosen.
    """

    day: str
    before: int
    after: int


# In the order of the year. A day that falls on a Sunday begins on Saturday evening.
FAMILY = {
    "easter": FamilyDay("good_friday", 1, 3),
    "may_day": FamilyDay("may_day", 1, 0),
    "mothers_day": FamilyDay("mothers_day", 1, 0),
    "midsummer": FamilyDay("midsummer_eve", 0, 2),
    "fathers_day": FamilyDay("fathers_day", 1, 0),
    "independence_day": FamilyDay("independence_day", 1, 0),
    "christmas_eve": FamilyDay("christmas_eve", 0, 1),
    "christmas_day": FamilyDay("christmas_day", 0, 2),
    "new_years_eve": FamilyDay("new_years_eve", 0, 1),
}


@dataclass(frozen=True, kw_only=True)
class Ordinary:
    """Ordinary weeks. `parent`: where the child lives, or where the first week begins."""

    rhythm: ScheduleRhythm
    parent: Parent | None = None
    begins: date | None = None
    # Every other weekend: Sunday's night too, and one night of each week.
    until_monday: bool = False
    night: int | None = None
    # Weekdays whose evening is spent with the other parent, without the night.
    evenings: tuple[int, ...] = ()
    # Week about: the weekday of the handover.
    changes_on: int = 0
    # The parents' own pattern: the nights of one to four weeks.
    cycle: tuple[Parent | None, ...] = ()

    @property
    def nights(self) -> tuple[Parent | None, ...]:
        """The nights of the cycle from a Monday on; empty while the parent is not chosen."""
        if self.rhythm is ScheduleRhythm.OWN:
            return self.cycle
        if self.parent is None:
            return ()
        if self.rhythm is ScheduleRhythm.WEEKENDS:
            return every_other_weekend(
                self.parent, until_monday=self.until_monday, midweek=self.night
            )
        if self.rhythm is ScheduleRhythm.WEEK_ABOUT:
            # The parent who begins has the days before the first handover too.
            is_early = self.begins is not None and self.begins.weekday() < self.changes_on
            begins = self.parent.other if is_early else self.parent
            return week_about(begins, changes_on=self.changes_on)
        if self.rhythm is ScheduleRhythm.TWO_TWO_THREE:
            return two_two_three(self.parent)
        return (self.parent,) * WEEK

    @property
    def mornings(self) -> frozenset[int]:
        """Nights of the cycle before which the child already comes home in the morning.

        That is after a weekend until Monday morning.
        """
        nights = self.nights
        if self.rhythm is not ScheduleRhythm.WEEKENDS or not self.until_monday or not nights:
            return frozenset()
        return frozenset({WEEK} if nights[WEEK] is self.parent else ())


@dataclass(frozen=True, kw_only=True)
class YearlyTurn:
    """Something of each year, by even and odd years."""

    even: Parent
    odd: Parent


@dataclass(frozen=True, kw_only=True)
class SeasonChoice(YearlyTurn):
    share: Share = Share.WHOLE
    periods: tuple[Period, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Birthday(YearlyTurn):
    """A day of each year, as "06-15"."""

    day: str
    label: str = ""


@dataclass(frozen=True, kw_only=True)
class OneOff:
    """Days agreed on once."""

    period: Period
    parent: Parent
    label: str = ""


@dataclass(frozen=True, kw_only=True)
class Scheme:
    """All choices. Each may be left open."""

    ordinary: Ordinary | None = None
    at: time | None = None
    place: str = ""
    travels: Travels | None = None
    seasons: Mapping[SchoolHoliday, SeasonChoice] = field(default_factory=dict)
    family: Mapping[str, YearlyTurn] = field(default_factory=dict)
    birthdays: tuple[Birthday, ...] = ()
    one_offs: tuple[OneOff, ...] = ()

    @property
    def is_empty(self) -> bool:
        return self == Scheme()


# Labels of arrangements in the engine; see sentences.arrangement_label().
ORDINARY, SEASON, FAMILY_DAY, BIRTHDAY, ONE_OFF = "weeks", "season", "family", "birthday", "once"


def arrangements(scheme: Scheme) -> list[Arrangement]:
    """Return the arrangements for the engine; what is left open becomes a gap."""
    found: list[Arrangement] = []
    weeks = scheme.ordinary
    if weeks is not None and weeks.begins is not None and weeks.nights:
        monday = weeks.begins - timedelta(days=weeks.begins.weekday())
        found.append(
            Weeks(
                label=ORDINARY,
                cycle=weeks.nights,
                begins=monday,
                mornings=weeks.mornings,
                valid_from=weeks.begins,
            )
        )
    for kind, choice in scheme.seasons.items():
        found.append(
            Season(
                label=f"{SEASON} {kind.value}",
                periods=tuple(nights_of(period) for period in choice.periods),
                even=choice.even,
                odd=choice.odd,
                share=choice.share,
            )
        )
    for name, shared in scheme.family.items():
        day = FAMILY[name]
        found.append(
            Holiday(
                label=f"{FAMILY_DAY} {name}",
                day=day.day,
                before=day.before,
                after=day.after,
                even=shared.even,
                odd=shared.odd,
            )
        )
    for number, birthday in enumerate(scheme.birthdays):
        label = f"{BIRTHDAY} {number}"
        found.append(Holiday(label=label, day=birthday.day, even=birthday.even, odd=birthday.odd))
    for number, once in enumerate(scheme.one_offs):
        found.append(
            SingleDays(label=f"{ONE_OFF} {number}", period=once.period, parent=once.parent)
        )
    return found


def nights_of(holiday: Period) -> Period:
    """Return the nights of a holiday given by its days: its last evening belongs to the weeks."""
    return Period(holiday.first, max(holiday.first, holiday.last - timedelta(days=1)))
