"""The table of what an absence hits: each visit, its replacements, who would be notified."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from bookings.absences.forms import CANCEL, choice_value
from bookings.absences.proposals import AffectedAppointment, Replacement, visits_without_hours
from bookings.appointments import decisions, notified_parties
from bookings.desk_kit.labels import (
    Tag,
    language_label,
    place_label,
    short_when,
    status_tag,
)
from bookings.desk_kit.recipients import RecipientRow, recipient_of
from bookings.models import Appointment, Meeting
from office.calendar.orphan_words import orphan_label
from office.core import clock
from office.models import Absence, Channel, Professional, ServicePoint

# Just before the end of an absence: the day that its last moment belongs to.
TICK = timedelta(microseconds=1)


@dataclass(frozen=True)
class Option:
    """One way out, as the list of a row offers it."""

    value: str
    text: str
    is_chosen: bool
    same_time: bool


@dataclass(frozen=True)
class OptionGroup:
    name: str
    options: list[Option]


@dataclass(frozen=True)
class AffectedVisit:
    """One visit of the table."""

    appointment: Appointment
    facts: str
    tag: Tag
    groups: list[OptionGroup]
    recipients: list[RecipientRow]
    is_request: bool
    may_cancel: bool
    cancels: bool
    is_left: bool
    key: str


def query_of(absence: Absence) -> str:
    """Return what leads to the table of an absence, from today on."""
    first = max(clock.local(absence.during.lower).date(), clock.today())
    last = clock.local(absence.during.upper - TICK).date()
    return query(absence.professional_id, first, last, absence.reason)


def query(professional: int, first: date, last: date, reason: str) -> str:
    """Return the query of a table's address; nothing of the parties is in it."""
    return "?" + urlencode(
        {"professional": professional, "first": first, "last": last, "reason": reason}
    )


def rows_of(found: Sequence[AffectedAppointment], chosen: dict[str, str]) -> list[AffectedVisit]:
    """Return the rows; `chosen`: what was picked before, by reference code. Two queries."""
    names = dict(Professional.objects.values_list("pk", "name"))
    points = {point.pk: point for point in ServicePoint.objects.all()}
    return [
        _row(hit, names, points, chosen.get(hit.appointment.reference), number)
        for number, hit in enumerate(found, start=1)
    ]


def _row(
    hit: AffectedAppointment,
    names: dict[int, str],
    points: dict[int, ServicePoint],
    picked: str | None,
    number: int,
) -> AffectedVisit:
    appointment = hit.appointment
    proposed = choice_value(hit.proposed) if hit.proposed is not None else ""
    value = proposed if picked is None else picked
    is_request = appointment.is_undecided

    def option(choice: Replacement) -> Option:
        people = ", ".join(names.get(pk, "") for pk in choice.change.professionals)
        when = short_when(choice.change.start)
        own = choice_value(choice)
        if choice.same_time:
            return Option(own, people, own == value, same_time=True)
        where = ""
        if choice.change.channel != Channel.IN_PERSON:
            where = f" · {place_label(choice.change.channel, None)}"
        elif choice.change.point != hit.current.point and choice.change.point in points:
            where = f" · {points[choice.change.point].name}"
        return Option(own, f"{when} · {people}{where}", own == value, same_time=False)

    same = [option(c) for c in hit.choices if c.same_time]
    moved = [option(c) for c in hit.choices if not c.same_time]
    later = _("Another time, confirmed at once") if is_request else _("Another time")
    facts = [
        place_label(appointment.channel, appointment.service_point),
        language_label(appointment.language),
        _("separately") if appointment.meeting == Meeting.SEPARATE else "",
    ]
    informed = (
        appointment.parties.all() if is_request else notified_parties.informed_parties(appointment)
    )
    return AffectedVisit(
        appointment=appointment,
        facts=" · ".join(fact for fact in facts if fact),
        tag=status_tag(appointment),
        groups=[
            OptionGroup(name, options)
            for name, options in ((_("Same time, somebody else"), same), (later, moved))
            if options
        ],
        recipients=[recipient_of(party) for party in informed],
        is_request=is_request,
        may_cancel=decisions.may_cancel(appointment),
        cancels=value == CANCEL,
        is_left=not value,
        key=str(number) if number < 10 else "",
    )


@dataclass(frozen=True)
class CutVisit:
    """A visit without hours behind which there is no absence."""

    reference: str
    when: str
    why: str


def cut_rows() -> list[CutVisit]:
    """List the visits whose hours were cut by something other than an absence, the soonest first."""
    return [
        CutVisit(
            appointment.reference,
            short_when(appointment.starts_at) if appointment.starts_at else "",
            orphan_label(appointment.claim.orphan_reason if appointment.claim else ""),
        )
        for appointment in visits_without_hours()
    ]
