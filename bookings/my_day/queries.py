"""What a professional sees of the own days. Neither side's words, nor who asked first.

Only the named columns leave the database: what is one-sided cannot leak from a page that never had it.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, Prefetch, Subquery

from bookings.hooks import ACTUAL_TIME
from bookings.matters.queries import with_matters
from bookings.models import (
    Appointment,
    AppointmentEvent,
    AppointmentProfessional,
    EventKind,
    Meeting,
    OtherParent,
    PairInvitation,
    Party,
    Status,
    VisitOutcome,
)
from bookings.models.appointments import AppointmentQuerySet
from bookings.parties import conflicts
from bookings.visibility import Reader
from office.calendar.opening_hours import Stretch
from office.calendar.working_time import working_time
from office.core import clock
from office.models import Absence, HoursKind, Professional, Unit

SHOWN = [*Status.agreed(), Status.DONE, Status.NO_SHOW]
DAYS_AHEAD = 7


def visits(professional: Professional, first: date, last: date, unit: Unit) -> list[Appointment]:
    """Find the professional's agreed visits from `first` to `last`. A fixed number of queries.

    Each carries `last_mark`: the last step of the day that was marked or undone; `noted`: the outcome
    that was noted; `is_closed`: whether that can no longer be corrected; and `is_in_own_calendar`:
    whether the own calendar has something else then.
    """
    current = VisitOutcome.objects.current().filter(appointment=OuterRef("pk"))
    marks = AppointmentEvent.objects.filter(
        appointment=OuterRef("pk"),
        what__in=[*EventKind.attendance(), EventKind.UNDONE],
        undone_by=None,
    ).order_by("-at", "-pk")
    return list(
        agreed_visits(first, last)
        .of_professional(professional)
        .exclude(pk__in=conflicts.barred_to(professional))
        .prefetch_related("interpreter_orders")
        .annotate(
            last_mark=Subquery(marks.values("what")[:1]),
            noted=Subquery(current.values("outcome")[:1]),
            is_closed=Exists(current.closed(unit)),
            is_in_own_calendar=Exists(
                Absence.objects.filter(
                    professional=professional,
                    reason=Absence.Reason.CALENDAR,
                    during__startswith__lt=OuterRef("ends_at"),
                    during__endswith__gt=OuterRef("starts_at"),
                )
            ),
        )
    )


def agreed_visits(first: date, last: date) -> AppointmentQuerySet:
    """Find everybody's agreed visits from `first` to `last`, with what those who meet the parties see."""
    start, end = clock.day_bounds(first, last)
    return (
        with_matters(Appointment.objects.starting_between(start, end))
        .filter(status__in=SHOWN)
        .seen_by(Reader.PROFESSIONAL)
        .with_case()
        .prefetch_related(
            "service_point",
            "room",
            Prefetch(
                "parties",
                Party.objects.all_who_come().impartial().seen_by(Reader.PROFESSIONAL),
            ),
            Prefetch(
                "staff",
                AppointmentProfessional.objects.select_related(
                    "professional", "professional__organisation"
                ),
            ),
            Prefetch(
                "pair_invitations",
                PairInvitation.objects.open().only("appointment", "professional", "state"),
            ),
        )
        .order_by("starts_at", "pk")
    )


def one_is_unknown(visits: Iterable[Appointment]) -> set[int]:
    """Return those of the visits, by id, whose other parent the secretary is still to contact."""
    others = Party.objects.other_parents().filter(appointment=OuterRef("pk"))
    return set(
        Appointment.objects.filter(
            ~Exists(others.without_named_only()),
            pk__in=[visit.pk for visit in visits],
            other_parent__in=OtherParent.of_the_unit(),
            meeting=Meeting.TOGETHER,
        ).values_list("pk", flat=True)
    )


def nameless(visits: Iterable[Appointment], unknown: set[int]) -> set[int]:
    """Return those of the visits whose names are not shown: one name alone would be the one who asked."""
    return {
        visit.pk
        for visit in visits
        if visit.pk in unknown
        or not all(party.name for party in visit.parties.all() if party.rules.is_invited)
    }


def own_visit(professional: Professional, reference: str) -> Appointment | None:
    """Return one of the professional's own visits; None for anybody else's."""
    return (
        Appointment.objects.of_professional(professional)
        .filter(status__in=SHOWN, reference=reference.upper())
        .exclude(pk__in=conflicts.barred_to(professional))
        .seen_by(Reader.PROFESSIONAL)
        .first()
    )


def own_hours(
    professional: Professional, first: date, last: date
) -> Mapping[str, Sequence[Stretch]]:
    """Return the professional's working time by kind."""
    return {
        kind: ACTUAL_TIME[kind](professional, first, last)
        if kind in ACTUAL_TIME
        else working_time(kind=kind, first=first, last=last, professionals=[professional.pk])
        for kind in HoursKind.values
    }


def own_absences(
    professional: Professional, first: date, last: date
) -> Iterable[tuple[datetime, datetime, str]]:
    """Return when the professional is away, and why. What the own calendar has, they know from there."""
    rows = (
        Absence.objects.entered()
        .filter(professional=professional, during__overlap=clock.day_bounds(first, last))
        .order_by("during")
    )
    return [(a.during.lower, a.during.upper, str(a.get_reason_display())) for a in rows]


def days(first: date, count: int) -> list[date]:
    """Return `count` days from `first` on."""
    return [first + timedelta(days=n) for n in range(count)]
