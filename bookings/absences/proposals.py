"""Somebody falls ill: the visits hit, and for each another person or time, no two the same."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Q

from bookings.availability.search import Found, Wish, find
from bookings.availability.slots import Slot
from bookings.lifecycle.travel import busy_span, travel_time
from bookings.matters.queries import further_rows, hand_down, with_matters
from bookings.models import Appointment, AppointmentProfessional, MoveRequest, Status, TimeOffer
from bookings.models.matters import FURTHER
from bookings.parties import conflicts
from bookings.rescheduling.plan import VisitArrangement, may_change, present
from office.calendar.working_time import working_time
from office.core import clock
from office.core.intervals import covers, overlap
from office.core.names import Alphabetical
from office.models import (
    Absence,
    Channel,
    ClaimKind,
    HoursKind,
    Occupancy,
    Professional,
    Unit,
)
from office.setup.absences import REASON

COLLEAGUES, TIMES = 3, 5
# The reason of what an absence has left without hours; see office.setup.absences.
ABSENT = REASON
LONGEST = timedelta(days=31)
SOON = timedelta(days=7)
Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class Away:
    """Who is away, and from which day to which (both included)."""

    professional: Professional
    first: date
    last: date

    @property
    def span(self) -> Span:
        return clock.day_bounds(self.first, self.last)


@dataclass(frozen=True)
class Replacement:
    """One way to see to a visit: the same time with another, or another time."""

    change: VisitArrangement
    same_time: bool
    # Who and which room would be busy, and from when to when.
    resources: tuple[int, ...]
    span: Span


@dataclass
class AffectedAppointment:
    """A visit or a request that the absence hits, and its replacements."""

    appointment: Appointment
    current: VisitArrangement
    choices: list[Replacement] = field(default_factory=list)
    # The one that no other row proposes, too; None: left for later.
    proposed: Replacement | None = None


@dataclass(frozen=True)
class KeptTime:
    """A time that is kept with the absent one for an offer or a wish to move."""

    appointment: Appointment
    starts_at: datetime
    ends_at: datetime
    is_offer: bool


def hits(away: Away) -> list[AffectedAppointment]:
    """Return the absentee's visits and requests in those days, the earliest first. Three queries."""
    rows = (
        with_matters(Appointment.objects.all())
        .filter(claim__in=_claims(away), status__in=Status.open())
        .exclude(starts_at__lte=clock.now(), status=Status.CONFIRMED)
        .select_related("service_point", "room", "claim")
        .prefetch_related("staff__professional", "parties")
        .order_by("starts_at", "pk")
    )
    found = []
    for appointment in rows:
        current = present(appointment)
        if current is not None and may_change(appointment):
            for party in appointment.parties.all():
                party.appointment = appointment
            found.append(AffectedAppointment(appointment, current))
    return found


def kept_times(away: Away) -> list[KeptTime]:
    """Return offered and wished times of those days that wait for an answer. Two queries."""
    claims = _claims(away)
    offers = TimeOffer.objects.filter(claim__in=claims, closed_at=None)
    moves = MoveRequest.objects.filter(claim__in=claims, outcome=MoveRequest.Outcome.OPEN)
    rows = [
        KeptTime(hand_down(row), row.starts_at, row.ends_at, isinstance(row, TimeOffer))
        for times in (offers, moves)
        for row in times.select_related("appointment__service").annotate(
            **{FURTHER: further_rows("appointment")}
        )
    ]
    return sorted(rows, key=lambda row: row.starts_at)


def _claims(away: Away) -> Iterable[int]:
    """Return what keeps the absent one busy then, as far as a client waits behind it."""
    return list(
        Occupancy.objects.filter(
            resource=away.professional.pk,
            during__overlap=DateTimeTZRange(*away.span),
            during__endswith__gt=clock.now(),
            claim__kind__in=ClaimKind.booked(),
        ).values_list("claim_id", flat=True)
    )


def absences_with_work() -> list[tuple[Absence, int]]:
    """Return absences with bookings to see to, and how many, the soonest first. Two queries."""
    orphaned = Occupancy.objects.filter(
        claim__orphaned_at__isnull=False, during__endswith__gt=clock.now()
    ).values_list("resource_id", "during", "claim_id")
    rows = list(orphaned)
    absences = (
        Absence.objects.entered()
        .filter(
            professional__in={resource for resource, _during, _claim in rows},
            during__endswith__gt=clock.now(),
        )
        .select_related("professional")
    )
    counted = []
    for absence in absences.order_by("during", "pk"):
        span = absence.during.lower, absence.during.upper
        hit = {
            claim
            for resource, during, claim in rows
            if resource == absence.professional_id and overlap((during.lower, during.upper), span)
        }
        if hit:
            counted.append((absence, len(hit)))
    return counted


