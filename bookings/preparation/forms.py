"""Forms of the papers. Shape of the input only."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bookings.preparation.answers import Answer, fingerprint
from bookings.preparation.questions import FieldKind, HomeFormQuestion, HomeFormSheet
from office.models import BringItem
from office.ui.fields import field_of
from office.ui.public_forms import CleanForm

# So short that no line needs its limit shown under it: there are many of them on a page.
LONGEST_LINE, LONGEST_TEXT = 199, 4000


class BeginForm(forms.Form):
    """Whether this browser is to find the papers again by itself."""

    remember = forms.BooleanField(
        label=_("Remember the key on this device"),
        required=False,
        help_text=_("Only if nobody else uses the device. Your own page leads to the papers then."),
    )


class BringForm(forms.Form):
    """Which things are packed."""

    things = forms.MultipleChoiceField(
        label=_("What to bring"), required=False, widget=forms.CheckboxSelectMultiple
    )
    # Nothing packed yet is no answer left out.
    unmarked = ("things",)

    def __init__(self, *args: Any, items: Sequence[BringItem], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        things = field_of(self, "things", forms.MultipleChoiceField)
        things.choices = [(item.key, item.text) for item in items]

    @property
    def keys(self) -> list[str]:
        kept: list[str] = self.cleaned_data["things"]
        return kept


class SheetForm(CleanForm):
    """One form; with it goes the fingerprint of the answers that it was opened with."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput, max_length=16)

    def __init__(self, *args: Any, sheet: HomeFormSheet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sheet = sheet
        for question in sheet.questions:
            self.fields[question.key] = _field(question)
        # Every question may be skipped, as the page says.
        self.unmarked = tuple(question.key for question in sheet.questions)

    @staticmethod
    def initial_of(
        content: dict[str, Any], sheet: HomeFormSheet, given: dict[str, Answer]
    ) -> dict[str, Any]:
        return {**given, "seen": fingerprint(content, sheet.form)}

    def groups(self) -> list[tuple[Any, list[Any]]]:
        """Return the sections with their fields."""
        return [
            (section.title, [self[question.key] for question in section.questions])
            for section in self.sheet.sections
        ]

    @property
    def given(self) -> dict[str, Answer]:
        """The answers by question, line ends as typed."""
        found: dict[str, Answer] = {}
        for question in self.sheet.questions:
            value = self.cleaned_data[question.key]
            found[question.key] = value if isinstance(value, list) else _as_typed(value)
        return found


def _field(question: HomeFormQuestion) -> forms.Field:
    label: Any = question.text
    hint: Any = question.hint
    if question.answered is FieldKind.CHOICES:
        return forms.MultipleChoiceField(
            label=label,
            help_text=hint,
            required=False,
            choices=question.choices,
            widget=forms.CheckboxSelectMultiple,
        )
    is_long = question.answered is FieldKind.TEXT
    widget: forms.Widget = (
        forms.Textarea(attrs={"rows": 4, "autocomplete": "off"})
        if is_long
        else forms.TextInput(attrs={"autocomplete": "off"})
    )
    return forms.CharField(
        label=label,
        help_text=hint,
        required=False,
        max_length=LONGEST_TEXT if is_long else LONGEST_LINE,
        widget=widget,
    )


def _as_typed(text: str) -> str:
    """Restore line ends as typed: browsers send them as two characters."""
    return text.replace("\r\n", "\n").strip()
