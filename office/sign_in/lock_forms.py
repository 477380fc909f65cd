"""How soon screens lock."""

from typing import Any

from crispy_forms.layout import Div, Layout
from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from office.models import Role
from office.ui.forms import OfficeForm

LONGEST = 240


class LockTimesForm(OfficeForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for role, name in Role.choices:
            self.fields[role] = forms.IntegerField(
                label=_("%(role)s (minutes)") % {"role": capfirst(str(name))},
                min_value=0,
                max_value=LONGEST,
                help_text=_("0: the screen does not lock."),
            )

    def layout(self) -> Layout:
        return Layout(Div(*Role.values, css_class="fields"))

    def minutes(self) -> dict[str, int]:
        return {role: self.cleaned_data[role] for role in Role.values}
