"""Forms of the personal page. Shape of the input only."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bookings.lifecycle.cancel_reasons import CancelReason
from bookings.models import Party
from bookings.public.forms import SAFE, PartyDetailsForm
from bookings.self_service.channels import OwnChannels
from office.ui.public_forms import CleanForm


class InvitationCodeForm(CleanForm):
    """The code of an invitation, however it is typed."""

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


class PartyCancelForm(forms.Form):
    """Why a party cancels, where they wish to say it. It never stands in the way of cancelling."""

    why = forms.ChoiceField(
        label=_("Why, if you wish to tell"),
        choices=[
            ("", _("I do not wish to tell")),
            *((r.value, r.label) for r in CancelReason.of_party()),
        ],
        required=False,
        widget=forms.Select(attrs={"class": "select"}),
    )

    @property
    def reason(self) -> str:
        """What was chosen; nothing where it is none of the reasons."""
        return str(self.cleaned_data.get("why", "")) if self.is_valid() else ""


class OwnContactsForm(PartyDetailsForm):
    """How one may be reached, given anew. What we know already is not shown: others may see the page."""

    # Who chooses no way is not contacted.
    needs_contact = False

    key = forms.CharField(widget=forms.HiddenInput, max_length=60)
    field_order = ["phone", "email", "safe", "is_protected", "language", "interpreter"]

    def __init__(self, *args: Any, party: Party, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.party = party
        for name in ("name", "access", "needs"):
            del self.fields[name]
        self.fields["safe"].required = False
        self.fields["safe"].help_text = _(
            "Choose all that are safe. If you choose none, we do not contact you."
        )
        known = {
            "phone": (
                _("Another phone number"),
                _("We have a phone number for you. Leave this empty to keep it."),
            ),
            "email": (
                _("Another e-mail address"),
                _("We have an e-mail address for you. Leave this empty to keep it."),
            ),
        }
        for name, (label, help_text) in known.items():
            field = self.fields[name]
            field.help_text = ""
            if getattr(party, name):
                field.label, field.help_text = label, help_text

    @classmethod
    def initial_of(cls, party: Party) -> dict[str, Any]:
        """Return what the form begins with: what is safe, and the languages."""
        return {
            "safe": [name for name, _label in SAFE if getattr(party, f"{name}_is_safe")],
            "language": party.language,
            "interpreter": party.interpreter,
        }

    def _reached_by(self, data: dict[str, Any]) -> tuple[str, str]:
        phone = data.get("phone") or str(self.party.phone or "")
        return phone, data.get("email") or self.party.email

    def channels(self) -> OwnChannels:
        """Return the party's channels as the action takes them."""
        data = self.cleaned_data
        return OwnChannels(
            phone=data["phone"],
            email=data["email"],
            language=data["language"],
            interpreter=data["interpreter"],
            is_protected=data["is_protected"],
            **{f"{name}_is_safe": name in data["safe"] for name, _label in SAFE},
        )


class TakeUpForm(PartyDetailsForm):
    """An invited parent's own details; `key` makes sending twice one taking up."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=60)
