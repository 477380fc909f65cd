"""Whom to keep out of whose matter."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bookings.lifecycle.references import normal_code
from bookings.models import Appointment
from office.core.names import Alphabetical
from office.models import Professional
from office.ui.forms import OfficeForm


class BarForm(OfficeForm):
    """Somebody who is to stay out of a matter that is known already."""

    professional: "forms.ModelChoiceField[Professional]" = forms.ModelChoiceField(
        queryset=Professional.objects.none(), label=_("Who stays out"), empty_label=_("Choose")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["professional"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - for mypy
        field.queryset = Professional.objects.in_use().order_by(Alphabetical("name"))


class BarByCodeForm(BarForm):
    """The same by the code of one of the matter's appointments."""

    field_order = ["code", "professional"]
    code = forms.CharField(label=_("Code of the appointment"), max_length=20)

    def clean_code(self) -> Appointment:
        code = normal_code(self.cleaned_data["code"])
        found = Appointment.objects.filter(reference=f"{code[:3]}-{code[3:]}").first()
        if found is None:
            raise forms.ValidationError(_("No appointment has this code."))
        return found
