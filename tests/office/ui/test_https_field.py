"""The field for a web address."""

import pytest
from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from office.ui.fields import https_field


class Form(forms.Form):
    page = https_field(_("Website"))


@pytest.mark.parametrize(
    "typed", ["31.12.9999", "http://example.org", "ei ole", "https://[", "x" * 90]
)
def test_a_slip_in_an_address_has_one_answer_in_our_words(typed: str) -> None:
    with override("fi"):
        errors = Form({"page": typed}).errors["page"]
        assert errors == ["Anna koko osoite, alussa https://."]


@pytest.mark.parametrize("typed", ["", "https://example.org/a", "example.org"])
def test_an_address_or_none_is_taken(typed: str) -> None:
    assert Form({"page": typed}).is_valid()
