"""The forms of the schedule's pages: one question each, nothing required."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from bookings.forms.clean import CleanForm
from office import clock, dates
from office.models import SchoolBreak
from plans.schedule import WEEK, Parent, Period, Share
from plans.schedule_steps import Change, Step, is_dates, part_mark, weeks_with
from plans.schedule_words import FAMILY_DAYS, RHYTHMS, TRAVELS, periods_said, weekday
from plans.scheme import (
    LABEL_LONGEST,
    MOST_ROWS,
    MOST_WEEKS,
    PLACE_LONGEST,
    YEARS,
    Birthday,
    OneOff,
    Ordinary,
    Rhythm,
    Scheme,
    SeasonChoice,
    Shared,
    Travels,
)

Names = Mapping[Parent, str]
DAY = timedelta(days=1)
LONGEST_HOLIDAY = timedelta(days=100)
LONGEST_ONCE = timedelta(days=366)


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d", attrs={"autocomplete": "off"})


class DayField(forms.DateField):
    """A date that can be drawn."""

    widget = DayInput

    def clean(self, value: Any) -> date | None:
        found: date | None = super().clean(value)
        if found and not YEARS[0] <= found.year < YEARS[1]:
            raise forms.ValidationError(_("Check the year."))
        return found


class StepForm(CleanForm):
    """One page. `seen`: the mark of its part as it was opened."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput, max_length=16)

    def __init__(
        self, *args: Any, step: Step, scheme: Scheme, names: Names, viewer: Parent, **kwargs: Any
    ) -> None:
        initial = {**self.chosen(scheme, step, viewer), "seen": part_mark(scheme, step)}
        super().__init__(*args, initial=initial, **kwargs)
        self.step, self.scheme, self.names, self.viewer = step, scheme, names, viewer
        self.build()
        shown = [name for name in self.fields if name != "seen"]
        if len(shown) == 1:
            self.fields[shown[0]].help_text = step.hint
        # Every page may be skipped: the button says so.
        self.unmarked = tuple(self.fields)

    def chosen(self, scheme: Scheme, step: Step, viewer: Parent) -> dict[str, Any]:
        """What the fields show."""
        raise NotImplementedError

    def build(self) -> None:
        """Fields and choices that depend on who asks."""

    def change(self) -> Change:
        """What is said, as a change of the schedule."""
        raise NotImplementedError

    def shown(self) -> list[Any]:
        """The fields that people see."""
        return [field for field in self if not field.is_hidden]

    def both(self) -> list[tuple[str, str]]:
        """The parents, the one who writes first."""
        order = (self.viewer, self.viewer.other)
        return [(parent.value, self.names[parent]) for parent in order]

    def radio(self, name: str, choices: Sequence[tuple[Any, Any]], label: Any = "") -> None:
        self.fields[name] = forms.ChoiceField(
            label=label or self.step.title,
            required=False,
            choices=list(choices),
            widget=forms.RadioSelect,
        )


class RhythmForm(StepForm):
    def chosen(self, scheme: Scheme, step: Step, viewer: Parent) -> dict[str, Any]:
        return {"rhythm": scheme.ordinary.rhythm.value if scheme.ordinary else ""}

    def build(self) -> None:
        self.radio("rhythm", [(rhythm.value, text) for rhythm, text in RHYTHMS.items()])

    def change(self) -> Change:
        told = self.cleaned_data["rhythm"]
        if not told:
            return lambda scheme: scheme
        rhythm = Rhythm(told)

        def edit(scheme: Scheme) -> Scheme:
            weeks = scheme.ordinary
            return replace(
                scheme,
                ordinary=replace(weeks, rhythm=rhythm) if weeks else Ordinary(rhythm=rhythm),
            )

        return edit


class WithWhomForm(StepForm):
    def chosen(self, scheme: Scheme, step: Step, viewer: Parent) -> dict[str, Any]:
        parent = scheme.ordinary.parent if scheme.ordinary else None
        return {"parent": parent.value if parent else ""}

    def build(self) -> None:
        self.radio("parent", self.both())

    def change(self) -> Change:
        told = self.cleaned_data["parent"]
        if not told:
            return lambda scheme: scheme
        return lambda scheme: weeks_with(scheme, parent=Parent(told))


