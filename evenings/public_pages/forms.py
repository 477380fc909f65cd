"""Signing up, changing and moving. Shape of the input only."""

from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from evenings.models import LARGEST_PARTY
from evenings.sign_ups.actions import Attendee
from evenings.sign_ups.form_fields import WordField, attendee_of
from office.core import phones
from office.ui.contact_fields import ContactEmailField, ContactPhoneField
from office.ui.fields import field_of
from office.ui.public_forms import CleanForm, TrappedForm

PEOPLE = [(n, ngettext_lazy("%d person", "%d people", n) % n) for n in range(1, LARGEST_PARTY + 1)]


class PeopleForm(CleanForm):
    """How many come."""

    people = forms.TypedChoiceField(
        label=_("How many of you come?"),
        help_text=_("You and whom you bring along, such as a friend. Children do not come."),
        choices=PEOPLE,
        coerce=int,
        widget=forms.Select,
        initial=1,
    )

    def __init__(self, *args: Any, capacity: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field_of(self, "people", forms.TypedChoiceField).choices = PEOPLE[:capacity]


class SignUpForm(PeopleForm, TrappedForm):
    """All but the number of people may be left empty."""

    field_order = ["people", "first_name", "contact", "word", "key", "waits", "website"]

    first_name = forms.CharField(
        label=_("First name, or what you want to be called"), max_length=60, required=False
    )
    contact = forms.CharField(
        label=_("E-mail address or mobile number"),
        help_text=_(
            "Give one that you alone read. Our messages do not tell what the evening is about. "
            "Without it you get a number and a link to keep, and we cannot tell you of changes."
        ),
        required=False,
    )
    word = WordField()
    # Made before the button can be pressed: pressing it twice signs up once.
    key = forms.UUIDField(widget=forms.HiddenInput)
    # The page has said that there is no place now.
    waits = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, capacity: int, waits: bool = False) -> None:
        initial = {"key": uuid4(), "waits": waits, "people": 1}
        super().__init__(data, initial=initial, capacity=capacity)
        self.fields["first_name"].widget.attrs["autocomplete"] = "given-name"

    def clean_contact(self) -> str:
        """Return an address as it is, a number in its standard form."""
        text: str = self.cleaned_data["contact"].strip()
        if not text:
            return ""
        if "@" in text:
            address: str = ContactEmailField(max_length=254).clean(text)
            self._ask_about_slip("contact", address)
            return address
        number = str(ContactPhoneField().clean(text))
        if phones.is_landline(number):
            raise forms.ValidationError(
                _(
                    "Text messages do not reach this number. Give a mobile number or an e-mail address."
                )
            )
        return number

    @property
    def key_given(self) -> UUID:
        key: UUID = self.cleaned_data["key"]
        return key

    def attendee(self, language: str) -> Attendee:
        return attendee_of(self.cleaned_data, language)


class MoveForm(CleanForm):
    """Which evening instead."""

    evening = forms.TypedChoiceField(
        label=_("Which evening suits you better?"), coerce=int, widget=forms.RadioSelect
    )

    def __init__(self, data: Any = None, *, evenings: list[tuple[int, str]]) -> None:
        super().__init__(data)
        field_of(self, "evening", forms.TypedChoiceField).choices = evenings


class OwnWordForm(MoveForm):
    """A private word, and the evening at which to use it: the own one, or another instead."""

    field_order = ["word", "evening"]
    word = WordField()

    def __init__(
        self, data: Any = None, *, own: tuple[int, str], others: list[tuple[int, str]]
    ) -> None:
        super().__init__(data, evenings=[own, *others])
        self.fields["word"].required = True
        evening = field_of(self, "evening", forms.TypedChoiceField)
        evening.label, evening.initial = _("At which evening?"), own[0]
