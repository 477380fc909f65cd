"""Many hours at once: on several weekdays, a colleague's, other weeks', without their lunch hour."""

from datetime import date, timedelta
from typing import Any

from crispy_forms.layout import Layout
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from office.calendar.rhythms import Rhythm
from office.core import clock
from office.core.names import Alphabetical
from office.core.typed import Edge
from office.models import HoursKind, Professional, ServicePoint
from office.models.hours import NthWeekday
from office.setup.forms_rhythm import (
    RhythmFields,
    kinds_field,
    offer_points,
    weekdays_field,
)
from office.setup.hours_copies import NewHours
from office.ui.date_fields import DayField
from office.ui.forms import OfficeForm, near, row_choice

# More is planned as regular hours.
MOST_WEEKS = 26


class NewHoursForm(RhythmFields):
    """New hours, alike on several weekdays."""

    weekdays = weekdays_field()
    starts = forms.TimeField(label=_("From"))
    ends = forms.TimeField(label=_("Until"))
    break_starts = forms.TimeField(label=_("Break from"), required=False)
    break_ends = forms.TimeField(label=_("Break until"), required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=HoursKind.choices)
    service_point: "forms.ModelChoiceField[ServicePoint]" = forms.ModelChoiceField(
        label=_("Service point"), queryset=ServicePoint.objects.none()
    )
    nths = forms.TypedMultipleChoiceField(
        label=_("Which of the month"),
        choices=NthWeekday.choices,
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "choices--inline"}),
    )
    valid_from = forms.DateField(label=_("Valid from"))
    valid_until = forms.DateField(
        label=_("Valid until"), required=False, help_text=_("Empty: until further notice.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_points(self, None)

    def layout(self) -> Layout:
        return Layout(
            "weekdays",
            near("starts", "ends"),
            near("break_starts", "break_ends"),
            near("kind", "service_point"),
            *self.rhythm_layout("nths"),
            near("valid_from", "valid_until"),
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        self.rhythms: list[Rhythm] = self.clean_rhythms("nths", cleaned.get("nths") or [])
        starts, ends = cleaned.get("starts"), cleaned.get("ends")
        pause = cleaned.get("break_starts"), cleaned.get("break_ends")
        if starts and ends:
            if starts >= ends:
                self.add_error("ends", _("The hours must end after they begin."))
            elif pause[0] and pause[1] and not starts < pause[0] < pause[1] < ends:
                self.add_error("break_starts", _("The break must be within the hours."))
        if (pause[0] is None) != (pause[1] is None):
            missing = "break_ends" if pause[0] else "break_starts"
            if missing not in self.errors:
                self.add_error(missing, _("Give both ends of the break, or neither."))
        first, last = cleaned.get("valid_from"), cleaned.get("valid_until")
        if first and last and last < first:
            self.add_error("valid_until", _("The last day cannot be before the first."))
        return cleaned

    def new_hours(self) -> NewHours:
        data = self.cleaned_data
        whole = data["starts"], data["ends"]
        pause = data["break_starts"], data["break_ends"]
        return NewHours(
            kind=data["kind"],
            point=data["service_point"],
            times=[(whole[0], pause[0]), (pause[1], whole[1])] if pause[0] else [whole],
            rhythms=self.rhythms,
            valid_from=data["valid_from"],
            valid_until=data["valid_until"],
        )


class LikeForm(OfficeForm):
    """The hours of a colleague."""

    colleague: "forms.ModelChoiceField[Professional]" = forms.ModelChoiceField(
        label=_("Whose hours"), queryset=Professional.objects.none()
    )
    day = forms.DateField(label=_("From which day on"))
    kinds = kinds_field()
    replaces = forms.BooleanField(
        label=_("End the present hours of these kinds first"), required=False
    )

    def __init__(self, *args: Any, professional: Professional, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = (
            Professional.objects.in_use().exclude(pk=professional.pk).order_by(Alphabetical("name"))
        )
        row_choice(self, "colleague", others, _("Choose"))

    def layout(self) -> Layout:
        return Layout(near("colleague", "day"), "kinds", "replaces")


class WeeksForm(OfficeForm):
    """Weeks that become like other weeks."""

    source: "forms.ModelChoiceField[Professional]" = forms.ModelChoiceField(
        label=_("Whose weeks"), queryset=Professional.objects.none()
    )
    first = DayField(
        edge=Edge.FIRST,
        label=_("From the week of"),
        help_text=_("A day of the week, or its number: week 50."),
    )
    last = DayField(
        edge=Edge.FIRST,
        label=_("Until the week of"),
        required=False,
        help_text=_("Empty: one week."),
    )
    to_first = DayField(
        edge=Edge.FIRST,
        label=_("To the week of"),
        help_text=_("A day of the week, or its number: week 50."),
    )
    to_last = DayField(
        edge=Edge.FIRST,
        label=_("Until the week of"),
        required=False,
        help_text=_("Empty: as many weeks as are copied. If there are more, they are repeated."),
    )

    def __init__(self, *args: Any, professional: Professional, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        everybody = Professional.objects.in_use().order_by(Alphabetical("name"))
        row_choice(self, "source", everybody | Professional.objects.filter(pk=professional.pk))
        self.fields["source"].initial = professional.pk

    def layout(self) -> Layout:
        return Layout(near("source"), near("first", "last"), near("to_first", "to_last"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for begins, ends in (("first", "last"), ("to_first", "to_last")):
            if {begins, ends} <= cleaned.keys() and cleaned[ends]:
                weeks = _weeks(cleaned[begins], cleaned[ends])
                if weeks < 1:
                    self.add_error(ends, _("The last week cannot be before the first."))
                elif weeks > MOST_WEEKS:
                    self.add_error(ends, _("At most %(n)d weeks at once.") % {"n": MOST_WEEKS})
        return cleaned

    def weeks(self) -> dict[str, Any]:
        """Return the first Monday and number of weeks, of the source and of the target."""
        data = self.cleaned_data
        count = _weeks(data["first"], data["last"] or data["first"])
        return {
            "first": clock.monday_of(data["first"]),
            "weeks": count,
            "to": clock.monday_of(data["to_first"]),
            "to_weeks": _weeks(data["to_first"], data["to_last"]) if data["to_last"] else count,
        }


def _weeks(first: date, last: date) -> int:
    return (clock.monday_of(last) - clock.monday_of(first)).days // 7 + 1


class CutForm(OfficeForm):
    """The same part of several days."""

    weekdays = weekdays_field()
    starts = forms.TimeField(label=_("From"))
    ends = forms.TimeField(label=_("Until"))
    kinds = kinds_field()
    first = forms.DateField(label=_("From which day on"))
    last = forms.DateField(
        label=_("Last day"),
        required=False,
        help_text=_("Empty: for good. With a last day the regular hours stay as they are."),
    )

    def layout(self) -> Layout:
        return Layout("weekdays", near("starts", "ends"), "kinds", near("first", "last"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        starts, ends = cleaned.get("starts"), cleaned.get("ends")
        if starts and ends and starts >= ends:
            self.add_error("ends", _("The hours must end after they begin."))
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last:
            if last < first:
                self.add_error("last", _("The last day cannot be before the first."))
            elif last - first >= timedelta(weeks=MOST_WEEKS):
                self.add_error(
                    "last",
                    ValidationError(_("At most %(n)d weeks at once.") % {"n": MOST_WEEKS}),
                )
        return cleaned
