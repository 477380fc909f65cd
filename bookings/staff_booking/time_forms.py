"""The chosen times: the caller's or that of both, and the other parent's own."""

from collections.abc import Mapping
from typing import Any

from django import forms

from bookings.appointments.booking import Chosen
from bookings.availability.codec import parse_found_time, parse_who
from bookings.availability.search import Wish
from bookings.models.matters import Matters


def chosen_time(text: str, matters: Matters | None) -> Chosen | None:
    """Read a field's time; None where it is none, or found for other matters or lengths."""
    found = parse_found_time(text, matters) if matters else None
    who = parse_who(found.who) if found else None
    if found is None or who is None or matters is None:
        return None
    including, without = who
    wish = Wish.about(matters, found.channel, found.slot.point, found.language, without, including)
    return Chosen(wish, found.slot)


class ChosenTimeForm(forms.Form):
    """A chosen time, and how many times were passed by. What is not valid counts as empty."""

    slot = forms.CharField(required=False)
    skip = forms.IntegerField(required=False, min_value=0, max_value=9999)
    # The button that steps on: it counts instead of `skip`.
    skip_to = forms.IntegerField(required=False, min_value=0, max_value=9999)

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data or {})
        self.full_clean()

    @property
    def skipped(self) -> int:
        step = self.cleaned_data.get("skip_to")
        return self.cleaned_data.get("skip") or 0 if step is None else step

    def chosen(self, matters: Matters | None) -> Chosen | None:
        """Return the chosen time; None without one, or if found for other matters or lengths."""
        return chosen_time(self.cleaned_data.get("slot", ""), matters)


class OtherTimeForm(ChosenTimeForm):
    """The same for the other parent's own visit: `slot_other`, `skip_other`, `skip_other_to`."""

    def add_prefix(self, field_name: str) -> str:
        name, _, to = field_name.partition("_")
        return f"{name}_other_{to}" if to else f"{name}_other"
