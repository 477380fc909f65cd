"""Forms of cases. Shape of the input only."""

from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bookings.cases.actions import CaseDetails, Invitee
from bookings.lifecycle.protection import kept_contacts
from bookings.models import Case, CasePerson, CaseResult, PartyRole, StartedBy
from bookings.public.forms import PartyDetailsForm
from office.core import clock
from office.models import Service
from office.ui.contact_fields import ContactEmailField, ContactPhoneField, PhoneInput
from office.ui.date_fields import DayField
from office.ui.fields import field_of
from office.ui.public_forms import CleanForm

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

LANGUAGES = [
    ("", _("Not known: Finnish and Swedish")),
    ("fi", pgettext_lazy("choice of language", "Finnish")),
    ("sv", pgettext_lazy("choice of language", "Swedish")),
    ("en", pgettext_lazy("choice of language", "English")),
]
# Those of a notice, as the form of entering it asks for them.
PEOPLE = ("first", "second", "third")


class CaseForm(CleanForm):
    """What a notice says of the matter."""

    marks_required = True
    started_by = forms.ChoiceField(
        label=_("Who started it"),
        choices=[(value, label) for value, label in StartedBy.choices if value != "parents"],
        initial=StartedBy.DVV,
        widget=forms.RadioSelect(attrs={"class": "choices--inline"}),
    )
    service: "forms.ModelChoiceField[Service]" = forms.ModelChoiceField(
        label=_("Service"), queryset=Service.objects.none(), empty_label=_("Choose the service")
    )
    received_on = DayField(
        label=_("Notice received on"), help_text=_("Empty: today."), required=False
    )
    due_on = DayField(label=_("Deadline"), required=False)
    visits_planned = forms.IntegerField(
        label=_("Visits in all"), min_value=1, max_value=40, initial=1
    )
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, case: Case | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field_of(self, "service", forms.ModelChoiceField).queryset = Service.objects.in_use()
        if case is not None:
            field_of(self, "started_by", forms.ChoiceField).choices = StartedBy.choices
            if case.started_by == StartedBy.PARENTS:
                self.fields["received_on"].label = _("Begun on")
            field_of(self, "service", forms.ModelChoiceField).queryset = Service.objects.all()

    @classmethod
    def initial_of(cls, case: Case) -> dict[str, Any]:
        names = ("started_by", "service", "received_on", "due_on", "visits_planned")
        return {name: getattr(case, name) for name in names}

    def clean_received_on(self) -> date:
        day: date = self.cleaned_data["received_on"] or clock.today()
        if day > clock.today():
            raise forms.ValidationError(_("That day is still to come."))
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        due_on, received_on = data.get("due_on"), data.get("received_on")
        if due_on and received_on and due_on < received_on:
            self.add_error("due_on", _("The deadline is before the day of receiving."))
        return data

    def details(self) -> CaseDetails:
        """Return what the action takes."""
        data = self.cleaned_data
        return CaseDetails(
            data["started_by"],
            data["service"],
            data["received_on"],
            data["due_on"],
            data["visits_planned"],
        )


class CasePersonForm(CleanForm):
    """Whom a notice names: often only a name and a postal address.

    `usual`: what the choice of the role is called that is made for them.
    """

    marks_required = True
    role = forms.ChoiceField(label=_("Takes part as"), required=False)
    name = forms.CharField(
        label=_("Name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    post_to = forms.CharField(
        label=_("Postal address"),
        help_text=_("Kept only until they have answered."),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
    )
    is_protected = forms.BooleanField(
        label=_("Protected (non-disclosure for safety)"),
        help_text=_("Write above the way round by which letters go, never the home."),
        required=False,
    )
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES, required=False)
    phone = ContactPhoneField(label=_("Phone"), required=False, widget=PhoneInput)
    email = ContactEmailField(label=_("E-mail"), required=False)

    # The protected person whose number and address the form does not show.
    hides: CasePerson | None = None

    def __init__(
        self,
        *args: Any,
        may_be_empty: bool = False,
        usual: "StrPromise | str" = "",
        comes_to_visit: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        if comes_to_visit:
            # From then on it is changed there.
            del self.fields["role"]
        else:
            roles = [(role.value, role.label) for role in PartyRole.invited()]
            choices = [("", usual), *roles] if usual else roles
            field_of(self, "role", forms.ChoiceField).choices = choices
        self.fields["name"].required = not may_be_empty
        if may_be_empty:
            self.empty_permitted, self.use_required_attribute = True, False

    @classmethod
    def initial_of(cls, person: CasePerson) -> dict[str, Any]:
        hidden = ("phone", "email") if person.is_protected else ()
        return {name: "" if name in hidden else getattr(person, name) for name in cls.base_fields}

    def hide_contacts_of(self, person: CasePerson) -> None:
        """Let number and address of a protected person stay as they are unless others are typed."""
        if person.is_protected:
            self.hides = person
            for name in ("phone", "email"):
                if getattr(person, name):
                    self.fields[name].help_text = _("Protected. Leave empty to keep what we have.")

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if self.hides is not None:
            data["phone"], data["email"] = kept_contacts(
                self.hides, phone=str(data.get("phone") or ""), email=data.get("email") or ""
            )
        details = [data.get(name) for name in ("post_to", "phone", "email", "is_protected")]
        if any(details) and not data.get("name") and "name" not in self.errors:
            self.add_error("name", _("Give the name."))
        return data

    def require_role(self) -> None:
        """Refuse a person of whom nobody knows as what they take part."""
        if self.is_valid() and self.is_filled_in and not self.cleaned_data.get("role"):
            self.add_error("role", _("Choose as what they take part."))

    def refuse_role(self) -> None:
        """Say that there are enough in the role that was chosen."""
        self.add_error("role", _("So many in this role do not take part in one matter."))

    @property
    def is_filled_in(self) -> bool:
        return bool(self.cleaned_data.get("name"))

    def invitee(self, usual: str = "") -> Invitee:
        """Return what the action takes; `usual`: the role where none is chosen, else a parent."""
        data = self.cleaned_data
        return Invitee(
            name=data["name"],
            post_to="\n".join(x.strip() for x in data["post_to"].splitlines() if x.strip()),
            is_protected=data["is_protected"],
            language=data["language"],
            phone=str(data["phone"] or ""),
            email=data["email"],
            role=PartyRole(data.get("role") or usual or PartyRole.PARENT),
        )


class ResultForm(forms.Form):
    """How the matter ended."""

    result = forms.ChoiceField(
        label=_("Result"),
        choices=CaseResult.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one.")},
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class InvitedForm(PartyDetailsForm):
    """An invited person's own details, with the time that they have chosen."""

    slot = forms.CharField(widget=forms.HiddenInput)
    key = forms.UUIDField(widget=forms.HiddenInput)
