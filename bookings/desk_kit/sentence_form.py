"""What the secretary adds to the letters of what is declined, cancelled or moved."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from bookings.appointments.added_sentences import LONGEST, Words, names_somebody
from bookings.models import Party
from office.core.languages import LANGUAGES
from office.models import StandardSentence
from office.ui.fields import field_of
from office.ui.public_forms import CleanForm


class SentenceForm(CleanForm):
    """What the secretary adds to a letter: a standard sentence, or a few words of their own."""

    marks_required = True
    standard: "forms.ModelChoiceField[StandardSentence]" = forms.ModelChoiceField(
        label=_("Standard sentence"),
        queryset=StandardSentence.objects.none(),
        required=False,
        empty_label=_("None"),
    )
    words = forms.CharField(
        label=_("Own words to both"),
        help_text=_(
            "Read on the own page only: the message says that they are there. Both parents read the "
            "same. No names, no contact details."
        ),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    words_language = forms.ChoiceField(
        label=_("Language of the words"), choices=LANGUAGES, required=False
    )

    def __init__(self, *args: Any, parties: Iterable[Party] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.parties = parties
        sentences = StandardSentence.objects.in_use()
        field_of(self, "standard", forms.ModelChoiceField).queryset = sentences

    def clean_words(self) -> str:
        words = str(self.cleaned_data["words"]).strip()
        if names_somebody(words, self.parties):
            raise ValidationError(
                _("Leave out names and contact details: both parents read the same words.")
            )
        return words

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("standard") and data.get("words"):
            self.add_error("words", _("Choose a standard sentence, or write your own: not both."))
        return data

    @property
    def is_open(self) -> bool:
        """Whether something is chosen or typed, which is to stay in sight."""
        return bool(self.errors or self["standard"].value() or self["words"].value())

    def added(self) -> Words | None:
        """Return what is to be added; the form is valid."""
        data = self.cleaned_data
        if data["standard"]:
            return Words.standard(data["standard"])
        if data["words"]:
            return Words.own(data["words"], data["words_language"] or "fi")
        return None
