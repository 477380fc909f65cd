"""The fields that say how often hours come, and for which weekdays and kinds."""

from collections.abc import Iterable, Sequence
from typing import Any

from crispy_forms.layout import Div
from django import forms
from django.utils.translation import gettext_lazy as _

from office.calendar.rhythms import EVERY_WEEK, MOST_WEEKS, Rhythm
from office.core.typed import Edge
from office.models import HoursKind, ServicePoint, WeeklyHours
from office.models.hours import Weekday
from office.ui.date_fields import DayField
from office.ui.forms import OfficeForm, near, row_choice

MONTH = "month"
RHYTHMS = [
    ("1", _("every week")),
    ("2", _("every other week")),
    ("3", _("every third week")),
    ("4", _("every fourth week")),
    ("5", _("every fifth week")),
    ("6", _("every sixth week")),
    ("7", _("every seventh week")),
    (str(MOST_WEEKS), _("every eighth week")),
    (MONTH, _("by weekdays of the month")),
]


class RhythmFields(OfficeForm):
    """How often: by weeks, counted from one, or by months. The form adds the field of the latter."""

    rhythm = forms.ChoiceField(label=_("How often"), choices=RHYTHMS, initial="1")
    anchor = DayField(
        edge=Edge.FIRST,
        label=_("First week"),
        help_text=_("A day of a week in which there are such hours, or its number: week 50."),
        required=False,
    )

    def rhythm_layout(self, nth: str) -> Sequence[Div]:
        return (
            near("rhythm"),
            Div("anchor", css_class="only-weeks"),
            Div(nth, css_class="only-month"),
        )

    def clean_rhythms(self, field: str, nths: Iterable[int]) -> list[Rhythm]:
        """Return the chosen rhythms; what is missing becomes an error at its field."""
        chosen, anchor = self.cleaned_data.get("rhythm", "1"), self.cleaned_data.get("anchor")
        if chosen == "1":
            return [EVERY_WEEK]
        if chosen == MONTH:
            found = [Rhythm(nth=nth) for nth in nths]
            if not found:
                self.add_error(field, _("Choose which weekdays of the month."))
        else:
            found = [Rhythm(interval=int(chosen), anchor=anchor)]
            if anchor is None and "anchor" not in self.errors:
                self.add_error("anchor", _("Give a day of the first week that counts."))
        return found or [EVERY_WEEK]

    @staticmethod
    def rhythm_initial(row: WeeklyHours) -> dict[str, Any]:
        """Fill the form from the rhythm of existing hours."""
        rhythm = str(row.interval) if row.nth is None else MONTH
        return {"rhythm": rhythm, "anchor": row.anchor, "nth": row.nth}


def weekdays_field() -> forms.TypedMultipleChoiceField:
    return forms.TypedMultipleChoiceField(
        label=_("Weekdays"),
        choices=Weekday.choices,
        coerce=int,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "choices--inline"}),
        error_messages={"required": _("Choose at least one weekday.")},
    )


def kinds_field() -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=_("Which hours"),
        choices=HoursKind.choices,
        initial=HoursKind.values,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "choices--inline"}),
        error_messages={"required": _("Choose at least one kind.")},
    )


def offer_points(form: forms.BaseForm, current: int | None, empty: object = None) -> None:
    """Offer the points in use, and the one that is there already."""
    points = ServicePoint.objects.in_use()
    if current is not None:
        points = points | ServicePoint.objects.filter(pk=current)
    row_choice(form, "service_point", points, empty or _("Choose"))
