"""The forms in which staff plan evenings. Shape of the input only."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from crispy_forms.layout import Fieldset, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from evenings.models import Evening, EveningKind
from evenings.planning.actions import Holders
from office.core import clock, typed
from office.core.languages import LANGUAGES
from office.models import PartnerOrganisation, Professional, Room, ServicePoint
from office.models.guidance import check_address
from office.ui.forms import (
    OfficeForm,
    OfficeModelForm,
    in_languages,
    near,
    row_choice,
    side_by_side,
    texts,
)

HOUR, WEEK = timedelta(hours=1), timedelta(weeks=1)
MOST_AT_ONCE = 20
LONGEST_NOTE, LONGEST_PLACE = 240, 200
WHERE = ("service_point", "room", *texts("place"), "remote_link")
FACTS = ("kind", "languages", "capacity", *texts("note"))


def _text(longest: int, label: object) -> forms.CharField:
    return forms.CharField(label=label, max_length=longest, required=False)  # type: ignore[arg-type]


class DaysField(forms.CharField):
    """One day or several, written as people write days, each on its own line."""

    default_error_messages = {
        "day": _(
            "Write each day on its own line, like this: 8.12. or ti 8.12.2026. Check: %(text)s"
        ),
        "many": _("At most %(most)s evenings at once."),
    }

    def clean(self, value: Any) -> list[date]:
        text = super().clean(value)
        found: set[date] = set()
        for part in filter(None, (p.strip() for p in re.split(r"[\n;]", text))):
            day = typed.read_day(part, clock.today(), years=typed.Years.AROUND)
            if day is None:
                raise ValidationError(
                    self.error_messages["day"], code="day", params={"text": part[:40]}
                )
            found.add(day)
        if len(found) > MOST_AT_ONCE:
            raise ValidationError(
                self.error_messages["many"], code="many", params={"most": MOST_AT_ONCE}
            )
        return sorted(found)


class HoursFields(OfficeForm):
    """From when until when."""

    starts = forms.TimeField(label=_("From"))
    ends = forms.TimeField(label=_("Until"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("starts") and cleaned.get("ends") and cleaned["starts"] >= cleaned["ends"]:
            self.add_error("ends", _("The evening must end after it begins."))
        return cleaned

    def span(self, day: date) -> tuple[datetime, datetime]:
        return (
            clock.at(day, self.cleaned_data["starts"]),
            clock.at(day, self.cleaned_data["ends"]),
        )


class WhereFields(OfficeForm):
    """At a point of the unit, somewhere else, or remotely; the last two in any combination."""

    service_point: "forms.ModelChoiceField[ServicePoint]" = forms.ModelChoiceField(
        ServicePoint.objects.none(), label=_("Service point"), required=False
    )
    room: "forms.ModelChoiceField[Room]" = forms.ModelChoiceField(
        Room.objects.none(), label=_("Room"), required=False
    )
    place_fi = _text(LONGEST_PLACE, _("in Finnish"))
    place_sv = _text(LONGEST_PLACE, _("in Swedish"))
    place_en = _text(LONGEST_PLACE, _("in English"))
    remote_link = forms.CharField(
        label=_("Remote link"),
        required=False,
        max_length=500,
        validators=[check_address],
        help_text=_("Shown to those who have a place, from the day before."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        row_choice(self, "service_point", ServicePoint.objects.in_use(), _("Somewhere else"))
        rooms = Room.objects.filter(is_active=True).select_related("service_point")
        row_choice(self, "room", rooms.order_by("service_point__order", "name"), _("No room"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        room, point = cleaned.get("room"), cleaned.get("service_point")
        if room is not None and room.service_point != point:
            self.add_error("room", _("That room is at another service point."))
        return cleaned

    def whereabouts(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in WHERE}

    @staticmethod
    def where_layout() -> Fieldset:
        return Fieldset(
            _("Where"),
            side_by_side("service_point", "room"),
            in_languages(_("Somewhere else: name and address"), "place"),
            "remote_link",
        )


class HolderFields(OfficeForm):
    """Who holds it: their time is taken."""

    professionals: "forms.ModelMultipleChoiceField[Professional]" = forms.ModelMultipleChoiceField(
        Professional.objects.none(),
        label=_("Professionals"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Nobody else can book their time."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        row_choice(self, "professionals", Professional.objects.in_use().order_by("name"))


class FactsFields(HolderFields):
    """What the evening is and how one signs up."""

    kind: "forms.ModelChoiceField[EveningKind]" = forms.ModelChoiceField(
        EveningKind.objects.none(), label=_("What it is about"), empty_label=None
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages"), choices=LANGUAGES, widget=forms.CheckboxSelectMultiple
    )
    capacity = forms.IntegerField(label=_("Room for people"), min_value=1, max_value=500)
    opens_weeks = forms.IntegerField(
        label=_("Sign-up opens, weeks before"), min_value=1, max_value=52, initial=6
    )
    closes_hours = forms.IntegerField(
        label=_("Sign-up closes, hours before"), min_value=0, max_value=240, initial=2
    )
    organisers: "forms.ModelMultipleChoiceField[PartnerOrganisation]" = (
        forms.ModelMultipleChoiceField(
            PartnerOrganisation.objects.none(),
            label=_("Held together with"),
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )
    )
    note_fi = _text(LONGEST_NOTE, _("in Finnish"))
    note_sv = _text(LONGEST_NOTE, _("in Swedish"))
    note_en = _text(LONGEST_NOTE, _("in English"))

    def __init__(self, *args: Any, kinds: Sequence[int] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = EveningKind.objects.filter(is_active=True)
        if kinds:
            offered |= EveningKind.objects.filter(pk__in=kinds)
        row_choice(self, "kind", offered)
        row_choice(self, "organisers", PartnerOrganisation.objects.filter(is_active=True))

    def facts(self, starts_at: datetime) -> dict[str, Any]:
        """What the evening says of itself; `starts_at`: by when sign-up opens and closes."""
        return {
            **{name: self.cleaned_data[name] for name in FACTS},
            "sign_up_opens_at": starts_at - self.cleaned_data["opens_weeks"] * WEEK,
            "sign_up_closes_at": starts_at - self.cleaned_data["closes_hours"] * HOUR,
        }

    def holders(self) -> Holders:
        return Holders(
            tuple(self.cleaned_data["professionals"]), tuple(self.cleaned_data["organisers"])
        )

    @staticmethod
    def facts_layout() -> tuple[object, ...]:
        return (
            Fieldset(
                _("What"),
                "kind",
                in_languages(_("This time: a topic or a guest"), "note"),
                "languages",
            ),
            Fieldset(_("Signing up"), near("capacity", "opens_weeks", "closes_hours")),
            Fieldset(_("Who holds it"), side_by_side("professionals", "organisers")),
        )


class PlanForm(FactsFields, WhereFields, HoursFields):
    """A new evening, or one on each of several days."""

    days = DaysField(
        label=_("Day or days"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Several days plan a series at once: each on its own line."),
    )

    def layout(self) -> Layout:
        what, signing_up, holders = self.facts_layout()
        return Layout(
            what,
            Fieldset(_("When"), "days", near("starts", "ends")),
            self.where_layout(),
            signing_up,
            holders,
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if any(day < clock.today() for day in cleaned.get("days", ())):
            self.add_error("days", _("A day has passed already."))
        return cleaned

    def drafts(self) -> list[Evening]:
        found = []
        for day in self.cleaned_data["days"]:
            starts_at, ends_at = self.span(day)
            facts = {**self.facts(starts_at), **self.whereabouts()}
            found.append(Evening(starts_at=starts_at, ends_at=ends_at, **facts))
        return found


class VersionField(OfficeForm):
    """Which version of the evening the page showed."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class EditForm(FactsFields, VersionField):
    """What can be changed without telling anybody."""

    def layout(self) -> Layout:
        return Layout("version", *self.facts_layout())


