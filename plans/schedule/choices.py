"""What parents choose for the schedule, layer by layer, and how it is kept: the same choices are the
same string, in whichever language and order they were made. Pure.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from enum import StrEnum
from typing import Any, TypeVar

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
from plans.schedule.family_days import day_in

MOST_ROWS = 60
MOST_WEEKS = 4
LABEL_LONGEST, PLACE_LONGEST = 60, 300
YEARS = (2000, 2100)
Row = TypeVar("Row")
Key = TypeVar("Key")
Value = TypeVar("Value")
_BIRTHDAY = re.compile(r"\d\d-\d\d")


class BadSchemeError(ValueError):
    """These are no choices of a schedule."""


class Rhythm(StrEnum):
    """How ordinary weeks go."""

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
    """A day that families share out: nights before it and from its own evening on.

    At what hour it begins is nobody's to say but the parents': a plan tells no hour that was not chosen.
    """

    day: str
    before: int
    after: int


# What is offered, in the order of the year. A day that falls on a Sunday begins on Saturday evening.
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
    """Ordinary weeks. `parent`: with whom the child lives, or with whom the first week begins."""

    rhythm: Rhythm
    parent: Parent | None = None
    begins: date | None = None
    # Every other weekend: Sunday's night too, and one night of each week.
    until_monday: bool = False
    night: int | None = None
    # Weekdays on whose evening the child is with the other, without a night.
    evenings: tuple[int, ...] = ()
    # Week about: the weekday of the handover.
    changes_on: int = 0
    # A pattern of one's own: the nights of one to four weeks.
    cycle: tuple[Parent | None, ...] = ()

    @property
    def nights(self) -> tuple[Parent | None, ...]:
        """The nights of the cycle from a Monday on; empty where it is open with whom."""
        if self.rhythm is Rhythm.OWN:
            return self.cycle
        if self.parent is None:
            return ()
        if self.rhythm is Rhythm.WEEKENDS:
            return every_other_weekend(
                self.parent, until_monday=self.until_monday, midweek=self.night
            )
        if self.rhythm is Rhythm.WEEK_ABOUT:
            # Who begins has the first days too, where the weeks begin before a day of changing home.
            is_early = self.begins is not None and self.begins.weekday() < self.changes_on
            begins = self.parent.other if is_early else self.parent
            return week_about(begins, changes_on=self.changes_on)
        if self.rhythm is Rhythm.TWO_TWO_THREE:
            return two_two_three(self.parent)
        return (self.parent,) * WEEK

    @property
    def mornings(self) -> frozenset[int]:
        """Nights of the cycle before which the child comes home in the morning already.

        That is after a weekend until Monday morning.
        """
        nights = self.nights
        if self.rhythm is not Rhythm.WEEKENDS or not self.until_monday or not nights:
            return frozenset()
        return frozenset({WEEK} if nights[WEEK] is self.parent else ())


@dataclass(frozen=True, kw_only=True)
class Shared:
    """Something of each year, by even and odd years."""

    even: Parent
    odd: Parent


@dataclass(frozen=True, kw_only=True)
class SeasonChoice(Shared):
    share: Share = Share.WHOLE
    periods: tuple[Period, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Birthday(Shared):
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
    """All that was chosen. Everything may be left open."""

    ordinary: Ordinary | None = None
    at: time | None = None
    place: str = ""
    travels: Travels | None = None
    seasons: Mapping[SchoolHoliday, SeasonChoice] = field(default_factory=dict)
    family: Mapping[str, Shared] = field(default_factory=dict)
    birthdays: tuple[Birthday, ...] = ()
    one_offs: tuple[OneOff, ...] = ()

    @property
    def is_empty(self) -> bool:
        return self == Scheme()


# What an arrangement is called in the engine; plans.schedule.sentences says it in words.
ORDINARY, SEASON, FAMILY_DAY, BIRTHDAY, ONE_OFF = "weeks", "season", "family", "birthday", "once"


def arrangements(scheme: Scheme) -> list[Arrangement]:
    """The scheme as the engine reads it; what is open is left out, and so becomes a gap."""
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
    """The nights of a holiday that is told by its days: on the last one's evening the week goes on."""
    return Period(holiday.first, max(holiday.first, holiday.last - timedelta(days=1)))