def visits_without_hours() -> list[Appointment]:
    """Return upcoming visits whose hours were cut by something else than an absence. Two queries."""
    visits = (
        Appointment.objects.orphaned()
        .filter(starts_at__gt=clock.now())
        .exclude(claim__orphan_reason=ABSENT)
        .select_related("claim")
    )
    return list(visits.order_by("starts_at", "pk"))


def visits_soon() -> list[tuple[Professional, date, int]]:
    """Return who has visits today or on the next day that has any, and how many. One query."""
    now = clock.now()
    rows = (
        AppointmentProfessional.objects.filter(
            appointment__status__in=[Status.REQUESTED, Status.CONFIRMED],
            appointment__starts_at__gt=now,
            appointment__starts_at__lt=now + SOON,
            professional__is_active=True,
        )
        .select_related("professional", "appointment")
        .only("professional__name", "appointment__starts_at")
    )
    counted: dict[tuple[date, str, int], tuple[Professional, int]] = {}
    for row in rows:
        person = row.professional
        if row.appointment.starts_at is not None:
            day = clock.local(row.appointment.starts_at).date()
            key = day, person.name, person.pk
            counted[key] = person, counted.get(key, (person, 0))[1] + 1
    days = sorted({day for day, _name, _pk in counted})
    shown = days[: 2 if days and days[0] == clock.today() else 1]
    return [
        (person, key[0], count)
        for key, (person, count) in sorted(counted.items(), key=lambda item: item[0])
        if key[0] in shown
    ]


def absence_behind(appointment: Appointment) -> Absence | None:
    """Find the absence that left the appointment without somebody; None for other reasons."""
    claim = appointment.claim
    if claim is None or claim.orphaned_at is None or appointment.starts_at is None:
        return None
    return (
        Absence.objects.entered()
        .filter(
            professional__duties__appointment=appointment,
            during__overlap=DateTimeTZRange(appointment.starts_at, appointment.ends_at),
        )
        .order_by("during", "pk")
        .first()
    )


def propose(found: Sequence[AffectedAppointment], away: Away, unit: Unit) -> None:
    """Fill in each visit's replacements, and propose one: no two rows the same person, room or time.

    The number of queries depends on how many kinds of visit there are, not on how many visits.
    """
    if not found:
        return
    diary = _Diary(found)
    barred = conflicts.barred_from_each(hit.appointment.pk for hit in found)
    searches: dict[Wish, Found] = {}
    taken: list[tuple[tuple[int, ...], Span]] = []
    for hit in found:
        without = barred.get(hit.appointment.pk, frozenset())
        hit.choices = [
            *_colleagues(hit, away, diary, without),
            *_times(hit, away, unit, searches, taken, without),
        ]
        hit.proposed = next((c for c in hit.choices if _is_apart(c, taken)), None)
        if hit.proposed is not None:
            taken.append((hit.proposed.resources, hit.proposed.span))


def _is_apart(choice: Replacement, taken: Iterable[tuple[tuple[int, ...], Span]]) -> bool:
    return not any(
        set(choice.resources) & set(resources) and overlap(choice.span, span)
        for resources, span in taken
    )


class _Diary:
    """Who works when and is busy when, for the time of all hit visits. Six queries."""

    def __init__(self, found: Sequence[AffectedAppointment]) -> None:
        starts = [hit.current.start for hit in found]
        last = max(starts) + timedelta(days=1)
        first_day, last_day = clock.local(min(starts)).date(), clock.local(last).date()
        self.people = list(
            Professional.objects.in_use()
            .prefetch_related("services")
            .order_by(Alphabetical("name"), "pk")
        )
        ids = [person.pk for person in self.people]
        self.work: dict[int, list[tuple[datetime, datetime, int]]] = {}
        for stretch in working_time(
            kind=HoursKind.APPOINTMENTS, first=first_day, last=last_day, professionals=ids
        ):
            row = stretch.start, stretch.end, stretch.point
            self.work.setdefault(stretch.professional, []).append(row)
        self.busy: dict[int, list[Span]] = {}
        lasting = Q(expires_at=None) | Q(expires_at__gt=clock.now())
        for who, during in Occupancy.objects.filter(
            lasting,
            resource__in=ids,
            during__overlap=DateTimeTZRange(*clock.day_bounds(first_day, last_day)),
        ).values_list("resource_id", "during"):
            self.busy.setdefault(who, []).append((during.lower, during.upper))

    def is_free(self, who: int, span: Span, busy: Span, point: int | None) -> bool:
        """Say whether `who` works all of `span` at the point (None: anywhere), busy with nothing else."""
        works = any(
            covers((start, end), span) and point in (None, where)
            for start, end, where in self.work.get(who, ())
        )
        return works and not any(overlap(other, busy) for other in self.busy.get(who, ()))


