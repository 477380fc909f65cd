"""Separate visits: each parent has a linked visit, and they never meet at the door."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bookings.availability.slots import Slot
from bookings.lifecycle.contact_consent import must_ask_first
from bookings.lifecycle.transitions import record
from bookings.models import Appointment, EventKind, Meeting, OtherParent, SeparateVisit, Status
from office.core import clock, dates
from office.core.intervals import overlap
from office.models import Channel, ServicePoint, Unit, User


class TooCloseError(Exception):
    """Both parents would come to one building too close together; the message says why."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True)
class PointStay:
    """A stay at a service point: from the arrival to the end, the buffer after it included."""

    start: datetime
    until: datetime
    point: int
    # When they walk out; the buffer after a visit is for those who held it. None: at the end of the stay.
    leaves: datetime | None = None

    @property
    def left_at(self) -> datetime:
        return self.leaves or self.until


def link(one: Appointment, two: Appointment) -> None:
    """Link the two parents' separate visits. Call in a transaction."""
    SeparateVisit.objects.bulk_create(
        [
            SeparateVisit(appointment=one, other=two),
            SeparateVisit(appointment=two, other=one),
        ]
    )


def other_visit(appointment: Appointment) -> Appointment | None:
    """Return the other parent's own visit, whatever its status; None where there is none."""
    found = (
        SeparateVisit.objects.filter(appointment=appointment)
        .select_related("other__service", "other__service_point")
        .first()
    )
    return found.other if found else None


def others_of(appointments: Iterable[int]) -> dict[int, int]:
    """Return the other parents' own visits, by appointment id, whatever their status. One query."""
    rows = SeparateVisit.objects.filter(appointment__in=appointments)
    return dict(rows.values_list("appointment", "other"))


def stay_of(appointment: Appointment) -> PointStay | None:
    """Return when and where the visit brings a parent to a building; None where it does not."""
    if (
        not appointment.is_open
        or appointment.channel != Channel.IN_PERSON
        or appointment.starts_at is None
        or appointment.ends_at is None
        or appointment.service_point_id is None
    ):
        return None
    buffer = timedelta(minutes=appointment.matters.buffer_after)
    return PointStay(
        appointment.starts_at,
        appointment.ends_at + buffer,
        appointment.service_point_id,
        leaves=appointment.ends_at,
    )


class Gaps(NamedTuple):
    """How far apart two parents are kept."""

    arrivals: timedelta
    # From when the first walks out until the second may come to the door, or out of it.
    leaving: timedelta = timedelta()


def clash(one: PointStay, two: PointStay, gaps: Gaps) -> str:
    """Judge two stays: "together" in one building, arrivals "close", the one "leaving" while
    the other comes, or nothing. Pure.
    """
    if one.point != two.point:
        return ""
    if overlap((one.start, one.until), (two.start, two.until)):
        return "together"
    if abs(one.start - two.start) < gaps.arrivals:
        return "close"
    first, second = sorted((one, two), key=lambda stay: stay.start)
    return "leaving" if second.start < first.left_at + gaps.leaving else ""


def gaps_of(unit: Unit) -> Gaps:
    """Return how far apart arrivals, and leaving and arriving, must be."""
    return Gaps(timedelta(minutes=unit.separate_gap), timedelta(minutes=unit.leaving_gap))


@dataclass(frozen=True)
class Leaving:
    """How one of two parents leaves whose visits are at one place on the same day."""

    is_first: bool
    # When the first walks out, and from when the second may come to the door or out of it.
    first_at: datetime
    second_from: datetime
    # Whether both are in the building when the first goes; otherwise the second comes later.
    both_are_in: bool
    # Between the first one's leaving and the second one's next step.
    gap: timedelta


def plan_leaving(one: Appointment, other: Appointment, unit: Unit) -> Leaving | None:
    """Plan how `one` leaves, given the other's visit; None where they are not at one place that day.

    The one whose visit ends first goes first, whoever asked.
    """
    stays = [(stay_of(visit), visit) for visit in (one, other)]
    known = [(stay, visit) for stay, visit in stays if stay is not None]
    if len(known) < 2 or not _same_day(one, other):
        return None
    (first, leader), (second, _) = sorted(
        known, key=lambda pair: (pair[0].left_at, pair[0].start, pair[1].reference)
    )
    second_from = first.left_at + timedelta(minutes=unit.leaving_gap)
    both_are_in = second.start < first.left_at
    next_step = max(second.left_at, second_from) if both_are_in else second.start
    return Leaving(
        is_first=leader.pk == one.pk,
        first_at=first.left_at,
        second_from=second_from,
        both_are_in=both_are_in,
        gap=next_step - first.left_at,
    )


