"""Forms of the call log. Shape of the input only."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bookings.models import CallLanguage, CallOutcome
from bookings.phone.calls import About
from office.models import Service
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
        """What the action takes."""
        data = self.cleaned_data
        return About(data["service"], data["language"], data["referred_to"])


class OutcomeForm(AboutForm):
    """How a call ended, and what it was about."""

    outcome = forms.ChoiceField(
        label=_("Outcome"),
        choices=CallOutcome.choices,
        widget=forms.RadioSelect(attrs={"class": "choices--inline"}),
    )
    field_order = ("outcome", "referred_to", "service", "language")
