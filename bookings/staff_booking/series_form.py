"""A series of visits, as the panel asks: how often, how many, and the times of the later ones."""

from itertools import pairwise

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bookings.appointments.booking import Chosen
from bookings.appointments.series import MOST_VISITS
from bookings.models.matters import Matters
from bookings.staff_booking.time_forms import chosen_time
from office.core import clock

# By the number of weeks between two visits.
RHYTHMS = {
    1: gettext_lazy("Every week"),
    2: gettext_lazy("Every second week"),
    4: gettext_lazy("Every fourth week"),
}


class SeriesForm(forms.Form):
    """How often the visits are, and how many. `later`: the chosen times of all but the first."""

    rhythm = forms.ChoiceField(
        label=gettext_lazy("How often"),
        required=False,
        choices=[
            ("", gettext_lazy("One visit")),
            *((str(weeks), label) for weeks, label in RHYTHMS.items()),
        ],
    )
    number = forms.IntegerField(
        label=gettext_lazy("Number of visits"),
        min_value=2,
        max_value=MOST_VISITS,
        initial=3,
        required=False,
        widget=forms.NumberInput(attrs={"class": "input--short"}),
    )

    def __init__(self, data: QueryDict | None) -> None:
        super().__init__(data)
        self.later = [value for value in data.getlist("later") if value] if data else []
        # The first time, for which the later ones were found.
        self.begins_with = data.get("series_from", "") if data else ""

    @property
    def is_wanted(self) -> bool:
        """Whether more than one visit is to be booked."""
        return bool(self["rhythm"].value()) and self.is_bound

    def clean_number(self) -> int:
        number: int | None = self.cleaned_data["number"]
        return number or int(self.fields["number"].initial or 2)

    def times(self, matters: Matters | None, first: Chosen, slot: str) -> list[Chosen] | None:
        """Return the times of the later visits; None where they are not as shown, or not in order.

        `slot`: the value of the first time, as the form has it.
        """
        times = [chosen_time(value, matters) for value in self.later]
        found = [time for time in times if time is not None]
        if not self.is_valid():
            return None
        if self.begins_with != slot or len(found) < len(times) or not found:
            self.add_error(None, _("Look at the dates of the series once more."))
            return None
        days = [clock.local(time.slot.start).date() for time in (first, *found)]
        if any(later <= earlier for earlier, later in pairwise(days)):
            self.add_error(None, _("Each visit must be on a later day than the one before it."))
            return None
        return found

    @property
    def weeks(self) -> int:
        """The number of weeks between two visits, once it is valid."""
        return int(self.cleaned_data["rhythm"] or 0)
