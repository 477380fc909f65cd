"""What else the visit is about, and what makes it longer: asked before a time is chosen."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bookings.models.matters import MOST_CHILDREN
from office.models import Attendance, Channel, Professional, Service, ServicePoint, Unit
from office.ui.fields import field_of
from office.ui.public_forms import CleanForm


class FurtherMattersForm(CleanForm):
    """Further matters and children; of the others only what the unit's rules of length ask."""

    also = forms.MultipleChoiceField(
        label=_("Do you want to talk about something else at the same visit?"),
        help_text=_("One visit can settle several things. We then set aside more time."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    children = forms.IntegerField(
        label=_("How many children does it concern?"),
        help_text=_("The number only: do not write names."),
        required=False,
        min_value=1,
        max_value=MOST_CHILDREN,
        widget=forms.NumberInput(attrs={"class": "input--short", "inputmode": "numeric"}),
    )
    interpreter = forms.BooleanField(
        label=_("One of us needs an interpreter: the visit takes longer"), required=False
    )
    separate = forms.BooleanField(
        label=_("The parents come separately. You need not say why."), required=False
    )

    def __init__(
        self, *args: Any, service: Service, others: Sequence[Service], unit: Unit, **kwargs: Any
    ) -> None:
        """Ask for further matters. `others`: what can be given at the same visit."""
        super().__init__(*args, **kwargs)
        self.others = {other.slug: other for other in others}
        choices = [(slug, other.name) for slug, other in self.others.items()]
        field_of(self, "also", forms.MultipleChoiceField).choices = choices
        if not others:
            del self.fields["also"]
        if not unit.interpreter_minutes:
            del self.fields["interpreter"]
        if not unit.separate_minutes or service.attendance == Attendance.ONE:
            del self.fields["separate"]


def given_together(service: Service) -> list[Service]:
    """Return what can be asked for at the same visit: by one channel, and somebody gives both."""
    givers = Professional.objects.in_use().giving([service])
    others = Service.objects.online().exclude(pk=service.pk)
    found = others.filter(professionals__in=givers.values("pk"), channels__overlap=service.channels)
    return list(found.distinct())


def has_place(channels: Sequence[str], points: Sequence[ServicePoint]) -> bool:
    """Say whether there is any way to meet."""
    return any(channel != Channel.IN_PERSON or points for channel in channels)
