"""The wish for an earlier time. Shape of the input only."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bookings.models import Appointment, EarlierWish
from bookings.public.forms import PARTS_OF_DAY, WORKING_WEEKDAYS
from bookings.waiting_list.wishes import EarlierLimits
from office.core import clock
from office.core.typed import Edge
from office.models import Channel, ServicePoint
from office.ui.date_fields import DayField, PublicDayField
from office.ui.fields import field_of
from office.ui.public_forms import CleanForm


class EarlierForm(CleanForm):
    """What an earlier time has to fit."""

    days = forms.MultipleChoiceField(
        label=_("Which days suit you?"),
        help_text=_("Choose none if every day suits."),
        choices=WORKING_WEEKDAYS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    parts = forms.MultipleChoiceField(
        label=_("Which part of the day suits you?"),
        help_text=_("Choose none if every part suits."),
        choices=PARTS_OF_DAY,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    points: "forms.ModelMultipleChoiceField[ServicePoint]" = forms.ModelMultipleChoiceField(
        label=_("Which places suit you?"),
        queryset=ServicePoint.objects.none(),
        error_messages={"required": _("Choose at least one place.")},
        widget=forms.CheckboxSelectMultiple,
    )
    useful_until: DayField = PublicDayField(
        label=_("After which day is an earlier time no longer useful?"),
        help_text=_("For example 8.12. Leave empty if any day before your present time suits you."),
        required=False,
        edge=Edge.LAST,
    )

    def __init__(self, *args: Any, appointment: Appointment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.appointment = appointment
        if appointment.channel == Channel.IN_PERSON:
            points = ServicePoint.objects.giving(appointment.matters.services, clock.today())
            own = ServicePoint.objects.filter(pk__in=[appointment.service_point_id])
            field_of(self, "points", forms.ModelChoiceField).queryset = (
                points | own.distinct()
            ).order_by("order", "pk")
        else:
            del self.fields["points"]

    @classmethod
    def initial_of(cls, wish: EarlierWish | None, appointment: Appointment) -> dict[str, Any]:
        """Return what the form begins with: the wish that waits, or the appointment's own place."""
        if wish is None:
            return {"points": [appointment.service_point_id]}
        return {
            "days": [str(day) for day in wish.days],
            "parts": wish.parts,
            "points": [point.pk for point in wish.points.all()] or [appointment.service_point_id],
            "useful_until": wish.useful_until,
        }

    def clean_useful_until(self) -> Any:
        day = self.cleaned_data.get("useful_until")
        starts = self.appointment.starts_at
        if day and day <= clock.today():
            raise forms.ValidationError(_("Choose a future day."))
        if day and starts and day >= clock.local(starts).date():
            # Every earlier time is before the present one.
            return clock.local(starts).date() - timedelta(days=1)
        return day

    def wanted(self) -> EarlierLimits:
        data = self.cleaned_data
        return EarlierLimits(
            useful_until=data["useful_until"],
            days=[int(day) for day in data["days"]],
            parts=data["parts"],
            points=list(data.get("points", ())),
        )


class DeskEarlierForm(EarlierForm):
    """The same at the desk: about somebody, and side by side."""

    useful_until = DayField(required=False, edge=Edge.LAST)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = {
            "days": _("Days that suit"),
            "parts": _("Parts of the day that suit"),
            "points": _("Places that suit"),
            "useful_until": _("No longer needed after"),
        }
        for name, label in labels.items():
            field = self.fields.get(name)
            if field is not None:
                field.label = label
                field.widget.attrs["class"] = "choices--inline"
        self.fields["useful_until"].help_text = _("Empty: any day before the present time.")
        self.fields["useful_until"].widget.attrs["class"] = "input--short"
