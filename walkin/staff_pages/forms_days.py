"""The manager's forms for walk-in days and their rules."""

from datetime import datetime
from typing import Any

from crispy_forms.layout import Fieldset, Layout
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from office.core import clock
from office.core.names import Alphabetical
from office.models import Professional, Role, ServicePoint
from office.ui.fields import field_of
from office.ui.forms import OfficeForm, OfficeModelForm, in_languages, near
from walkin.models import Desk, PointRules, WalkInDay


def who_may_serve() -> QuerySet[Professional]:
    """Return those who can be on duty at a desk: they have an account, and call numbers."""
    people = Professional.objects.in_use().own()
    may: QuerySet[Professional] = people.filter(
        user__is_active=True, user__roles__overlap=[Role.SUPERVISOR, Role.GUIDE]
    ).order_by(Alphabetical("name"))
    return may


class DayHoursForm(OfficeForm):
    """A date with its hours."""

    date = forms.DateField(label=_("Day"))
    starts = forms.TimeField(label=_("From"))
    ends = forms.TimeField(label=_("Until"))

    def layout(self) -> Layout:
        return Layout(near("date", "starts", "ends"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("starts") and cleaned.get("ends") and cleaned["starts"] >= cleaned["ends"]:
            self.add_error("ends", _("The hours must end after they begin."))
        elif cleaned.get("date") and cleaned.get("ends") and self.end <= clock.now():
            self.add_error("date", _("That time has already passed."))
        return cleaned

    @property
    def start(self) -> datetime:
        return clock.at(self.cleaned_data["date"], self.cleaned_data["starts"])

    @property
    def end(self) -> datetime:
        return clock.at(self.cleaned_data["date"], self.cleaned_data["ends"])


class AddDayForm(DayHoursForm):
    """A day outside the weekly hours, with those on duty."""

    service_point: "forms.ModelChoiceField[ServicePoint]" = forms.ModelChoiceField(
        ServicePoint.objects.none(), label=_("Service point"), empty_label=None
    )
    professionals: "forms.ModelMultipleChoiceField[Professional]" = forms.ModelMultipleChoiceField(
        Professional.objects.none(),
        label=_("On duty"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = ServicePoint.objects.in_use().filter(desks__is_active=True).distinct()
        field_of(self, "service_point", forms.ModelChoiceField).queryset = places
        people = who_may_serve()
        field_of(self, "professionals", forms.ModelChoiceField).queryset = people

    def layout(self) -> Layout:
        return Layout("service_point", near("date", "starts", "ends"), "professionals")


class DutyForm(OfficeForm):
    """Who is on duty, from when until when, at which desk."""

    professional: "forms.ModelChoiceField[Professional]" = forms.ModelChoiceField(
        Professional.objects.none(), label=_("Professional")
    )
    starts = forms.TimeField(label=_("From"))
    ends = forms.TimeField(label=_("Until"))
    desk = forms.ModelChoiceField(
        Desk.objects.none(),
        label=_("Desk of the walk-in"),
        required=False,
        empty_label=_("the first free one"),
    )

    def __init__(self, day: WalkInDay, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.day = day
        people = who_may_serve()
        field_of(self, "professional", forms.ModelChoiceField).queryset = people
        desks = Desk.objects.in_use().filter(service_point=day.service_point_id)
        field_of(self, "desk", forms.ModelChoiceField).queryset = desks

    def layout(self) -> Layout:
        return Layout("professional", near("starts", "ends", "desk"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("starts") and cleaned.get("ends") and cleaned["starts"] >= cleaned["ends"]:
            self.add_error("ends", _("The hours must end after they begin."))
        return cleaned

    @property
    def start(self) -> datetime:
        return clock.at(self.day.date, self.cleaned_data["starts"])

    @property
    def end(self) -> datetime:
        return clock.at(self.day.date, self.cleaned_data["ends"])


class RulesForm(OfficeModelForm):
    """The rules of one point's walk-in."""

    class Meta:
        model = PointRules
        exclude = ["service_point", "about"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.name_texts("about")

    def layout(self) -> Layout:
        return Layout(
            in_languages(_("What this walk-in is, for the public page"), "about"),
            Fieldset(
                _("Numbers"),
                "opens_by_itself",
                "closes_when_full",
                "prints_slips",
                near("opens_early_minutes", "visit_minutes"),
            ),
            Fieldset(
                pgettext("walk-in", "Calling"),
                near("calls", "call_gap_seconds"),
                near("step_backs", "step_back_minutes"),
                near("more_minutes", "more_times", "be_back_minutes"),
                "by_matter",
                "by_language",
            ),
            Fieldset(
                _("Appointments during the walk-in"),
                near("booked_margin_minutes", "booked_wait_minutes"),
            ),
        )
