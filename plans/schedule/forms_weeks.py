"""Forms for ordinary weeks."""

from dataclasses import replace
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from office.core import clock
from plans.parents import Parent
from plans.schedule.choices import MOST_WEEKS, Ordinary, ScheduleRhythm, Scheme
from plans.schedule.engine import WEEK
from plans.schedule.forms_base import (
    DAY,
    ScheduleDayField,
    StepForm,
    as_typed,
    hour_field,
)
from plans.schedule.sentences import RHYTHMS, weekday
from plans.schedule.steps import ScheduleStep, SchemeEdit, weeks_with


class RhythmForm(StepForm):
    def chosen(self, scheme: Scheme, step: ScheduleStep, viewer: Parent) -> dict[str, Any]:
        return {"rhythm": scheme.ordinary.rhythm.value if scheme.ordinary else ""}

    def build(self) -> None:
        self.radio("rhythm", [(rhythm.value, text) for rhythm, text in RHYTHMS.items()])

    def change(self) -> SchemeEdit:
        value = self.cleaned_data["rhythm"]
        if not value:
            return lambda scheme: scheme
        rhythm = ScheduleRhythm(value)

        def edit(scheme: Scheme) -> Scheme:
            weeks = scheme.ordinary
            return replace(
                scheme,
                ordinary=replace(weeks, rhythm=rhythm) if weeks else Ordinary(rhythm=rhythm),
            )

        return edit


class WithWhomForm(StepForm):
    def chosen(self, scheme: Scheme, step: ScheduleStep, viewer: Parent) -> dict[str, Any]:
        parent = scheme.ordinary.parent if scheme.ordinary else None
        return {"parent": parent.value if parent else ""}

    def build(self) -> None:
        self.radio("parent", self.both())

    def change(self) -> SchemeEdit:
        value = self.cleaned_data["parent"]
        if not value:
            return lambda scheme: scheme
        return lambda scheme: weeks_with(scheme, parent=Parent(value))


class BeginsForm(StepForm):
    def chosen(self, scheme: Scheme, step: ScheduleStep, viewer: Parent) -> dict[str, Any]:
        weeks = scheme.ordinary
        usual = clock.monday_of(clock.today()) + WEEK * DAY
        # Under the focus of a page about the weeks after the first ones, `later` are the first ones.
        if step.is_later and scheme.later and scheme.later.until:
            usual = scheme.later.until + DAY
        return {"begins": weeks.begins if weeks and weeks.begins else usual}

    def build(self) -> None:
        self.fields["begins"] = ScheduleDayField(label=self.step.title, required=False)

    def change(self) -> SchemeEdit:
        value = self.cleaned_data["begins"]
        return lambda scheme: weeks_with(scheme, begins=value)


class UntilForm(StepForm):
    """The last day of these weeks, if they end."""

    def chosen(self, scheme: Scheme, step: ScheduleStep, viewer: Parent) -> dict[str, Any]:
        return {"until": scheme.ordinary.until if scheme.ordinary else None}

    def build(self) -> None:
        self.fields["until"] = ScheduleDayField(label=self.step.title, required=False)

    def clean_until(self) -> date | None:
        until: date | None = self.cleaned_data["until"]
        begins = self.scheme.ordinary.begins if self.scheme.ordinary else None
        if until and begins and until < begins:
            raise forms.ValidationError(_("The last day cannot be before the first."))
        return until

    def change(self) -> SchemeEdit:
        value = self.cleaned_data["until"]
        return lambda scheme: weeks_with(scheme, until=value)


class WeekendForm(StepForm):
    def chosen(self, scheme: Scheme, step: ScheduleStep, viewer: Parent) -> dict[str, Any]:
        weeks = scheme.ordinary
        return {"until": "monday" if weeks and weeks.until_monday else "sunday"}

    def build(self) -> None:
        self.radio("until", [("sunday", _("On Sunday")), ("monday", _("On Monday morning"))])

    def change(self) -> SchemeEdit:
        until_monday = self.cleaned_data["until"] == "monday"
        return lambda scheme: weeks_with(scheme, until_monday=until_monday)


