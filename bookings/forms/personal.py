"""Forms of the personal page. Shape of the input only."""

from django import forms
from django.utils.translation import gettext_lazy as _

from bookings.forms.clean import CleanForm
from bookings.forms.details import PartyDetailsForm


class CodeForm(CleanForm):
    """The code of an invitation, however it was typed."""

    code = forms.CharField(
        label=_("Invitation code"),
        help_text=_("Twelve letters and numbers, such as ABCD-2345-EFGH."),
        max_length=40,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
                "class": "input--short-code",
            }
        ),
    )


class TakeUpForm(PartyDetailsForm):
    """An invited parent's own details; `key` makes sending twice one taking up."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=60)
