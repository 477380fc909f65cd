"""Handing somebody on: to whom, and what they agree to tell. Shape of the input only."""

from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bookings.models import Appointment, Party
from office.core.languages import LANGUAGES, spoken_choices
from office.ui.fields import AnyModelChoiceField, field_of
from office.ui.forms import row_choice
from office.ui.public_forms import CleanForm
from referrals.hand_over.codes import typed_code
from referrals.models import DirectoryEntry, Disclosed

MESSAGE_LONGEST = 400


class HandOnForm(CleanForm):
    """Typed together with the person. Only what is ticked is told."""

    unmarked = ("first_name", "contact", "spoken", "matter", "message")

    entry = AnyModelChoiceField(DirectoryEntry.objects.none(), label=_("Partner"))
    language = forms.ChoiceField(label=_("Language of the slip"), choices=LANGUAGES)
    party = forms.ChoiceField(label=_("Who is handed on"))
    disclosed = forms.MultipleChoiceField(
        label=_("What the person agrees to tell"),
        help_text=_("Ask about each. What is not ticked is not told, even if it is typed below."),
        choices=Disclosed.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    first_name = forms.CharField(label=Disclosed.FIRST_NAME.label, max_length=60, required=False)
    contact = forms.CharField(
        label=Disclosed.CONTACT.label,
        max_length=120,
        required=False,
        help_text=_("A phone number or an e-mail address that is safe, as the person says it."),
    )
    spoken = forms.ChoiceField(label=Disclosed.LANGUAGE.label, required=False)
    matter = forms.CharField(label=Disclosed.MATTER.label, max_length=160, required=False)
    message = forms.CharField(
        label=Disclosed.MESSAGE.label,
        required=False,
        max_length=MESSAGE_LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("In the person's own words. Nothing of the other parent or of the children."),
    )
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(
        self,
        data: Any = None,
        *,
        visit: Appointment | None = None,
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial={"key": uuid4(), "language": "fi", **(initial or {})})
        self.parties: dict[str, Party] = {}
        row_choice(
            self,
            "entry",
            DirectoryEntry.objects.open_to_referrals().select_related("organisation"),
            _("Choose"),
        )
        field_of(self, "spoken", forms.ChoiceField).choices = [("", _("Choose")), *spoken_choices()]
        if visit is None:
            del self.fields["party"]
        else:
            sides = visit.parties.filter(left_at=None).order_by("pk")
            self.parties = {str(party.pk): party for party in sides}
            field_of(self, "party", forms.ChoiceField).choices = [
                ("", _("Choose")),
                *(
                    (pk, party.name or str(party.get_role_display()))
                    for pk, party in self.parties.items()
                ),
            ]
        for field in self.fields.values():
            if isinstance(field.widget, forms.Select):
                field.widget.attrs["class"] = "select"
            field.widget.attrs.setdefault("autocomplete", "off")

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        for item in data.get("disclosed") or ():
            name = FIELD_OF[Disclosed(item)]
            if not data.get(name) and name not in self.errors:
                self.add_error(name, _("Fill this in, or remove the tick above."))
        return data

    @property
    def words(self) -> dict[Disclosed, str]:
        """What the partner is told, and nothing else."""
        disclosed = {Disclosed(one) for one in self.cleaned_data["disclosed"]}
        names = dict(spoken_choices())
        words = {
            item: str(self.cleaned_data[FIELD_OF[item]]) for item in Disclosed if item in disclosed
        }
        if Disclosed.LANGUAGE in words:
            words[Disclosed.LANGUAGE] = names.get(
                words[Disclosed.LANGUAGE], words[Disclosed.LANGUAGE]
            )
        return words

    @property
    def chosen_party(self) -> Party | None:
        return self.parties.get(self.cleaned_data.get("party", ""))

    @property
    def key_given(self) -> UUID:
        key: UUID = self.cleaned_data["key"]
        return key


FIELD_OF = {
    Disclosed.FIRST_NAME: "first_name",
    Disclosed.CONTACT: "contact",
    Disclosed.LANGUAGE: "spoken",
    Disclosed.MATTER: "matter",
    Disclosed.MESSAGE: "message",
}


class ConsentForm(forms.Form):
    """The person has seen on the screen what is told, and says yes."""

    consent = forms.BooleanField(
        label=_("I see what is told, and I agree to it"),
        error_messages={
            "required": _("Without consent nothing is handed on. Give the slip alone.")
        },
    )


class SlipCodeForm(forms.Form):
    """The code of a slip, typed from paper."""

    code = forms.CharField(
        label=pgettext_lazy("of a slip", "Code"),
        max_length=60,
        help_text=_("26 letters and digits, under the square code on the slip."),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )

    def clean_code(self) -> str:
        code = typed_code(self.cleaned_data["code"])
        if not code:
            raise forms.ValidationError(
                _("A code has 26 letters and digits. Check what you typed.")
            )
        return code
