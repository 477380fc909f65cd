"""The form in which a partner proposes evenings of their own. Shape of the input only."""

from typing import Any

from crispy_forms.layout import Fieldset, Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from evenings.models import Evening
from evenings.planning.form_fields import (
    ELSEWHERE,
    FACTS,
    DaysField,
    FactsFields,
    HoursFields,
    PlaceFields,
    initial_hours,
    initial_window,
)
from office.core import clock, dates
from office.models.guidance import check_address
from office.ui.forms import in_languages, near
from office.ui.public_forms import CleanForm


class ProposalForm(FactsFields, PlaceFields, HoursFields):
    """One evening, or one on each of several days; changed, it is on one day."""

    days = DaysField(
        label=_("Day or days"),
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Several days plan a series at once: each on its own line."),
    )

    def __init__(self, *args: Any, is_one: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_one = is_one
        if is_one:
            self.fields["days"].label = _("Day")
            self.fields["days"].help_text = ""

    def layout(self) -> Layout:
        what, signing_up = self.facts_layout()
        return Layout(
            what,
            Fieldset(_("When"), "days", near("starts", "ends")),
            Fieldset(_("Where"), in_languages(_("Name and address"), "place"), "remote_link"),
            signing_up,
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        days = cleaned.get("days", [])
        if any(day <= clock.today() for day in days):
            self.add_error("days", _("Choose days that are still to come."))
        if self.is_one and len(days) > 1:
            self.add_error("days", _("Write one day."))
        if not cleaned.get("place_fi") and not cleaned.get("remote_link"):
            self.add_error("place_fi", _("Say where the evening is, or give a remote link."))
        return cleaned

    def proposals(self) -> list[Evening]:
        """Return the evenings, not saved yet."""
        return [Evening(**facts) for facts in self.each_facts()]

    def each_facts(self) -> list[dict[str, Any]]:
        """Return what each evening says, with time and place."""
        found = []
        for day in self.cleaned_data["days"]:
            starts_at, ends_at = self.span(day)
            found.append(
                {
                    "starts_at": starts_at,
                    "ends_at": ends_at,
                    **self.facts(starts_at),
                    **self.elsewhere(),
                }
            )
        return found

    @staticmethod
    def initial_of(evening: Evening) -> dict[str, Any]:
        return {
            **{name: getattr(evening, name) for name in (*FACTS, *ELSEWHERE)},
            **initial_window(evening),
            **initial_hours(evening),
            "days": dates.date(evening.starts_at, "fi"),
        }


class GivenMaterialForm(CleanForm):
    """Something to read after an evening: a text, a link, or both."""

    title = forms.CharField(label=_("Heading"), max_length=120)
    text = forms.CharField(
        label=_("Text"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 6})
    )
    url = forms.CharField(
        label=_("Address, beginning with https://"),
        max_length=300,
        required=False,
        validators=[check_address],
        widget=forms.URLInput,
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if not (data.get("text") or data.get("url") or self.errors):
            self.add_error("text", _("Write a text or give an address."))
        return data
