"""Who takes part, as the panel asks: the caller, the other side, and somebody besides the two."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bookings.lifecycle.phone_visits import lacks_number, may_be_called
from bookings.models import Party, PartyRole
from bookings.parties.forms import SAFE_CHANNELS, ContactsForm
from bookings.parties.records import PartyDetails
from office.core.languages import LANGUAGES
from office.ui.fields import choices_of, field_of

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

CALLER, OTHER = "caller", "other"
# Those who may be typed besides the two, and what the button for one more of them sends.
FURTHER, MORE = ("further", "further2", "further3", "further4"), "more"


class PanelPersonForm(ContactsForm):
    """One parent's details. Nothing is safe unless it is ticked; one tick covers three channels."""

    all_safe = forms.BooleanField(label=_("Call, text message and e-mail are safe"), required=False)
    language = forms.ChoiceField(
        label=_("Language"),
        choices=[("", _("The same as the visit’s")), *LANGUAGES],
        required=False,
    )
    role = forms.ChoiceField(label=_("Takes part as"), required=False)
    by_video = forms.BooleanField(
        label=_("Takes part by video, while another comes to the place"), required=False
    )
    field_order = ["name", "phone", "email", "all_safe", "safe"]

    # As what the person may take part, and how the choice is called that is made for them.
    roles: Sequence[PartyRole] = PartyRole.invited()
    usual_role: "StrPromise" = PartyRole.PARENT.label

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field_of(self, "role", forms.ChoiceField).choices = [
            ("", self.usual_role),
            *((role.value, role.label) for role in self.roles),
        ]
        self.fields["safe"].label = _("Or one by one")
        self.fields["safe"].help_text = ""
        field_of(self, "safe", forms.ChoiceField).choices = [
            (channel, label)
            for (channel, _long), label in zip(
                SAFE_CHANNELS,
                [
                    pgettext_lazy("is safe", "Call"),
                    pgettext_lazy("is safe", "Voicemail"),
                    pgettext_lazy("is safe", "Text message"),
                    pgettext_lazy("is safe", "E-mail"),
                ],
                strict=True,
            )
        ]

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if data.get("all_safe"):
            safe = {"call", "sms"} if data.get("phone") else set()
            safe |= {"email"} if data.get("email") else set()
            if not safe and not {"phone", "email"} & self.errors.keys():
                self.add_error("phone", _("Give the phone number or e-mail that is safe to use."))
            safe |= set(data.get("safe", ()))
            data["safe"] = [channel for channel, _label in SAFE_CHANNELS if channel in safe]
        return super().clean()

    def details_for(self, language: str, *, with_free_text: bool) -> PartyDetails:
        """Return the details; the language is that of the visit unless another is chosen.

        Free text about needs is between a parent and the secretary.
        """
        self.cleaned_data["language"] = self.cleaned_data["language"] or language or "fi"
        details = self.details()
        return details if with_free_text else replace(details, needs="", interpreter_words="")

    def require_contact(self) -> None:
        """Validate, with an error where neither a phone number nor an e-mail address is given."""
        if self.is_valid() and not (self.cleaned_data["phone"] or self.cleaned_data["email"]):
            self.add_error(
                "phone",
                _(
                    "Give their phone number or e-mail address. Where they come later, choose “Decided "
                    "later”: the name is enough."
                ),
            )

    def require_callable(self, *, may_be_asked: bool = False) -> None:
        """Validate, with an error where a visit by phone has no number that may be called.

        `may_be_asked`: for whom another speaks, the invitation asks for the number.
        """
        if not self.is_valid():
            return
        details = self.details()
        if lacks_number(details) if may_be_asked else not may_be_called(details):
            self.add_error(
                "safe" if self.cleaned_data["phone"] else "phone",
                _("A visit by phone needs a number that may be called."),
            )

    def keep_apart_from_form(self, other: "PanelPersonForm") -> None:
        """Refuse the contact details that are given for the other parent."""
        if other.is_valid():
            given = (other.cleaned_data["phone"], other.cleaned_data["email"].lower())
            self.others = frozenset(value for value in given if value)

    @property
    def identifying(self) -> tuple[str, str, str]:
        """Name, phone number and e-mail address as they are filled in."""
        name, phone, email = (str(self[part].value() or "") for part in ("name", "phone", "email"))
        return name, phone, email

    @property
    def names_somebody(self) -> bool:
        """Whether anything is filled in by which a person is known again."""
        return any(self.identifying)

    @property
    def has_more(self) -> bool:
        """Whether the seldom needed fields are filled in, or wrong."""
        return self.has_needs or bool(self["role"].value() or self["by_video"].value())

    @property
    def has_needs(self) -> bool:
        """Whether a language, an interpreter or what else the visit needs is filled in, or wrong."""
        names = ("is_protected", "reads", "interpreter", "interpreter_words", "access", "needs")
        speaks_another = self["language"].value() not in ("", "fi", None)
        return speaks_another or any(self[name].value() or self[name].errors for name in names)

    @classmethod
    def values_of(cls, party: Party, *, is_own: bool) -> dict[str, Any]:
        """Return initial values for a person who was found; only the name if another gave the details."""
        values = cls.initial_of(party)
        if is_own and not party.is_protected:
            return values
        # The number of a protected person is asked for again, not copied.
        return {"name": values["name"], "is_protected": party.is_protected}


class OtherPersonForm(PanelPersonForm):
    """The other side of the matter, who is what the service says unless another role is chosen."""

    roles = PartyRole.sides()
    usual_role = _("as the service says")


class FurtherPersonForm(PanelPersonForm):
    """Somebody who takes part besides the two: in their own right, or along with one of them."""

    roles = PartyRole.added()
    usual_role = _("Choose")
    comes_with = forms.ChoiceField(
        label=_("Comes with"),
        choices=[
            ("", _("Nobody: in their own right")),
            (CALLER, _("The caller")),
            (OTHER, _("The other parent")),
        ],
        required=False,
    )
    may_be_notified = forms.BooleanField(
        label=_("The one they come with has said that we may write to them"), required=False
    )
    is_told_openly = forms.BooleanField(
        label=_("The others are told openly that somebody in this role comes"), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Of a support person the name is often not known.
        self.fields["name"].required = False

    def word_for_counter(self) -> None:
        """Speak of who is here: at a counter there is no caller."""
        field = field_of(self, "comes_with", forms.ChoiceField)
        field.choices = [
            (value, _("The person here") if value == CALLER else label)
            for value, label in choices_of(self, "comes_with")
        ]

    @property
    def is_filled_in(self) -> bool:
        """Whether anybody is meant."""
        return self.names_somebody or bool(self["role"].value())

    @property
    def comes_along(self) -> bool:
        role = str(self["role"].value() or "")
        return role in PartyRole.values and PartyRole(role).rules.comes_along

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if not data.get("role"):
            self.add_error("role", _("Say as what they take part."))
        elif PartyRole(data["role"]).rules.comes_along:
            if not data.get("comes_with"):
                self.add_error("comes_with", _("Say with whom they come."))
            data["given_by_other"] = False
        else:
            data["comes_with"], data["may_be_notified"] = "", False
            if not data.get("name") and "name" not in self.errors:
                self.add_error("name", _("Give the name."))
        return super().clean()