def problem(
    appointment: Appointment,
    start: datetime,
    end: datetime,
    point: ServicePoint | int | None,
    *,
    unit: Unit | None = None,
    lock: bool = False,
) -> str | None:
    """Return what speaks against these times for one of two separate visits, as a sentence for staff.

    `point`: where it would be; None for a visit by phone or video. `lock`: keep the other visit as it
    is until the transaction ends, so that two moves at once cannot meet. None where all is well.
    """
    if point is None:
        return None
    other = other_visit(appointment)
    if other is not None and lock:
        Appointment.objects.select_for_update(of=("self",)).get(pk=other.pk)
        other.refresh_from_db()
    there = stay_of(other) if other else None
    if other is None or there is None:
        return None
    buffer = timedelta(minutes=appointment.matters.buffer_after)
    place = point if isinstance(point, int) else point.pk
    here = PointStay(start, end + buffer, place, leaves=end)
    gaps = gaps_of(unit or Unit.get())
    return sentence_for(clash(here, there, gaps), there, gaps, other.reference) or None


def sentence_for(wrong: str, there: PointStay, gaps: Gaps, code: str) -> str:
    """Word what clash() found; `there`: the other parent's stay, of the visit `code`."""
    language = get_language()
    start = there.start
    values = {
        "when": f"{dates.short_day(start, language)} {dates.clock(start, language)}",
        "until": dates.clock(there.left_at, language),
        "code": code,
        "gap": dates.duration(int(gaps.arrivals.total_seconds() // 60)),
        "leaving": dates.duration(int(gaps.leaving.total_seconds() // 60)),
    }
    words = {
        "together": _(
            "Both parents would be in the building at the same time: the other parent's visit "
            "%(code)s at this service point begins %(when)s."
        ),
        "close": _(
            "The arrivals must be %(gap)s apart: the other parent's visit %(code)s at this "
            "service point begins %(when)s."
        ),
        "leaving": _(
            "One would come while the other leaves: the other parent's visit %(code)s at this service "
            "point is %(when)s–%(until)s, and %(leaving)s must be between leaving and coming."
        ),
    }
    return words.get(wrong, "") % values


def refuse(
    appointment: Appointment,
    start: datetime,
    end: datetime,
    point: ServicePoint | int | None,
    *,
    unit: Unit | None = None,
    user: User | None = None,
    override: bool = False,
) -> None:
    """Raise TooCloseError where problem() finds something. Call in the action's transaction.

    `override`: the secretary knows and wants it so: it is written down instead, as `user`'s doing.
    """
    wrong = problem(appointment, start, end, point, unit=unit, lock=True)
    if not wrong:
        return
    if not override:
        raise TooCloseError(wrong)
    record(appointment, EventKind.GAP_OVERRIDDEN, user=user)


def apart(slots: Iterable[Slot], minutes: int, there: PointStay, gaps: Gaps) -> list[Slot]:
    """Filter `slots` that keep clear of the other's stay; a visit and its buffer take `minutes`."""
    length = timedelta(minutes=minutes)
    return [
        s for s in slots if not clash(PointStay(s.start, s.start + length, s.point), there, gaps)
    ]


def may_arrange(appointment: Appointment) -> bool:
    """Say whether the other parent's own visit is still to be arranged."""
    return (
        wants_other(appointment)
        and other_visit(appointment) is None
        and not must_ask_first(appointment)
    )


def wants_other(appointment: Appointment) -> bool:
    """Say whether there is another parent who wants a visit of their own."""
    return (
        appointment.meeting == Meeting.SEPARATE
        and appointment.is_confirmed
        and appointment.other_parent != OtherParent.NONE
    )


def linked(appointments: Iterable[Appointment]) -> dict[int, bool]:
    """Find those whose other visit is arranged, by id: whether the other parent comes to the same place
    on the same day. One query."""
    by_id = {appointment.pk: appointment for appointment in appointments}
    rows: QuerySet[SeparateVisit] = (
        SeparateVisit.objects.filter(
            appointment__in=by_id.keys(),
            other__status__in=[*Status.open(), *Status.over()],
        )
        .select_related("other")
        .only("appointment", "other__starts_at", "other__service_point", "other__channel")
    )
    return {row.appointment_id: _same_day(by_id[row.appointment_id], row.other) for row in rows}


def leaving_plans(appointments: Iterable[Appointment], unit: Unit) -> dict[int, Leaving]:
    """Plan the leaving where the other visit is at the same place that day, by id. One query."""
    by_id = {appointment.pk: appointment for appointment in appointments}
    rows = SeparateVisit.objects.filter(appointment__in=by_id.keys()).select_related(
        "other__service"
    )
    plans = {
        row.appointment_id: plan_leaving(by_id[row.appointment_id], row.other, unit) for row in rows
    }
    return {pk: plan for pk, plan in plans.items() if plan is not None}


def _same_day(one: Appointment, two: Appointment) -> bool:
    if one.starts_at is None or two.starts_at is None:
        return False
    in_person = one.channel == two.channel == Channel.IN_PERSON
    return (
        in_person
        and one.service_point_id == two.service_point_id
        and clock.local(one.starts_at).date() == clock.local(two.starts_at).date()
    )
