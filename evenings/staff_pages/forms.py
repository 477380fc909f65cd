"""The forms in which staff plan evenings. Shape of the input only."""

from typing import Any

from crispy_forms.layout import Fieldset, Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from evenings.models import Evening, EveningKind
from evenings.planning.actions import Holders
from evenings.planning.form_fields import (
    ELSEWHERE,
    FACTS,
    DaysField,
    FactsFields,
    HoursFields,
    PlaceFields,
    initial_window,
)
from office.core import clock
from office.core.names import Alphabetical
from office.models import PartnerOrganisation, Professional, Room, ServicePoint
from office.ui.fields import AnyModelChoiceField
from office.ui.forms import (
    OfficeForm,
    OfficeModelForm,
    in_languages,
    near,
    row_choice,
    side_by_side,
    texts,
)

WHERE = ("service_point", "room", *ELSEWHERE)


class RoomField(AnyModelChoiceField):
    """A room, named with its service point."""

    def label_from_instance(self, obj: Room) -> str:
        return f"{obj.service_point.name}: {obj.name}"


class WhereFields(PlaceFields):
    """At a point of the unit, somewhere else, or remotely; the last two in any combination."""

    service_point: "forms.ModelChoiceField[ServicePoint]" = forms.ModelChoiceField(
        ServicePoint.objects.none(), label=_("Service point"), required=False
    )
    room = RoomField(Room.objects.none(), label=_("Room"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        row_choice(self, "service_point", ServicePoint.objects.in_use(), _("Somewhere else"))
        rooms = Room.objects.filter(is_active=True).select_related("service_point")
        row_choice(
            self, "room", rooms.order_by("service_point__order", Alphabetical("name")), _("No room")
        )

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
        row_choice(
            self, "professionals", Professional.objects.in_use().order_by(Alphabetical("name"))
        )


class AllHolders(HolderFields):
    """The unit's professionals, and partners."""

    organisers: "forms.ModelMultipleChoiceField[PartnerOrganisation]" = (
        forms.ModelMultipleChoiceField(
            PartnerOrganisation.objects.none(),
            label=_("Held together with"),
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        row_choice(self, "organisers", PartnerOrganisation.objects.filter(is_active=True))

    def holders(self) -> Holders:
        return Holders(
            tuple(self.cleaned_data["professionals"]), tuple(self.cleaned_data["organisers"])
        )

    @staticmethod
    def holders_layout() -> Fieldset:
        return Fieldset(_("Who holds it"), side_by_side("professionals", "organisers"))


class PlanForm(FactsFields, AllHolders, WhereFields, HoursFields):
    """A new evening, or one on each of several days."""

    days = DaysField(
        label=_("Day or days"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Several days plan a series at once: each on its own line."),
    )

    def layout(self) -> Layout:
        what, signing_up = self.facts_layout()
        return Layout(
            what,
            Fieldset(_("When"), "days", near("starts", "ends")),
            self.where_layout(),
            signing_up,
            self.holders_layout(),
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


class EditForm(FactsFields, AllHolders, VersionField):
    """What can be changed without telling anybody."""

    def layout(self) -> Layout:
        return Layout("version", *self.facts_layout(), self.holders_layout())


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
            in_languages(_("Heading"), "title"),
            in_languages(_("In one sentence"), "summary"),
            in_languages(_("What happens there"), "description"),
            near("order", "is_active"),
        )


def initial_facts(evening: Evening) -> dict[str, Any]:
    """Return what the forms show of an evening as it is."""
    return {
        **{name: getattr(evening, name) for name in FACTS},
        **initial_window(evening),
        "version": evening.version,
        "professionals": list(evening.professionals.all()),
        "organisers": list(evening.organisers.all()),
    }


def initial_whereabouts(evening: Evening) -> dict[str, Any]:
    return {name: getattr(evening, name) for name in WHERE}