class BeginsForm(StepForm):
    def chosen(self, scheme: Scheme, step: Step, viewer: Parent) -> dict[str, Any]:
        weeks = scheme.ordinary
        coming = clock.monday_of(clock.today()) + WEEK * DAY
        return {"begins": weeks.begins if weeks and weeks.begins else coming}

    def build(self) -> None:
        self.fields["begins"] = DayField(label=self.step.title, required=False)

    def change(self) -> Change:
        told = self.cleaned_data["begins"]
        return lambda scheme: weeks_with(scheme, begins=told)


class WeekendForm(StepForm):
    def chosen(self, scheme: Scheme, step: Step, viewer: Parent) -> dict[str, Any]:
        weeks = scheme.ordinary
        return {"until": "monday" if weeks and weeks.until_monday else "sunday"}

    def build(self) -> None:
        self.radio("until", [("sunday", _("On Sunday")), ("monday", _("On Monday morning"))])

    def change(self) -> Change:
        until_monday = self.cleaned_data["until"] == "monday"
        return lambda scheme: weeks_with(scheme, until_monday=until_monday)


class ChangesForm(StepForm):
    def chosen(self, scheme: Scheme, step: Step, viewer: Parent) -> dict[str, Any]:
        return {"day": scheme.ordinary.changes_on if scheme.ordinary else 0}

    def build(self) -> None:
        self.radio("day", [(str(day), weekday(day).capitalize()) for day in range(WEEK)])

    def change(self) -> Change:
        day = int(self.cleaned_data["day"] or 0)
        return lambda scheme: weeks_with(scheme, changes_on=day)


class NightForm(StepForm):
    def chosen(self, scheme: Scheme, step: Step, viewer: Parent) -> dict[str, Any]:
        night = scheme.ordinary.night if scheme.ordinary else None
        return {"night": "" if night is None else str(night)}

    def build(self) -> None:
        # Fridays to Sundays are what the weekends are about.
        days = [(str(day), weekday(day).capitalize()) for day in range(4)]
        self.radio("night", [("", _("No")), *days])

    def change(self) -> Change:
        told = self.cleaned_data["night"]
        return lambda scheme: weeks_with(scheme, night=int(told) if told else None)


class EveningsForm(StepForm):
    def chosen(self, scheme: Scheme, step: Step, viewer: Parent) -> dict[str, Any]:
        days = scheme.ordinary.evenings if scheme.ordinary else ()
        return {"evenings": [str(day) for day in days]}

    def build(self) -> None:
        self.fields["evenings"] = forms.MultipleChoiceField(
            label=self.step.title,
            required=False,
            choices=[(str(day), weekday(day).capitalize()) for day in range(WEEK)],
            widget=forms.CheckboxSelectMultiple,
        )

    def change(self) -> Change:
        days = tuple(sorted(int(day) for day in self.cleaned_data["evenings"]))
        return lambda scheme: weeks_with(scheme, evenings=days)


class LengthForm(StepForm):
    def chosen(self, scheme: Scheme, step: Step, viewer: Parent) -> dict[str, Any]:
        count = len(scheme.ordinary.cycle) // WEEK if scheme.ordinary else 0
        return {"weeks": str(count) if count else ""}

    def build(self) -> None:
        self.radio("weeks", [(str(count), str(count)) for count in range(1, MOST_WEEKS + 1)])

    def change(self) -> Change:
        told = self.cleaned_data["weeks"]
        if not told:
            return lambda scheme: scheme
        nights = int(told) * WEEK

        def edit(scheme: Scheme) -> Scheme:
            cycle = scheme.ordinary.cycle[:nights] if scheme.ordinary else ()
            return weeks_with(scheme, cycle=cycle + (None,) * (nights - len(cycle)))

        return edit


