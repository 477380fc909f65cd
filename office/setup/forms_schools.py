"""School holidays, as the manager writes them."""

from typing import Any

from crispy_forms.layout import Layout
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from office.models import SchoolBreak
from office.ui.forms import OfficeModelForm, side_by_side


class SchoolBreakForm(OfficeModelForm):
    class Meta:
        model = SchoolBreak
        fields = ["region", "kind", "first_day", "last_day"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["region"].help_text = _("As parents know it. They pick it by this name.")

    def layout(self) -> Layout:
        return Layout(side_by_side("region", "kind"), side_by_side("first_day", "last_day"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        first, last = cleaned.get("first_day"), cleaned.get("last_day")
        if first and last and last < first:
            problem = _("The last day cannot be before the first.")
            self.add_error("last_day", ValidationError(problem))
        elif first and last and (last - first).days > 100:
            self.add_error("last_day", ValidationError(_("No school holiday is that long.")))
        return cleaned
