"""The outcome of a visit: choices only, so that nothing can be written about anybody."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bookings.models import Appointment, Came, NextStep, Outcome, Party, VisitOutcome
from bookings.outcomes.actions import VisitResult, absent_of
from office.models import AgreementKind, Agreements
from office.ui.fields import field_of

ONE, EVERYBODY = "one", "all"
CHILDREN = range(1, 7)
CHILDREN_AT_MOST = 20


class VisitOutcomeForm(forms.Form):
    """Who came, how it ended, what was agreed for how many children, and what comes next."""

    absent = forms.MultipleChoiceField(
        label=_("Did not come"), required=False, widget=forms.CheckboxSelectMultiple
    )
    outcome = forms.ChoiceField(
        label=_("How it ended"),
        choices=[(one.value, one.label) for one in Outcome.of_visit()],
        required=False,
        widget=forms.RadioSelect,
    )
    agreements = forms.MultipleChoiceField(
        label=_("Agreements confirmed"),
        choices=AgreementKind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    children = forms.TypedChoiceField(
        label=_("Number of children"),
        choices=[(n, str(n)) for n in CHILDREN],
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )
    next_step = forms.ChoiceField(
        label=_("What comes next"),
        choices=[("", _("nothing more")), *NextStep.choices],
        required=False,
        widget=forms.RadioSelect,
    )
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        appointment: Appointment,
        parties: Sequence[Party],
        current: VisitOutcome | None,
    ) -> None:
        super().__init__(data, initial=_initial(parties, current))
        self.parties = parties
        # What "agreement" means where no kind is chosen. A correction says each kind itself.
        self.usual = _usual(appointment) if current is None else []
        field_of(self, "absent", forms.MultipleChoiceField).choices = absent_choices(parties)
        for kind in AgreementKind:
            self.fields[count_name(kind)] = forms.IntegerField(
                label=kind.label,
                required=False,
                min_value=1,
                max_value=CHILDREN_AT_MOST,
                widget=forms.NumberInput(attrs={"class": "input input--short"}),
            )

    @property
    def count_fields(self) -> list[forms.BoundField]:
        """The number of children of each kind, where it is not the same for all."""
        return [self[count_name(kind)] for kind in AgreementKind]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        absent, outcome = data.get("absent", []), data.get("outcome", "")
        if self._all_absent(absent):
            if outcome not in ("", Outcome.NOT_HELD):
                self.add_error("outcome", _("Nobody came, so that the visit was not held."))
            data["outcome"] = outcome = Outcome.NOT_HELD.value
        if not outcome:
            self.add_error("outcome", _("Choose how the visit ended."))
        if outcome == Outcome.NOT_HELD and not absent:
            self.add_error("absent", _("Tick who did not come."))
        if outcome == Outcome.AGREEMENT and not self._chosen(data):
            data["agreements"] = self.usual
        data["counts"] = self._counts(data) if outcome in Outcome.with_agreements() else {}
        is_asked = outcome == Outcome.AGREEMENT or bool(data.get("children"))
        if (
            outcome in Outcome.with_agreements()
            and is_asked
            and not (data["counts"] or self.errors)
        ):
            self.add_error("agreements", _("Tick what was agreed."))
        return data

    def _all_absent(self, absent: Sequence[str]) -> bool:
        return EVERYBODY in absent or (
            bool(absent) and ONE not in absent and len(absent) == len(self.parties)
        )

    def usual_names(self) -> str:
        return "; ".join(str(AgreementKind(kind).label) for kind in self.usual)

    def _chosen(self, data: dict[str, Any]) -> list[AgreementKind]:
        """Return the kinds that are ticked, or have a number of their own."""
        ticked = data.get("agreements", [])
        return [kind for kind in AgreementKind if kind in ticked or data.get(count_name(kind))]

    def _counts(self, data: dict[str, Any]) -> Agreements:
        counts: Agreements = {}
        for kind in self._chosen(data):
            number = data.get(count_name(kind)) or data.get("children")
            if number is None:
                self.add_error("children", _("Choose for how many children it was agreed."))
                return {}
            counts[kind.value] = number
        return counts

    def result(self) -> VisitResult:
        data = self.cleaned_data
        if EVERYBODY in data["absent"]:
            absent = frozenset(party.pk for party in self.parties)
        else:
            absent = frozenset(int(one) for one in data["absent"] if one != ONE)
        return VisitResult(
            Outcome(data["outcome"]),
            data["counts"],
            NextStep(data["next_step"]) if data["next_step"] else None,
            absent,
            one_did_not_come=ONE in data["absent"] and not absent,
        )


def count_name(kind: AgreementKind) -> str:
    return f"count_{kind.value}"


def absent_choices(parties: Sequence[Party]) -> list[tuple[str, Any]]:
    """Return the parties by name; while one of several is nameless, no name is shown."""
    if all(party.name for party in parties):
        return [(str(party.pk), party.name) for party in parties]
    if len(parties) == 1:
        return [(EVERYBODY, _("the client"))]
    return [(ONE, _("one of them")), (EVERYBODY, _("everybody"))]


def _usual(appointment: Appointment) -> list[str]:
    """Return the agreements that a visit about these matters is for, each once."""
    matters = [appointment.service, *appointment.also.all()]
    named = {kind for matter in matters for kind in matter.agreements}
    return [kind.value for kind in AgreementKind if kind in named]


def _initial(parties: Sequence[Party], current: VisitOutcome | None) -> dict[str, Any]:
    """Return what was noted; else no kind is ticked: ticking one is less than dropping two."""
    if current is None:
        return {"next_step": ""}
    counts: Agreements = current.agreements
    numbers = set(counts.values())
    same = numbers.pop() if len(numbers) == 1 else None
    return {
        "seen": current.pk,
        "absent": _ticked(current, [value for value, _name in absent_choices(parties)]),
        "outcome": current.outcome,
        "agreements": list(counts),
        "children": same,
        "next_step": current.next_step,
        **(
            {} if same in CHILDREN else {count_name(AgreementKind(k)): n for k, n in counts.items()}
        ),
    }


def _ticked(current: VisitOutcome, shown: Sequence[str]) -> list[str]:
    if EVERYBODY not in shown:
        return [str(pk) for pk in absent_of(current)]
    return {Came.ALL.value: [], Came.SOME.value: [ONE]}.get(current.came, [EVERYBODY])
