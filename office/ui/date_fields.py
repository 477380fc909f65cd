"""A day and a time of day as staff type them. What was understood is shown beside the field."""

import datetime as dt
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from office.core import clock, dates, typed
from office.core.typed import Edge, Years


class DayInput(forms.DateInput):
    """One text field: a browser's own takes a step for each of day, month and year, in its own order."""

    template_name = "office/widgets/day.html"
    years = Years.AROUND
    edge: Edge | None = None
    # Whether what is typed is read while it is typed: by a page of staff's alone.
    is_read_along = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs={"autocomplete": "off", **(attrs or {})})

    def format_value(self, value: Any) -> str | None:
        if isinstance(value, dt.date):
            return dates.date(value, get_language())
        return super().format_value(value)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        understood_id = f"{context['widget']['attrs'].get('id', name)}_understood"
        given = context["widget"]["attrs"]
        given["aria-describedby"] = " ".join(
            filter(None, [given.get("aria-describedby"), understood_id])
        )
        query = {"field": name, "years": self.years.name}
        if self.edge is not None:
            query["edge"] = self.edge.name
        context["understood"] = understood(
            str(context["widget"]["value"] or ""), years=self.years, edge=self.edge
        )
        context["understood_id"] = understood_id
        if not self.is_read_along:
            return context
        # Nothing of the forms around it: this asks for itself alone.
        given |= {
            "hx-get": f"{reverse('office:typed_day')}?{urlencode(query)}",
            "hx-trigger": "input changed delay:250ms",
            "hx-target": f"#{understood_id}",
            "hx-swap": "innerHTML",
            "hx-sync": "this:replace",
            "hx-select": "unset",
            "hx-include": "unset",
            "hx-vals": "unset",
        }
        return context


class PublicDayInput(DayInput):
    """The same for parents: how the day was read stands beside it once the form is sent."""

    is_read_along = False


class DayField(forms.DateField):
    """A day in any of the ways in which people write one; what is unclear is asked again.

    `years`: the year of a day that is given without one. `edge`: a month and a week stand for this day.
    """

    widget = DayInput
    default_error_messages = {
        "invalid": _("Write the day like this: 8.12., ti, vk 50 ti or +2 vk."),
    }

    def __init__(
        self, *, years: Years = Years.AROUND, edge: Edge | None = None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.years, self.edge = years, edge
        if isinstance(self.widget, DayInput):
            self.widget.years, self.widget.edge = years, edge

    def to_python(self, value: Any) -> dt.date | None:
        if value in self.empty_values:
            return None
        if isinstance(value, dt.datetime):
            return value.date()
        if isinstance(value, dt.date):
            return value
        if not str(value).strip():
            return None
        day = typed.read_day(str(value), clock.today(), years=self.years, edge=self.edge)
        if day is None:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return day


class PublicDayField(DayField):
    """A day as parents write one: 8.12. or 8 December, on a phone and without scripts too."""

    widget = PublicDayInput
    default_error_messages = {
        "invalid": _("Write the day with numbers, for example 8.12.2027."),
    }


def understood(text: str, *, years: Years = Years.AROUND, edge: Edge | None = None) -> str:
    """Return the day that a text is read as: ti 8.12.2026; empty where it is none."""
    day = typed.read_day(text, clock.today(), years=years, edge=edge)
    return dates.short_day(day, get_language(), year=True) if day else ""


class TimeInput(forms.TimeInput):
    """Written as people say it, 8.30 or 8:30; the browser's own field may count to twelve only."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs={"class": "input--short", "autocomplete": "off", **(attrs or {})})

    def format_value(self, value: Any) -> str | None:
        if isinstance(value, dt.time):
            return dates.clock(value, get_language())
        return super().format_value(value)


class ClockField(forms.TimeField):
    """A time of day: 8, 8.30, 8:30, 0830."""

    widget = TimeInput
    default_error_messages = {"invalid": _("Write the time like this: 8.30.")}

    def to_python(self, value: Any) -> dt.time | None:
        if value in self.empty_values:
            return None
        if isinstance(value, dt.time):
            return value
        if not str(value).strip():
            return None
        time = typed.read_time(str(value))
        if time is None:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return time


def own_field(
    field: forms.Field, *, years: Years = Years.AROUND, edge: Edge | None = None
) -> forms.Field:
    """Replace Django's own field for a day or a time of day by ours; return others as they are."""
    given = {
        name: getattr(field, name)
        for name in ("required", "label", "initial", "help_text", "validators", "disabled")
    }
    if type(field) is forms.DateField:
        return DayField(years=years, edge=edge, **given)
    if type(field) is forms.TimeField:
        return ClockField(**given)
    return field
