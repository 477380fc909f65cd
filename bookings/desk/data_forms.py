"""A request about own data of somebody without an appointment, as the desk notes it."""

from typing import Any

from crispy_forms.layout import Layout
from django import forms
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _
from phonenumber_field.phonenumber import to_python

from bookings.models import DataRequest
from office.ui.forms import OfficeForm


class ContactRequestForm(OfficeForm):
    contact = forms.CharField(
        label=_("Phone number or e-mail address"),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    kind = forms.ChoiceField(
        label=_("What is asked for"), choices=DataRequest.Kind.choices, widget=forms.RadioSelect
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"kind": DataRequest.Kind.COPY})

    def layout(self) -> Layout:
        return Layout("contact", "kind")

    def clean_contact(self) -> str:
        """Return it as it is stored elsewhere."""
        text = str(self.cleaned_data["contact"]).strip()
        if "@" in text:
            validate_email(text)
            return text.lower()
        number = to_python(text)
        if not number or not number.is_valid():
            raise forms.ValidationError(
                _("Write a phone number like 040 123 4567, or an e-mail address."), code="nobody"
            )
        return str(number)
