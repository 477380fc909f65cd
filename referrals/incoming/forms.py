"""A partner refers somebody to us. Shape of the input only; no matter is asked, and no free text."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from bookings.availability.codec import parse_time, time_value
from bookings.call_backs.actions import Caller
from bookings.models import CallBack
from office.core import dates
from office.core.once import made_already
from office.models import PartnerOrganisation
from office.ui.contact_fields import ContactPhoneField
from office.ui.fields import field_of
from office.ui.public_forms import TrappedForm
from referrals.incoming.links import Wanted


class ReferForm(TrappedForm):
    """Language comes with the page, since it decides who can call."""

    name = forms.CharField(label=_("First name"), max_length=60)
    phone = ContactPhoneField(
        label=_("A phone number that may be called safely"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel"}),
    )
    time = forms.ChoiceField(label=_("When we call"))
    voicemail = forms.BooleanField(label=_("A voicemail may be left"), required=False)
    consent = forms.BooleanField(
        label=_("The person has agreed that we are told this and call them"),
        error_messages={"required": _("Without the person's consent we cannot call them.")},
    )
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(
        self, data: Any = None, *, starts: Iterable[datetime], language: str, reader: str
    ) -> None:
        super().__init__(data, initial={"key": uuid4()})
        self.language = language
        time = field_of(self, "time", forms.ChoiceField)
        time.widget.attrs["class"] = "select"
        time.choices = [
            ("", _("Choose")),
            *((time_value(s), dates.when(s, reader)) for s in starts),
        ]
        time.error_messages["invalid_choice"] = _(
            "That time is not free any more. Choose another one."
        )
        self.fields["name"].widget.attrs["autocomplete"] = "off"

    def clean_phone(self) -> str:
        return str(self.cleaned_data.get("phone") or "")

    def made_before(self, partner: PartnerOrganisation) -> CallBack | None:
        """Return the call-back that this very form has made already. Call when the form is checked."""
        made = made_already(CallBack, self.cleaned_data.get("key"))
        return made if made is not None and made.referred_by_id == partner.pk else None

    @property
    def wanted(self) -> Wanted:
        data = self.cleaned_data
        found = parse_time(data["time"])
        if found is None:
            raise ValueError(data["time"])
        caller = Caller(
            name=data["name"],
            phone=data["phone"],
            language=self.language,
            voicemail_is_safe=data["voicemail"],
        )
        return Wanted(caller, found[0], data["key"])
