"""What a search has found: the visits of one person together, in order of their days."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _

from bookings.cases.search import CaseMatch
from bookings.desk_kit.labels import Tag, place_label, status_tag
from bookings.models import Appointment
from bookings.parties.search import Match, MatchedBy

# What is found first has a digit that opens it: visits, and then cases.
KEYS = "123456789"


@dataclass(frozen=True)
class FoundVisit:
    """One visit of a found person."""

    appointment: Appointment
    place: str
    tag: Tag
    key: str = ""


@dataclass
class FoundVisits:
    """A person, by what they were found, and their visits."""

    name: str
    why: str
    visits: list[FoundVisit] = field(default_factory=list)


def found_visits(matches: Sequence[Match]) -> list[FoundVisits]:
    """Return the best match first, the visits of each person from the latest to the earliest.

    Who has given no name is nobody's double: each of theirs stands alone.
    """
    people: dict[object, list[Match]] = {}
    for match in matches:
        who = match.who if match.party.name else match.party.pk
        people.setdefault(who, []).append(match)
    keys = iter(KEYS)
    return [
        FoundVisits(
            name=found[0].party.name or _("no name yet"),
            why=_why_label(found[0].why),
            visits=[
                _visit(appointment, next(keys, ""))
                for appointment in sorted(_appointments(found), key=_when, reverse=True)
            ],
        )
        for found in people.values()
    ]


@dataclass(frozen=True)
class FoundCase:
    """Somebody whom a notice names, and their case."""

    reference: str
    name: str
    service: str
    why: str
    is_open: bool
    key: str


def found_cases(matches: Sequence[CaseMatch], *, after: int) -> list[FoundCase]:
    """Return those who have no visit yet, the best match first; `after`: so many visits have keys."""
    keys = iter(KEYS[after:])
    return [
        FoundCase(
            reference=match.person.case.reference,
            name=match.person.name,
            service=str(match.person.case.service.name),
            why=_why_label(match.why),
            is_open=match.person.case.is_open,
            key=next(keys, ""),
        )
        for match in matches
    ]


def _appointments(found: Sequence[Match]) -> list[Appointment]:
    return list({match.party.appointment_id: match.party.appointment for match in found}.values())


def _when(appointment: Appointment) -> tuple[bool, datetime]:
    """Sort what has no time yet after everything that has."""
    return appointment.starts_at is None, appointment.starts_at or appointment.created_at


def _visit(appointment: Appointment, key: str) -> FoundVisit:
    place = place_label(appointment.channel, appointment.service_point)
    return FoundVisit(appointment, place, status_tag(appointment), key)


def _why_label(why: MatchedBy) -> str:
    return {
        MatchedBy.NUMBER: _("by the phone number"),
        MatchedBy.LAST_DIGITS: _("by the last digits of the phone number"),
        MatchedBy.EMAIL: _("by the e-mail address"),
        MatchedBy.CODE: _("by the reference code"),
        MatchedBy.NAME: _("by the name"),
        MatchedBy.LIKE_NAME: _("by a name like it"),
    }[why]
