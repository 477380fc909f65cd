"""Booking with somebody on the line: one page of forms. Shape of the input only."""

import re
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bookings.lifecycle.phone_visits import may_be_called
from bookings.models import Meeting, OtherParent, Party
from bookings.parties.forms import SAFE_CHANNELS, ContactsForm
from bookings.parties.records import PartyDetails
from office.core import clock
from office.core.languages import LANGUAGES
from office.models import Attendance, Channel, Service, ServicePoint
from office.ui.public_forms import CleanForm

ANY_PLACE = "any"
AHEAD = timedelta(days=400)


class DayField(forms.CharField):
    """A day as people say it: 1.12., 1.12.2026, or as machines do. Empty: today.

    Typed in one go; the browser's own field takes a step for day, month and year each.
    """

    def clean(self, value: Any) -> date:
        text = "".join(str(value or "").split()).rstrip(".")
        if not text:
            return clock.today()
        day = _day(text)
        if day is None or not abs(day - clock.today()) <= AHEAD:
            raise forms.ValidationError(_("Write the day like this: 1.12."))
        return max(day, clock.today())


def _day(text: str) -> date | None:
    """None where it is no day; without a year the next such day."""
    said = re.fullmatch(r"(\d{1,2})\.(\d{1,2})(?:\.(\d{4}|\d{2}))?", text)
    try:
        if said is None:
            return date.fromisoformat(text)
        day, month, year = int(said[1]), int(said[2]), said[3]
        if year:
            return date(int(year) % 2000 + 2000, month, day)
        today = clock.today()
        found = date(today.year, month, day)
        return found if found >= today else date(today.year + 1, month, day)
    except ValueError:
        return None


def day_typed(day: date) -> str:
    """A day as the field shows it; today is nothing."""
    return "" if day <= clock.today() else f"{day.day}.{day.month}.{day.year}"


class WishForm(forms.Form):
    """What is looked for: the times follow from it."""

    service: "forms.ModelChoiceField[Service]" = forms.ModelChoiceField(
        label=_("Service"), queryset=Service.objects.none(), empty_label=None
    )
    language = forms.ChoiceField(
        label=_("Language"),
        choices=[*LANGUAGES, ("", _("Any, with an interpreter"))],
        required=False,
    )
    where = forms.ChoiceField(label=_("Place or channel"))
    earliest = DayField(
        label=_("Earliest"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "decimal"}),
    )
    meeting = forms.ChoiceField(
        label=_("The parents come"),
        choices=Meeting.choices,
        required=False,
        widget=forms.RadioSelect(attrs={"class": "choices--inline"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["service"].queryset = Service.objects.in_use()  # type: ignore[attr-defined]
        self.points = {str(point.pk): point for point in ServicePoint.objects.in_use()}
        self.fields["where"].choices = [  # type: ignore[attr-defined]
            (ANY_PLACE, _("Any service point")),
            *((pk, point.name) for pk, point in self.points.items()),
            (Channel.PHONE, Channel.PHONE.label),
            (Channel.VIDEO, Channel.VIDEO.label),
        ]
        today = clock.today()
        self.fields["earliest"].widget.attrs["placeholder"] = f"{today.day}.{today.month}."

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        where = data.get("where", ANY_PLACE)
        data["channel"] = where if where in (Channel.PHONE, Channel.VIDEO) else Channel.IN_PERSON
        data["point"] = self.points.get(where)
        service = data.get("service")
        one = service is not None and service.attendance == Attendance.ONE
        data["meeting"] = Meeting.TOGETHER if one else data.get("meeting") or Meeting.TOGETHER
        return data


class PanelPartyForm(ContactsForm):
    """One parent's details. Nothing is safe unless it was said to be; one tick says three at once."""

    all_safe = forms.BooleanField(label=_("Call, text message and e-mail are safe"), required=False)
    language = forms.ChoiceField(
        label=_("Language"),
        choices=[("", _("The same as the visit’s")), *LANGUAGES],
        required=False,
    )
    field_order = ["name", "phone", "email", "all_safe", "safe"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["safe"].label = _("Or one by one")
        self.fields["safe"].help_text = ""
        self.fields["safe"].choices = [  # type: ignore[attr-defined]
            (way, label)
            for (way, _long), label in zip(
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
            said = {"call", "sms"} if data.get("phone") else set()
            said |= {"email"} if data.get("email") else set()
            if not said and not {"phone", "email"} & self.errors.keys():
                self.add_error("phone", _("Give the phone number or e-mail that is safe to use."))
            data["safe"] = [
                way for way, _label in SAFE_CHANNELS if way in said | set(data.get("safe", ()))
            ]
        return super().clean()

    def details_in(self, language: str) -> PartyDetails:
        """The details; who has not said otherwise uses the language of the visit."""
        self.cleaned_data["language"] = self.cleaned_data["language"] or language or "fi"
        return self.details()

    def may_be_called(self) -> bool:
        """Whether a visit by phone can be booked for this parent; the form says what is missing."""
        if not self.is_valid():
            return False
        if may_be_called(self.details()):
            return True
        self.add_error(
            "safe" if self.cleaned_data["phone"] else "phone",
            _("A visit by phone needs a number that may be called."),
        )
        return False

    @property
    def has_more(self) -> bool:
        """Whether what is seldom needed is filled in, or wrong."""
        names = ("is_protected", "language", "interpreter", "interpreter_words", "access", "needs")
        return any(self[name].value() or self[name].errors for name in names)

    @classmethod
    def values_of(cls, party: Party, *, is_own: bool) -> dict[str, Any]:
        """What a found person's fields begin with; of what another gave, the name alone."""
        values = cls.initial_of(party)
        if is_own and not party.is_protected:
            return values
        # The number of a protected person is asked, not copied about.
        return {"name": values["name"], "is_protected": party.is_protected}


class OtherWayForm(CleanForm):
    """How the other parent hears of it, the own note, and what the secretary knows."""

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
    note = forms.CharField(
        label=_("Own note"),
        help_text=_("Only secretaries see this."),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def is_said_here(self) -> None:
        """At a desk there is no caller."""
        field = self.fields["other_parent"]
        here = _("Who is here passes on the invitation")
        field.choices = [  # type: ignore[attr-defined]
            (value, here if value == OtherParent.PASS_ON else label)
            for value, label in field.choices  # type: ignore[attr-defined]
        ]