class ChangesForm(StepForm):
    def chosen(self, scheme: Scheme, step: ScheduleStep, viewer: Parent) -> dict[str, Any]:
        return {"day": scheme.ordinary.changes_on if scheme.ordinary else 0}

    def build(self) -> None:
        self.radio("day", [(str(day), weekday(day).capitalize()) for day in range(WEEK)])

    def change(self) -> SchemeEdit:
        day = int(self.cleaned_data["day"] or 0)
        return lambda scheme: weeks_with(scheme, changes_on=day)


class NightForm(StepForm):
    def chosen(self, scheme: Scheme, step: ScheduleStep, viewer: Parent) -> dict[str, Any]:
        night = scheme.ordinary.night if scheme.ordinary else None
        return {"night": "" if night is None else str(night)}

    def build(self) -> None:
        # Fridays to Sundays are what the weekends are about.
        days = [(str(day), weekday(day).capitalize()) for day in range(4)]
        self.radio("night", [("", _("No")), *days])

    def change(self) -> SchemeEdit:
        value = self.cleaned_data["night"]
        return lambda scheme: weeks_with(scheme, night=int(value) if value else None)


class EveningsForm(StepForm):
    def chosen(self, scheme: Scheme, step: ScheduleStep, viewer: Parent) -> dict[str, Any]:
        weeks = scheme.ordinary
        begins, ends = (weeks and weeks.evening_hours) or (None, None)
        return {
            "evenings": [str(day) for day in weeks.evenings] if weeks else [],
            "evening_begins": as_typed(begins),
            "evening_ends": as_typed(ends),
        }

    def build(self) -> None:
        self.fields["evenings"] = forms.MultipleChoiceField(
            label=self.step.title,
            required=False,
            choices=[(str(day), weekday(day).capitalize()) for day in range(WEEK)],
            widget=forms.CheckboxSelectMultiple,
        )
        self.fields["evening_begins"] = hour_field(_("The evening begins at"))
        self.fields["evening_ends"] = hour_field(_("The evening ends at"))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        begins, ends = data.get("evening_begins"), data.get("evening_ends")
        if {"evening_begins", "evening_ends"} & set(self.errors):
            return data
        if begins and not ends:
            self.add_error("evening_ends", _("Enter this time as well, or neither."))
        elif ends and not begins:
            self.add_error("evening_begins", _("Enter this time as well, or neither."))
        elif begins and ends and ends <= begins:
            self.add_error("evening_ends", _("The evening ends after it begins."))
        return data

    def change(self) -> SchemeEdit:
        data = self.cleaned_data
        days = tuple(sorted(int(day) for day in data["evenings"]))
        both = (data["evening_begins"], data["evening_ends"])
        hours = both if days and all(both) else None
        return lambda scheme: weeks_with(scheme, evenings=days, evening_hours=hours)


class LengthForm(StepForm):
    def chosen(self, scheme: Scheme, step: ScheduleStep, viewer: Parent) -> dict[str, Any]:
        count = len(scheme.ordinary.cycle) // WEEK if scheme.ordinary else 0
        return {"weeks": str(count) if count else ""}

    def build(self) -> None:
        self.radio("weeks", [(str(count), str(count)) for count in range(1, MOST_WEEKS + 1)])

    def change(self) -> SchemeEdit:
        value = self.cleaned_data["weeks"]
        if not value:
            return lambda scheme: scheme
        nights = int(value) * WEEK

        def edit(scheme: Scheme) -> Scheme:
            cycle = scheme.ordinary.cycle[:nights] if scheme.ordinary else ()
            return weeks_with(scheme, cycle=cycle + (None,) * (nights - len(cycle)))

        return edit


class PatternForm(StepForm):
    """Nights as checkboxes, one row a week."""

    def chosen(self, scheme: Scheme, step: ScheduleStep, viewer: Parent) -> dict[str, Any]:
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
        """Return each week's number with its nights: number, weekday, whether ticked."""
        ticked = {str(value) for value in self["nights"].value() or ()}
        return [
            (
                at // WEEK + 1,
                [(at + day, weekday(day), str(at + day) in ticked) for day in range(WEEK)],
            )
            for at in range(0, self.length, WEEK)
        ]

    def change(self) -> SchemeEdit:
        mine = {int(night) for night in self.cleaned_data["nights"]}
        cycle = tuple(
            self.viewer if night in mine else self.viewer.other for night in range(self.length)
        )
        return lambda scheme: weeks_with(scheme, cycle=cycle)
