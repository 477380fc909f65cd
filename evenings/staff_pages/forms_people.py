"""Signing up somebody who calls, and counting those who came. Shape of the input only."""

from typing import Any

from crispy_forms.layout import Layout
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from evenings.models import LARGEST_PARTY
from evenings.sign_ups.actions import Attendee
from evenings.sign_ups.form_fields import WordField, attendee_of
from office.core import phones
from office.core.languages import LANGUAGES
from office.ui.contact_fields import ContactEmailField, ContactPhoneField
from office.ui.forms import OfficeForm, near


class PhoneSignUpForm(OfficeForm):
    """All but the number of people may be left empty."""

    first_name = forms.CharField(label=_("First name"), max_length=60, required=False)
    contact = forms.CharField(
        label=_("E-mail address or mobile number"),
        help_text=_("One that only they read. Without it they cannot be told of changes."),
        max_length=254,
        required=False,
    )
    language = forms.ChoiceField(label=_("Language of messages"), choices=LANGUAGES)
    word = WordField(
        help_text=_(
            "For those who do not want to be there with somebody: both need the same word. Nobody can "
            "read it afterwards. About every third evening is closed to a word by lot, and stays closed."
        )
    )
    waits = forms.BooleanField(label=_("Put on the waiting list if full"), required=False)
    # Made before the button can be pressed: pressing it twice signs up once.
    made_from = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, capacity: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["people"] = forms.IntegerField(
            label=_("How many come"), min_value=1, max_value=min(LARGEST_PARTY, capacity)
        )

    def layout(self) -> Layout:
        return Layout(
            "made_from", near("people", "first_name", "language"), "contact", "word", "waits"
        )

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
        return attendee_of(self.cleaned_data, self.cleaned_data["language"])
