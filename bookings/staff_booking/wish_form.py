"""What is looked for, as the panel asks: the service, where, when and with whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any, cast

from django import forms
from django.utils.choices import CallableChoiceIterator
from django.utils.translation import gettext_lazy as _

from bookings.availability.limits import Pattern, read_pattern
from bookings.models import Meeting
from bookings.models.matters import MOST_CHILDREN, Matters
from office.core import clock
from office.core.languages import LANGUAGES
from office.core.typed import Edge
from office.models import Attendance, Channel, Service, ServicePoint
from office.models.set_up_rows import names_giving, points_in_use, services_in_use
from office.ui.date_fields import DayField
from office.ui.fields import field_of

ANY_PLACE = "any"
LAST = "last"
AHEAD = timedelta(days=400)


@dataclass(frozen=True)
class OnOffer:
    """The services and points in use: read once for all forms of a page."""

    services: Sequence[Service]
    points: Sequence[ServicePoint]

    @classmethod
    def read(cls) -> "OnOffer":
        return cls(services_in_use(), points_in_use())


class EarliestField(DayField):
    """The first day that is wanted; empty means today."""

    def clean(self, value: Any) -> date:
        day: date | None = super().clean(value)
        today = clock.today()
        if day is not None and day < today:
            raise forms.ValidationError(_("That day is over. Choose a future day."))
        if day is not None and day - today > AHEAD:
            raise forms.ValidationError(_("That day is too far away."))
        return day or today


class PatternField(forms.CharField):
    """Weekdays and a part of the day in a few letters: "ti ip"."""

    def clean(self, value: Any) -> Pattern:
        pattern = read_pattern(str(value or ""))
        if pattern is None:
            raise forms.ValidationError(_("Write it like this: ti ip, ma-ke or ap."))
        return pattern


class PanelWishForm(forms.Form):
    """What is looked for: the times follow from it."""

    marks_required = True
    service: "forms.ModelChoiceField[Service]" = forms.ModelChoiceField(
        label=_("Service"), queryset=Service.objects.none(), empty_label=None
    )
    also: "forms.ModelMultipleChoiceField[Service]" = forms.ModelMultipleChoiceField(
        label=_("At the same visit also"),
        queryset=Service.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    children = forms.IntegerField(
        label=_("Number of children"), required=False, min_value=1, max_value=MOST_CHILDREN
    )
    language = forms.ChoiceField(
        label=_("Language"),
        choices=[*LANGUAGES, ("", _("Any, with an interpreter"))],
        required=False,
    )
    where = forms.ChoiceField(label=_("Place or channel"))
    earliest = EarliestField(label=_("Earliest"), required=False, edge=Edge.FIRST)
    until = DayField(label=_("Latest"), required=False, edge=Edge.LAST)
    pattern = PatternField(
        label=_("Weekdays"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "placeholder": _("ti ip")}),
    )
    professional = forms.CharField(label=_("With whom"), required=False, widget=forms.Select)
    meeting = forms.ChoiceField(
        label=_("The parents come"),
        choices=Meeting.choices,
        required=False,
        widget=forms.RadioSelect(attrs={"class": "choices--inline"}),
    )

    def __init__(
        self, *args: Any, on_offer: OnOffer, knows_last: bool = False, **kwargs: Any
    ) -> None:
        """Ask for the wish. `knows_last`: whom the caller has met before may be asked for."""
        super().__init__(*args, **kwargs)
        self.on_offer, self.knows_last = on_offer, knows_last
        for name, choices in (("service", self._services), ("also", self._short_services)):
            field = field_of(self, name, forms.ModelChoiceField)
            field.queryset = Service.objects.in_use()
            field.choices = choices
        self.points = {str(point.pk): point for point in on_offer.points}
        field_of(self, "where", forms.ChoiceField).choices = [
            (ANY_PLACE, _("Any service point")),
            *((pk, point.name) for pk, point in self.points.items()),
            (Channel.PHONE, Channel.PHONE.label),
            (Channel.VIDEO, Channel.VIDEO.label),
            (Channel.HOME_VISIT, Channel.HOME_VISIT.label),
        ]
        today = clock.today()
        self.fields["earliest"].widget.attrs["placeholder"] = f"{today.day}.{today.month}."
        # Asked for when it is shown or checked, since it depends on the service.
        who = CallableChoiceIterator(self._who_choices)
        cast(forms.Select, self.fields["professional"].widget).choices = who

    def _services(self) -> list[tuple[Any, Any]]:
        return [(service.pk, service.name) for service in self.on_offer.services]

    def _short_services(self) -> list[tuple[Any, Any]]:
        """Offer them by the names of the calendar, so that all fit on two lines."""
        return [(service.pk, service.calendar_name) for service in self.on_offer.services]

    @cached_property
    def giving(self) -> dict[str, str]:
        """Return who gives all that is chosen, by id as the field has it."""
        chosen = {str(self["service"].value() or ""), *map(str, self["also"].value() or ())}
        services = frozenset(
            int(service) if service.isascii() and service.isdigit() and len(service) < 10 else 0
            for service in chosen
        )
        return {str(pk): name for pk, name in names_giving(services).items()}

    def _who_choices(self) -> list[tuple[Any, Any]]:
        last = [
            (LAST, _("The same as last time")),
            (f"-{LAST}", _("Not the same as last time")),
        ]
        return [
            ("", _("Anybody")),
            *(last if self.knows_last else []),
            (_("This one"), list(self.giving.items())),
            (
                _("Not this one"),
                [
                    (f"-{pk}", _("Not %(name)s") % {"name": name})
                    for pk, name in self.giving.items()
                ],
            ),
        ]

    def clean_professional(self) -> str:
        """Drop a professional who does not give the service."""
        value: str = self.cleaned_data["professional"]
        known = {*self.giving, *({LAST} if self.knows_last else ())}
        return value if value.removeprefix("-") in known else ""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        where = data.get("where", ANY_PLACE)
        data["channel"] = Channel.IN_PERSON if where == ANY_PLACE or where in self.points else where
        data["point"] = self.points.get(where)
        service = data.get("service")
        data["also"] = [one for one in data.get("also") or () if one != service]
        one = (
            service is not None
            and Matters(service, tuple(data["also"])).attendance == Attendance.ONE
        )
        data["meeting"] = Meeting.TOGETHER if one else data.get("meeting") or Meeting.TOGETHER
        earliest, until = data.get("earliest"), data.get("until")
        if earliest and until and until < earliest:
            self.add_error("until", _("The latest day is before the earliest."))
        return data

    def offers(self, name: str, value: str | None) -> bool:
        """Say whether `value` is one of the choices of the field `name`."""
        return cast(forms.ChoiceField, self.fields[name]).valid_value(value)

    def lenient(self) -> dict[str, Any]:
        """Return the cleaned wish, with the initial value of each invalid field."""
        if self.is_bound and self.is_valid():
            return self.cleaned_data
        wrong = self.errors if self.is_bound else self.fields
        values = {
            name: self.initial.get(name) if name in wrong else self[name].value()
            for name in self.fields
        }
        form = PanelWishForm(values, on_offer=self.on_offer, knows_last=self.knows_last)
        form.is_valid()
        return form.cleaned_data

    @property
    def asks_in_vain(self) -> bool:
        """Whether a professional is asked for who does not give the service."""
        return self.is_bound and bool(
            self["professional"].value() and not self.lenient()["professional"]
        )

    @property
    def is_unclear(self) -> bool:
        """Whether days or weekdays are not understood: then no times of others are shown."""
        return self.is_bound and bool({"earliest", "until", "pattern"} & self.errors.keys())
