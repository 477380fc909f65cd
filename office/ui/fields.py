"""A form's fields with the type that they have."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, TypeVar, cast

from django import forms

FieldT = TypeVar("FieldT", bound=forms.Field)

if TYPE_CHECKING:
    AnyModelChoiceField = forms.ModelChoiceField[Any]
else:
    AnyModelChoiceField = forms.ModelChoiceField


def field_of(form: forms.BaseForm, name: str, kind: type[FieldT]) -> FieldT:
    """The form's field `name`. TypeError where it is of another kind."""
    field = form.fields[name]
    if not isinstance(field, kind):
        raise TypeError(f"{name} is not a {kind.__name__}")
    return field


def choices_of(form: forms.BaseForm, name: str) -> list[tuple[Any, Any]]:
    """The choices of the form's field `name`, in their order."""
    field = field_of(form, name, forms.ChoiceField)
    return list(cast("Iterable[tuple[Any, Any]]", field.choices))
