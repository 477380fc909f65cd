"""Asking both, and marking when one can come. Shape of the input only."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bookings.joint_times.actions import LATEST_DAYS, due_moment, usual_due_day
from bookings.joint_times.common_times import CELLS, Marks
from bookings.models import Appointment, JointSearch, PartOfDay
from office.models import ServicePoint
from office.ui.date_fields import DayField
from office.ui.fields import field_of
from office.ui.public_forms import CleanForm

# Buttons that mark a part of every day at once, all of the week, or nothing.
ALL, NOTHING = "all", "nothing"


class AnswerDayForm(CleanForm):
    """By when both answer."""

    marks_required = True
    due_day = DayField(
        label=_("Both answer by noon on"),
        help_text=_("At that moment common times are offered to both, and not before."),
    )

    def clean_due_day(self) -> date:
        day: date = self.cleaned_data["due_day"] or usual_due_day()
        try:
            due_moment(day)
        except ValueError as error:
            raise forms.ValidationError(
                _("Choose a day from tomorrow to %(days)s days ahead."),
                params={"days": LATEST_DAYS},
            ) from error
        return day


class AskForm(AnswerDayForm):
    """By when both answer, and where they would come to."""

    point: "forms.ModelChoiceField[ServicePoint]" = forms.ModelChoiceField(
        label=_("Service point"),
        queryset=ServicePoint.objects.none(),
        empty_label=None,
    )

    def __init__(self, *args: Any, appointment: Appointment, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "joint_%s")
        kwargs["initial"] = {
            "due_day": usual_due_day(),
            "point": appointment.service_point_id,
            **kwargs.get("initial", {}),
        }
        super().__init__(*args, **kwargs)
        if appointment.is_in_person:
            field_of(self, "point", forms.ModelChoiceField).queryset = ServicePoint.objects.in_use()
        else:
            del self.fields["point"]


class MarksForm(forms.Form):
    """Parts of the week that suit, and single days that do not."""

    cells = forms.MultipleChoiceField(
        choices=[(f"{day}-{part}", "") for day, part in CELLS], required=False
    )
    days_off = forms.MultipleChoiceField(required=False)

    def __init__(self, *args: Any, days: Iterable[date], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(day.isoformat(), "") for day in days]
        field_of(self, "days_off", forms.MultipleChoiceField).choices = choices

    @property
    def marks(self) -> Marks:
        """What is marked, with what the button that was pressed marks at once."""
        cells = {cell_in(text) for text in self.cleaned_data["cells"]}
        quick = self.data.get("quick", "")
        if quick == NOTHING:
            cells = set()
        cells |= {cell for cell in CELLS if quick in (ALL, cell[1])}
        days = {date.fromisoformat(text) for text in self.cleaned_data["days_off"]}
        return Marks(frozenset(cells), frozenset(days))

    @property
    def is_quick(self) -> bool:
        """Whether a button was pressed that only marks, and keeps nothing yet."""
        return self.data.get("quick", "") in (ALL, NOTHING, *PartOfDay.values)

    @property
    def suits_nothing(self) -> bool:
        """Whether it was stated expressly that no part suits."""
        return "none" in self.data


def cell_in(text: str) -> tuple[int, str]:
    """Read a cell as the form sends it."""
    day, part = text.split("-", 1)
    return int(day), part


def days_of(search: JointSearch, last: date) -> list[date]:
    """Return the days that may be marked as days off: from when both were asked."""
    first = search.asked_at.date().toordinal()
    return [date.fromordinal(number) for number in range(first, last.toordinal() + 1)]
