"""The forms of the booking panel, one for each of its parts. Shape of the input only."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID, uuid4

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bookings.appointments.staff_booking import Chosen
from bookings.availability.codec import parse_found_time, parse_who
from bookings.availability.limits import Pattern, read_pattern
from bookings.availability.search import Wish
from bookings.lifecycle.phone_visits import may_be_called
from bookings.models import Meeting, OtherParent, Party, Role
from bookings.models.matters import MOST_CHILDREN, Matters
from bookings.parties.forms import SAFE_CHANNELS, ContactsForm
from bookings.parties.records import PartyDetails
from office.core import clock
from office.core.languages import LANGUAGES
from office.core.typed import Edge
from office.models import Attendance, Channel, Professional, Service, ServicePoint
from office.ui.date_fields import DayField
from office.ui.fields import choices_of, field_of
from office.ui.public_forms import CleanForm

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

ANY_PLACE = "any"
AHEAD = timedelta(days=400)


LAST = "last"
CALLER, OTHER, FURTHER = "caller", "other", "further"


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


class KeyField(forms.UUIDField):
    """What makes a form that is sent twice book once; a new one where none was sent."""

    def clean(self, value: Any) -> UUID:
        try:
            return super().clean(value) or uuid4()
        except forms.ValidationError:
            return uuid4()


F = TypeVar("F", bound=forms.Form)


def unchecked(form: F) -> F:
    """The same form with what was typed, not validated yet."""
    typed = {name: form[name].value() for name in form.fields}
    return type(form)(prefix=form.prefix, initial=typed)


class WishForm(forms.Form):
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

    def __init__(self, *args: Any, knows_last: bool = False, **kwargs: Any) -> None:
        """`knows_last`: whom the caller has met before may be asked for."""
        super().__init__(*args, **kwargs)
        self.knows_last = knows_last
        for name, choices in (("service", self._services), ("also", self._short_services)):
            field = field_of(self, name, forms.ModelChoiceField)
            field.queryset = Service.objects.in_use()
            field.choices = choices
        self.points = {str(point.pk): point for point in ServicePoint.objects.in_use()}
        field_of(self, "where", forms.ChoiceField).choices = [
            (ANY_PLACE, _("Any service point")),
            *((pk, point.name) for pk, point in self.points.items()),
            (Channel.PHONE, Channel.PHONE.label),
            (Channel.VIDEO, Channel.VIDEO.label),
        ]
        today = clock.today()
        self.fields["earliest"].widget.attrs["placeholder"] = f"{today.day}.{today.month}."
        self.giving = self._giving()
        cast(forms.Select, self.fields["professional"].widget).choices = self._who_choices()

    def _services(self) -> list[tuple[Any, Any]]:
        return [(service.pk, service.name) for service in self._known_services]

    def _short_services(self) -> list[tuple[Any, Any]]:
        """By the names of the calendar, so that all stand on two lines."""
        return [(service.pk, service.calendar_name) for service in self._known_services]

    @cached_property
    def _known_services(self) -> list[Service]:
        return list(Service.objects.in_use())

    def _giving(self) -> dict[str, str]:
        """Who gives all that is chosen, by id as the field has it."""
        chosen = {str(self["service"].value() or ""), *map(str, self["also"].value() or ())}
        people = Professional.objects.in_use().giving(
            int(service) if service.isascii() and service.isdigit() and len(service) < 10 else 0
            for service in chosen
        )
        return {str(pk): name for pk, name in people.order_by("name").values_list("pk", "name")}

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
        """Whoever does not give the service is not asked for."""
        value: str = self.cleaned_data["professional"]
        known = {*self.giving, *({LAST} if self.knows_last else ())}
        return value if value.removeprefix("-") in known else ""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        where = data.get("where", ANY_PLACE)
        data["channel"] = where if where in (Channel.PHONE, Channel.VIDEO) else Channel.IN_PERSON
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
        """Whether `value` is one of the choices of the field `name`."""
        return cast(forms.ChoiceField, self.fields[name]).valid_value(value)

    def lenient(self) -> dict[str, Any]:
        """The cleaned wish, with the initial value of each field that is not filled in rightly."""
        if self.is_bound and self.is_valid():
            return self.cleaned_data
        wrong = self.errors if self.is_bound else self.fields
        values = {
            name: self.initial.get(name) if name in wrong else self[name].value()
            for name in self.fields
        }
        form = WishForm(values, knows_last=self.knows_last)
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


class VisitsForm(forms.Form):
    """How many visits the matter takes, and by when it is done, where one of it is booked."""

    visits = forms.IntegerField(
        label=_("Visits in all"),
        min_value=1,
        max_value=40,
        required=False,
        widget=forms.NumberInput(attrs={"class": "input--short"}),
    )
    due_on = DayField(label=_("Deadline"), required=False)

    def clean_due_on(self) -> date | None:
        day: date | None = self.cleaned_data["due_on"]
        # One that has passed already is not refused: it stays to be seen.
        if day is not None and day < clock.today() and day != self.initial.get("due_on"):
            raise forms.ValidationError(_("That day is over. Choose a future day."))
        return day


class TimeForm(forms.Form):
    """A chosen time, and how many times were passed by. What is not valid counts as empty."""

    slot = forms.CharField(required=False)
    skip = forms.IntegerField(required=False, min_value=0, max_value=9999)
    # The button that steps on: it counts instead of `skip`.
    skip_to = forms.IntegerField(required=False, min_value=0, max_value=9999)

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data or {})
        self.full_clean()

    @property
    def skipped(self) -> int:
        step = self.cleaned_data.get("skip_to")
        return self.cleaned_data.get("skip") or 0 if step is None else step

    def chosen(self, matters: Matters | None) -> Chosen | None:
        """The chosen time; None where there is none, or it was found for other matters or lengths."""
        text = self.cleaned_data.get("slot", "")
        found = parse_found_time(text, matters) if matters else None
        who = parse_who(found.who) if found else None
        if found is None or who is None or matters is None:
            return None
        including, without = who
        wish = Wish.about(
            matters, found.channel, found.slot.point, found.language, without, including
        )
        return Chosen(wish, found.slot)


class OtherTimeForm(TimeForm):
    """The same for the other parent's own visit: `slot_other`, `skip_other`, `skip_other_to`."""

    def add_prefix(self, field_name: str) -> str:
        name, _, to = field_name.partition("_")
        return f"{name}_other_{to}" if to else f"{name}_other"


