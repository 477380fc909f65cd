"""What the forms of signing up share, by oneself and by phone. Shape of the input only."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from evenings.places.private_words import LONGEST, SHORTEST, hash_word, normal_word
from evenings.sign_ups.actions import Attendee


class WordField(forms.CharField):
    """A private word; empty for none."""

    default_error_messages = {
        "short": _("Choose a longer word: at least four letters or digits."),
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label=_("Private word"),
            max_length=LONGEST,
            required=False,
            widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
            **kwargs,
        )

    def clean(self, value: Any) -> str:
        word: str = super().clean(value)
        if word and len(normal_word(word)) < SHORTEST:
            raise forms.ValidationError(self.error_messages["short"], code="short")
        return word


def attendee_of(data: Mapping[str, Any], language: str) -> Attendee:
    """Return what was typed, as the action takes it; the word itself goes no further."""
    contact: str = data["contact"]
    is_email = "@" in contact
    return Attendee(
        people=data["people"],
        first_name=data["first_name"],
        email=contact if is_email else "",
        phone="" if is_email else contact,
        language=language,
        word_hash=hash_word(data["word"]),
    )
