"""Forms of the call log. Shape of the input only."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bookings.models import CallLanguage, CallOutcome, CallTask
from bookings.phone.call_tasks import Promise
from bookings.phone.calls import About
from office.core import clock
from office.models import Service
from office.ui.contact_fields import ContactPhoneField, PhoneInput
from office.ui.date_fields import DayField
from office.ui.fields import field_of
from office.ui.public_forms import CleanForm


class AboutForm(CleanForm):
    """What a call is about."""

    service: "forms.ModelChoiceField[Service]" = forms.ModelChoiceField(
        label=_("Matter"),
        queryset=Service.objects.none(),
        required=False,
        empty_label=_("Another matter"),
    )
    language = forms.ChoiceField(label=_("Language"), choices=CallLanguage.choices)
    referred_to = forms.CharField(
        label=_("Referred to"),
        help_text=_("The name of a service, never of a person."),
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "off", "list": "referred-places"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field_of(self, "service", forms.ModelChoiceField).queryset = Service.objects.all()

    def about(self) -> About:
        """Return what the action takes."""
        data = self.cleaned_data
        return About(data["service"], data["language"], data["referred_to"])


class CallTaskForm(CleanForm):
    """Whom to call, at which number, when."""

    words = forms.CharField(
        label=_("Whom, and about what"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    phone = ContactPhoneField(label=_("Phone"), required=False, widget=PhoneInput)
    due_day = DayField(label=_("Day"), required=False)
    part = forms.ChoiceField(
        label=_("Part of the day"), choices=CallTask.Part.choices, required=False
    )

    @classmethod
    def initial_of(cls, task: CallTask) -> dict[str, Any]:
        return {name: getattr(task, name) for name in cls.base_fields}

    def clean_due_day(self) -> date:
        day: date = self.cleaned_data["due_day"] or clock.today()
        if day < clock.today():
            raise forms.ValidationError(_("Choose a future day."))
        return day

    def promise(self) -> Promise:
        """Return what the action takes."""
        data = self.cleaned_data
        return Promise(data["due_day"], data["part"], data["words"], str(data["phone"] or ""))


class CallOutcomeForm(AboutForm):
    """How a call ended, and what it was about."""

    outcome = forms.ChoiceField(
        label=_("Outcome"),
        choices=CallOutcome.choices,
        widget=forms.RadioSelect(attrs={"class": "choices--inline"}),
    )
    field_order = ("outcome", "referred_to", "service", "language")
