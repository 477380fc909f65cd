"""What the county says on the pages of privacy and accessibility."""

from typing import Any

from crispy_forms.layout import Fieldset, Layout
from django.utils.translation import gettext_lazy as _

from office.models import PublicStatements
from office.ui.forms import OfficeModelForm, in_languages, side_by_side, texts

_TEXTS = ("register_name", "protection_officer", "processors")
_FAULTS = ("accessibility_faults", "assessed_by")


class StatementsForm(OfficeModelForm):
    past_days = ("privacy_updated", "accessibility_updated")

    class Meta:
        model = PublicStatements
        fields = [
            *texts(*_TEXTS),
            "privacy_updated",
            "accessibility",
            *texts(*_FAULTS),
            "accessibility_updated",
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.name_texts(*_TEXTS, *_FAULTS)

    def layout(self) -> Layout:
        return Layout(
            Fieldset(
                _("Privacy"),
                in_languages(_("Name of the register"), "register_name"),
                in_languages(
                    _("Data protection officer: title, address, e-mail, phone"),
                    "protection_officer",
                ),
                in_languages(_("Who handles data for the county, one on a line"), "processors"),
                "privacy_updated",
            ),
            Fieldset(
                _("Accessibility statement"),
                side_by_side("accessibility", "accessibility_updated"),
                in_languages(_("Known faults, one on a line"), "accessibility_faults"),
                in_languages(_("Outside expert who has assessed it, and when"), "assessed_by"),
            ),
        )
