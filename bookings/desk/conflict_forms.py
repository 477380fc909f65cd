"""Whom to keep out of whose matter."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bookings.lifecycle.references import normal_code
from bookings.models import Appointment
from bookings.parties import conflicts
from office.core.names import Alphabetical
from office.models import Professional, User
from office.ui.fields import field_of
from office.ui.forms import OfficeForm


class BarForm(OfficeForm):
    """Somebody who is to stay out of a matter that is known already."""

    professional = forms.ChoiceField(label=_("Who stays out"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = Professional.objects.in_use().order_by(Alphabetical("name"))
        self.people: dict[str, Professional | User] = {str(one.pk): one for one in found}
        # Who meets no parties, such as a secretary, may know them all the same.
        others = User.objects.filter(is_active=True, professional=None).exclude(roles=[])
        self.people |= {f"user-{one.pk}": one for one in others.order_by("last_name", "pk")}
        field_of(self, "professional", forms.ChoiceField).choices = [
            ("", _("Choose")),
            *((key, _name_of(one)) for key, one in self.people.items()),
        ]

    def bar(self, appointment: Appointment, *, by: User) -> str:
        """Keep whoever was chosen out of the matter; return their name."""
        person = self.people[self.cleaned_data["professional"]]
        if isinstance(person, User):
            conflicts.bar_user(appointment.pk, person, user=by)
        else:
            conflicts.bar(appointment.pk, person.pk, user=by)
        return _name_of(person)


def _name_of(person: Professional | User) -> str:
    if isinstance(person, User):
        return person.get_full_name() or person.username
    return person.name


class BarByCodeForm(BarForm):
    """The same by the code of one of the matter's appointments."""

    field_order = ["code", "professional"]
    code = forms.CharField(label=_("Code of the appointment"), max_length=20)

    def clean_code(self) -> Appointment:
        code = normal_code(self.cleaned_data["code"])
        found = Appointment.objects.filter(reference=f"{code[:3]}-{code[3:]}").first()
        if found is None:
            raise forms.ValidationError(_("No appointment has this code."))
        return found
