"""A form's fields with the type that they have."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, TypeVar, cast

from django import forms
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

FieldT = TypeVar("FieldT", bound=forms.Field)

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

    AnyModelChoiceField = forms.ModelChoiceField[Any]
else:
    AnyModelChoiceField = forms.ModelChoiceField


def field_of(form: forms.BaseForm, name: str, kind: type[FieldT]) -> FieldT:
    """Return the form's field `name`. Raises TypeError where it is of another kind."""
    field = form.fields[name]
    if not isinstance(field, kind):
        raise TypeError(f"{name} is not a {kind.__name__}")
    return field


def choices_of(form: forms.BaseForm, name: str) -> list[tuple[Any, Any]]:
    """Return the choices of the form's field `name`, in their order."""
    field = field_of(form, name, forms.ChoiceField)
    return list(cast("Iterable[tuple[Any, Any]]", field.choices))


def https_field(label: "StrPromise", *, help_text: "StrPromise | str" = "") -> forms.URLField:
    """Return a field for an optional web address with https. A slip in it has one answer, ours."""
    message = _("Give the whole address, beginning with https://.")
    field = forms.URLField(
        label=label,
        help_text=help_text,
        required=False,
        max_length=500,
        assume_scheme="https",
        error_messages={"invalid": message},
        widget=forms.URLInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    others = [check for check in field.validators if not isinstance(check, URLValidator)]
    field.validators = [*others, URLValidator(["https"], message=message)]
    return field
