"""What every form of the public shares: no identity codes, an unseen trap for robots."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from office.identity_code import refuse_identity_code


class CleanForm(forms.Form):
    """A form whose texts are refused where they hold a personal identity code."""

    # Fields that may be empty and are still not called optional: one of them is needed.
    unmarked: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, forms.MultipleChoiceField):
                field.error_messages["required"] = _("Choose at least one.")
            elif isinstance(field, forms.ChoiceField):
                field.error_messages["required"] = _("Choose one.")

    def _clean_fields(self) -> None:
        super()._clean_fields()  # type: ignore[misc]
        for name, value in list(self.cleaned_data.items()):
            if isinstance(value, str) and value:
                try:
                    refuse_identity_code(value)
                except forms.ValidationError as error:
                    self.add_error(name, error)


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
        """The fields that people see."""
        return [field for field in self if field.name != "website"]
