"""Which records of a day were the user's own work, for the supervision of the access log."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta

from django.db.models import Q

from bookings.models import (
    Appointment,
    AppointmentEvent,
    AppointmentProfessional,
    Call,
    CallBack,
    CallBackEvent,
    Status,
)
from bookings.models.call_tasks import RECORD as CALL_TASK
from bookings.models.parked import RECORD as PARKED
from office.core import clock
from office.hooks import RecordOpening
from office.models import Professional, Role, User

# After a call one still writes down what was agreed in it.
AFTER_A_CALL = timedelta(minutes=30)


def explained(day: date, openings: Sequence[RecordOpening]) -> Collection[RecordOpening]:
    """Return the openings explained by own visits and call-backs, the desk's work that day, or a call."""
    users = {one.user for one in openings}
    records = {one.record for one in openings}
    own = _own(users, records)
    at_the_desk = _desk_work(day, records)
    secretaries = secretaries_among(openings)
    calls = _calls(day, users)
    return [
        one
        for one in openings
        if (one.user, one.record) in own
        or (one.user in secretaries and (one.record in at_the_desk or _is_a_task(one.record)))
        or any(start <= one.at <= end for start, end in calls.get(one.user, ()))
    ]


def secretaries_among(openings: Sequence[RecordOpening]) -> set[int]:
    """Find the users who have opened something and work at the desk."""
    users = User.objects.filter(
        pk__in={one.user for one in openings}, roles__contains=[Role.SECRETARY]
    )
    return set(users.values_list("pk", flat=True))


def _is_a_task(record: str) -> bool:
    """Say whether the record is the desk's work itself: a promised call or a booking cut short."""
    return record.startswith((CALL_TASK, PARKED))


def desk_days(day: date) -> tuple[datetime, datetime]:
    """Return the working day before to the end of the day: what happened then is still desk work."""
    before = day - timedelta(days=1)
    while before.weekday() > 4:
        before -= timedelta(days=1)
    return clock.day_bounds(before, day)


def _own(users: Collection[int], records: Collection[str]) -> set[tuple[int, str]]:
    professionals = dict(Professional.objects.filter(user__in=users).values_list("pk", "user_id"))
    visits = AppointmentProfessional.objects.filter(
        professional__in=professionals, appointment__reference__in=records
    ).values_list("professional_id", "appointment__reference")
    calls = CallBack.objects.filter(
        professional__in=professionals, reference__in=records
    ).values_list("professional_id", "reference")
    return {(professionals[pk], reference) for pk, reference in [*visits, *calls]}


def _desk_work(day: date, records: Collection[str]) -> set[str]:
    """Find records with an event that day or the working day before, a pending decision, or a visit."""
    start, end = desk_days(day)
    today, _end = clock.day_bounds(day, day)
    appointments = Appointment.objects.filter(reference__in=records)
    happened = AppointmentEvent.objects.filter(
        appointment__reference__in=records, at__gte=start, at__lt=end
    )
    found = set(happened.values_list("appointment__reference", flat=True))
    found |= set(
        appointments.filter(
            Q(status__in=Status.undecided())
            | Q(claim__orphaned_at__isnull=False)
            | Q(move_requests__outcome="open")
            | Q(starts_at__gte=today, starts_at__lt=end)
        ).values_list("reference", flat=True)
    )
    calls = CallBack.objects.filter(reference__in=records)
    found |= set(
        calls.filter(starts_at__gte=today, starts_at__lt=end).values_list("reference", flat=True)
    )
    found |= set(
        CallBackEvent.objects.filter(
            call_back__reference__in=records, at__gte=start, at__lt=end
        ).values_list("call_back__reference", flat=True)
    )
    return found


def _calls(day: date, users: Collection[int]) -> dict[int, list[tuple[datetime, datetime]]]:
    start, end = clock.day_bounds(day, day)
    found: dict[int, list[tuple[datetime, datetime]]] = {}
    for user, began, ended in Call.objects.filter(
        user__in=users, started_at__gte=start, started_at__lt=end
    ).values_list("user_id", "started_at", "ended_at"):
        found.setdefault(user, []).append((began, (ended or end) + AFTER_A_CALL))
    return found
