"""The form that sends links of guidance. Shape of the input only."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.forms.boundfield import BoundWidget
from django.utils.translation import gettext_lazy as _

from bookings.guidance.sending import MOST_LINKS
from office.core.languages import LANGUAGES
from office.models import GuidanceLink, MessageChannel
from office.ui.contact_fields import ContactEmailField, ContactPhoneField
from office.ui.public_forms import CleanForm


class LinksForm(CleanForm):
    """Which links, in which language, to whom. `parties`: safe ways to the parties of an appointment."""

    links: "forms.ModelMultipleChoiceField[GuidanceLink]" = forms.ModelMultipleChoiceField(
        label=_("Links"),
        queryset=GuidanceLink.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one link.")},
    )
    party = forms.ChoiceField(
        label=_("To a party, by what is safe"),
        required=False,
        # It stands beside the form's links, not within.
        widget=forms.RadioSelect(attrs={"form": "send-links"}),
    )
    to = forms.CharField(
        label=_("E-mail address or mobile number"),
        required=False,
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    language = forms.ChoiceField(
        label=_("Language of the message"),
        choices=LANGUAGES,
        widget=forms.RadioSelect,
    )
    key = forms.CharField(max_length=60, widget=forms.HiddenInput)

    def __init__(self, *args: Any, parties: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        links: Any = self.fields["links"]
        links.queryset = GuidanceLink.objects.in_use()
        if parties:
            choice: Any = self.fields["party"]
            choice.choices = [*parties, ("", _("To another address"))]
        else:
            del self.fields["party"]

    def languages_with_keys(self) -> list[tuple[BoundWidget, str]]:
        """Return each language to choose, with the key that chooses it."""
        keys = {"fi": "f", "sv": "r", "en": "e"}
        return [(radio, keys[radio.data["value"]]) for radio in self["language"].subwidgets]

    def clean_links(self) -> list[GuidanceLink]:
        links = list(self.cleaned_data["links"])
        if len(links) > MOST_LINKS:
            raise forms.ValidationError(
                _("Choose %(count)s links at most.") % {"count": MOST_LINKS}
            )
        return links

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("party") or "to" in self.errors or "party" in self.errors:
            return data
        text = data.get("to", "").strip()
        if not text:
            self.add_error("to", _("Give the e-mail address or the mobile number."))
        elif "@" in text:
            try:
                data["to"] = ContactEmailField().clean(text)
                data["channel"] = MessageChannel.EMAIL
            except forms.ValidationError as error:
                self.add_error("to", error)
        else:
            try:
                number = ContactPhoneField().clean(text)
                data["to"], data["channel"] = number.as_e164, MessageChannel.SMS
            except forms.ValidationError as error:
                neither = _("This is neither an e-mail address nor a phone number. Check it.")
                self.add_error("to", neither if error.error_list[0].code == "invalid" else error)
        return data
