"""Forms of the phone hours. Shape of the input only."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from bookings.phone.system_counts import Numbers
from office.core import clock, dates
from office.models import HoursChange, Professional
from office.ui.date_fields import ClockField, DayField
from office.ui.fields import AnyModelChoiceField, field_of
from office.ui.public_forms import CleanForm

LATEST = time(20)
HALF_HOUR = timedelta(minutes=30)
MOST_AHEAD = timedelta(days=366)


class WhoField(AnyModelChoiceField):
    """One of the unit's own people."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label=_("Who answers"), queryset=Professional.objects.none(), empty_label=None, **kwargs
        )


def own_people(form: forms.BaseForm) -> None:
    """Offer those who work in the unit itself."""
    field_of(form, "who", forms.ModelChoiceField).queryset = Professional.objects.in_use().own()


def until_choices(after: datetime) -> list[tuple[str, str]]:
    """List the half hours of the day that come after an instant."""
    local, language = clock.local(after), get_language()
    start = local.replace(minute=0, second=0, microsecond=0)
    steps = (start + HALF_HOUR * n for n in range(48))
    return [
        (f"{step:%H:%M}", dates.clock(step.time(), language))
        for step in steps
        if step > local and step.date() == local.date() and step.time() <= LATEST
    ]


class ExtraNowForm(CleanForm):
    """Phone hours that begin now, or go on."""

    who = WhoField()
    until = forms.TimeField(label=_("Until"), input_formats=["%H:%M"], widget=forms.Select)

    def __init__(self, *args: Any, after: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own_people(self)
        self.fields["until"].widget = forms.Select(choices=until_choices(after))


class DayForm(CleanForm):
    """Phone hours of one day: added, or closed."""

    effect = forms.ChoiceField(
        label=_("What changes"),
        choices=[
            (HoursChange.Effect.ADDS, _("the phone is open also then")),
            (HoursChange.Effect.CUTS, _("the phone is closed then")),
        ],
        widget=forms.RadioSelect(attrs={"class": "choices--inline"}),
        initial=HoursChange.Effect.ADDS,
    )
    who = WhoField()
    day = DayField(label=_("Day"))
    starts = ClockField(label=_("From"))
    ends = ClockField(label=_("Until"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own_people(self)

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        if not clock.today() <= day <= clock.today() + MOST_AHEAD:
            raise forms.ValidationError(_("Give a day from today on, within a year."))
        return day

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        starts, ends = cleaned.get("starts"), cleaned.get("ends")
        if starts and ends and starts >= ends:
            self.add_error("ends", _("The hours must end after they begin."))
        return cleaned


class QueueForm(forms.Form):
    """The figures of the phone system for some hours of a day, one line an hour."""

    def __init__(
        self, *args: Any, hours: list[int], there: dict[int, Numbers], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.hours = hours
        for hour in hours:
            numbers = there.get(hour)
            for name, label in (
                ("waited", _("waited")),
                ("hung_up", _("hung up")),
                ("longest_wait", _("longest wait, minutes")),
            ):
                self.fields[f"{name}_{hour}"] = forms.IntegerField(
                    label=f"{hour}–{hour + 1}: {label}",
                    required=False,
                    min_value=0,
                    max_value=999,
                    initial=getattr(numbers, name) if numbers else None,
                    widget=forms.NumberInput(
                        attrs={"class": "input input--count", "inputmode": "numeric"}
                    ),
                )
            if hour == hours[0]:
                self.fields[f"waited_{hour}"].widget.attrs |= {
                    "data-key": "w",
                    "data-key-name": _("Unanswered"),
                }
            self.fields[f"seen_{hour}"] = forms.CharField(
                required=False,
                initial=_written(numbers),
                widget=forms.HiddenInput,
            )

    def lines(self) -> list[tuple[int, list[forms.BoundField], forms.BoundField]]:
        """Yield each hour, its three fields and what it showed."""
        names = ("waited", "hung_up", "longest_wait")
        return [
            (hour, [self[f"{name}_{hour}"] for name in names], self[f"seen_{hour}"])
            for hour in self.hours
        ]

    def numbers(self) -> dict[int, Numbers | None]:
        """Return what is to be written down; None for an hour that was left empty."""
        data = self.cleaned_data
        found: dict[int, Numbers | None] = {}
        for hour in self.hours:
            given = [data.get(f"{name}_{hour}") for name in ("waited", "hung_up", "longest_wait")]
            empty = all(number is None for number in given)
            found[hour] = None if empty else Numbers(*(number or 0 for number in given))
        return found

    def seen(self) -> dict[int, Numbers | None]:
        """Return what the page showed for each hour."""
        return {hour: _read(self.cleaned_data.get(f"seen_{hour}", "")) for hour in self.hours}


def _written(numbers: Numbers | None) -> str:
    return f"{numbers.waited} {numbers.hung_up} {numbers.longest_wait}" if numbers else ""


def _read(text: str) -> Numbers | None:
    parts = text.split()
    if len(parts) != 3 or not all(part.isdecimal() and len(part) < 6 for part in parts):
        return None
    return Numbers(*(int(part) for part in parts))