class MoveForm(HolderFields, WhereFields, HoursFields, VersionField):
    """Another time or place, which everybody is told."""

    day = forms.DateField(label=_("Day"))

    def layout(self) -> Layout:
        return Layout(
            "version",
            Fieldset(_("When"), near("day", "starts", "ends")),
            self.where_layout(),
            Fieldset(_("Who holds it"), "professionals"),
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        day, starts = cleaned.get("day"), cleaned.get("starts")
        if day and starts and clock.at(day, starts) <= clock.now():
            self.add_error("day", _("That time has already passed."))
        return cleaned


class KindForm(OfficeModelForm):
    """What evenings of one kind are about."""

    class Meta:
        model = EveningKind
        fields = [*texts("title", "summary", "description"), "order", "is_active"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.name_texts("title", "summary", "description", required=["title", "summary"])
        self.fields["is_active"].help_text = _("Out of use it can be chosen for no new evening.")

    def layout(self) -> Layout:
        return Layout(
            in_languages(_("Title"), "title"),
            in_languages(_("In one sentence"), "summary"),
            in_languages(_("What happens there"), "description"),
            near("order", "is_active"),
        )


def initial_facts(evening: Evening) -> dict[str, Any]:
    """What the forms show of an evening as it is."""
    opens = (evening.starts_at - evening.sign_up_opens_at) / WEEK
    closes = (evening.starts_at - evening.sign_up_closes_at) / HOUR
    return {
        **{name: getattr(evening, name) for name in FACTS},
        "version": evening.version,
        "opens_weeks": max(1, round(opens)),
        "closes_hours": max(0, round(closes)),
        "professionals": list(evening.professionals.all()),
        "organisers": list(evening.organisers.all()),
    }


def initial_whereabouts(evening: Evening) -> dict[str, Any]:
    return {name: getattr(evening, name) for name in WHERE}


def initial_hours(evening: Evening) -> Mapping[str, time]:
    return {
        "starts": clock.local(evening.starts_at).time(),
        "ends": clock.local(evening.ends_at).time(),
    }