class PatternForm(StepForm):
    """Nights as boxes to tick, a row for each week."""

    def chosen(self, scheme: Scheme, step: Step, viewer: Parent) -> dict[str, Any]:
        cycle = scheme.ordinary.cycle if scheme.ordinary else ()
        return {"nights": [str(n) for n, parent in enumerate(cycle) if parent is viewer]}

    def build(self) -> None:
        cycle = self.scheme.ordinary.cycle if self.scheme.ordinary else ()
        # Without a length yet it is a fortnight.
        self.length = len(cycle) or 2 * WEEK
        self.fields["nights"] = forms.MultipleChoiceField(
            label=self.step.title,
            required=False,
            choices=[(str(n), str(n)) for n in range(self.length)],
            widget=forms.CheckboxSelectMultiple,
        )

    def grid(self) -> list[tuple[int, list[tuple[int, str, bool]]]]:
        """Week by week: the number of each night, its weekday, whether it is ticked."""
        ticked = {str(value) for value in self["nights"].value() or ()}
        return [
            (
                at // WEEK + 1,
                [(at + day, weekday(day), str(at + day) in ticked) for day in range(WEEK)],
            )
            for at in range(0, self.length, WEEK)
        ]

    def change(self) -> Change:
        mine = {int(night) for night in self.cleaned_data["nights"]}
        cycle = tuple(
            self.viewer if night in mine else self.viewer.other for night in range(self.length)
        )
        return lambda scheme: weeks_with(scheme, cycle=cycle)


class TimeForm(StepForm):
    def chosen(self, scheme: Scheme, step: Step, viewer: Parent) -> dict[str, Any]:
        # As people write it, in any of our languages.
        return {"at": f"{scheme.at.hour}.{scheme.at.minute:02d}" if scheme.at else ""}

    def build(self) -> None:
        self.fields["at"] = forms.TimeField(
            label=self.step.title,
            required=False,
            input_formats=dates.CLOCK_INPUTS,
            widget=forms.TextInput(attrs={"class": "input--short", "autocomplete": "off"}),
            error_messages={"invalid": _("Write the time like this: 16.00.")},
        )

    def change(self) -> Change:
        at = self.cleaned_data["at"]
        return lambda scheme: replace(scheme, at=at)


class PlaceForm(StepForm):
    def chosen(self, scheme: Scheme, step: Step, viewer: Parent) -> dict[str, Any]:
        return {"place": scheme.place}

    def build(self) -> None:
        self.fields["place"] = forms.CharField(
            label=self.step.title,
            required=False,
            max_length=PLACE_LONGEST,
            widget=forms.TextInput(attrs={"autocomplete": "off"}),
        )

    def change(self) -> Change:
        place = self.cleaned_data["place"]
        return lambda scheme: replace(scheme, place=place)


class TravelsForm(StepForm):
    def chosen(self, scheme: Scheme, step: Step, viewer: Parent) -> dict[str, Any]:
        return {"travels": scheme.travels.value if scheme.travels else ""}

    def build(self) -> None:
        always = [
            (value, str(_("Always: %(parent)s")) % {"parent": name}) for value, name in self.both()
        ]
        self.radio("travels", [*((t.value, text) for t, text in TRAVELS.items()), *always])

    def change(self) -> Change:
        told = self.cleaned_data["travels"]
        if not told:
            return lambda scheme: scheme
        return lambda scheme: replace(scheme, travels=Travels(told))


def turns(names: Names, viewer: Parent) -> list[tuple[str, str]]:
    """By turns or every year the same; the one who writes first."""
    mine, theirs = names[viewer], names[viewer.other]
    by_turns = str(_("Even years: %(even)s, odd years: %(odd)s"))
    always = str(_("Every year: %(parent)s"))
    me, other = viewer.value, viewer.other.value
    return [
        (f"{me} {other}", by_turns % {"even": mine, "odd": theirs}),
        (f"{other} {me}", by_turns % {"even": theirs, "odd": mine}),
        (f"{me} {me}", always % {"parent": mine}),
        (f"{other} {other}", always % {"parent": theirs}),
    ]


def turn_of(shared: Shared | None) -> str:
    return f"{shared.even.value} {shared.odd.value}" if shared else ""


def shared_of(turn: str) -> dict[str, Parent]:
    even, odd = turn.split(" ")
    return {"even": Parent(even), "odd": Parent(odd)}


