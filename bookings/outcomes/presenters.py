"""An outcome in words, and the keys of its page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bookings.models import (
    Appointment,
    AppointmentEvent,
    Came,
    EventKind,
    NextStep,
    Outcome,
    VisitOutcome,
)
from bookings.outcomes.actions import absent_of
from office.core import clock
from office.core.names import alphabetical
from office.models import AgreementKind

# None of them is a key of the frame: g, l, t, n, which books, u, which undoes, and y.
KEYS = {
    "outcome": dict(zip(Outcome.values, ("a", "p", "0", "v", "i", "x", "", "o"), strict=True)),
    "agreements": dict(zip(AgreementKind.values, ("d", "r", "c", "m", "7", "z"), strict=True)),
    "children": {str(n): str(n) for n in range(1, 7)},
    "next_step": {"": "q", **dict(zip(NextStep.values, ("b", "e", "k", "s"), strict=True))},
}
KEYS_OF_PARTIES = ("j", "w", "f", "h")


@dataclass(frozen=True)
class KeyedBox:
    """A box or a circle with its key."""

    box: forms.boundfield.BoundWidget
    key: str


@dataclass(frozen=True)
class ChoiceGroup:
    """One question of the page."""

    field: forms.BoundField
    choices: list[KeyedBox]


def groups_of(form: forms.Form) -> dict[str, ChoiceGroup]:
    """Return the questions by name, each choice with the key that presses it."""
    groups = {}
    for name in ("absent", "outcome", "agreements", "children", "next_step"):
        field, keys = form[name], KEYS.get(name, {})
        boxes = list(field.subwidgets)
        groups[name] = ChoiceGroup(
            field,
            [
                KeyedBox(box, keys.get(str(box.data["value"]), "") if keys else _party_key(n))
                for n, box in enumerate(boxes)
            ],
        )
    return groups


def _party_key(number: int) -> str:
    return KEYS_OF_PARTIES[number] if number < len(KEYS_OF_PARTIES) else ""


@dataclass(frozen=True)
class OutcomeRow:
    """An outcome that was noted once."""

    what: str
    noted_at: datetime
    by: str


def row_of(outcome: VisitOutcome, names: dict[int, str]) -> OutcomeRow:
    return OutcomeRow(summary(outcome, names), outcome.noted_at, str(outcome.noted_by or ""))


def summary(outcome: VisitOutcome, names: dict[int, str] | None = None) -> str:
    """Word all of it on one line. `names`: of the parties, where they may be shown."""
    parts = [str(outcome.get_outcome_display())]
    parts += [agreement_label(kind, n) for kind, n in outcome.agreements.items()]
    missed = sorted(((names or {}).get(pk, "") for pk in absent_of(outcome)), key=alphabetical)
    if outcome.came == Came.SOME and missed and all(missed):
        parts.append(_("did not come: %(names)s") % {"names": ", ".join(missed)})
    elif outcome.came != Came.ALL:
        parts.append(str(outcome.get_came_display()))
    if outcome.next_step:
        parts.append(_("next: %(step)s") % {"step": outcome.get_next_step_display()})
    return " · ".join(parts)


def agreement_label(kind: str, children: int) -> str:
    """Word an agreement: Custody, 2 children."""
    return ngettext("%(kind)s, %(count)d child", "%(kind)s, %(count)d children", children) % {
        "kind": AgreementKind(kind).label,
        "count": children,
    }


@dataclass(frozen=True)
class OutcomeLink:
    """How the page of the outcome is offered beside a visit."""

    text: str
    is_main: bool = False
    # It is what this visit lacks.
    is_missing: bool = False


def link_to_outcome(appointment: Appointment, *, has_outcome: bool) -> OutcomeLink | None:
    """Return a link to the outcome; None while it is too early."""
    starts_at = appointment.starts_at
    if starts_at is None or clock.local(starts_at).date() > clock.today():
        return None
    if appointment.is_over:
        return OutcomeLink(_("Outcome"), is_main=not has_outcome, is_missing=not has_outcome)
    if appointment.is_in_meeting or (appointment.is_agreed and starts_at <= clock.now()):
        return OutcomeLink(_("Done"), is_main=appointment.is_in_meeting, is_missing=True)
    return None


def outcome_label(noted: str) -> str:
    return str(Outcome(noted).label) if noted else ""


def is_noted(events: Sequence[AppointmentEvent]) -> bool:
    """Say whether the history, newest first, has an outcome that nobody took back since."""
    for event in events:
        if event.what in (EventKind.UNDONE, EventKind.TAKEN_BACK):
            return False
        if event.what in (EventKind.OUTCOME_NOTED, EventKind.OUTCOME_CORRECTED, EventKind.NO_SHOW):
            return True
    return False