class PersonForm(ContactsForm):
    """One parent's details. Nothing is safe unless it is ticked; one tick covers three channels."""

    all_safe = forms.BooleanField(label=_("Call, text message and e-mail are safe"), required=False)
    language = forms.ChoiceField(
        label=_("Language"),
        choices=[("", _("The same as the visit’s")), *LANGUAGES],
        required=False,
    )
    role = forms.ChoiceField(label=_("Takes part as"), required=False)
    field_order = ["name", "phone", "email", "all_safe", "safe"]

    # As what the person may take part, and how the choice is called that is made for them.
    roles: Sequence[Role] = [role for role in Role if role.rules.is_invited]
    usual_role: "StrPromise" = Role.PARENT.label

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field_of(self, "role", forms.ChoiceField).choices = [
            ("", self.usual_role),
            *((role.value, role.label) for role in self.roles),
        ]
        self.fields["safe"].label = _("Or one by one")
        self.fields["safe"].help_text = ""
        field_of(self, "safe", forms.ChoiceField).choices = [
            (channel, label)
            for (channel, _long), label in zip(
                SAFE_CHANNELS,
                [
                    pgettext_lazy("is safe", "Call"),
                    pgettext_lazy("is safe", "Voicemail"),
                    pgettext_lazy("is safe", "Text message"),
                    pgettext_lazy("is safe", "E-mail"),
                ],
                strict=True,
            )
        ]

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if data.get("all_safe"):
            safe = {"call", "sms"} if data.get("phone") else set()
            safe |= {"email"} if data.get("email") else set()
            if not safe and not {"phone", "email"} & self.errors.keys():
                self.add_error("phone", _("Give the phone number or e-mail that is safe to use."))
            safe |= set(data.get("safe", ()))
            data["safe"] = [channel for channel, _label in SAFE_CHANNELS if channel in safe]
        return super().clean()

    def details_for(self, language: str, *, with_free_text: bool) -> PartyDetails:
        """The details; the language is that of the visit unless another is chosen.

        Free text about needs is between a parent and the secretary.
        """
        self.cleaned_data["language"] = self.cleaned_data["language"] or language or "fi"
        details = self.details()
        return details if with_free_text else replace(details, needs="", interpreter_words="")

    def require_contact(self) -> None:
        """Validate, with an error where neither a phone number nor an e-mail address is given."""
        if self.is_valid() and not (self.cleaned_data["phone"] or self.cleaned_data["email"]):
            self.add_error(
                "phone",
                _(
                    "Give their phone number or e-mail address. Where they come later, choose “Decided "
                    "later”: the name is enough."
                ),
            )

    def require_callable(self) -> None:
        """Validate, with an error where a visit by phone has no number that may be called."""
        if self.is_valid() and not may_be_called(self.details()):
            self.add_error(
                "safe" if self.cleaned_data["phone"] else "phone",
                _("A visit by phone needs a number that may be called."),
            )

    def keep_apart_from_form(self, other: "PersonForm") -> None:
        """Refuse the contact details that are given for the other parent."""
        if other.is_valid():
            given = (other.cleaned_data["phone"], other.cleaned_data["email"].lower())
            self.others = frozenset(value for value in given if value)

    @property
    def identifying(self) -> tuple[str, str, str]:
        """Name, phone number and e-mail address as they are filled in."""
        name, phone, email = (str(self[part].value() or "") for part in ("name", "phone", "email"))
        return name, phone, email

    @property
    def names_somebody(self) -> bool:
        """Whether anything is filled in by which a person is known again."""
        return any(self.identifying)

    @property
    def has_more(self) -> bool:
        """Whether the seldom needed fields are filled in, or wrong."""
        return self.has_needs or bool(self["role"].value())

    @property
    def has_needs(self) -> bool:
        """Whether a language, an interpreter or what else the visit needs is filled in, or wrong."""
        names = ("is_protected", "reads", "interpreter", "interpreter_words", "access", "needs")
        speaks_another = self["language"].value() not in ("", "fi", None)
        return speaks_another or any(self[name].value() or self[name].errors for name in names)

    @classmethod
    def values_of(cls, party: Party, *, is_own: bool) -> dict[str, Any]:
        """Initial values of a person who was found; the name alone where another gave the details."""
        values = cls.initial_of(party)
        if is_own and not party.is_protected:
            return values
        # The number of a protected person is asked for again, not copied.
        return {"name": values["name"], "is_protected": party.is_protected}