def to_json(scheme: Scheme) -> str:
    """The one string of these choices; empty where nothing was chosen."""
    kept: dict[str, Any] = {}
    if scheme.ordinary is not None:
        kept["weeks"] = _weeks_kept(scheme.ordinary)
    if scheme.at is not None:
        kept["time"] = scheme.at.strftime("%H:%M")
    if scheme.place:
        kept["place"] = scheme.place
    if scheme.travels is not None:
        kept["travels"] = scheme.travels.value
    if scheme.seasons:
        kept["seasons"] = {
            kind.value: {
                **_shared_kept(choice),
                "share": choice.share.value,
                "periods": sorted({_period_kept(period) for period in choice.periods}),
            }
            for kind, choice in scheme.seasons.items()
        }
    if scheme.family:
        kept["family"] = {name: _shared_kept(shared) for name, shared in scheme.family.items()}
    if scheme.birthdays:
        kept["birthdays"] = sorted(
            {(b.day, b.label, b.even.value, b.odd.value) for b in scheme.birthdays}
        )
    if scheme.one_offs:
        kept["once"] = sorted(
            {(*_period_kept(o.period), o.label, o.parent.value) for o in scheme.one_offs}
        )
    if not kept:
        return ""
    return json.dumps(kept, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def from_json(text: str) -> Scheme:
    """The choices again. Raises BadSchemeError for what to_json() does not write."""
    if not text.strip():
        return Scheme()
    try:
        kept = json.loads(text)
        scheme = Scheme(
            ordinary=_weeks_read(kept["weeks"]) if "weeks" in kept else None,
            at=time.fromisoformat(kept["time"]) if "time" in kept else None,
            place=_text(kept.get("place", ""), PLACE_LONGEST),
            travels=Travels(kept["travels"]) if "travels" in kept else None,
            seasons=_ordered(
                {SchoolHoliday(k): _season_read(v) for k, v in kept.get("seasons", {}).items()},
                list(SchoolHoliday),
            ),
            family=_ordered(
                {k: _shared_read(v) for k, v in kept.get("family", {}).items()}, list(FAMILY)
            ),
            birthdays=_rows(kept.get("birthdays", []), _birthday_read),
            one_offs=_rows(kept.get("once", []), _once_read),
        )
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise BadSchemeError from error
    return scheme


def normal(scheme: Scheme) -> Scheme:
    """The same choices in their one order."""
    return from_json(to_json(scheme))


def read(text: str) -> Scheme | None:
    """The choices, or None where the text says none that can be read."""
    try:
        return from_json(text)
    except BadSchemeError:
        return None


# What each rhythm needs to be told; anything else of it would make other strings of the same weeks.
TOLD = {
    Rhythm.WEEKENDS: {"parent", "until_monday", "night", "evenings"},
    Rhythm.WEEK_ABOUT: {"parent", "changes_on"},
    Rhythm.TWO_TWO_THREE: {"parent"},
    Rhythm.MOSTLY: {"parent", "evenings"},
    Rhythm.OWN: {"cycle"},
}


def _weeks_kept(weeks: Ordinary) -> dict[str, Any]:
    kept: dict[str, Any] = {
        "parent": weeks.parent.value if weeks.parent else None,
        "until_monday": weeks.until_monday or None,
        "night": weeks.night,
        "evenings": sorted(set(weeks.evenings)) or None,
        "changes_on": weeks.changes_on or None,
        "cycle": [parent.value if parent else "" for parent in weeks.cycle] or None,
    }
    told = TOLD[weeks.rhythm]
    kept = {name: value for name, value in kept.items() if name in told and value is not None}
    if weeks.begins is not None:
        kept["begins"] = weeks.begins.isoformat()
    return {"rhythm": weeks.rhythm.value, **kept}


def _weeks_read(kept: Mapping[str, Any]) -> Ordinary:
    cycle = tuple(Parent(value) if value else None for value in kept.get("cycle", ()))
    if len(cycle) % WEEK or len(cycle) > MOST_WEEKS * WEEK:
        raise ValueError(cycle)
    night = kept.get("night")
    return Ordinary(
        rhythm=Rhythm(kept["rhythm"]),
        parent=Parent(kept["parent"]) if "parent" in kept else None,
        begins=_date(kept["begins"]) if "begins" in kept else None,
        until_monday=kept.get("until_monday", False) is True,
        night=None if night is None else _weekday(night),
        evenings=tuple(sorted({_weekday(day) for day in kept.get("evenings", ())})),
        changes_on=_weekday(kept.get("changes_on", 0)),
        cycle=cycle,
    )


def _shared_kept(shared: Shared) -> dict[str, Any]:
    return {"even": shared.even.value, "odd": shared.odd.value}


def _shared_read(kept: Mapping[str, Any]) -> Shared:
    return Shared(even=Parent(kept["even"]), odd=Parent(kept["odd"]))


def _season_read(kept: Mapping[str, Any]) -> SeasonChoice:
    periods = kept.get("periods", [])
    if len(periods) > MOST_ROWS:
        raise ValueError(len(periods))
    return SeasonChoice(
        even=Parent(kept["even"]),
        odd=Parent(kept["odd"]),
        share=Share(kept["share"]),
        periods=tuple(_period(*period) for period in sorted(periods)),
    )


def _birthday_read(row: Sequence[str]) -> Birthday:
    day, label, even, odd = row
    if not _BIRTHDAY.fullmatch(day):
        raise ValueError(day)
    # 29 February is one too.
    day_in(2028, day)
    label = _text(label, LABEL_LONGEST)
    return Birthday(day=day, label=label, even=Parent(even), odd=Parent(odd))


def _once_read(row: Sequence[str]) -> OneOff:
    first, last, label, parent = row
    label = _text(label, LABEL_LONGEST)
    return OneOff(period=_period(first, last), parent=Parent(parent), label=label)


def _rows(kept: Any, reading: Callable[[Sequence[str]], Row]) -> tuple[Row, ...]:
    if not isinstance(kept, list) or len(kept) > MOST_ROWS:
        raise ValueError(kept)
    return tuple(reading(row) for row in sorted(kept))


def _period_kept(period: Period) -> tuple[str, str]:
    return period.first.isoformat(), period.last.isoformat()


def _period(first: str, last: str) -> Period:
    period = Period(_date(first), _date(last))
    # Longer than any holiday: what is drawn and counted has an end.
    if (period.last - period.first).days > 400:
        raise ValueError(period)
    return period


def _date(text: str) -> date:
    found = date.fromisoformat(text)
    if not YEARS[0] <= found.year <= YEARS[1]:
        raise ValueError(text)
    return found


def _weekday(number: Any) -> int:
    if type(number) is not int or not 0 <= number < WEEK:
        raise ValueError(number)
    return number


def _text(text: Any, longest: int) -> str:
    if not isinstance(text, str) or len(text) > longest:
        raise ValueError(text)
    return text


def _ordered(found: Mapping[Key, Value], order: Sequence[Key]) -> dict[Key, Value]:
    """In the order of the year. Raises ValueError for what is not offered."""
    return {key: found[key] for key in sorted(found, key=order.index)}
