"""What staff choose about a ticket. Choices only: nothing is written about anybody."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from office.core import clock, languages
from office.ui.date_fields import ClockField
from office.ui.fields import field_of
from office.ui.public_forms import CleanForm
from walkin.actions.serving import Result
from walkin.estimates.snapshot import on_duty
from walkin.models import Company, Destination, Duty, Outcome, Ticket, WalkInDay
from walkin.tickets.matters import Matter, matters


class StaffTakeForm(forms.Form):
    """Take a number for somebody."""

    matter = forms.ChoiceField(label=_("Matter"))
    language = forms.ChoiceField(label=_("Language"), choices=languages.LANGUAGES)
    meeting = forms.ChoiceField(
        label=_("Comes"),
        choices=[
            (Company.ALONE.value, _("Alone")),
            (Company.TOGETHER.value, _("Together with the other parent")),
            (Company.SEPARATE.value, _("Separately: the other parent is here too")),
        ],
    )
    anyway = forms.BooleanField(label=_("Even though the intake is closed"), required=False)

    def __init__(self, point: int, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.found = {m.key: m for m in matters(point)}
        field_of(self, "matter", forms.ChoiceField).choices = [
            (m.key, m.staff_label) for m in self.found.values()
        ]
        for field in self.fields.values():
            if isinstance(field, forms.ChoiceField):
                field.widget.attrs["class"] = "select"

    @property
    def matter_chosen(self) -> Matter:
        return self.found[self.cleaned_data["matter"]]


class KeepOpenForm(forms.Form):
    """For how many numbers the intake stays open, whatever the estimate says."""

    numbers = forms.TypedChoiceField(
        label=_("Give numbers"),
        choices=[(5, _("5 more")), (10, _("10 more")), (20, _("20 more")), ("", _("until I stop"))],
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.Select(attrs={"class": "select"}),
    )


class DoneForm(forms.Form):
    """How a visit ended."""

    outcome = forms.ChoiceField(choices=Outcome.choices)
    matter = forms.ChoiceField(required=False)
    agreement_made = forms.BooleanField(required=False)
    links_given = forms.BooleanField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.found = {m.key: m for m in matters()}
        field_of(self, "matter", forms.ChoiceField).choices = [
            ("", ""),
            *((key, key) for key in self.found),
        ]

    def result(self) -> Result:
        cleaned = self.cleaned_data
        return Result(
            Outcome(cleaned["outcome"]),
            self.found.get(cleaned["matter"]),
            cleaned["agreement_made"],
            cleaned["links_given"],
        )


class IdentifyForm(CleanForm):
    """What somebody says of themselves at the desk: searched for, not kept."""

    sought = forms.CharField(
        label=_("Whole code, phone number or name"),
        max_length=120,
        error_messages={"required": _("Write the code, the phone number or the whole name.")},
        widget=forms.TextInput(
            attrs={
                "class": "input",
                "autocomplete": "off",
                "data-key": "w",
                "data-key-name": pgettext_lazy("walk-in", "Who is it?"),
            }
        ),
    )


class HandOverForm(forms.Form):
    """The colleague on duty who takes over."""

    duty = forms.ModelChoiceField(
        Duty.objects.none(), label=_("Colleague"), widget=forms.RadioSelect, empty_label=None
    )

    def __init__(self, ticket: Ticket, *args: Any, mine: int | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = on_duty(ticket.day, clock.now()).select_related("professional", "desk")
        field_of(self, "duty", forms.ModelChoiceField).queryset = found.exclude(professional=mine)


class ReferralForm(forms.Form):
    """The destination, and when they are expected there."""

    destination: "forms.ModelChoiceField[Destination]" = forms.ModelChoiceField(
        Destination.objects.none(),
        label=_("Where"),
        widget=forms.RadioSelect,
        empty_label=None,
    )
    at = ClockField(label=_("When (empty: at once)"), required=False)

    def __init__(self, day: WalkInDay, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.day = day
        field_of(self, "destination", forms.ModelChoiceField).queryset = Destination.objects.filter(
            service_point=day.service_point_id, is_active=True
        ).order_by("order", "pk")

    @property
    def expected_at(self) -> Any:
        time = self.cleaned_data["at"]
        return clock.at(self.day.date, time) if time else None