class SeasonForm(StepForm):
    """How a school holiday is shared."""

    def chosen(self, scheme: Scheme, step: Step, viewer: Parent) -> dict[str, Any]:
        own = scheme.seasons.get(step.season) if step.season else None
        return {"share": own.share.value if own else "", "turn": turn_of(own)}

    def build(self) -> None:
        ways = [
            ("", _("As the ordinary weeks go")),
            (Share.WHOLE.value, _("The whole holiday with one")),
            (Share.HALVES.value, _("Half each")),
            (Share.WEEKS.value, _("Week about")),
        ]
        self.radio("share", ways, _("How is the holiday shared?"))
        self.radio("turn", turns(self.names, self.viewer), _("Who has it, or begins it?"))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("share") and not data.get("turn") and "turn" not in self.errors:
            self.add_error("turn", _("Choose who has it, or begins it."))
        return data

    def change(self) -> Change:
        kind, share, turn = self.step.season, self.cleaned_data["share"], self.cleaned_data["turn"]

        def edit(scheme: Scheme) -> Scheme:
            seasons = dict(scheme.seasons)
            former = seasons.pop(kind, None) if kind else None
            if share and kind:
                periods = former.periods if former else ()
                chosen = SeasonChoice(share=Share(share), periods=periods, **shared_of(turn))
                seasons[kind] = chosen
            return replace(scheme, seasons=seasons)

        return edit


