"""An agency of interpreters, as the manager writes it."""

from crispy_forms.layout import Layout
from django.utils.translation import gettext_lazy as _

from office.models import InterpreterAgency
from office.ui.fields import https_field
from office.ui.forms import OfficeModelForm, side_by_side


class InterpreterAgencyForm(OfficeModelForm):
    order_page = https_field(_("Address of its order page"))

    class Meta:
        model = InterpreterAgency
        fields = ["name", "phone", "email", "order_page", "for_sign_language", "is_active"]
        help_texts = {"is_active": _("Out of use nothing is ordered there; earlier orders stay.")}

    def layout(self) -> Layout:
        return Layout(
            "name", side_by_side("phone", "email"), "order_page", "for_sign_language", "is_active"
        )
