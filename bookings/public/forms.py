"""A parent's details: one subject on a page. Shape of the input only."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from bookings.models import Access, Meeting, OtherParent
from bookings.parties.records import PartyDetails
from office.core import interpreters, phones
from office.models import Attendance, Channel
from office.ui.contact_fields import ContactEmailField, ContactPhoneField
from office.ui.fields import field_of
from office.ui.public_forms import CleanForm

LANGUAGES = [
    ("fi", pgettext_lazy("choice of language", "Finnish")),
    ("sv", pgettext_lazy("choice of language", "Swedish")),
    ("en", pgettext_lazy("choice of language", "English")),
]

SAFE = [
    ("call", _("You may call me")),
    ("voicemail", _("You may leave a voicemail")),
    ("sms", _("You may send me text messages")),
    ("email", _("You may send me e-mail")),
]


# The answer to a question about a number that is not shown.
KEPT = "kept"


class InterpreterField(forms.ChoiceField):
    """A language of our list: what is chosen is seen by those who meet the parent, so none is typed."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs = {
            "label": _("Do you need an interpreter? Into which language?"),
            "help_text": _(
                "We book the interpreter; it costs you nothing. If your language is not on the list, "
                "choose “Another language”: the secretary asks you which."
            ),
            **kwargs,
        }
        choices = [("", _("I need no interpreter")), *interpreters.LANGUAGES]
        super().__init__(choices=choices, required=False, **kwargs)


