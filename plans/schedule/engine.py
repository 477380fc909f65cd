"""Where a child sleeps, night by night. Pure: layered arrangements in, nights out.

A night belongs to the date on whose evening it begins. The ordinary weeks are the lowest layer;
above them school holidays, then public and family days, then single days. The highest layer with a
night decides. A night that no layer has is a gap.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, time, timedelta
from enum import IntEnum, StrEnum
from itertools import groupby, pairwise

from plans.parents import Parent
from plans.schedule.family_days import day_in

DAY = timedelta(days=1)
WEEK = 7
NOON = time(12)


class Layer(IntEnum):
    """Higher layers take precedence."""

    ORDINARY = 0
    SEASON = 1
    HOLIDAY = 2
    DAY = 3


class Share(StrEnum):
    """How a school holiday is shared."""

    WHOLE = "whole"
    HALVES = "halves"
    WEEKS = "weeks"


@dataclass(frozen=True, kw_only=True)
class Arrangement:
    """What the parents agree for certain nights. `children`: for whom; empty for all."""

    label: str
    children: frozenset[int] = frozenset()
    layer: Layer = field(init=False)

    def nights(self, first: date, last: date) -> Iterator[tuple[date, Parent]]:
        """Yield its nights from `first` to `last`."""
        raise NotImplementedError

    def concerns(self, child: int) -> bool:
        return not self.children or child in self.children

    def begins_in_the_morning(self, night: date) -> bool:
        """Say whether the turn with this night begins in the morning of its date."""
        return False

    def comes_back(self, parent: Parent) -> bool:
        """Say whether a child who goes to this parent comes back home."""
        return False


@dataclass(frozen=True, kw_only=True)
class Weeks(Arrangement):
    """Ordinary weeks that repeat: `cycle` has the nights from the Monday `begins` on.

    `mornings`: nights of the cycle before which the child already comes in the morning. `home`: to
    whom the child comes back, where coming back may have an hour of its own.
    """

    cycle: tuple[Parent | None, ...]
    begins: date
    mornings: frozenset[int] = frozenset()
    home: Parent | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    layer: Layer = field(init=False, default=Layer.ORDINARY)

    def __post_init__(self) -> None:
        if not self.cycle or len(self.cycle) % WEEK:
            raise ValueError("A cycle is of whole weeks.")
        if self.begins.weekday():
            raise ValueError("A cycle begins on a Monday.")

    def nights(self, first: date, last: date) -> Iterator[tuple[date, Parent]]:
        start = max(first, self.valid_from or first)
        stop = min(last, self.valid_until or last)
        for night in _dates(start, stop):
            parent = self.cycle[(night - self.begins).days % len(self.cycle)]
            if parent is not None:
                yield night, parent

    def begins_in_the_morning(self, night: date) -> bool:
        return (night - self.begins).days % len(self.cycle) in self.mornings

    def comes_back(self, parent: Parent) -> bool:
        return parent is self.home


@dataclass(frozen=True)
class Period:
    """Consecutive nights, both ends included."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError("A period ends no earlier than it begins.")

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


@dataclass(frozen=True, kw_only=True)
class Season(Arrangement):
    """A school holiday of each year: whole, in halves or week about, by even and odd years.

    `even` and `odd`: who has it, or begins it, in such years. A holiday over the New Year counts by
    the year in which it begins.
    """

    periods: tuple[Period, ...]
    even: Parent
    odd: Parent
    share: Share = Share.WHOLE
    layer: Layer = field(init=False, default=Layer.SEASON)

    def nights(self, first: date, last: date) -> Iterator[tuple[date, Parent]]:
        for period in self.periods:
            begins = _by_year(period.first.year, self.even, self.odd)
            whole = list(_dates(period.first, period.last))
            # With an odd number of nights, the one who begins has one more.
            half = (len(whole) + 1) // 2
            for index, night in enumerate(whole):
                if self.share is Share.HALVES:
                    parent = begins if index < half else begins.other
                elif self.share is Share.WEEKS:
                    parent = begins if index // WEEK % 2 == 0 else begins.other
                else:
                    parent = begins
                if first <= night <= last:
                    yield night, parent


