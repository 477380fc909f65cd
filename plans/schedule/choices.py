"""What parents choose for the schedule, layer by layer. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from enum import StrEnum

from plans.parents import Parent
from plans.schedule.engine import (
    NOON,
    WEEK,
    Arrangement,
    HandoverHours,
    Holiday,
    Layer,
    Period,
    Season,
    Share,
    SingleDays,
    Weeks,
)
from plans.schedule.patterns import every_other_weekend, two_two_three, week_about

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


class HandoverKind(StrEnum):
    """What may have a handover of its own besides the ordinary weeks."""

    BACK = "back"
    SEASONS = "seasons"
    FAMILY = "family"
    ONCE = "once"


@dataclass(frozen=True, kw_only=True)
class Handover:
    """When and where the child changes home. `after_care`: when day care or school ends."""

    at: time | None = None
    after_care: bool = False
    place: str = ""

    @property
    def is_empty(self) -> bool:
        return self == Handover()


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
    # The last day; None: until further notice.
    until: date | None = None
    # Every other weekend: Sunday's night too, and one night of each week.
    until_monday: bool = False
    night: int | None = None
    # Weekdays whose evening is spent with the other parent, without the night.
    evenings: tuple[int, ...] = ()
    evening_hours: tuple[time, time] | None = None
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
    def home(self) -> Parent | None:
        """To whom the child comes back after a weekend."""
        return self.parent if self.rhythm is ScheduleRhythm.WEEKENDS else None

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
    # Other weeks after those, where they end.
    later: Ordinary | None = None
    # The handover of ordinary weeks.
    at: time | None = None
    after_care: bool = False
    place: str = ""
    travels: Travels | None = None
    # Handovers that differ from it.
    handovers: Mapping[HandoverKind, Handover] = field(default_factory=dict)
    seasons: Mapping[SchoolHoliday, SeasonChoice] = field(default_factory=dict)
    family: Mapping[str, YearlyTurn] = field(default_factory=dict)
    birthdays: tuple[Birthday, ...] = ()
    one_offs: tuple[OneOff, ...] = ()

    @property
    def is_empty(self) -> bool:
        return self == Scheme()

    @property
    def weeks(self) -> list[Ordinary]:
        """The ordinary weeks, one after the other."""
        return [weeks for weeks in (self.ordinary, self.later) if weeks is not None]

    def weeks_on(self, day: date) -> Ordinary | None:
        later = self.later
        if later is not None and later.begins is not None and later.begins <= day:
            return later
        return self.ordinary

    def has(self, kind: HandoverKind) -> bool:
        """Say whether there is anything that this handover is about."""
        return {
            HandoverKind.BACK: any(w.rhythm is ScheduleRhythm.WEEKENDS for w in self.weeks),
            HandoverKind.SEASONS: bool(self.seasons),
            HandoverKind.FAMILY: bool(self.family or self.birthdays),
            HandoverKind.ONCE: bool(self.one_offs),
        }[kind]

    @property
    def hours(self) -> HandoverHours:
        """The hours that were chosen, for the engine. A handover after care has none."""
        layers = {
            Layer.ORDINARY: self.at,
            Layer.SEASON: self._hour(HandoverKind.SEASONS),
            Layer.HOLIDAY: self._hour(HandoverKind.FAMILY),
            Layer.DAY: self._hour(HandoverKind.ONCE),
        }
        return HandoverHours(
            by_layer={layer: at for layer, at in layers.items() if at is not None},
            back=self._hour(HandoverKind.BACK),
        )

    def _hour(self, kind: HandoverKind) -> time | None:
        return self.handovers[kind].at if kind in self.handovers else None

    @property
    def comes_in_the_morning(self) -> bool:
        """Whether the child comes back in the morning while the chosen hour is a later one."""
        at = self._hour(HandoverKind.BACK) or self.at
        mornings = any(weeks.mornings for weeks in self.weeks)
        return mornings and at is not None and at > NOON


# Labels of arrangements in the engine; see sentences.arrangement_label().
ORDINARY, SEASON, FAMILY_DAY, BIRTHDAY, ONE_OFF = "weeks", "season", "family", "birthday", "once"


def arrangements(scheme: Scheme) -> list[Arrangement]:
    """Return the arrangements for the engine; what is left open becomes a gap."""
    found = [*_weeks(scheme.ordinary, scheme.later), *_weeks(scheme.later, None)]
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
    # Where single days meet, the shorter ones decide: an appointment within a journey.
    for number, once in sorted(enumerate(scheme.one_offs), key=lambda row: row[1].period.days):
        found.append(
            SingleDays(label=f"{ONE_OFF} {number}", period=once.period, parent=once.parent)
        )
    return found


def _weeks(weeks: Ordinary | None, after: Ordinary | None) -> list[Arrangement]:
    """Return the ordinary weeks until they end, or until those `after` them begin."""
    if weeks is None or weeks.begins is None or not weeks.nights:
        return []
    ends = [weeks.until] if weeks.until else []
    if after is not None and after.begins is not None:
        ends.append(after.begins - timedelta(days=1))
    return [
        Weeks(
            label=ORDINARY,
            cycle=weeks.nights,
            begins=weeks.begins - timedelta(days=weeks.begins.weekday()),
            mornings=weeks.mornings,
            home=weeks.home,
            valid_from=weeks.begins,
            valid_until=min(ends, default=None),
        )
    ]


def nights_of(holiday: Period) -> Period:
    """Return the nights of a holiday given by its days: its last evening belongs to the weeks."""
    return Period(holiday.first, max(holiday.first, holiday.last - timedelta(days=1)))
