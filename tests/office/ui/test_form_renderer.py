"""Widgets that are drawn without a template are what Django's own templates make of them."""

from typing import Any

import pytest
from django import forms
from django.forms.renderers import TemplatesSetting
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy

from office.ui import form_renderer
from office.ui.form_renderer import FormRenderer

ODD = "<b>\"Ä&'\u200f</b>"
ATTRS = {"id": "id_field", "required": True, "disabled": False, "maxlength": 40, "title": ODD}
CHOICES = [
    ("", "---"),
    (1, 1234567),
    (ODD, ODD),
    (gettext_lazy("Group"), [("a", "A"), ("b", gettext_lazy("Save"))]),
    ("safe", mark_safe("<i>&amp;</i>")),
]


def drawn(widget: forms.Widget, value: Any, renderer: Any, attrs: dict[str, Any]) -> str:
    return str(widget.render("na<me", value, attrs, renderer)).strip()


@pytest.mark.parametrize("value", [None, "", 0, 1234567, ODD, mark_safe("&amp;"), True])
@pytest.mark.parametrize(
    "widget",
    [
        forms.TextInput(),
        forms.NumberInput(attrs={"step": 5, "min": 0}),
        forms.EmailInput(),
        forms.URLInput(),
        forms.HiddenInput(),
        forms.PasswordInput(),
        forms.PasswordInput(render_value=True),
        forms.CheckboxInput(),
        forms.Textarea(attrs={"rows": 3}),
        forms.Select(choices=CHOICES),
        forms.SelectMultiple(choices=CHOICES),
        forms.TextInput(attrs={"class": "input", "data-odd": ODD, "autofocus": True}),
    ],
    ids=lambda widget: type(widget).__name__,
)
def test_same_as_the_template(widget: forms.Widget, value: Any) -> None:
    for attrs in ({}, ATTRS):
        ours = drawn(widget, value, FormRenderer(), attrs)
        assert ours == drawn(widget, value, TemplatesSetting(), attrs)


def test_an_option_with_a_template_of_its_own_is_left_to_it() -> None:
    class Odd(forms.Select):
        option_template_name = "django/forms/widgets/radio_option.html"

    widget = Odd(choices=[("a", "A")])
    assert 'type="' in drawn(widget, "a", FormRenderer(), {})


def test_none_is_left_to_its_template() -> None:
    """Fails where one of them is no longer drawn here: then a page is slow and nobody sees why."""
    drawn_here = {name.rpartition("/")[2] for name in form_renderer._DRAWN}
    assert {
        "text.html",
        "checkbox.html",
        "hidden.html",
        "select.html",
        "textarea.html",
    } <= drawn_here
