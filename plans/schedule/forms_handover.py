"""Forms for the handovers: of ordinary weeks, and of what may have one of its own."""

from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from plans.parents import Parent
from plans.schedule.choices import PLACE_LONGEST, Handover, HandoverKind, Scheme, Travels
from plans.schedule.forms_base import StepForm, as_typed, hour_field
from plans.schedule.sentences import TRAVELS
from plans.schedule.steps import ScheduleStep, SchemeEdit, handover_with


class HandoverTimeForm(StepForm):
    """An hour, or the end of day care or school."""

    def chosen(self, scheme: Scheme, step: ScheduleStep, viewer: Parent) -> dict[str, Any]:
        return {"at": as_typed(scheme.at), "after_care": scheme.after_care}

    def build(self) -> None:
        self.fields["after_care"] = _after_care_field()
        self.fields["at"] = hour_field(_("Or at this time"))

    def clean(self) -> dict[str, Any]:
        return _one_of_both(self, super().clean() or {})

    def change(self) -> SchemeEdit:
        at, after_care = self.cleaned_data["at"], self.cleaned_data["after_care"]
        return lambda scheme: replace(scheme, at=at, after_care=after_care)


class HandoverForm(StepForm):
    """The handover of a layer: hour and place, each as far as it is one of its own."""

    def chosen(self, scheme: Scheme, step: ScheduleStep, viewer: Parent) -> dict[str, Any]:
        own = scheme.handovers.get(step.handover) if step.handover else None
        own = own or Handover()
        return {"after_care": own.after_care, "at": as_typed(own.at), "place": own.place}

    def build(self) -> None:
        self.fields["after_care"] = _after_care_field()
        self.fields["at"] = hour_field(_("Or at this time"))
        self.fields["place"] = _place_field(_("Where does the child change home?"))

    def clean(self) -> dict[str, Any]:
        return _one_of_both(self, super().clean() or {})

    def change(self) -> SchemeEdit:
        kind = self.step.handover or HandoverKind.BACK
        data = self.cleaned_data
        own = Handover(at=data["at"], after_care=data["after_care"], place=data["place"])
        return lambda scheme: handover_with(scheme, kind, own)


def _after_care_field() -> forms.BooleanField:
    return forms.BooleanField(label=_("When day care or school ends"), required=False)


def _place_field(label: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=False,
        max_length=PLACE_LONGEST,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


def _one_of_both(form: forms.Form, data: dict[str, Any]) -> dict[str, Any]:
    if data.get("after_care") and data.get("at"):
        form.add_error("at", _("Choose one: the end of day care or school, or a time."))
    return data


class PlaceForm(StepForm):
    def chosen(self, scheme: Scheme, step: ScheduleStep, viewer: Parent) -> dict[str, Any]:
        return {"place": scheme.place}

    def build(self) -> None:
        self.fields["place"] = _place_field(self.step.title)

    def change(self) -> SchemeEdit:
        place = self.cleaned_data["place"]
        return lambda scheme: replace(scheme, place=place)


class TravelsForm(StepForm):
    def chosen(self, scheme: Scheme, step: ScheduleStep, viewer: Parent) -> dict[str, Any]:
        return {"travels": scheme.travels.value if scheme.travels else ""}

    def build(self) -> None:
        always = [
            (value, str(_("Always: %(parent)s")) % {"parent": name}) for value, name in self.both()
        ]
        self.radio("travels", [*((t.value, text) for t, text in TRAVELS.items()), *always])

    def change(self) -> SchemeEdit:
        value = self.cleaned_data["travels"]
        if not value:
            return lambda scheme: scheme
        return lambda scheme: replace(scheme, travels=Travels(value))
