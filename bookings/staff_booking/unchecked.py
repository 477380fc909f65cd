"""A form that is shown again before all of it is written."""

from typing import TypeVar

from django import forms

F = TypeVar("F", bound=forms.Form)


def unchecked(form: F) -> F:
    """Return the same form with what was typed, not validated yet."""
    typed = {name: form[name].value() for name in form.fields}
    return type(form)(prefix=form.prefix, initial=typed)
