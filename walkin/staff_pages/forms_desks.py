"""The manager's forms for desks and destinations."""

from typing import Any

from crispy_forms.layout import Layout
from django.utils.translation import gettext_lazy as _

from office.core.names import Alphabetical
from office.models import Room
from office.ui.forms import OfficeModelForm, in_languages, row_choice, side_by_side, texts
from walkin.models import Desk, Destination


class DeskForm(OfficeModelForm):
    """A desk. Its name is read out, so a number or a short word."""

    class Meta:
        model = Desk
        fields = ["name", "room", "order"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rooms = Room.objects.filter(service_point=self.instance.service_point_id, is_active=True)
        row_choice(
            self, "room", rooms.order_by(Alphabetical("name")), empty=_("no room of its own")
        )
        self.fields["name"].help_text = _(
            "It is shown and read out on the display: preferably a number, such as 2."
        )
        self.fields["order"].help_text = _(
            "The free desk with the lowest order number is assigned first."
        )

    def layout(self) -> Layout:
        return Layout(side_by_side("name", "room", "order", three=True))


class DestinationForm(OfficeModelForm):
    """Another agency in the building, and how to find it."""

    class Meta:
        model = Destination
        fields = [*texts("name", "where", "hours", "for_whom"), "order"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.name_texts("name", "where", "hours", "for_whom", required=["name", "where"])
        self.fields["order"].help_text = _("Places are listed by this number, the smallest first.")

    def layout(self) -> Layout:
        return Layout(
            in_languages(_("Name"), "name"),
            in_languages(_("Where it is"), "where"),
            in_languages(_("When it is open"), "hours"),
            in_languages(_("What people go there for"), "for_whom"),
            "order",
        )
