"""The form of one rule of length."""

from typing import Any

from django import forms

from office.models import LengthRule, Service
from office.ui.forms import OfficeModelForm, row_choice


class LengthRuleForm(OfficeModelForm):
    class Meta:
        model = LengthRule
        fields = ["services", "minutes"]
        widgets = {"services": forms.CheckboxSelectMultiple}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.instance.services.all() if self.instance.pk else Service.objects.none()
        row_choice(self, "services", Service.objects.in_use() | chosen)