class NeedsFields(forms.Form):
    """What a visit needs: chosen words for those who meet the parent, free ones for the secretary."""

    access = forms.MultipleChoiceField(
        label=_("Does the visit need something?"),
        choices=Access.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    needs = forms.CharField(
        label=_("Something else that makes the visit easier"),
        help_text=_("The secretary reads this."),
        required=False,
        max_length=300,
    )

    def ask_for_channel(self, channel: str) -> None:
        """Ask by phone or video only about what helps there: nobody needs a way in."""
        if channel != Channel.IN_PERSON:
            helps = (Access.SIGN_LANGUAGE, Access.ASSISTANT)
            choices = [(value, label) for value, label in Access.choices if value in helps]
            field_of(self, "access", forms.ChoiceField).choices = choices


def ask_about_landline(form: CleanForm, data: dict[str, Any], *, kept: str = "") -> None:
    """Ask whether text messages arrive, where they are the only safe way and the number is no mobile.

    `kept`: the number that stays where none is given: not shown, nor in its own answer.
    """
    safe, given = set(data.get("safe") or ()), str(data.get("phone") or "")
    if "sms" in safe and not safe & {"call", "email"} and phones.is_landline(given or kept):
        form.ask(
            "phone",
            given or KEPT,
            gettext(
                "This is not a mobile number: text messages may not arrive, and you allow nothing else. "
                "Give a mobile number or allow another way, too, or tick that it is right."
            ),
        )


def refuse_voicemail_alone(form: CleanForm, data: dict[str, Any]) -> None:
    """Refuse voicemail without calls: a voicemail is left after ringing, which needs leave to call."""
    safe = set(data.get("safe") or ())
    if "voicemail" in safe and "call" not in safe:
        form.add_error(
            "safe", _("We can leave a voicemail only when we may call. Allow calls as well.")
        )


class ContactForm(CleanForm):
    """Who one is, and how one may be reached safely."""

    unmarked = ("phone", "email")
    needs_contact = True

    name = forms.CharField(
        label=_("Your name"),
        help_text=_("Your name only: those who meet you see it as well."),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    phone = ContactPhoneField(
        label=_("Phone number"),
        required=False,
        help_text=_("Give a phone number, an e-mail address or both. One is enough."),
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )
    email = ContactEmailField(
        label=_("E-mail address"),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    safe = forms.MultipleChoiceField(
        label=_("How may we reach you safely?"),
        help_text=_("Choose all that are safe. Our messages never say what the matter is about."),
        choices=SAFE,
        widget=forms.CheckboxSelectMultiple,
    )

    is_protected = forms.BooleanField(
        label=_("My contact details are protected (non-disclosure for safety)"),
        help_text=_(
            "Then few of us see them, and we agree with you on a place that does not tell where you live."
        ),
        required=False,
    )

    def __init__(self, *args: Any, by_phone: bool = False, **kwargs: Any) -> None:
        """Ask for contacts. `by_phone`: the visit is by phone, and needs a number that may be called."""
        super().__init__(*args, **kwargs)
        self.by_phone = by_phone
        if by_phone:
            self.fields["phone"].help_text = _(
                "We call this number at the time of the visit: give it, and allow calls below."
            )

    def clean_phone(self) -> str:
        return str(self.cleaned_data.get("phone") or "")

    def _clean_visit_by_phone(self, phone: str, safe: set[str]) -> None:
        if not phone and "phone" not in self.errors:
            self.add_error(
                "phone",
                _(
                    "A visit by phone needs a number that we may call. Give the number, or choose "
                    "another way to meet."
                ),
            )
        if "call" not in safe and "safe" not in self.errors:
            self.add_error(
                "safe",
                _(
                    "The visit is by phone. Allow us to call you, or choose another way to meet if a "
                    "call is not safe."
                ),
            )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.by_phone:
            self._clean_visit_by_phone(data.get("phone", ""), set(data.get("safe") or ()))
        phone, email = self._reached_by(data)
        if self.needs_contact and not (phone or email):
            if not {"phone", "email"} & self.errors.keys():
                self.add_error("phone", _("Give a phone number or an e-mail address."))
        else:
            safe = set(data.get("safe") or ())
            if safe & {"call", "voicemail", "sms"} and not phone and "phone" not in self.errors:
                self.add_error("phone", _("Give the phone number that you allowed us to use."))
            if "email" in safe and not email and "email" not in self.errors:
                self.add_error("email", _("Give the e-mail address that you allowed us to use."))
        refuse_voicemail_alone(self, data)
        ask_about_landline(self, data, kept=phone)
        return data

    def _reached_by(self, data: dict[str, Any]) -> tuple[str, str]:
        """Return number and address after this form."""
        return data.get("phone") or "", data.get("email") or ""


class VisitForm(NeedsFields, CleanForm):
    """What makes the visit work for this person."""

    field_order = ["language", "interpreter", "meeting", "access", "needs", "message"]
    language = forms.ChoiceField(
        label=_("In which language do you want the service?"),
        choices=LANGUAGES,
        widget=forms.RadioSelect,
    )
    interpreter = InterpreterField()
    meeting = forms.ChoiceField(
        label=_("Do the parents come together or separately?"),
        help_text=_("You need not say why."),
        choices=[
            (Meeting.TOGETHER, _("Together")),
            (Meeting.SEPARATE, _("Separately")),
        ],
        widget=forms.RadioSelect,
    )
    message = forms.CharField(
        label=_("A short message to the secretary"),
        help_text=_(
            "Only the secretary reads this. The child supervisor does not see it. "
            "Do not write personal identity codes."
        ),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, attendance: str, alone: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if alone or attendance == Attendance.ONE:
            del self.fields["meeting"]


class OtherForm(CleanForm):
    """How the other parent is to hear of it."""

    unmarked = ("name", "phone", "email")

    other_parent = forms.ChoiceField(
        label=_("How shall we invite the other parent?"),
        widget=forms.RadioSelect,
        choices=[],
    )
    name = forms.CharField(
        label=_("The other parent's name"),
        help_text=_("The name only: those who meet you see it as well."),
        required=False,
        max_length=120,
    )
    phone = ContactPhoneField(
        label=_("The other parent's phone number"),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    email = ContactEmailField(
        label=_("The other parent's e-mail address"),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )

    def __init__(
        self,
        *args: Any,
        attendance: str,
        meeting: str,
        own: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        """Ask for the other parent. `own`: the asker's details, which cannot be the other's as well."""
        super().__init__(*args, **kwargs)
        self.own = own or {}
        choices = [
            (OtherParent.GIVEN, _("I give their contact details")),
            (OtherParent.PASS_ON, _("I pass on the invitation myself")),
            (OtherParent.UNIT, OtherParent.UNIT.label),
            (OtherParent.ASK_FIRST, OtherParent.ASK_FIRST.label),
            (OtherParent.UNSURE, OtherParent.UNSURE.label),
        ]
        if meeting == Meeting.SEPARATE:
            # An invitation to this visit would tell the other parent when this one comes.
            del choices[1]
        if attendance == Attendance.EITHER:
            choices.append((OtherParent.NONE, _("I come alone")))
        field_of(self, "other_parent", forms.ChoiceField).choices = choices

    def clean_phone(self) -> str:
        return str(self.cleaned_data.get("phone") or "")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("other_parent") == OtherParent.GIVEN:
            if not data.get("name") and "name" not in self.errors:
                self.add_error("name", _("Give the other parent's name."))
            reachable = data.get("phone") or data.get("email")
            if not reachable and not {"phone", "email"} & self.errors.keys():
                self.add_error("phone", _("Give their phone number or e-mail address."))
            for name in shared_contacts(self.own, data):
                self.add_error(
                    name,
                    _(
                        "These are your own details: our message to the other parent would come to you. "
                        "Give theirs, or choose another way above."
                    ),
                )
        return data


class NicknameForm(CleanForm):
    """All that is asked of somebody who stays anonymous."""

    nickname = forms.CharField(
        label=_("A nickname"),
        help_text=_(
            "We call you by this, and those who meet you see it. Do not give your real name."
        ),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


WORKING_WEEKDAYS = [
    ("0", _("Monday")),
    ("1", _("Tuesday")),
    ("2", _("Wednesday")),
    ("3", _("Thursday")),
    ("4", _("Friday")),
]
PARTS_OF_DAY = [
    ("morning", _("In the morning, 8–11")),
    ("midday", _("In the middle of the day, 11–13")),
    ("afternoon", _("In the afternoon, 13–16")),
]


class PreferredForm(CleanForm):
    """When a time would suit, where none of the free ones does."""

    days = forms.MultipleChoiceField(
        label=_("Which days suit you?"),
        choices=WORKING_WEEKDAYS,
        widget=forms.CheckboxSelectMultiple,
    )
    parts = forms.MultipleChoiceField(
        label=_("Which part of the day suits you?"),
        choices=PARTS_OF_DAY,
        widget=forms.CheckboxSelectMultiple,
    )
    words = forms.CharField(
        label=_("Anything else about the time"),
        help_text=_("For example when you are at work or away."),
        required=False,
        max_length=300,
    )


class PartyDetailsForm(NeedsFields, ContactForm):
    """An invited parent's own details: contact and what the visit needs, on one page."""

    field_order = [
        "name",
        "phone",
        "email",
        "safe",
        "is_protected",
        "language",
        "interpreter",
        "access",
        "needs",
    ]
    language = forms.ChoiceField(
        label=_("Your language"), choices=LANGUAGES, widget=forms.RadioSelect
    )
    interpreter = InterpreterField()


def shared_contacts(one: Mapping[str, Any], two: Mapping[str, Any]) -> list[str]:
    """Return which of phone and e-mail two people have in common."""
    return [
        name
        for name in ("phone", "email")
        if str(one.get(name) or "").lower() == str(two.get(name) or "").lower() != ""
    ]


def party_details(data: dict[str, Any]) -> PartyDetails:
    """Return a person's details from the cleaned data of the forms above."""
    safe = set(data.get("safe") or ())
    return PartyDetails(
        name=data.get("name", ""),
        phone=str(data.get("phone") or ""),
        email=data.get("email", ""),
        call_is_safe="call" in safe,
        voicemail_is_safe="voicemail" in safe,
        sms_is_safe="sms" in safe,
        email_is_safe="email" in safe,
        language=data.get("language", "fi"),
        interpreter=data.get("interpreter", ""),
        access=list(data.get("access") or ()),
        needs=data.get("needs", ""),
        message=data.get("message", ""),
        is_protected=bool(data.get("is_protected")),
    )