@dataclass(frozen=True, kw_only=True)
class Holiday(Arrangement):
    """A public or family day of each year, with nights before and after.

    `day`: a name of `family_days`, or month and day as "06-15". `before`: nights before the day;
    `after`: nights from its own evening on.
    """

    day: str
    even: Parent
    odd: Parent
    before: int = 0
    after: int = 1
    layer: Layer = field(init=False, default=Layer.HOLIDAY)

    def __post_init__(self) -> None:
        if self.before < 0 or self.after < 0 or not self.before + self.after:
            raise ValueError("A holiday has at least one night.")

    def nights(self, first: date, last: date) -> Iterator[tuple[date, Parent]]:
        for year in range(first.year - 1, last.year + 2):
            day = day_in(year, self.day)
            parent = _by_year(year, self.even, self.odd)
            for night in _dates(day - DAY * self.before, day + DAY * (self.after - 1)):
                if first <= night <= last:
                    yield night, parent


@dataclass(frozen=True, kw_only=True)
class SingleDays(Arrangement):
    """Consecutive nights, once."""

    period: Period
    parent: Parent
    layer: Layer = field(init=False, default=Layer.DAY)

    def nights(self, first: date, last: date) -> Iterator[tuple[date, Parent]]:
        for night in _dates(max(first, self.period.first), min(last, self.period.last)):
            yield night, self.parent


@dataclass(frozen=True, kw_only=True)
class HandoverHours:
    """The chosen hours of changing home. Where none was chosen, none is shown.

    `by_layer`: of the higher of the two layers between which the child changes home. `back`: of
    coming back home in ordinary weeks, where it differs.
    """

    by_layer: Mapping[Layer, time] = field(default_factory=dict)
    back: time | None = None

    def between(self, before: "Night", night: "Night") -> time | None:
        """Return the hour of a handover between two nights."""
        layer = max(before.layer or Layer.ORDINARY, night.layer or Layer.ORDINARY)
        if layer is Layer.ORDINARY and night.comes_back and self.back is not None:
            return self.back
        return self.by_layer.get(layer)


NO_HOURS = HandoverHours()


@dataclass(frozen=True)
class Night:
    """One night of one child: with whom, by which arrangement, and which others disagree."""

    date: date
    # None: not decided.
    parent: Parent | None = None
    layer: Layer | None = None
    label: str = ""
    # The hour of a handover on this date; None: no hour was chosen.
    handover: time | None = None
    # A handover in the morning, without an hour.
    is_morning: bool = False
    # Whether the child comes back home, in ordinary weeks.
    comes_back: bool = False
    # Arrangements of the same layer with the other parent.
    clashes: tuple[str, ...] = ()
    # Arrangements of lower layers, except ordinary weeks, with the other parent.
    overrides: tuple[str, ...] = ()

    @property
    def begins_by_noon(self) -> bool:
        """Whether a handover on this date is over by noon. Without an hour it is later."""
        return self.is_morning or (self.handover is not None and self.handover <= NOON)


def resolve(
    arrangements: Sequence[Arrangement],
    child: int,
    first: date,
    last: date,
    *,
    hours: HandoverHours = NO_HOURS,
) -> list[Night]:
    """Return the child's nights from `first` to `last`, each exactly once, in order.

    Where arrangements of one layer disagree, the first one decides, and the clash is recorded.
    """
    entries: dict[date, list[tuple[Arrangement, Parent]]] = {}
    # The night before tells from where the child comes.
    start = first - DAY
    for arrangement in arrangements:
        if arrangement.concerns(child):
            for night, parent in arrangement.nights(start, last):
                entries.setdefault(night, []).append((arrangement, parent))
    nights = [_night(night, entries.get(night, ())) for night in _dates(start, last)]
    return [_with_handover(before, night, hours) for before, night in pairwise(nights)]


