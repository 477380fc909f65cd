"""As what somebody takes part in a visit, and the ages of the children."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bookings.appointments.people import (
    AGES_AT_MOST,
    OLDEST,
    accompanied,
    roles_for,
    roles_to_add,
)
from bookings.desk_kit.people_labels import nameless_label
from bookings.models import Appointment, Party, PartyRole
from bookings.parties.forms import ContactsForm
from bookings.parties.records import Participation
from office.ui.fields import field_of
from office.ui.public_forms import CleanForm


class TakingPartForm(ContactsForm):
    """A person's details, with their role and whom they accompany."""

    role = forms.ChoiceField(label=_("Role"))
    accompanies = forms.ChoiceField(
        label=_("Comes with"),
        help_text=_("For a support person or a lawyer: whose they are."),
        required=False,
    )
    may_be_notified = forms.BooleanField(
        label=_("The one they come with has said that we may write to them"),
        help_text=_("Otherwise they hear of the visit from that person, and never from us."),
        required=False,
    )
    is_told_openly = forms.BooleanField(
        label=_("The others are told openly that somebody in this role comes"),
        help_text=_(
            "Their own pages then name the role, and nothing else. Otherwise nobody learns it from us "
            "before the visit."
        ),
        required=False,
    )
    field_order = [
        "role",
        "accompanies",
        "name",
        "phone",
        "email",
        "safe",
        "may_be_notified",
        "is_told_openly",
    ]

    _accompanied: dict[str, Party]

    def offer(self, appointment: Appointment) -> None:
        """Offer the roles in which somebody may be added, and with whom they may come."""
        self._offer(roles_to_add(appointment), accompanied(appointment))

    def offer_to(self, party: Party, appointment: Appointment) -> None:
        """Offer what the party may be instead; what does not concern them is not asked."""
        others = [one for one in accompanied(appointment) if one != party]
        self._offer(roles_for(party, appointment), others)
        self.fields["role"].required = False
        if party.rules.is_invited:
            del self.fields["accompanies"], self.fields["may_be_notified"]
        if party.is_requester or party.rules.comes_along:
            del self.fields["given_by_other"]
        if party.is_requester or party.rules.is_side:
            del self.fields["is_told_openly"]

    def _offer(self, roles: Iterable[PartyRole], others: Iterable[Party]) -> None:
        self._accompanied = {str(party.pk): party for party in others}
        choices = [(role.value, role.label) for role in roles]
        field_of(self, "role", forms.ChoiceField).choices = [("", _("Choose")), *choices]
        field_of(self, "accompanies", forms.ChoiceField).choices = [
            ("", _("Nobody: in their own right")),
            *((pk, party.name or nameless_label(party)) for pk, party in self._accompanied.items()),
        ]
        # Of a support person the name is often not known.
        self.fields["name"].required = False

    @classmethod
    def initial_of(cls, party: Party) -> dict[str, Any]:
        return {
            **super().initial_of(party),
            "role": party.role,
            "accompanies": str(party.accompanies_id or ""),
            "may_be_notified": not party.is_unasked,
            "is_told_openly": party.is_told_openly,
        }

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        role = data.get("role") or self.initial.get("role")
        if role and PartyRole(role).rules.comes_along:
            if not data.get("accompanies") and "accompanies" in self.fields:
                self.add_error("accompanies", _("Say with whom they come."))
            # They are never invited in their own right.
            data["given_by_other"] = False
        else:
            data["accompanies"], data["may_be_notified"] = "", False
            if not data.get("name") and "name" not in self.errors and self._needs_name:
                self.add_error("name", _("Give the name."))
        return super().clean()

    @property
    def _needs_name(self) -> bool:
        """Whether a name is required: who was invited without one may give it themselves."""
        return bool(self.initial.get("name")) or "role" not in self.initial

    def part(self) -> Participation:
        """Return in what role they take part."""
        data = self.cleaned_data
        return Participation(
            role=PartyRole(data["role"] or self.initial["role"]),
            accompanies=self._accompanied.get(data.get("accompanies", "")),
            is_notified=bool(data.get("may_be_notified")),
            is_told_openly=bool(data.get("is_told_openly")),
        )


class ChildrenAgesForm(CleanForm):
    """How old the children are: years, and nothing else of them."""

    ages = forms.CharField(
        label=_("Ages of the children in full years"),
        help_text=_("For example: 4, 7. An unborn child, or one under a year, is 0. No names."),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    @classmethod
    def initial_of(cls, appointment: Appointment) -> dict[str, Any]:
        return {"ages": ", ".join(map(str, appointment.children_ages or ()))}

    def clean_ages(self) -> list[int] | None:
        parts = self.cleaned_data["ages"].replace(",", " ").split()
        if not all(part.isascii() and part.isdigit() for part in parts):
            raise forms.ValidationError(_("Write the ages as numbers, for example 4, 7."))
        ages = [int(part[:3]) for part in parts]
        if any(age > OLDEST for age in ages):
            raise forms.ValidationError(_("Only children under 18 are counted here."))
        if len(ages) > AGES_AT_MOST:
            raise forms.ValidationError(_("There are too many ages."))
        return ages or None
