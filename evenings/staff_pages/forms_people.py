"""Signing up somebody who calls, and counting those who came. Shape of the input only."""

from typing import Any

from crispy_forms.layout import Layout
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from evenings.models import LARGEST_PARTY
from evenings.sign_ups.actions import Attendee
from office.core import phones
from office.core.languages import LANGUAGES
from office.ui.contact_fields import ContactEmailField, ContactPhoneField
from office.ui.forms import OfficeForm, near


class PhoneSignUpForm(OfficeForm):
    """All but the number of people may be left empty."""

    people = forms.IntegerField(label=_("How many come"), min_value=1, max_value=LARGEST_PARTY)
    first_name = forms.CharField(label=_("First name"), max_length=60, required=False)
    contact = forms.CharField(
        label=_("E-mail address or mobile number"),
        help_text=_("One that only they read. Without it they cannot be told of changes."),
        max_length=254,
        required=False,
    )
    language = forms.ChoiceField(label=_("Language of messages"), choices=LANGUAGES)
    waits = forms.BooleanField(label=_("Put on the waiting list if full"), required=False)
    # Made before the button can be pressed: pressing it twice signs up once.
    made_from = forms.UUIDField(widget=forms.HiddenInput)

    def layout(self) -> Layout:
        return Layout("made_from", near("people", "first_name", "language"), "contact", "waits")

    def clean_contact(self) -> str:
        text: str = self.cleaned_data["contact"].strip()
        if not text:
            return ""
        if "@" in text:
            return str(ContactEmailField().clean(text))
        number = str(ContactPhoneField().clean(text))
        if phones.is_landline(number):
            raise ValidationError(_("Text messages do not reach this number."))
        return number

    def attendee(self) -> Attendee:
        data: dict[str, Any] = self.cleaned_data
        contact = data["contact"]
        is_email = "@" in contact
        return Attendee(
            people=data["people"],
            first_name=data["first_name"],
            email=contact if is_email else "",
            phone="" if is_email else contact,
            language=data["language"],
        )
