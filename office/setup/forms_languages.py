"""That a partial language was checked."""

from crispy_forms.layout import Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from office.core.languages import LANGUAGES
from office.ui.forms import OfficeForm


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
