"""The manager's form for a matter of a point."""

from typing import Any

from crispy_forms.layout import Fieldset, Layout
from django.utils.translation import gettext_lazy as _

from office.ui.forms import OfficeModelForm, in_languages, texts
from walkin.models import PointMatter


class PointMatterForm(OfficeModelForm):
    """Whether the point takes the matter, and what it asks of those who come."""

    class Meta:
        model = PointMatter
        fields = ["is_taken", "presence", "needs_papers", "needs_identity", *texts("bring")]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.name_texts("bring")
        self.fields["presence"].help_text = _(
            "Who comes alone with a matter of both parents is offered advice or an appointment instead."
        )
        self.fields["needs_papers"].help_text = _("People are asked before they take a number.")

    def layout(self) -> Layout:
        return Layout(
            "is_taken",
            Fieldset(_("What it asks of people"), "presence", "needs_papers", "needs_identity"),
            in_languages(
                _("What to bring and show, one thing on a line; empty: what the service says"),
                "bring",
            ),
        )
