"""The history of an appointment in words."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from bookings.desk_kit.labels import short_when
from bookings.lifecycle.contact_consent import AGREED, REFUSED, HowAsked
from bookings.lifecycle.decline_reasons import reason_said
from bookings.models import BY_STAFF, AppointmentEvent
from office.models import Channel


@dataclass(frozen=True)
class Step:
    """One line of the history."""

    event: AppointmentEvent
    what: str
    who: str


def step_of(event: AppointmentEvent) -> Step:
    return Step(event, event_said(event), who_said(event))


def event_said(event: AppointmentEvent) -> str:
    """What happened, and what was there before and after."""
    if event.reason == BY_STAFF:
        return _("Booked by staff")
    said = {
        "requested": _("Request came in"),
        "confirmed": _("Confirmed"),
        "declined": _("Declined"),
        "offered": _("Other times offered"),
        "offer_expired": _("Offer lapsed"),
        "chosen": _("An offered time was chosen"),
        "moved": _("Moved to another time"),
        "place_changed": _("Place or channel changed"),
        "staff_changed": _("Who meets them, or the room, changed"),
        "taken_back": _("Undone before anybody was notified"),
        "move_asked": _("Asked to move"),
        "move_withdrawn": _("Wish to move taken back"),
        "kept": _("Time kept as it was"),
        "cancelled": _("Cancelled"),
        "accepted": _("Accepted the invitation"),
        "declined_invitation": _("Declined the invitation"),
        "details_given": _("Gave their own details"),
        "details_corrected": _("Contact details corrected"),
        "ways_changed": _("Changed how they may be reached"),
        "messages_stopped": _("Wants no more messages"),
        "place_agreed": _("Place agreed with who is protected"),
        "link_closed": _("Link closed, a new one sent"),
        "party_added": _("Other parent added"),
        AGREED: _("Talked with the one who asked: the other parent may be contacted"),
        REFUSED: _("Decided not to contact the other parent"),
        "video_link_set": _("Video link added"),
        "video_link_removed": _("Video link taken away"),
        "other_booked": _("The other parent’s own visit was booked"),
        "gap_overridden": _("Both parents at one place at the same time, knowingly"),
        "told_again": _("Message sent again"),
        "called": _("Called"),
        "pair_asked": _("Partner professional asked"),
        "pair_accepted": _("Partner professional accepted"),
        "pair_declined": _("Partner professional declined"),
        "earlier_wished": _("Waits for an earlier time"),
        "earlier_withdrawn": _("Waits no longer for an earlier time"),
        "earlier_offered": _("An earlier time was offered"),
        "earlier_accepted": _("The earlier time suits"),
        "earlier_declined": _("The earlier time does not suit"),
        "earlier_ended": _("The offer of an earlier time ended"),
        "pair_dropped": _("Goes on without the partner professional"),
        "noted": _("Note changed"),
        "arrived": _("Arrived"),
        "start": _("Meeting began"),
        "done": _("Done"),
        "no_show": _("Did not come"),
        "undone": _("Last step undone"),
    }.get(event.what, event.what)
    if event.what in (AGREED, REFUSED) and event.reason in HowAsked.values:
        return f"{said} ({HowAsked(event.reason).label})"
    if event.reason:
        return f"{said}: {reason_said(event.reason)}"
    differences = "; ".join(differences_said(event.details))
    return f"{said}: {differences}" if differences else said


def differences_said(details: dict[str, Any]) -> list[str]:
    """ "ke 25.11. 9.30 → to 26.11. 10.00" for each thing that is not what it was."""
    was, now = details.get("was") or {}, details.get("now") or {}
    return [
        f"{before or '–'} → {after or '–'}"
        for before, after in zip(_facts(was), _facts(now), strict=True)
        if before != after
    ]


def _facts(stood: dict[str, Any]) -> list[str]:
    start = stood.get("start")
    channel = str(stood.get("channel") or "")
    labels = {value: str(label) for value, label in Channel.choices}
    return [
        short_when(datetime.fromisoformat(start)) if start else "",
        labels.get(channel, channel),
        str(stood.get("point") or "") if channel == Channel.IN_PERSON else "",
        str(stood.get("room") or ""),
        ", ".join(stood.get("staff") or []),
    ]


def who_said(event: AppointmentEvent) -> str:
    """Who did it."""
    by = AppointmentEvent.By
    if event.by == by.STAFF and event.user is not None:
        return event.user.get_full_name() or event.user.username
    if event.by == by.PARTY:
        return (event.party.name if event.party else "") or _("a party")
    if event.what in ("pair_accepted", "pair_declined"):
        return _("the partner")
    return str(event.get_by_display())
