"""The schedule's questions, one a page: which comes after which, what each says into it. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from plans.content.answers import mark
from plans.schedule.choices import Ordinary, Rhythm, Scheme, SchoolHoliday, to_json
from plans.schedule.sentences import SCHOOL_HOLIDAYS

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

Change = Callable[[Scheme], Scheme]
WEEKS, HANDOVER, HOLIDAYS, FAMILY, ONCE = "weeks", "handover", "holidays", "family", "once"
GROUPS = {
    WEEKS: _("Ordinary weeks"),
    HANDOVER: _("Changing home"),
    HOLIDAYS: _("School and day care holidays"),
    FAMILY: _("Public and family days"),
    ONCE: _("Single days"),
}


@dataclass(frozen=True)
class Step:
    """One page. `group`: the layer that it belongs to."""

    slug: str
    group: str
    title: "StrPromise | str"
    hint: "StrPromise | str" = ""
    # In which rhythms it is asked; None: always.
    rhythms: frozenset[Rhythm] | None = None
    season: SchoolHoliday | None = None
    # Rows are added and taken out, each on its own.
    is_list: bool = False

    def is_asked(self, scheme: Scheme) -> bool:
        weeks = scheme.ordinary
        return self.rhythms is None or (weeks is not None and weeks.rhythm in self.rhythms)


ANY = frozenset(Rhythm)
ROUND = frozenset({Rhythm.WEEK_ABOUT, Rhythm.TWO_TWO_THREE})

STEPS: list[Step] = [
    Step(
        "weeks",
        WEEKS,
        _("How do the ordinary weeks go?"),
        _("Holidays and single days come later, on top of these."),
    ),
    Step(
        "home",
        WEEKS,
        _("With whom does the child live for the most part?"),
        rhythms=frozenset({Rhythm.WEEKENDS, Rhythm.MOSTLY}),
    ),
    Step("first", WEEKS, _("With whom does the first week begin?"), rhythms=ROUND),
    Step(
        "length",
        WEEKS,
        _("After how many weeks does the pattern begin again?"),
        rhythms=frozenset({Rhythm.OWN}),
    ),
    Step(
        "pattern",
        WEEKS,
        _("Which nights is the child with you?"),
        _("Tick the nights. All others are with the other parent."),
        rhythms=frozenset({Rhythm.OWN}),
    ),
    Step(
        "begins",
        WEEKS,
        _("From which date on do the weeks go like this?"),
        _("The week of this date is the first one. Often it is a Monday."),
        rhythms=ANY,
    ),
    Step(
        "weekend",
        WEEKS,
        _("When does the weekend end?"),
        _("The first weekend is that of the first week. It begins on Friday."),
        rhythms=frozenset({Rhythm.WEEKENDS}),
    ),
    Step(
        "changes",
        WEEKS,
        _("On which day does the child change home?"),
        rhythms=frozenset({Rhythm.WEEK_ABOUT}),
    ),
    Step(
        "night",
        WEEKS,
        _("Is one night of each week with the other parent as well?"),
        rhythms=frozenset({Rhythm.WEEKENDS}),
    ),
    Step(
        "evenings",
        WEEKS,
        _("On which evenings is the child with the other parent, without a night?"),
        _("Tick none if there are no such evenings."),
        rhythms=frozenset({Rhythm.WEEKENDS, Rhythm.MOSTLY}),
    ),
    Step(
        "time",
        HANDOVER,
        _("At what time does the child change home?"),
        _("For example 16.00, or when day care or school ends."),
    ),
    Step(
        "place",
        HANDOVER,
        _("Where does the child change home?"),
        _("For example at day care, at the door, at the railway station."),
    ),
    Step("travels", HANDOVER, _("Who takes the child?")),
    *(
        Step(slug, HOLIDAYS, title, hint, season=kind)
        for kind in SchoolHoliday
        for slug, title, hint in (
            (
                kind.value,
                SCHOOL_HOLIDAYS[kind],
                _("How is it shared? Even years are 2026 and 2028, odd ones 2027 and 2029."),
            ),
            (
                f"{kind.value}-dates",
                SCHOOL_HOLIDAYS[kind],
                _("When is it? The last day's night goes by the ordinary weeks already."),
            ),
        )
    ),
    Step(
        "family",
        FAMILY,
        _("With whom are public and family days spent?"),
        _("Leave those as they are that go by the ordinary weeks."),
    ),
    Step(
        "birthdays",
        FAMILY,
        _("With whom are birthdays spent?"),
        _("The child's, a parent's, a grandparent's: the night of that day."),
        is_list=True,
    ),
    Step(
        "once",
        ONCE,
        _("Are there single days to agree on?"),
        _("For example a journey or a family feast. They go before everything else."),
        is_list=True,
    ),
]
BY_SLUG = {step.slug: step for step in STEPS}


def is_dates(step: Step) -> bool:
    """Whether it asks when a holiday is, not how it is shared."""
    return step.season is not None and step.slug != step.season.value


def asked(scheme: Scheme) -> list[Step]:
    """The pages for what is chosen so far; dates only of holidays that are shared out."""
    return [
        step
        for step in STEPS
        if step.is_asked(scheme) and not (is_dates(step) and step.season not in scheme.seasons)
    ]


def beside(scheme: Scheme, step: Step) -> tuple[Step | None, Step | None]:
    """The pages before and after this one."""
    steps = asked(scheme)
    at = steps.index(step)
    before = steps[at - 1] if at else None
    return before, steps[at + 1] if at + 1 < len(steps) else None


def part_of(scheme: Scheme, step: Step) -> Scheme:
    """The part of the schedule that a page changes, and nothing else."""
    if step.group == WEEKS:
        return Scheme(ordinary=scheme.ordinary)
    if step.season is not None:
        own = scheme.seasons.get(step.season)
        return Scheme(seasons={step.season: own} if own else {})
    return Scheme(
        **{
            name: getattr(scheme, name)
            for name, slug in {
                "at": "time",
                "place": "place",
                "travels": "travels",
                "family": "family",
                "birthdays": "birthdays",
                "one_offs": "once",
            }.items()
            if slug == step.slug
        }
    )


def part_mark(scheme: Scheme, step: Step) -> str:
    """By what a page knows whether its part has been changed elsewhere meanwhile."""
    return mark(to_json(part_of(scheme, step)))


def group_of(scheme: Scheme, group: str) -> Scheme:
    """One layer alone."""
    return {
        WEEKS: Scheme(ordinary=scheme.ordinary),
        HANDOVER: Scheme(at=scheme.at, place=scheme.place, travels=scheme.travels),
        HOLIDAYS: Scheme(seasons=scheme.seasons),
        FAMILY: Scheme(family=scheme.family, birthdays=scheme.birthdays),
        ONCE: Scheme(one_offs=scheme.one_offs),
    }[group]


def without(scheme: Scheme, group: str) -> Scheme:
    """The schedule without one layer."""
    empty: Mapping[str, dict[str, Any]] = {
        WEEKS: {"ordinary": None},
        HANDOVER: {"at": None, "place": "", "travels": None},
        HOLIDAYS: {"seasons": {}},
        FAMILY: {"family": {}, "birthdays": ()},
        ONCE: {"one_offs": ()},
    }
    return replace(scheme, **empty[group])


def weeks_with(scheme: Scheme, **told: Any) -> Scheme:
    """The schedule with something else said of its ordinary weeks."""
    weeks = scheme.ordinary or Ordinary(rhythm=Rhythm.OWN)
    return replace(scheme, ordinary=replace(weeks, **told))


def step_for(label: str) -> str:
    """The page that settles what an arrangement of the engine says."""
    kind, _space, which = label.partition(" ")
    return {
        "weeks": "weeks",
        "season": which,
        "family": "family",
        "birthday": "birthdays",
        "once": "once",
    }[kind]


def step_for_gap(scheme: Scheme) -> str:
    """The page that settles a night that nobody has."""
    weeks = scheme.ordinary
    if weeks is None:
        return "weeks"
    if weeks.rhythm is Rhythm.OWN:
        if not weeks.cycle:
            return "length"
        return "begins" if weeks.begins is None or None not in weeks.cycle else "pattern"
    if weeks.parent is None:
        return "first" if weeks.rhythm in ROUND else "home"
    return "begins"
