"""An agency of interpreters, as the manager writes it."""

from crispy_forms.layout import Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from office.models import InterpreterAgency
from office.ui.forms import OfficeModelForm, side_by_side


class InterpreterAgencyForm(OfficeModelForm):
    order_page = forms.URLField(
        label=_("Address of its order page"),
        help_text=_("It begins with https://."),
        assume_scheme="https",
        required=False,
        max_length=200,
    )

    class Meta:
        model = InterpreterAgency
        fields = ["name", "phone", "email", "order_page", "for_sign_language", "is_active"]
        help_texts = {"is_active": _("Out of use nothing is ordered there; earlier orders stay.")}

    def layout(self) -> Layout:
        return Layout(
            "name", side_by_side("phone", "email"), "order_page", "for_sign_language", "is_active"
        )
