"""The form for six digits that somebody reads out: see office/core/spoken_codes.py."""

from django import forms
from django.utils.translation import gettext_lazy as _


class SpokenCodeForm(forms.Form):
    """The code that a parent reads out."""

    code = forms.CharField(
        label=_("The six-digit code that the parent reads out"),
        max_length=20,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "inputmode": "numeric",
                "class": "input--code",
                "autofocus": True,
            }
        ),
    )
