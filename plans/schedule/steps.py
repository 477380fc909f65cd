"""The questions of the schedule, one a page: their order, and what each changes. Pure."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from plans.content.answers import fingerprint
from plans.schedule.choices import (
    Handover,
    HandoverKind,
    Ordinary,
    ScheduleRhythm,
    Scheme,
    SchoolHoliday,
)
from plans.schedule.sentences import SCHOOL_HOLIDAYS
from plans.schedule.storage import to_json

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

SchemeEdit = Callable[[Scheme], Scheme]
WEEKS, LATER, HANDOVER = "weeks", "later", "handover"
HOLIDAYS, FAMILY, ONCE = "holidays", "family", "once"
GROUPS = {
    WEEKS: _("Ordinary weeks"),
    LATER: _("The weeks after those"),
    HANDOVER: _("Changing home"),
    HOLIDAYS: _("School and day care holidays"),
    FAMILY: _("Public and family days"),
    ONCE: _("Single days"),
}


@dataclass(frozen=True)
class ScheduleStep:
    """One page. `group`: the layer that it belongs to."""

    slug: str
    group: str
    title: "StrPromise | str"
    hint: "StrPromise | str" = ""
    # The rhythms for which it is asked; None: all.
    rhythms: frozenset[ScheduleRhythm] | None = None
    season: SchoolHoliday | None = None
    # The handover that it asks about, besides that of ordinary weeks.
    handover: HandoverKind | None = None
    # A list to which rows are added one by one.
    is_list: bool = False

    @property
    def base(self) -> str:
        """The page of which this is the same, for the weeks after the first ones."""
        return self.slug.removeprefix(AFTERWARDS)

    @property
    def is_later(self) -> bool:
        return self.group == LATER

    def focused(self, scheme: Scheme) -> Scheme:
        """Return the schedule with the weeks that the page asks about as its ordinary ones."""
        if not self.is_later:
            return scheme
        return replace(scheme, ordinary=scheme.later, later=scheme.ordinary)

    def applied(self, edit: SchemeEdit) -> SchemeEdit:
        """Turn a change of what the page asks about into a change of the schedule."""
        return lambda scheme: self.focused(edit(self.focused(scheme)))

    def is_asked(self, scheme: Scheme) -> bool:
        if self.is_later and not may_end(scheme):
            return False
        if self.handover is not None:
            return scheme.has(self.handover)
        weeks = self.focused(scheme).ordinary
        return self.rhythms is None or (weeks is not None and weeks.rhythm in self.rhythms)


def may_end(scheme: Scheme) -> bool:
    """Say whether other weeks may come after the first ones."""
    return scheme.ordinary is not None and (
        scheme.ordinary.until is not None or scheme.later is not None
    )


# The addresses of pages about the weeks after the first ones begin with it.
AFTERWARDS = "later-"
ANY = frozenset(ScheduleRhythm)
OPEN_HOUR = _("A time that you leave open stays open: the calendar then shows none.")
ROUND = frozenset({ScheduleRhythm.WEEK_ABOUT, ScheduleRhythm.TWO_TWO_THREE})

WEEK_STEPS = [
    ScheduleStep(
        "weeks",
        WEEKS,
        _("What are the ordinary weeks like?"),
        _("Holidays and single days come later, on top of these."),
    ),
    ScheduleStep(
        "home",
        WEEKS,
        _("With whom does the child mainly live?"),
        rhythms=frozenset({ScheduleRhythm.WEEKENDS, ScheduleRhythm.MOSTLY}),
    ),
    ScheduleStep("first", WEEKS, _("With whom does the first week begin?"), rhythms=ROUND),
    ScheduleStep(
        "length",
        WEEKS,
        _("After how many weeks does the pattern repeat?"),
        rhythms=frozenset({ScheduleRhythm.OWN}),
    ),
    ScheduleStep(
        "pattern",
        WEEKS,
        _("Which nights is the child with you?"),
        _("Tick the nights. All others are with the other parent."),
        rhythms=frozenset({ScheduleRhythm.OWN}),
    ),
    ScheduleStep(
        "begins",
        WEEKS,
        _("From which date on does this apply?"),
        _("The week that has this date is the first one. Often it is a Monday."),
        rhythms=ANY,
    ),
    ScheduleStep(
        "until",
        WEEKS,
        _("Until which date does this apply?"),
        _(
            "Leave it empty if it applies until further notice. If you give a date, you are asked next "
            "what the weeks are like after it: small children’s time can grow step by step."
        ),
        rhythms=ANY,
    ),
    ScheduleStep(
        "weekend",
        WEEKS,
        _("When does the weekend end?"),
        _("The first weekend is in the first week. It begins on Friday."),
        rhythms=frozenset({ScheduleRhythm.WEEKENDS}),
    ),
    ScheduleStep(
        "changes",
        WEEKS,
        _("On which day does the child change home?"),
        rhythms=frozenset({ScheduleRhythm.WEEK_ABOUT}),
    ),
    ScheduleStep(
        "night",
        WEEKS,
        _("Is one night of each week with the other parent as well?"),
        rhythms=frozenset({ScheduleRhythm.WEEKENDS}),
    ),
    ScheduleStep(
        "evenings",
        WEEKS,
        _("On which evenings is the child with the other parent, without a night?"),
        _("Tick none if there are no such evenings."),
        rhythms=frozenset({ScheduleRhythm.WEEKENDS, ScheduleRhythm.MOSTLY}),
    ),
]

STEPS: list[ScheduleStep] = [
    *WEEK_STEPS,
    *(
        replace(
            step,
            slug=AFTERWARDS + step.slug,
            group=LATER,
            title=_("What are the weeks like after that?") if step.slug == "weeks" else step.title,
        )
        for step in WEEK_STEPS
    ),
    ScheduleStep(
        "time",
        HANDOVER,
        _("When does the child change home in ordinary weeks?"),
        _("Holidays and single days may have a time of their own: it is asked there."),
    ),
    ScheduleStep(
        "place",
        HANDOVER,
        _("Where does the child change home?"),
        _("For example at day care, at the door, at the railway station."),
    ),
    ScheduleStep(
        "back",
        HANDOVER,
        _("When and where does the child come back after the weekend?"),
        _("Leave it empty if it is as when the weekend begins."),
        handover=HandoverKind.BACK,
    ),
    ScheduleStep("travels", HANDOVER, _("Who takes the child?")),
    *(
        ScheduleStep(slug, HOLIDAYS, title, hint, season=kind)
        for kind in SchoolHoliday
        for slug, title, hint in (
            (
                kind.value,
                SCHOOL_HOLIDAYS[kind],
                _(
                    "How is it divided? Even years are 2026 and 2028, odd ones 2027 and 2029. A holiday "
                    "over the New Year counts by the year in which it begins. In halves, who begins has "
                    "one night more if their number is odd."
                ),
            ),
            (
                f"{kind.value}-dates",
                SCHOOL_HOLIDAYS[kind],
                _("When is it? The night of the last day already follows the ordinary weeks."),
            ),
        )
    ),
    ScheduleStep(
        "holiday-handover",
        HOLIDAYS,
        _("When and where does the child change home in school holidays?"),
        OPEN_HOUR,
        handover=HandoverKind.SEASONS,
    ),
    ScheduleStep(
        "family",
        FAMILY,
        _("With whom are public and family days spent?"),
        _("Leave out those that follow the ordinary weeks."),
    ),
    ScheduleStep(
        "birthdays",
        FAMILY,
        _("With whom are birthdays spent?"),
        _("The child's, a parent's, a grandparent's: the night of that day."),
        is_list=True,
    ),
    ScheduleStep(
        "family-handover",
        FAMILY,
        _("When and where does the child change home on these days?"),
        OPEN_HOUR,
        handover=HandoverKind.FAMILY,
    ),
    ScheduleStep(
        "once",
        ONCE,
        _("Are there any single days to agree on?"),
        _("For example a trip or a family celebration. They take precedence over everything else."),
        is_list=True,
    ),
    ScheduleStep(
        "once-handover",
        ONCE,
        _("When and where does the child change home on these days?"),
        OPEN_HOUR,
        handover=HandoverKind.ONCE,
    ),
]
BY_SLUG = {step.slug: step for step in STEPS}


def is_dates(step: ScheduleStep) -> bool:
    """Say whether the step asks when a holiday is, not how it is shared."""
    return step.season is not None and step.slug != step.season.value


def asked_steps(scheme: Scheme) -> list[ScheduleStep]:
    """Return the pages for what is chosen so far; dates only of holidays that are shared."""
    return [
        step
        for step in STEPS
        if step.is_asked(scheme) and not (is_dates(step) and step.season not in scheme.seasons)
    ]


def neighbours(
    scheme: Scheme, step: ScheduleStep
) -> tuple[ScheduleStep | None, ScheduleStep | None]:
    """Return the pages before and after this one."""
    steps = asked_steps(scheme)
    at = steps.index(step)
    before = steps[at - 1] if at else None
    return before, steps[at + 1] if at + 1 < len(steps) else None


def part_of(scheme: Scheme, step: ScheduleStep) -> Scheme:
    """Return only the part of the schedule that a page changes."""
    if step.group in (WEEKS, LATER):
        return group_of(scheme, step.group)
    if step.handover is not None:
        handover = scheme.handovers.get(step.handover)
        return Scheme(handovers={step.handover: handover} if handover else {})
    if step.season is not None:
        own = scheme.seasons.get(step.season)
        return Scheme(seasons={step.season: own} if own else {})
    return Scheme(
        **{
            name: getattr(scheme, name)
            for name, slug in {
                "at": "time",
                "after_care": "time",
                "place": "place",
                "travels": "travels",
                "family": "family",
                "birthdays": "birthdays",
                "one_offs": "once",
            }.items()
            if slug == step.slug
        }
    )


def part_fingerprint(scheme: Scheme, step: ScheduleStep) -> str:
    """Identify the part, so that a page notices when it was changed elsewhere."""
    return fingerprint(to_json(part_of(scheme, step)))


# The parts of a schedule that belong to each layer, and its handover.
_FIELDS: dict[str, tuple[str, ...]] = {
    WEEKS: ("ordinary",),
    LATER: ("later",),
    HANDOVER: ("at", "after_care", "place", "travels"),
    HOLIDAYS: ("seasons",),
    FAMILY: ("family", "birthdays"),
    ONCE: ("one_offs",),
}
_HANDOVER_OF = {
    HANDOVER: HandoverKind.BACK,
    HOLIDAYS: HandoverKind.SEASONS,
    FAMILY: HandoverKind.FAMILY,
    ONCE: HandoverKind.ONCE,
}


def group_of(scheme: Scheme, group: str) -> Scheme:
    """Return one layer alone."""
    return with_group(Scheme(), scheme, group)


def without(scheme: Scheme, group: str) -> Scheme:
    """Return the schedule without one layer."""
    return with_group(scheme, Scheme(), group)


def with_group(scheme: Scheme, other: Scheme, group: str) -> Scheme:
    """Return the schedule with one layer of another one."""
    fields: dict[str, Any] = {name: getattr(other, name) for name in _FIELDS[group]}
    kind = _HANDOVER_OF.get(group)
    handovers = {k: handover for k, handover in scheme.handovers.items() if k is not kind}
    if kind is not None and kind in other.handovers:
        handovers[kind] = other.handovers[kind]
    return replace(scheme, **fields, handovers=handovers)


def weeks_with(scheme: Scheme, **fields: Any) -> Scheme:
    """Return the schedule with changed fields of its ordinary weeks."""
    weeks = scheme.ordinary or Ordinary(rhythm=ScheduleRhythm.OWN)
    return replace(scheme, ordinary=replace(weeks, **fields))


def handover_with(scheme: Scheme, kind: HandoverKind, handover: Handover) -> Scheme:
    """Return the schedule with this handover, or without any of its own where it is empty."""
    others = {k: value for k, value in scheme.handovers.items() if k is not kind}
    return replace(scheme, handovers=others if handover.is_empty else {**others, kind: handover})


def tidied(scheme: Scheme) -> Scheme:
    """Return the schedule without handovers of what it no longer has."""
    kept = {kind: handover for kind, handover in scheme.handovers.items() if scheme.has(kind)}
    return replace(scheme, handovers=kept)


def step_for(label: str) -> str:
    """Return the page that decides an arrangement, by its label in the engine."""
    kind, _space, which = label.partition(" ")
    return {
        "weeks": "weeks",
        "season": which,
        "family": "family",
        "birthday": "birthdays",
        "once": "once",
    }[kind]


def step_for_gap(scheme: Scheme) -> str:
    """Return the page that decides a night nobody has."""
    weeks = scheme.ordinary
    if weeks is None:
        return "weeks"
    if weeks.rhythm is ScheduleRhythm.OWN:
        if not weeks.cycle:
            return "length"
        return "begins" if weeks.begins is None or None not in weeks.cycle else "pattern"
    if weeks.parent is None:
        return "first" if weeks.rhythm in ROUND else "home"
    return AFTERWARDS + "weeks" if may_end(scheme) else "begins"
