"""Forms of a party's details as staff write them."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bookings.lifecycle.protection import kept_contacts
from bookings.models import Access, Party
from bookings.parties.records import PartyDetails
from office.core import interpreters
from office.core.languages import LANGUAGES, PARTIAL
from office.ui.contact_fields import ContactEmailField, ContactPhoneField, PhoneInput
from office.ui.public_forms import CleanForm

# Told in Finnish and Swedish: the other parent's language is not ours to guess.
UNKNOWN_LANGUAGE = "unknown"


SAFE_CHANNELS = [
    ("call", _("Calls are safe")),
    ("voicemail", _("A voicemail is safe")),
    ("sms", _("Text messages are safe")),
    ("email", _("E-mail is safe")),
]


class ContactsForm(CleanForm):
    """A party's details as given on the phone. Nothing is safe unless it was stated to be."""

    marks_required = True
    name = forms.CharField(
        label=_("Name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    phone = ContactPhoneField(
        label=_("Phone"),
        required=False,
        widget=PhoneInput,
    )
    email = ContactEmailField(
        label=_("E-mail"),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    safe = forms.MultipleChoiceField(
        label=_("What is safe"),
        help_text=_("Tick only what the person has said to be safe."),
        choices=SAFE_CHANNELS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    given_by_other = forms.BooleanField(
        label=_("Told by somebody else, not by the person themselves"),
        help_text=_(
            "They get one neutral invitation, and nothing more until they have said what is safe."
        ),
        required=False,
    )
    is_protected = forms.BooleanField(
        label=_("Contact details are protected (non-disclosure for safety)"),
        help_text=_("Hidden on the card until somebody needs them. The other parent is not told."),
        required=False,
    )
    language = forms.ChoiceField(
        label=_("Language"),
        choices=[*LANGUAGES, (UNKNOWN_LANGUAGE, _("Not known: messages in Finnish and Swedish"))],
    )
    reads = forms.ChoiceField(
        label=_("Reminders in"),
        choices=[("", _("The same language")), *((one.code, one.name) for one in PARTIAL.values())],
        required=False,
    )
    interpreter = forms.ChoiceField(
        label=_("Interpreter"),
        choices=[("", _("No interpreter")), *interpreters.LANGUAGES],
        required=False,
    )
    interpreter_words = forms.CharField(
        label=_("Which other language?"),
        help_text=_("Only secretaries see this."),
        required=False,
        max_length=60,
    )
    access = forms.MultipleChoiceField(
        label=_("What the visit needs"),
        choices=Access.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    needs = forms.CharField(label=_("Other needs"), required=False, max_length=300)

    # The phone number and e-mail address of the other party: not to be given for this one.
    others: frozenset[str] = frozenset()

    # The protected party whose number and address the form does not show.
    hides: Party | None = None

    def hide_contacts_of(self, party: Party) -> None:
        """Let number and address stay as they are unless others are typed."""
        if party.is_protected:
            self.hides = party
            for name in ("phone", "email"):
                if getattr(party, name):
                    self.fields[name].help_text = _("Protected. Leave empty to keep what we have.")

    def keep_apart_from(self, parties: Iterable[Party]) -> None:
        """Refuse the contact details of these: the other's messages would go to them."""
        self.others = frozenset(
            contact for p in parties for contact in (str(p.phone or ""), p.email.lower()) if contact
        )

    @classmethod
    def initial_of(cls, party: Party) -> dict[str, Any]:
        return {
            "name": party.name,
            "phone": "" if party.is_protected else party.phone,
            "email": "" if party.is_protected else party.email,
            "safe": [
                channel for channel, _label in SAFE_CHANNELS if getattr(party, f"{channel}_is_safe")
            ],
            "given_by_other": party.given_by_other,
            "is_protected": party.is_protected,
            "language": party.language if party.language_is_known else UNKNOWN_LANGUAGE,
            "reads": party.reads,
            "interpreter": party.interpreter,
            "interpreter_words": party.interpreter_words,
            "access": party.access,
            "needs": party.needs,
        }

    def clean_phone(self) -> str:
        return str(self.cleaned_data.get("phone") or "")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.hides is not None:
            data["phone"], data["email"] = kept_contacts(
                self.hides, phone=data.get("phone", ""), email=data.get("email", "")
            )
        safe = set(data.get("safe") or ())
        by_phone = safe & {"call", "voicemail", "sms"}
        if by_phone and not data.get("phone") and "phone" not in self.errors:
            self.add_error("phone", _("Give the phone number that is safe to use."))
        if "email" in safe and not data.get("email") and "email" not in self.errors:
            self.add_error("email", _("Give the e-mail address that is safe to use."))
        if "voicemail" in safe and "call" not in safe:
            self.add_error("safe", _("A voicemail can be left only where calls are safe, too."))
        if safe and data.get("given_by_other"):
            self.add_error(
                "safe", _("Only the person can say what is safe. Nothing can be ticked for them.")
            )
        for name in self.others & {data.get("phone"), data.get("email", "").lower()}:
            self.add_error(
                "phone" if name == data.get("phone") else "email",
                _("These are the contact details of the other party. Each needs their own."),
            )
        return data

    def details(self) -> PartyDetails:
        """Return the party's details as the actions take them."""
        data = self.cleaned_data
        safe = set(data["safe"])
        return PartyDetails(
            name=data["name"],
            phone=data["phone"],
            email=data["email"],
            call_is_safe="call" in safe,
            voicemail_is_safe="voicemail" in safe,
            sms_is_safe="sms" in safe,
            email_is_safe="email" in safe,
            given_by_other=bool(data.get("given_by_other")),
            is_protected=bool(data.get("is_protected")),
            language="fi" if data["language"] == UNKNOWN_LANGUAGE else data["language"],
            language_is_known=data["language"] != UNKNOWN_LANGUAGE,
            reads=data.get("reads", ""),
            interpreter=data["interpreter"],
            interpreter_words=data["interpreter_words"]
            if data["interpreter"] == interpreters.OTHER
            else "",
            access=data["access"],
            needs=data["needs"],
        )
