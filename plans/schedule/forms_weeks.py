"""Forms for ordinary weeks and handovers."""

from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from office.core import clock
from office.ui.date_fields import ClockField
from plans.parents import Parent
from plans.schedule.choices import (
    MOST_WEEKS,
    PLACE_LONGEST,
    Ordinary,
    ScheduleRhythm,
    Scheme,
    Travels,
)
from plans.schedule.engine import WEEK
from plans.schedule.forms_base import DAY, ScheduleDayField, StepForm
from plans.schedule.sentences import RHYTHMS, TRAVELS, weekday
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
        next_monday = clock.monday_of(clock.today()) + WEEK * DAY
        return {"begins": weeks.begins if weeks and weeks.begins else next_monday}

    def build(self) -> None:
        self.fields["begins"] = ScheduleDayField(label=self.step.title, required=False)

    def change(self) -> SchemeEdit:
        value = self.cleaned_data["begins"]
        return lambda scheme: weeks_with(scheme, begins=value)


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
        days = scheme.ordinary.evenings if scheme.ordinary else ()
        return {"evenings": [str(day) for day in days]}

    def build(self) -> None:
        self.fields["evenings"] = forms.MultipleChoiceField(
            label=self.step.title,
            required=False,
            choices=[(str(day), weekday(day).capitalize()) for day in range(WEEK)],
            widget=forms.CheckboxSelectMultiple,
        )

    def change(self) -> SchemeEdit:
        days = tuple(sorted(int(day) for day in self.cleaned_data["evenings"]))
        return lambda scheme: weeks_with(scheme, evenings=days)


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


class HandoverTimeForm(StepForm):
    def chosen(self, scheme: Scheme, step: ScheduleStep, viewer: Parent) -> dict[str, Any]:
        # As people write it, in any of our languages.
        return {"at": f"{scheme.at.hour}.{scheme.at.minute:02d}" if scheme.at else ""}

    def build(self) -> None:
        self.fields["at"] = ClockField(
            label=self.step.title,
            required=False,
            error_messages={"invalid": _("Write the time like this: 16.00.")},
        )

    def change(self) -> SchemeEdit:
        at = self.cleaned_data["at"]
        return lambda scheme: replace(scheme, at=at)


class PlaceForm(StepForm):
    def chosen(self, scheme: Scheme, step: ScheduleStep, viewer: Parent) -> dict[str, Any]:
        return {"place": scheme.place}

    def build(self) -> None:
        self.fields["place"] = forms.CharField(
            label=self.step.title,
            required=False,
            max_length=PLACE_LONGEST,
            widget=forms.TextInput(attrs={"autocomplete": "off"}),
        )

    def change(self) -> SchemeEdit:
        place = self.cleaned_data["place"]
        return lambda scheme: replace(scheme, place=place)


class TravelsForm(StepForm):
    def chosen(self, scheme: Scheme, step: ScheduleStep, viewer: Parent) -> dict[str, Any]:
        return {"travels": scheme.travels.value if scheme.travels else ""}

    def build(self) -> None:
        always = [
            (value, str(_("Always: %(parent)s")) % {"parent": name}) for value, name in self.both()
        ]
        self.radio("travels", [*((t.value, text) for t, text in TRAVELS.items()), *always])

    def change(self) -> SchemeEdit:
        value = self.cleaned_data["travels"]
        if not value:
            return lambda scheme: scheme
        return lambda scheme: replace(scheme, travels=Travels(value))
