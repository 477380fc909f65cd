"""Forms for holidays, family days, birthdays and single days."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from office.core import clock, dates
from office.models import SchoolBreak
from plans.parents import Parent
from plans.schedule.choices import (
    LABEL_LONGEST,
    MOST_ROWS,
    Birthday,
    OneOff,
    Scheme,
    SeasonChoice,
    YearlyTurn,
)
from plans.schedule.engine import Period, Share
from plans.schedule.forms_base import Names, ScheduleDayField, StepForm, numbers_up_to
from plans.schedule.sentences import FAMILY_DAYS, periods_label
from plans.schedule.steps import ScheduleStep, SchemeEdit

LONGEST_HOLIDAY = timedelta(days=100)
LONGEST_ONCE = timedelta(days=366)


def turns(names: Names, viewer: Parent) -> list[tuple[str, str]]:
    """Return the choices: by turns or the same every year, the writer first."""
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


def turn_of(shared: YearlyTurn | None) -> str:
    return f"{shared.even.value} {shared.odd.value}" if shared else ""


def parents_of_turn(turn: str) -> dict[str, Parent]:
    even, odd = turn.split(" ")
    return {"even": Parent(even), "odd": Parent(odd)}


class SeasonForm(StepForm):
    """How a school holiday is shared."""

    def chosen(self, scheme: Scheme, step: ScheduleStep, viewer: Parent) -> dict[str, Any]:
        own = scheme.seasons.get(step.season) if step.season else None
        return {"share": own.share.value if own else "", "turn": turn_of(own)}

    def build(self) -> None:
        ways = [
            ("", _("Follows the ordinary weeks")),
            (Share.WHOLE.value, _("The whole holiday with one")),
            (Share.HALVES.value, _("Half each")),
            (Share.WEEKS.value, _("Alternating weeks")),
        ]
        self.radio("share", ways, _("How is the holiday divided?"))
        self.radio(
            "turn", turns(self.names, self.viewer), _("Who has the holiday, or its first part?")
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("share") and not data.get("turn") and "turn" not in self.errors:
            self.add_error("turn", _("Choose the parent who has the holiday or its first part."))
        return data

    def change(self) -> SchemeEdit:
        kind, share, turn = self.step.season, self.cleaned_data["share"], self.cleaned_data["turn"]

        def edit(scheme: Scheme) -> Scheme:
            seasons = dict(scheme.seasons)
            former = seasons.pop(kind, None) if kind else None
            if share and kind:
                periods = former.periods if former else ()
                chosen = SeasonChoice(share=Share(share), periods=periods, **parents_of_turn(turn))
                seasons[kind] = chosen
            return replace(scheme, seasons=seasons)

        return edit


class SeasonDatesForm(StepForm):
    """When a school holiday is: the dates of a region, or one's own."""

    def chosen(self, scheme: Scheme, step: ScheduleStep, viewer: Parent) -> dict[str, Any]:
        own = scheme.seasons.get(step.season) if step.season else None
        return {"kept": [_kept(period) for period in own.periods] if own else []}

    def build(self) -> None:
        own = self.scheme.seasons.get(self.step.season) if self.step.season else None
        if own and own.periods:
            self.fields["kept"] = forms.MultipleChoiceField(
                label=_("Dates so far"),
                help_text=_("Untick those to be removed."),
                required=False,
                choices=[(_kept(period), periods_label([period])) for period in own.periods],
                widget=forms.CheckboxSelectMultiple,
            )
        known = SchoolBreak.objects.checked().not_over(clock.today())
        self.rows = list(known.filter(kind=self.step.season))
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
                    *((name, f"{name}: {periods_label(rows)}") for name, rows in regions.items()),
                ],
            )
        self.fields["first_day"] = ScheduleDayField(
            label=_("Other dates: first day"), required=False
        )
        self.fields["last_day"] = ScheduleDayField(label=_("Last day"), required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        _check_span(self, data.get("first_day"), data.get("last_day"), LONGEST_HOLIDAY)
        return data

    def change(self) -> SchemeEdit:
        data, kind = self.cleaned_data, self.step.season
        periods = [_period(kept) for kept in data.get("kept", [])]
        periods += self.regions.get(data.get("region", ""), [])
        if data.get("first_day"):
            periods.append(Period(data["first_day"], data["last_day"]))
        value = tuple(sorted(set(periods), key=_kept))[:MOST_ROWS]

        def edit(scheme: Scheme) -> Scheme:
            if kind is None or kind not in scheme.seasons:
                return scheme
            chosen = replace(scheme.seasons[kind], periods=value)
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
        form.add_error("last_day", _("Enter the last day as well."))
    elif last and not first:
        form.add_error("first_day", _("Enter the first day as well."))
    elif first and last and last < first:
        form.add_error("last_day", _("The last day cannot be before the first."))
    elif first and last and last - first > longest:
        form.add_error("last_day", _("That is too long."))


class FamilyForm(StepForm):
    def chosen(self, scheme: Scheme, step: ScheduleStep, viewer: Parent) -> dict[str, Any]:
        return {day: turn_of(scheme.family.get(day)) for day in FAMILY_DAYS}

    def build(self) -> None:
        choices = [("", _("Follows the ordinary weeks")), *turns(self.names, self.viewer)]
        for day, text in FAMILY_DAYS.items():
            self.fields[day] = forms.ChoiceField(label=text, required=False, choices=choices)

    def change(self) -> SchemeEdit:
        value = {day: self.cleaned_data[day] for day in FAMILY_DAYS if self.cleaned_data[day]}
        family = {day: YearlyTurn(**parents_of_turn(turn)) for day, turn in value.items()}
        return lambda scheme: replace(scheme, family=family)


class BirthdayForm(StepForm):
    """A birthday to add."""

    def chosen(self, scheme: Scheme, step: ScheduleStep, viewer: Parent) -> dict[str, Any]:
        return {}

    def build(self) -> None:
        self.fields["label"] = forms.CharField(
            label=_("Whose?"),
            required=False,
            max_length=LABEL_LONGEST,
            help_text=_("A first name, or “grandmother”, for example."),
            widget=forms.TextInput(attrs={"autocomplete": "off"}),
        )
        self.fields["day"] = forms.TypedChoiceField(
            label=_("Day"), coerce=int, choices=[("", _("Choose")), *numbers_up_to(31)]
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
            self.add_error("label", _("You cannot add more."))
        return data

    def change(self) -> SchemeEdit:
        data = self.cleaned_data
        row = Birthday(
            day=f"{data['month']:02d}-{data['day']:02d}",
            label=data["label"],
            **parents_of_turn(data["turn"]),
        )
        return lambda scheme: replace(
            scheme, birthdays=tuple(dict.fromkeys([*scheme.birthdays, row]))
        )


class OnceForm(StepForm):
    """Single days to add."""

    def chosen(self, scheme: Scheme, step: ScheduleStep, viewer: Parent) -> dict[str, Any]:
        return {}

    def build(self) -> None:
        self.fields["first_day"] = ScheduleDayField(label=_("First night"))
        self.fields["last_day"] = ScheduleDayField(
            label=_("Last night"), help_text=_("The same date where it is one night.")
        )
        self.radio("parent", self.both(), _("With whom?"))
        self.fields["parent"].required = True
        self.fields["label"] = forms.CharField(
            label=_("What?"),
            required=False,
            max_length=LABEL_LONGEST,
            help_text=_("For example a trip. The other parent sees this when you share."),
            widget=forms.TextInput(attrs={"autocomplete": "off"}),
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        _check_span(self, data.get("first_day"), data.get("last_day"), LONGEST_ONCE)
        if len(self.scheme.one_offs) >= MOST_ROWS:
            self.add_error("label", _("You cannot add more."))
        return data

    def change(self) -> SchemeEdit:
        data = self.cleaned_data
        row = OneOff(
            period=Period(data["first_day"], data["last_day"]),
            parent=Parent(data["parent"]),
            label=data["label"],
        )
        return lambda scheme: replace(
            scheme, one_offs=tuple(dict.fromkeys([*scheme.one_offs, row]))
        )
