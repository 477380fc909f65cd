"""The form of a word before the visit. Shape of the input only."""

from django import forms
from django.utils.translation import gettext_lazy as _

from bookings.models.words_before import WORD_LONGEST
from office.ui.public_forms import CleanForm


class WordForm(CleanForm):
    """Short, in one's own words, without identity codes."""

    text = forms.CharField(
        label=_("What should we know before the visit?"),
        help_text=_("Leave out personal identity codes."),
        max_length=WORD_LONGEST,
        widget=forms.Textarea(attrs={"rows": 5, "autocomplete": "off"}),
    )
