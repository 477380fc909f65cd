"""Reserving a call-back. Shape of the input only; there is no free text in it."""

import datetime as dt
from collections.abc import Iterable
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from bookings.availability.codec import parse_time
from bookings.call_backs.actions import Caller
from bookings.public.forms import LANGUAGES
from office.models import Service
from office.ui.contact_fields import ContactEmailField, ContactPhoneField
from office.ui.date_fields import ClockField
from office.ui.fields import choices_of, field_of
from office.ui.public_forms import CleanForm, TrappedForm

OTHER = "other"


def _matters() -> list[tuple[str, str]]:
    """List the services as parents call them, and something else."""
    return [
        *((s.slug, str(s.matter)) for s in Service.objects.in_use()),
        (OTHER, str(_("Something else"))),
    ]


class CallerFields(forms.Form):
    """Who is to be called, how, and about what."""

    name = forms.CharField(max_length=120)
    phone = ContactPhoneField(
        label=_("Phone number"),
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )
    email = ContactEmailField(label=_("E-mail address"), required=False)
    matter = forms.ChoiceField(label=_("What is it about?"), choices=lazy(_matters, list))
    # Made before the button can be pressed: pressing it twice makes one reservation.
    key = forms.UUIDField(widget=forms.HiddenInput)

    def clean_phone(self) -> str:
        return str(self.cleaned_data.get("phone") or "")

    def safe_channels(self) -> set[str]:
        return set(self.cleaned_data.get("safe") or ())

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if "email" in self.safe_channels() and not data.get("email") and "email" not in self.errors:
            self.add_error("email", _("Give the e-mail address that you allowed us to use."))
        return data

    @property
    def key_given(self) -> UUID:
        key: UUID = self.cleaned_data["key"]
        return key

    def caller(self, language: str) -> Caller:
        """Return the caller as the action takes them."""
        data, safe = self.cleaned_data, self.safe_channels()
        return Caller(
            name=data["name"],
            phone=data["phone"],
            language=language,
            service=Service.objects.filter(slug=data["matter"]).first(),
            email=data["email"] if "email" in safe else "",
            voicemail_is_safe="voicemail" in safe,
            sms_is_safe="sms" in safe,
            email_is_safe="email" in safe,
        )


class CallBackForm(CallerFields, TrappedForm):
    """The public's. That one may be called is asked, not taken for granted."""

    field_order = ["name", "phone", "safe", "email", "matter", "key"]

    safe = forms.MultipleChoiceField(
        label=_("May we call this number?"),
        help_text=_("Choose all that are safe. Our messages never say what the matter is about."),
        choices=[
            ("call", _("You may call me")),
            ("voicemail", _("You may leave a voicemail")),
            ("sms", _("You may send me text messages")),
            ("email", _("You may send me e-mail")),
        ],
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"key": uuid4()})
        self.fields["name"].label = _("Your name, or a nickname")
        self.fields["name"].widget.attrs["autocomplete"] = "name"
        self.fields["email"].widget.attrs["autocomplete"] = "email"
        self.fields["email"].help_text = _("Only if you want the confirmation by e-mail.")
        self.fields["safe"].error_messages["required"] = _("Say whether we may call this number.")
        self.fields["matter"].widget = forms.RadioSelect(choices=choices_of(self, "matter"))

    def clean_safe(self) -> list[str]:
        safe: list[str] = self.cleaned_data["safe"]
        if "call" not in safe:
            raise forms.ValidationError(
                _("We can reserve a call only to a number that we may call.")
            )
        return safe


class DeskCallForm(CallerFields, CleanForm):
    """The secretary's, for a caller. Nothing is safe unless it was stated to be."""

    field_order = ["time", "language", "name", "phone", "safe", "email", "matter", "key"]

    time = forms.ChoiceField(label=_("Time"))
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES)
    safe = forms.MultipleChoiceField(
        label=_("Also safe"),
        choices=[
            ("voicemail", _("A voicemail is safe")),
            ("sms", _("Text messages are safe")),
            ("email", _("E-mail is safe")),
        ],
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "choices--inline"}),
    )

    def __init__(
        self, data: Any = None, *, times: Iterable[tuple[str, list[tuple[str, str]]]]
    ) -> None:
        super().__init__(data, initial={"key": uuid4(), "matter": OTHER, "language": "fi"})
        self.fields["name"].label = _("Name")
        for name in ("name", "phone", "email"):
            self.fields[name].widget.attrs["autocomplete"] = "off"
        # The key that is shown beside the form's heading.
        time = field_of(self, "time", forms.ChoiceField)
        time.widget.attrs["data-key"] = "u"
        time.choices = [("", _("Choose")), *times]
        time.error_messages["invalid_choice"] = _(
            "That time is not free any more. Choose another one."
        )

    def clean_time(self) -> tuple[dt.datetime, int | None]:
        found = parse_time(self.cleaned_data["time"])
        if found is None:
            raise forms.ValidationError(_("Choose a time first."))
        return found


class OwnTimesForm(forms.Form):
    """A professional adds call-back times of their own to one day."""

    starts = ClockField(label=_("From"))
    ends = ClockField(label=_("Until"))
