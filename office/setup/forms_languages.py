"""That a partial language was checked, and the unit's own texts in it."""

import hashlib
from collections.abc import Sequence
from typing import Any

from crispy_forms.layout import Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from office.core.languages import LANGUAGES, PartialLanguage
from office.models.unit_texts import LONGEST
from office.setup.partial_languages import OwnText
from office.ui.forms import OfficeForm

# A longer text is not seen whole in one line of a phone.
ONE_LINE = 40


class CheckedForm(OfficeForm):
    """`version`: of the texts that were on the page."""

    by = forms.CharField(
        label=_("Who has checked the texts"),
        max_length=80,
        help_text=_("A translator or an office whose language it is, and not a machine."),
    )
    otherwise = forms.ChoiceField(
        label=_("The language of all other pages and messages for its readers"),
        choices=LANGUAGES,
        initial="fi",
        widget=forms.RadioSelect,
    )
    version = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def layout(self) -> Layout:
        return Layout("by", "otherwise", "version")


class OwnTextsForm(OfficeForm):
    """The unit's own texts in one language, each labelled with the Finnish one."""

    def __init__(
        self, data: Any = None, *, language: PartialLanguage, texts: Sequence[OwnText]
    ) -> None:
        self.names = {_name(text.finnish): text.finnish for text in texts}
        super().__init__(data, initial={_name(text.finnish): text.text for text in texts})
        for text in texts:
            self.fields[_name(text.finnish)] = forms.CharField(
                label=text.finnish,
                required=False,
                max_length=LONGEST,
                help_text=_state_label(text),
                widget=_widget(text.finnish, language),
            )
        # All may be left empty, as the page says.
        self.unmarked = tuple(self.fields)

    @property
    def texts(self) -> dict[str, str]:
        """The translations by their Finnish text."""
        return {finnish: self.cleaned_data[name] for name, finnish in self.names.items()}


def _widget(finnish: str, language: PartialLanguage) -> forms.Widget:
    attrs = {"lang": language.code, "dir": language.direction}
    if len(finnish) <= ONE_LINE:
        return forms.TextInput(attrs=attrs)
    return forms.Textarea(attrs={**attrs, "rows": 2})


def _name(finnish: str) -> str:
    """Name the field by its text, so that it keeps its name when a service is added meanwhile."""
    return f"text_{hashlib.sha256(finnish.encode()).hexdigest()[:16]}"


def _state_label(text: OwnText) -> str:
    if not text.text:
        return str(_("Missing: shown in Finnish"))
    return "" if text.is_checked else str(_("Not checked: shown in Finnish"))
