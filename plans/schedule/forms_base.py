"""The base of all forms of the schedule: one question each, nothing required."""

from collections.abc import Mapping, Sequence
from datetime import date, time, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from office.core.intervals import contains
from office.ui.date_fields import ClockField
from office.ui.public_forms import CleanForm
from plans.parents import Parent
from plans.schedule.choices import YEARS, Scheme
from plans.schedule.steps import ScheduleStep, SchemeEdit, part_fingerprint

Names = Mapping[Parent, str]
DAY = timedelta(days=1)


class ScheduleDayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d", attrs={"autocomplete": "off"})


class ScheduleDayField(forms.DateField):
    """A date within the years that can be drawn."""

    widget = ScheduleDayInput

    def clean(self, value: Any) -> date | None:
        found: date | None = super().clean(value)
        if found and not contains(YEARS, found.year):
            raise forms.ValidationError(_("Check the year."))
        return found


class StepForm(CleanForm):
    """One page. `seen`: the fingerprint of its part when it was opened."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput, max_length=16)

    def __init__(
        self,
        *args: Any,
        step: ScheduleStep,
        scheme: Scheme,
        names: Names,
        viewer: Parent,
        **kwargs: Any,
    ) -> None:
        focused = step.focused(scheme)
        initial = {**self.chosen(focused, step, viewer), "seen": part_fingerprint(scheme, step)}
        super().__init__(*args, initial=initial, **kwargs)
        self.step, self.scheme, self.names, self.viewer = step, focused, names, viewer
        self.build()
        shown = [name for name in self.fields if name != "seen"]
        if len(shown) == 1:
            self.fields[shown[0]].help_text = step.hint
        # Every page may be skipped: the button says so.
        self.unmarked = tuple(self.fields)

    def chosen(self, scheme: Scheme, step: ScheduleStep, viewer: Parent) -> dict[str, Any]:
        """Return the initial values of the fields."""
        raise NotImplementedError

    def build(self) -> None:
        """Add fields and choices that depend on the writer."""

    def change(self) -> SchemeEdit:
        """Return the answer as a change of what the page asks about."""
        raise NotImplementedError

    @property
    def edit(self) -> SchemeEdit:
        """The answer as a change of the schedule."""
        return self.step.applied(self.change())

    def shown(self) -> list[Any]:
        """Return the visible fields."""
        return [field for field in self if not field.is_hidden]

    def both(self) -> list[tuple[str, str]]:
        """Return the parents, the writer first."""
        order = (self.viewer, self.viewer.other)
        return [(parent.value, self.names[parent]) for parent in order]

    def radio(self, name: str, choices: Sequence[tuple[Any, Any]], label: Any = "") -> None:
        self.fields[name] = forms.ChoiceField(
            label=label or self.step.title,
            required=False,
            choices=list(choices),
            widget=forms.RadioSelect,
        )


def hour_field(label: Any) -> ClockField:
    return ClockField(
        label=label,
        required=False,
        help_text=_("For example 16.00."),
        error_messages={"invalid": _("Write the time like this: 16.00.")},
    )


def as_typed(at: time | None) -> str:
    """Return a time as people write it in any of our languages."""
    return f"{at.hour}.{at.minute:02d}" if at else ""


def numbers_up_to(last: int) -> list[tuple[int, str]]:
    return [(number, str(number)) for number in range(1, last + 1)]
