"""What public forms share: no identity codes, limits shown, likely slips queried, a trap for robots."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from office.core.email_slips import suggested
from office.core.identity_code import refuse_identity_code
from office.ui.contact_fields import ContactEmailField


@dataclass(frozen=True)
class TypoQuestion:
    """What is asked about a value that may be a slip: it is taken when its box is ticked."""

    value: str
    is_answered: bool


class CleanForm(forms.Form):
    """A form whose texts are refused where they hold a personal identity code."""

    # Fields that may be empty and are still not called optional: one of them is needed.
    unmarked: tuple[str, ...] = ()
    # Where most fields are optional, the few required ones are marked instead.
    marks_required = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions: dict[str, TypoQuestion] = {}
        for field in self.fields.values():
            if isinstance(field, forms.MultipleChoiceField):
                field.error_messages["required"] = _("Choose at least one.")
            elif isinstance(field, forms.ChoiceField):
                field.error_messages["required"] = _("Choose one.")
            # A browser would cut a pasted text without a word; too long a text gets an error.
            field.widget.attrs.pop("maxlength", None)

    def _clean_fields(self) -> None:
        super()._clean_fields()  # type: ignore[misc]
        for name, value in list(self.cleaned_data.items()):
            if isinstance(value, str) and value:
                try:
                    refuse_identity_code(value)
                except forms.ValidationError as error:
                    self.add_error(name, error)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for name, field in self.fields.items():
            if isinstance(field, ContactEmailField) and data.get(name):
                self._ask_about_slip(name, data[name])
        return data

    def _ask_about_slip(self, name: str, address: str) -> None:
        meant = suggested(address)
        if meant:
            self.ask(
                name,
                address,
                gettext("Did you mean %(address)s? Correct the address, or tick that it is right.")
                % {"address": meant},
            )

    def ask(self, name: str, value: str, question: str) -> None:
        """Ask about a value that may be a slip, until its box is ticked. Works without scripts.

        What the form began with has been asked about before.
        """
        ticked = self.data.get(answer_name(self.add_prefix(name))) == value
        known = str(self.get_initial_for_field(self.fields[name], name) or "") == value
        self.questions[name] = TypoQuestion(value, is_answered=ticked)
        if not ticked and not known:
            self.add_error(name, forms.ValidationError(question, code="asked"))


def answer_name(html_name: str) -> str:
    """Name the box that confirms a value."""
    return f"{html_name}_is_right"


class TrappedForm(CleanForm):
    """A form with a field that people do not see and robots fill in (a honeypot)."""

    website = forms.CharField(
        required=False,
        label=_("Leave this empty"),
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )

    @property
    def is_trapped(self) -> bool:
        """Whether a robot has filled the trap in."""
        return bool(self.data.get(self.add_prefix("website")))

    def visible_ones(self) -> list[Any]:
        """Return the fields that people see."""
        return [field for field in self if field.name != "website"]
