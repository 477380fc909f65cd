"""Who is away and when, and what is chosen for each visit that it hits. Shape of the input only."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bookings.absences.proposals import LONGEST, Away, Replacement
from bookings.availability.codec import parse_slot, slot_value
from bookings.availability.slots import Slot
from bookings.rescheduling.plan import VisitArrangement
from office.core import clock
from office.core.names import Alphabetical
from office.core.typed import Edge
from office.models import Absence, Professional
from office.ui.date_fields import DayField
from office.ui.fields import field_of

BIGGEST = 2**31
# The choice of a row that cancels its visit.
CANCEL = "cancel"


class AwayForm(forms.Form):
    """Whose absence, and which days."""

    professional: "forms.ModelChoiceField[Professional]" = forms.ModelChoiceField(
        label=_("Who is away"), queryset=Professional.objects.none(), empty_label=_("Choose")
    )
    first = DayField(label=_("First day"))
    last = DayField(label=_("Last day"), edge=Edge.LAST)
    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=Absence.Reason.to_choose(),
        initial=Absence.Reason.NOT_GIVEN,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field_of(
            self, "professional", forms.ModelChoiceField
        ).queryset = Professional.objects.in_use().order_by(Alphabetical("name"))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        first, last = data.get("first"), data.get("last")
        if first and last:
            if last < first:
                self.add_error("last", _("The last day cannot be before the first."))
            elif last < clock.today():
                self.add_error("last", _("Choose future days."))
            elif last - first > LONGEST - timedelta(days=1):
                self.add_error("last", _("Choose at most %(days)s days.") % {"days": LONGEST.days})
        return data

    def away(self) -> Away:
        """Return the absence; the form must be valid."""
        data = self.cleaned_data
        return Away(data["professional"], data["first"], data["last"])


def choice_value(choice: Replacement) -> str:
    """Return a choice as a field carries it: when, where, with whom."""
    change = choice.change
    people = ",".join(str(pk) for pk in change.professionals)
    if choice.same_time:
        return f"same:{people}"
    return f"move:{slot_value(Slot(change.start, change.point or 0))}:{people}"


def parse_choice(value: str, current: VisitArrangement) -> tuple[VisitArrangement, bool] | None:
    """Return the change that a value means, and whether the time stays; None where it means none."""
    kind, _colon, rest = value.partition(":")
    when, _colon, people = rest.rpartition(":")
    ids = [int(pk) for pk in people.split(",") if pk.isdecimal() and int(pk) < BIGGEST]
    if not ids:
        return None
    if kind == "same":
        wanted = VisitArrangement(
            current.start, current.channel, current.point, tuple(ids), current.room
        )
        return wanted, True
    slot = parse_slot(when)
    if kind != "move" or slot is None:
        return None
    return VisitArrangement(slot.start, current.channel, slot.point, tuple(ids)), False
