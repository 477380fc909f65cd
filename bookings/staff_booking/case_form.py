"""What the panel asks about the case of which one visit is booked."""

from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _

from office.core import clock
from office.ui.date_fields import DayField


class VisitsForm(forms.Form):
    """How many visits the matter takes, and by when it is done, where one of it is booked."""

    visits = forms.IntegerField(
        label=_("Visits in all"),
        min_value=1,
        max_value=40,
        required=False,
        widget=forms.NumberInput(attrs={"class": "input--short"}),
    )
    due_on = DayField(label=_("Deadline"), required=False)

    def clean_due_on(self) -> date | None:
        day: date | None = self.cleaned_data["due_on"]
        # One that has passed already is not refused: it stays to be seen.
        if day is not None and day < clock.today() and day != self.initial.get("due_on"):
            raise forms.ValidationError(_("That day is over. Choose a future day."))
        return day
