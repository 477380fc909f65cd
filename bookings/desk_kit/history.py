"""The history of an appointment in words."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from bookings.desk_kit.labels import short_when
from bookings.lifecycle import cancel_reasons
from bookings.lifecycle.call_results import CallResult
from bookings.lifecycle.contact_consent import HowAsked
from bookings.lifecycle.decline_reasons import reason_label
from bookings.models import BY_STAFF, AppointmentEvent, EventKind, PartyRole
from office.models import Channel


@dataclass(frozen=True)
class HistoryStep:
    """One line of the history."""

    event: AppointmentEvent
    what: str
    who: str


def step_of(event: AppointmentEvent) -> HistoryStep:
    return HistoryStep(event, event_label(event), actor_label(event))


def event_label(event: AppointmentEvent) -> str:
    """Word what happened, and what was there before and after."""
    if event.reason == BY_STAFF:
        return _("Booked by staff")
    label = str(event.get_what_display())
    if event.what in EventKind.calls() and event.party is not None:
        name = event.party.name or _("a party")
        result = CallResult(event.reason).label if event.reason in CallResult.values else ""
        return ": ".join(part for part in (label, name, str(result)) if part)
    if (
        event.what in EventKind.party_answers()
        and event.user is not None
        and event.party is not None
    ):
        # Staff noted what a party answered on the phone.
        label = _("%(what)s (by phone: %(name)s)") % {
            "what": label,
            "name": event.party.name or _("a party"),
        }
    if event.details.get("role") in PartyRole.values:
        return f"{label}: {PartyRole(event.details['role']).label}"
    if event.what in EventKind.consent() and event.reason in HowAsked.values:
        return f"{label} ({HowAsked(event.reason).label})"
    if event.what in (EventKind.CANCELLED, EventKind.MOVE_ASKED):
        return ", ".join([label, *_why(event.details)])
    if event.reason:
        return f"{label}: {reason_label(event.reason)}"
    if agency := event.details.get("agency"):
        return f"{label}: {agency}"
    differences = "; ".join(difference_labels(event.details))
    return f"{label}: {differences}" if differences else label


def _why(details: dict[str, Any]) -> list[str]:
    """Return why it was cancelled, where that was given, and whether late: for the secretary alone."""
    why = cancel_reasons.reason_label(details.get("why", ""))
    return [*([why] if why else []), *([_("late")] if details.get("late") else [])]


def difference_labels(details: dict[str, Any]) -> list[str]:
    """Word "ke 25.11. 9.30 → to 26.11. 10.00" for each field that is not what it was."""
    was, now = details.get("was") or {}, details.get("now") or {}
    return [
        f"{before or '–'} → {after or '–'}"
        for before, after in zip(_facts(was), _facts(now), strict=True)
        if before != after
    ]


def _facts(facts: dict[str, Any]) -> list[str]:
    start = facts.get("start")
    channel = str(facts.get("channel") or "")
    labels = {value: str(label) for value, label in Channel.choices}
    return [
        short_when(datetime.fromisoformat(start)) if start else "",
        labels.get(channel, channel),
        str(facts.get("point") or "") if channel == Channel.IN_PERSON else "",
        str(facts.get("room") or ""),
        ", ".join(facts.get("staff") or []),
    ]


def actor_label(event: AppointmentEvent) -> str:
    by = AppointmentEvent.By
    if event.by == by.STAFF and event.user is not None:
        return event.user.get_full_name() or event.user.username
    if event.by == by.PARTY:
        return (event.party.name if event.party else "") or _("a party")
    if event.what in EventKind.partner_answers():
        return _("the partner")
    return str(event.get_by_display())