def _with_handover(before: Night, night: Night, hours: HandoverHours) -> Night:
    handover = hours.between(before, night)
    # Mornings apply within ordinary weeks: after a holiday they do not.
    is_morning = night.is_morning and before.layer is Layer.ORDINARY
    if is_morning and handover is not None and handover > NOON:
        # The chosen hour applies to the other handovers.
        handover = None
    return replace(night, handover=handover, is_morning=is_morning)


def _night(night: date, entries: Sequence[tuple[Arrangement, Parent]]) -> Night:
    if not entries:
        return Night(night)
    layer = max(arrangement.layer for arrangement, _ in entries)
    ours, parent = next((a, p) for a, p in entries if a.layer == layer)
    against = [a for a, p in entries if p is not parent]
    return Night(
        date=night,
        parent=parent,
        layer=layer,
        label=ours.label,
        is_morning=ours.begins_in_the_morning(night),
        comes_back=ours.comes_back(parent),
        clashes=_labels(a for a in against if a.layer == layer),
        overrides=_labels(a for a in against if Layer.ORDINARY < a.layer < layer),
    )


def _labels(arrangements: Iterable[Arrangement]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(a.label for a in arrangements))


@dataclass(frozen=True)
class ScheduleTally:
    """Nights and days of each parent, and those not decided."""

    nights: dict[Parent, int]
    days: dict[Parent, int]
    open_nights: int
    open_days: int


def tally(nights: Sequence[Night], before: Parent | None) -> ScheduleTally:
    """Count nights, and days by who has the child at noon. `before`: who had the night before."""
    by_night = dict.fromkeys(Parent, 0)
    by_day = dict.fromkeys(Parent, 0)
    open_nights = open_days = 0
    for night, day in zip(nights, days(nights, before), strict=True):
        if night.parent is None:
            open_nights += 1
        else:
            by_night[night.parent] += 1
        if day is None:
            open_days += 1
        else:
            by_day[day] += 1
    return ScheduleTally(by_night, by_day, open_nights, open_days)


def days(nights: Sequence[Night], before: Parent | None) -> list[Parent | None]:
    """Return who has the child at noon of each date: a handover in the morning counts at once."""
    found: list[Parent | None] = []
    for night in nights:
        found.append(night.parent if night.begins_by_noon else before)
        before = night.parent
    return found


@dataclass(frozen=True)
class Stay:
    """Consecutive nights with one parent (None: not decided), until the next handover."""

    parent: Parent | None
    first: date
    last: date
    # The hour of arrival on the first date; None: no hour was chosen.
    begins: time | None
    is_morning: bool = False

    @property
    def nights(self) -> int:
        return (self.last - self.first).days + 1


def stays(nights: Sequence[Night]) -> list[Stay]:
    """Group all nights into stays, in order."""
    found = []
    for parent, group in groupby(nights, key=lambda night: night.parent):
        run = list(group)
        start = run[0]
        found.append(Stay(parent, start.date, run[-1].date, start.handover, start.is_morning))
    return found


@dataclass(frozen=True)
class Remark:
    """Something to check: consecutive nights of one kind, with the arrangements concerned."""

    kind: str
    first: date
    last: date
    labels: tuple[str, ...] = ()


GAP, CLASH, OVERRIDE = "gap", "clash", "override"


def remarks(nights: Sequence[Night]) -> list[Remark]:
    """Return gaps, clashes within a layer, and special arrangements that override others."""
    found = [Remark(GAP, stay.first, stay.last) for stay in stays(nights) if stay.parent is None]
    for kind, others in ((CLASH, _clashes), (OVERRIDE, _overrides)):
        for labels, group in groupby(nights, key=others):
            if labels:
                run = list(group)
                found.append(Remark(kind, run[0].date, run[-1].date, labels))
    return sorted(found, key=lambda remark: (remark.first, remark.kind))


def _clashes(night: Night) -> tuple[str, ...]:
    return (night.label, *night.clashes) if night.clashes else ()


def _overrides(night: Night) -> tuple[str, ...]:
    return (night.label, *night.overrides) if night.overrides else ()


def _by_year(year: int, even: Parent, odd: Parent) -> Parent:
    return odd if year % 2 else even


def _dates(first: date, last: date) -> Iterator[date]:
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)