def _spans(hit: AffectedAppointment, start: datetime) -> tuple[Span, Span]:
    """Return the visit if it began at `start`, with the journey, and with what comes after it."""
    appointment = hit.appointment
    length = timedelta(minutes=appointment.matters.duration)
    if appointment.starts_at is not None and appointment.ends_at is not None:
        length = appointment.ends_at - appointment.starts_at
    end = start + length
    way = travel_time(appointment.channel)
    busy = busy_span(appointment.matters, appointment.channel, start, end)
    return (start - way, end + way), busy


def _colleagues(
    hit: AffectedAppointment, away: Away, diary: _Diary, without: frozenset[int]
) -> Iterator[Replacement]:
    """Yield the same time with somebody else who gives the service in the language."""
    appointment, current = hit.appointment, hit.current
    span, busy = _spans(hit, current.start)
    point = current.point if current.channel == Channel.IN_PERSON else None
    leads = bool(current.professionals) and current.professionals[0] == away.professional.pk
    asked = {service.pk for service in appointment.matters.services}
    count = 0
    for person in diary.people:
        if person.pk in current.professionals or (leads and person.organisation_id is not None):
            continue
        gives = asked <= {service.pk for service in person.services.all()}
        if not gives or appointment.language not in person.languages or person.pk in without:
            continue
        if count < COLLEAGUES and diary.is_free(person.pk, span, busy, point):
            count += 1
            people = tuple(
                person.pk if pk == away.professional.pk else pk for pk in current.professionals
            )
            yield Replacement(replace(current, professionals=people), True, (person.pk,), busy)


def _times(
    hit: AffectedAppointment,
    away: Away,
    unit: Unit,
    searches: dict[Wish, Found],
    taken: Sequence[tuple[tuple[int, ...], Span]],
    without: frozenset[int],
) -> Iterator[Replacement]:
    """Yield the nearest times that fit: without the absent one, and not taken by another row."""
    appointment, current = hit.appointment, hit.current
    point = current.point if current.channel == Channel.IN_PERSON else None
    wish = Wish.about(appointment.matters, current.channel, point, appointment.language, without)
    if wish not in searches:
        searches[wish] = find(wish, unit, online=False)
    found = searches[wish]
    count = 0
    for slot in _nearest_first(found, current.start):
        choice = _at(slot, hit, away, found, taken)
        if choice is not None:
            count += 1
            yield choice
        if count == TIMES:
            return


def _nearest_first(found: Found, moment: datetime) -> list[Slot]:
    """Return enough candidates: most are free of what the other rows take."""
    return sorted(found.near(moment, 60), key=lambda slot: (abs(slot.start - moment), slot))


def _at(
    slot: Slot,
    hit: AffectedAppointment,
    away: Away,
    found: Found,
    taken: Sequence[tuple[tuple[int, ...], Span]],
) -> Replacement | None:
    assignment = found.assignment(slot)
    if assignment is None or slot.start == hit.current.start:
        return None
    _span, busy = _spans(hit, slot.start)
    gone = overlap(away.span, busy)
    needed = hit.appointment.matters.professionals_needed
    partners = found.times.partners
    for team in assignment.teams:
        if gone and away.professional.pk in team:
            continue
        people = tuple(sorted(team[:needed], key=lambda who: (who in partners, who)))
        wanted = replace(
            hit.current, start=slot.start, point=slot.point, professionals=people, room=None
        )
        choice = Replacement(wanted, False, team, busy)
        if _is_apart(choice, taken):
            return choice
    return None


def is_noted(away: Away) -> bool:
    """Say whether the absence is entered already for all of those days."""
    return (
        Absence.objects.entered()
        .filter(professional=away.professional, during__contains=DateTimeTZRange(*away.span))
        .exists()
    )
