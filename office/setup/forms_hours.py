"""Hours, one-day changes, absences and closures."""

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from crispy_forms.layout import Layout
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from office.core import clock
from office.models import Absence, Closure, HoursChange, RoomClosure, WeeklyHours
from office.models.hours import NthWeekday
from office.setup.forms_rhythm import RhythmFields, offer_points
from office.ui.forms import OfficeForm, OfficeModelForm, in_languages, near, texts

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise


class WeeklyHoursForm(RhythmFields, OfficeModelForm):
    """What takes the place of `current` hours from a day on."""

    nth = forms.TypedChoiceField(
        label=_("Which of the month"),
        choices=NthWeekday.choices,
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect(attrs={"class": "choices--inline"}),
    )

    class Meta:
        model = WeeklyHours
        fields = ["weekday", "kind", "starts", "ends", "service_point", "valid_from", "valid_until"]

    def __init__(self, *args: Any, current: WeeklyHours, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_points(self, current.service_point_id)
        self.fields["valid_until"].help_text = _("Empty: until further notice.")
        self.fields["valid_from"].label = _("From which day on")
        self.fields["valid_from"].help_text = _(
            "The present hours end the day before. To correct a mistake, give %(day)s, the first "
            "day of the present hours."
        ) % {"day": f"{current.valid_from:%-d.%-m.%Y}"}

    def layout(self) -> Layout:
        return Layout(
            near("weekday", "starts", "ends"),
            near("kind", "service_point"),
            *self.rhythm_layout("nth"),
            near("valid_from", "valid_until"),
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        chosen = [cleaned["nth"]] if cleaned.get("nth") is not None else []
        rhythm = self.clean_rhythms("nth", chosen)[0]
        self.instance.interval = rhythm.interval
        self.instance.anchor = rhythm.anchor
        self.instance.nth = rhythm.nth
        return cleaned


class EndForm(OfficeForm):
    last_day = forms.DateField(
        label=_("Last day"),
        help_text=_("If this is before the hours begin, they are removed altogether."),
    )


class HoursChangeForm(OfficeModelForm):
    class Meta:
        model = HoursChange
        fields = ["effect", "kind", "date", "starts", "ends", "service_point"]
        widgets = {"effect": forms.RadioSelect}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_points(self, self.instance.service_point_id)
        self.fields["service_point"].help_text = _("Needed where hours are added.")

    def layout(self) -> Layout:
        return Layout(
            "effect",
            near("date", "starts", "ends"),
            near("kind", "service_point"),
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("effect") == HoursChange.Effect.ADDS:
            if "service_point" in cleaned and cleaned["service_point"] is None:
                self.add_error("service_point", _("Choose the service point."))
        elif "service_point" in cleaned:
            cleaned["service_point"] = None
        return cleaned


class SpanForm(OfficeForm):
    """From a day on until a day, or from and until a time of it."""

    # What is said where it ends before it begins.
    must_end_later: "StrPromise"

    first_day = forms.DateField(label=_("First day"))
    starts = forms.TimeField(
        label=_("From what time"), required=False, help_text=_("Empty: from the morning on.")
    )
    last_day = forms.DateField(label=_("Last day"))
    ends = forms.TimeField(
        label=_("Until what time"), required=False, help_text=_("Empty: the whole last day.")
    )

    def layout(self) -> Layout:
        return Layout("reason", near("first_day", "starts"), near("last_day", "ends"))

    @classmethod
    def initial_of(cls, away: Absence | RoomClosure) -> dict[str, Any]:
        """Fill the form from what exists."""
        start = clock.local(away.during.lower)
        end = clock.local(away.during.upper)
        whole_last_day = end.time() == time.min
        return {
            "reason": away.reason,
            "first_day": start.date(),
            "starts": None if start.time() == time.min else start.time(),
            "last_day": end.date() - timedelta(days=1) if whole_last_day else end.date(),
            "ends": None if whole_last_day else end.time(),
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if {"first_day", "starts", "last_day", "ends"} <= cleaned.keys():
            start, end = self.span()
            if start >= end:
                self.add_error("last_day", self.must_end_later)
        return cleaned

    def span(self) -> tuple[datetime, datetime]:
        """Return the instants at which it begins and ends."""
        data = self.cleaned_data
        start = clock.at(data["first_day"], data["starts"] or time.min)
        if data["ends"]:
            return start, clock.at(data["last_day"], data["ends"])
        return start, clock.day_bounds(data["last_day"], data["last_day"])[1]


class AbsenceForm(SpanForm):
    must_end_later = _("The absence must end after it begins.")

    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=Absence.Reason.to_choose(),
        widget=forms.RadioSelect(attrs={"class": "choices--inline"}),
        initial=Absence.Reason.NOT_GIVEN,
        required=False,
    )


class RoomClosureForm(SpanForm):
    must_end_later = _("The closure must end after it begins.")

    reason = forms.CharField(
        label=_("Why"),
        max_length=60,
        required=False,
        help_text=_("Staff read it in the calendar: cleaning, a water leak."),
    )


class ClosureForm(OfficeModelForm):
    class Meta:
        model = Closure
        fields = ["service_point", "effect", "first_day", "last_day", *texts("reason")]
        widgets = {"effect": forms.RadioSelect}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.name_texts("reason")
        offer_points(self, self.instance.service_point_id, _("The whole unit"))
        choice = self.fields["service_point"]
        choice.label = _("What is closed or open")
        choice.help_text = ""

    def layout(self) -> Layout:
        return Layout(
            "service_point",
            "effect",
            near("first_day", "last_day"),
            in_languages(_("What the public is told"), "reason"),
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        first, last = cleaned.get("first_day"), cleaned.get("last_day")
        if first and last and last < first:
            self.add_error(
                "last_day", ValidationError(_("The last day cannot be before the first."))
            )
        return cleaned
