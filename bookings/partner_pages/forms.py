"""Forms about partner professionals. Shape of the input only."""

from datetime import datetime, time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from office.core import clock, languages
from office.models import PartnerOrganisation
from office.ui.date_fields import ClockField, DayField
from office.ui.fields import field_of
from office.ui.public_forms import CleanForm


class ChooseOrganisationForm(forms.Form):
    """Whose colleague is asked."""

    organisation: "forms.ModelChoiceField[PartnerOrganisation]" = forms.ModelChoiceField(
        queryset=PartnerOrganisation.objects.none(), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        in_use = PartnerOrganisation.objects.filter(is_active=True)
        field_of(self, "organisation", forms.ModelChoiceField).queryset = in_use


class NewPartnerForm(CleanForm):
    """Somebody who is asked for the first time: typed in once, known from then on."""

    name = forms.CharField(
        label=_("Name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    title = forms.CharField(
        label=_("Title"),
        help_text=_("Such as social worker."),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    email = forms.EmailField(
        label=_("E-mail"),
        help_text=_("Empty: the invitation goes to the organisation's address."),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    phone = forms.CharField(
        label=_("Phone"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel"}),
    )
    language = forms.ChoiceField(label=_("Language of the invitation"), choices=languages.LANGUAGES)


class CouldComeForm(CleanForm):
    """When a partner who declines could come instead."""

    could_come = forms.CharField(
        label=_("When could you come instead?"),
        help_text=_("For example: Wednesdays after 12. Write nothing about the clients."),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class BusyForm(forms.Form):
    """When a partner has reported being busy."""

    day = DayField(label=_("Day"))
    starts = ClockField(label=_("From"))
    ends = ClockField(label=_("Until"))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if {"day", "starts", "ends"} <= data.keys():
            if data["starts"] >= data["ends"]:
                self.add_error("ends", _("The time must end after it begins."))
            elif self.span()[1] <= clock.now():
                self.add_error("day", _("Choose a future time."))
        return data

    def span(self) -> tuple[datetime, datetime]:
        """Return the instants between which they are busy."""
        data = self.cleaned_data
        starts: time = data["starts"]
        ends: time = data["ends"]
        return clock.at(data["day"], starts), clock.at(data["day"], ends)