class SeasonDatesForm(StepForm):
    """When a school holiday is: the dates of a region, or one's own."""

    def chosen(self, scheme: Scheme, step: Step, viewer: Parent) -> dict[str, Any]:
        own = scheme.seasons.get(step.season) if step.season else None
        return {"kept": [_kept(period) for period in own.periods] if own else []}

    def build(self) -> None:
        own = self.scheme.seasons.get(self.step.season) if self.step.season else None
        if own and own.periods:
            self.fields["kept"] = forms.MultipleChoiceField(
                label=_("Dates so far"),
                help_text=_("Take the tick away from those that are to go."),
                required=False,
                choices=[(_kept(period), periods_said([period])) for period in own.periods],
                widget=forms.CheckboxSelectMultiple,
            )
        self.rows = list(SchoolBreak.objects.not_over(clock.today()).filter(kind=self.step.season))
        regions: dict[str, list[Period]] = {}
        for row in self.rows:
            regions.setdefault(row.region, []).append(Period(row.first_day, row.last_day))
        self.regions = regions
        if regions:
            self.fields["region"] = forms.ChoiceField(
                label=_("Dates of the region"),
                required=False,
                choices=[
                    ("", _("Choose")),
                    *((name, f"{name}: {periods_said(rows)}") for name, rows in regions.items()),
                ],
            )
        self.fields["first_day"] = DayField(label=_("Other dates: first day"), required=False)
        self.fields["last_day"] = DayField(label=_("Last day"), required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        _check_span(self, data.get("first_day"), data.get("last_day"), LONGEST_HOLIDAY)
        return data

    def change(self) -> Change:
        data, kind = self.cleaned_data, self.step.season
        periods = [_period(kept) for kept in data.get("kept", [])]
        periods += self.regions.get(data.get("region", ""), [])
        if data.get("first_day"):
            periods.append(Period(data["first_day"], data["last_day"]))
        told = tuple(sorted(set(periods), key=_kept))[:MOST_ROWS]

        def edit(scheme: Scheme) -> Scheme:
            if kind is None or kind not in scheme.seasons:
                return scheme
            chosen = replace(scheme.seasons[kind], periods=told)
            return replace(scheme, seasons={**scheme.seasons, kind: chosen})

        return edit


def _kept(period: Period) -> str:
    return f"{period.first}/{period.last}"


def _period(kept: str) -> Period:
    first, last = kept.split("/")
    return Period(date.fromisoformat(first), date.fromisoformat(last))


def _check_span(
    form: forms.Form, first: date | None, last: date | None, longest: timedelta
) -> None:
    if {"first_day", "last_day"} & set(form.errors):
        return
    if first and not last:
        form.add_error("last_day", _("Give the last day as well."))
    elif last and not first:
        form.add_error("first_day", _("Give the first day as well."))
    elif first and last and last < first:
        form.add_error("last_day", _("The last day cannot be before the first."))
    elif first and last and last - first > longest:
        form.add_error("last_day", _("That is too long."))


class FamilyForm(StepForm):
    def chosen(self, scheme: Scheme, step: Step, viewer: Parent) -> dict[str, Any]:
        return {day: turn_of(scheme.family.get(day)) for day in FAMILY_DAYS}

    def build(self) -> None:
        choices = [("", _("As the ordinary weeks go")), *turns(self.names, self.viewer)]
        for day, text in FAMILY_DAYS.items():
            self.fields[day] = forms.ChoiceField(label=text, required=False, choices=choices)

    def change(self) -> Change:
        told = {day: self.cleaned_data[day] for day in FAMILY_DAYS if self.cleaned_data[day]}
        family = {day: Shared(**shared_of(turn)) for day, turn in told.items()}
        return lambda scheme: replace(scheme, family=family)


class BirthdayForm(StepForm):
    """A birthday to add."""

    def chosen(self, scheme: Scheme, step: Step, viewer: Parent) -> dict[str, Any]:
        return {}

    def build(self) -> None:
        self.fields["label"] = forms.CharField(
            label=_("Whose?"),
            required=False,
            max_length=LABEL_LONGEST,
            help_text=_("A first name, or for example grandmother."),
            widget=forms.TextInput(attrs={"autocomplete": "off"}),
        )
        self.fields["day"] = forms.TypedChoiceField(
            label=_("Day"), coerce=int, choices=[("", _("Choose")), *_numbers(31)]
        )
        months = dates.MONTHS[dates.known(get_language())]
        self.fields["month"] = forms.TypedChoiceField(
            label=_("Month"),
            coerce=int,
            choices=[("", _("Choose")), *((n, name) for n, name in enumerate(months, start=1))],
        )
        self.radio("turn", turns(self.names, self.viewer), _("With whom?"))
        self.fields["turn"].required = True

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("day") and data.get("month"):
            try:
                date(2028, data["month"], data["day"])
            except ValueError:
                self.add_error("day", _("There is no such day."))
        if len(self.scheme.birthdays) >= MOST_ROWS:
            self.add_error("label", _("There are no more than this."))
        return data

    def change(self) -> Change:
        data = self.cleaned_data
        row = Birthday(
            day=f"{data['month']:02d}-{data['day']:02d}",
            label=data["label"],
            **shared_of(data["turn"]),
        )
        return lambda scheme: replace(
            scheme, birthdays=tuple(dict.fromkeys([*scheme.birthdays, row]))
        )


class OnceForm(StepForm):
    """Single days to add."""

    def chosen(self, scheme: Scheme, step: Step, viewer: Parent) -> dict[str, Any]:
        return {}

    def build(self) -> None:
        self.fields["first_day"] = DayField(label=_("First night"))
        self.fields["last_day"] = DayField(
            label=_("Last night"), help_text=_("The same date where it is one night.")
        )
        self.radio("parent", self.both(), _("With whom?"))
        self.fields["parent"].required = True
        self.fields["label"] = forms.CharField(
            label=_("What?"),
            required=False,
            max_length=LABEL_LONGEST,
            help_text=_("For example a journey. Seen by the other parent when you share."),
            widget=forms.TextInput(attrs={"autocomplete": "off"}),
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        _check_span(self, data.get("first_day"), data.get("last_day"), LONGEST_ONCE)
        if len(self.scheme.one_offs) >= MOST_ROWS:
            self.add_error("label", _("There are no more than this."))
        return data

    def change(self) -> Change:
        data = self.cleaned_data
        row = OneOff(
            period=Period(data["first_day"], data["last_day"]),
            parent=Parent(data["parent"]),
            label=data["label"],
        )
        return lambda scheme: replace(
            scheme, one_offs=tuple(dict.fromkeys([*scheme.one_offs, row]))
        )


def _numbers(last: int) -> list[tuple[int, str]]:
    return [(number, str(number)) for number in range(1, last + 1)]


FORMS: dict[str, type[StepForm]] = {
    "weeks": RhythmForm,
    "home": WithWhomForm,
    "first": WithWhomForm,
    "length": LengthForm,
    "pattern": PatternForm,
    "begins": BeginsForm,
    "weekend": WeekendForm,
    "changes": ChangesForm,
    "night": NightForm,
    "evenings": EveningsForm,
    "time": TimeForm,
    "place": PlaceForm,
    "travels": TravelsForm,
    "family": FamilyForm,
    "birthdays": BirthdayForm,
    "once": OnceForm,
}


def form_of(step: Step) -> type[StepForm]:
    """The form of a page."""
    if step.season is not None:
        return SeasonDatesForm if is_dates(step) else SeasonForm
    return FORMS[step.slug]