class OtherPersonForm(PersonForm):
    """The other side of the matter, who is what the service says unless another role is chosen."""

    roles = Role.sides()
    usual_role = _("as the service says")


class FurtherPersonForm(PersonForm):
    """Somebody who takes part beside the two: in their own right, or along with one of them."""

    roles = Role.added()
    usual_role = _("Choose")
    comes_with = forms.ChoiceField(
        label=_("Comes with"),
        choices=[
            ("", _("Nobody: in their own right")),
            (CALLER, _("The caller")),
            (OTHER, _("The other parent")),
        ],
        required=False,
    )
    is_told = forms.BooleanField(
        label=_("The one they come with has said that we may write to them"), required=False
    )
    is_told_openly = forms.BooleanField(
        label=_("The others are told openly that somebody in this role comes"), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Of a support person the name is often not known.
        self.fields["name"].required = False

    def word_for_counter(self) -> None:
        """Speak of who is here: at a counter there is no caller."""
        field = field_of(self, "comes_with", forms.ChoiceField)
        field.choices = [
            (value, _("The person here") if value == CALLER else label)
            for value, label in choices_of(self, "comes_with")
        ]

    @property
    def is_filled_in(self) -> bool:
        """Whether anybody is meant."""
        return self.names_somebody or bool(self["role"].value())

    @property
    def comes_along(self) -> bool:
        role = str(self["role"].value() or "")
        return role in Role.values and Role(role).rules.comes_along

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if not data.get("role"):
            self.add_error("role", _("Say as what they take part."))
        elif Role(data["role"]).rules.comes_along:
            if not data.get("comes_with"):
                self.add_error("comes_with", _("Say with whom they come."))
            data["given_by_other"] = False
        else:
            data["comes_with"], data["is_told"] = "", False
            if not data.get("name") and "name" not in self.errors:
                self.add_error("name", _("Give the name."))
        return super().clean()


class ArrangementForm(CleanForm):
    """How the other parent hears of it, the secretary's note, and what is knowingly overridden."""

    marks_required = True
    key = KeyField(required=False, widget=forms.HiddenInput)
    anonymous = forms.BooleanField(
        label=_("Stays anonymous: a nickname is enough, or none"), required=False
    )
    agreed = forms.BooleanField(
        label=_("On the line: the time is agreed with this parent"), required=False
    )
    other_parent = forms.ChoiceField(
        label=_("How does the other parent hear of it?"),
        choices=[
            ("", _("Their details are below")),
            (OtherParent.PASS_ON, _("The caller passes on the invitation")),
            (OtherParent.UNIT, _("Decided later: to the work list")),
            (OtherParent.ASK_FIRST, _("Not before the caller has been talked with again")),
            (OtherParent.NONE, _("Not contacted")),
        ],
        required=False,
    )
    overrides_gap = forms.BooleanField(
        label=_(
            "Both parents may be in the building at the same time. I know this, and it is arranged "
            "so that they are safe."
        ),
        required=False,
    )
    place_agreed = forms.BooleanField(
        label=_("The place is agreed with who is protected"),
        help_text=_("The other parent is told the place, which may tell where they live."),
        required=False,
    )
    note = forms.CharField(
        label=_("Own note"),
        help_text=_("Only secretaries see this."),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def word_for_counter(self) -> None:
        """Speak of who is here: at a counter there is no caller."""
        field = field_of(self, "other_parent", forms.ChoiceField)
        here = _("The person here passes on the invitation")
        field.choices = [
            (value, here if value == OtherParent.PASS_ON else label)
            for value, label in choices_of(self, "other_parent")
        ]
