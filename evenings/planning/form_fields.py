"""What the forms of evenings share: days, hours, places, what an evening says of itself."""

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from crispy_forms.layout import Fieldset
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from evenings.models import Evening, EveningKind
from office.core import clock, typed
from office.core.languages import LANGUAGES
from office.models.guidance import check_address
from office.ui.forms import OfficeForm, in_languages, near, row_choice, texts

HOUR, WEEK = timedelta(hours=1), timedelta(weeks=1)
MOST_AT_ONCE = 20
LONGEST_NOTE, LONGEST_PLACE = 240, 200
ELSEWHERE = (*texts("place"), "remote_link")
FACTS = ("kind", "languages", "capacity", *texts("note"))

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise


def text_field(longest: int, label: "StrPromise") -> forms.CharField:
    return forms.CharField(label=label, max_length=longest, required=False)


class DaysField(forms.CharField):
    """One day or several, written as people write days, each on its own line."""

    default_error_messages = {
        "day": _(
            "Write each day on its own line, like this: 8.12. or ti 8.12.2026. Check: %(text)s"
        ),
        "many": _("At most %(most)s evenings at once."),
    }

    def clean(self, value: Any) -> list[date]:
        text = super().clean(value)
        found: set[date] = set()
        for part in filter(None, (p.strip() for p in re.split(r"[\n;]", text))):
            day = typed.read_day(part, clock.today(), years=typed.Years.AROUND)
            if day is None:
                raise ValidationError(
                    self.error_messages["day"], code="day", params={"text": part[:40]}
                )
            found.add(day)
        if len(found) > MOST_AT_ONCE:
            raise ValidationError(
                self.error_messages["many"], code="many", params={"most": MOST_AT_ONCE}
            )
        return sorted(found)


class HoursFields(OfficeForm):
    """From when until when."""

    starts = forms.TimeField(label=_("From"))
    ends = forms.TimeField(label=_("Until"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("starts") and cleaned.get("ends") and cleaned["starts"] >= cleaned["ends"]:
            self.add_error("ends", _("The evening must end after it begins."))
        return cleaned

    def span(self, day: date) -> tuple[datetime, datetime]:
        return (
            clock.at(day, self.cleaned_data["starts"]),
            clock.at(day, self.cleaned_data["ends"]),
        )


class PlaceFields(OfficeForm):
    """Somewhere else than at a point of the unit, or remotely, or both."""

    place_fi = text_field(LONGEST_PLACE, _("in Finnish"))
    place_sv = text_field(LONGEST_PLACE, _("in Swedish"))
    place_en = text_field(LONGEST_PLACE, _("in English"))
    remote_link = forms.CharField(
        label=_("Remote link"),
        required=False,
        max_length=500,
        validators=[check_address],
        help_text=_("Shown to those who have a place, from the day before."),
    )

    def elsewhere(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ELSEWHERE}


class FactsFields(OfficeForm):
    """What the evening is and how one signs up."""

    kind: "forms.ModelChoiceField[EveningKind]" = forms.ModelChoiceField(
        EveningKind.objects.none(), label=_("What it is about"), empty_label=None
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages"), choices=LANGUAGES, widget=forms.CheckboxSelectMultiple
    )
    capacity = forms.IntegerField(label=_("Room for people"), min_value=1, max_value=500)
    opens_weeks = forms.IntegerField(
        label=_("Sign-up opens, weeks before"), min_value=1, max_value=52, initial=6
    )
    closes_hours = forms.IntegerField(
        label=_("Sign-up closes, hours before"), min_value=0, max_value=240, initial=2
    )
    note_fi = text_field(LONGEST_NOTE, _("in Finnish"))
    note_sv = text_field(LONGEST_NOTE, _("in Swedish"))
    note_en = text_field(LONGEST_NOTE, _("in English"))

    def __init__(self, *args: Any, kinds: Sequence[int] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = EveningKind.objects.filter(is_active=True)
        if kinds:
            offered |= EveningKind.objects.filter(pk__in=kinds)
        row_choice(self, "kind", offered)

    def facts(self, starts_at: datetime) -> dict[str, Any]:
        """Return what the evening says of itself; `starts_at`: from which sign-up opens and closes."""
        return {
            **{name: self.cleaned_data[name] for name in FACTS},
            "sign_up_opens_at": starts_at - self.cleaned_data["opens_weeks"] * WEEK,
            "sign_up_closes_at": starts_at - self.cleaned_data["closes_hours"] * HOUR,
        }

    @staticmethod
    def facts_layout() -> tuple[Fieldset, Fieldset]:
        return (
            Fieldset(
                _("What"),
                "kind",
                in_languages(_("This time: a topic or a guest"), "note"),
                "languages",
            ),
            Fieldset(_("Signing up"), near("capacity", "opens_weeks", "closes_hours")),
        )


def initial_window(evening: Evening) -> dict[str, int]:
    """Return how long before it sign-up opens and closes, as the form has it."""
    return {
        "opens_weeks": max(1, round((evening.starts_at - evening.sign_up_opens_at) / WEEK)),
        "closes_hours": max(0, round((evening.starts_at - evening.sign_up_closes_at) / HOUR)),
    }


def initial_hours(evening: Evening) -> dict[str, time]:
    return {
        "starts": clock.local(evening.starts_at).time(),
        "ends": clock.local(evening.ends_at).time(),
    }
