"""Remove clients' data that is kept no longer. office/retention/table.py names it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from django.db import connection
from django.db.models import Q, QuerySet

from bookings.models import (
    Appointment,
    Call,
    CallBack,
    Case,
    MoveRequest,
    Status,
    TimeOffer,
    VisitOutcome,
)
from bookings.notifications.kinds import MessageKind
from office.models import Claim, OutboxMessage

VISITED = [Status.CONFIRMED, Status.ARRIVED, Status.IN_MEETING, Status.DONE, Status.NO_SHOW]


def old_appointments(before: datetime) -> QuerySet[Appointment]:
    """Find visits that ended before; of those that never took place, the ones untouched since."""
    visited = Q(status__in=VISITED)
    return Appointment.objects.filter(
        (visited & Q(ends_at__lt=before))
        | (~visited & Q(updated_at__lt=before) & (Q(ends_at__isnull=True) | Q(ends_at__lt=before)))
    )


def remove_appointments(ids: Sequence[int]) -> None:
    """Remove them with parties, history, times, messages; a case goes with its last visit."""
    rows = Appointment.objects.filter(pk__in=ids).values_list("reference", "claim_id", "case_id")
    references, claims, cases = [], set(), set()
    for reference, claim, case in rows:
        references.append(reference)
        claims.add(claim)
        cases.add(case)
    for proposed in (MoveRequest, TimeOffer):
        claims.update(
            proposed.objects.filter(appointment__in=ids).values_list("claim_id", flat=True)
        )
    with forgetting():
        VisitOutcome.objects.keep_as_figures(ids)
        OutboxMessage.objects.filter(about__in=references).delete()
        Appointment.objects.filter(pk__in=ids).delete()
        Claim.objects.filter(pk__in=claims - {None}).delete()
        Case.objects.filter(pk__in=cases - {None}, visits=None).delete()


def old_cases(before: datetime) -> QuerySet[Case]:
    """Find cases that never had a visit, and that nobody has touched since."""
    return Case.objects.filter(updated_at__lt=before, visits=None)


def remove_cases(ids: Sequence[int]) -> None:
    """Remove them with the people whom the notice named, and the history."""
    with forgetting():
        Case.objects.filter(pk__in=ids).delete()


def old_call_backs(before: datetime) -> QuerySet[CallBack]:
    return CallBack.objects.filter(ends_at__lt=before)


def remove_call_backs(ids: Sequence[int]) -> None:
    old = list(CallBack.objects.filter(pk__in=ids).values_list("reference", "claim_id"))
    with forgetting():
        OutboxMessage.objects.filter(about__in=[reference for reference, _claim in old]).delete()
        CallBack.objects.filter(pk__in=ids).delete()
        Claim.objects.filter(pk__in=[claim for _reference, claim in old if claim]).delete()


def old_messages(before: datetime) -> QuerySet[OutboxMessage]:
    """Find messages about other matters; none is written so long before the visit that it tells of."""
    return OutboxMessage.objects.filter(created_at__lt=before)


def old_guidance_links(before: datetime) -> QuerySet[OutboxMessage]:
    """Find sent guidance links, kept only for as long as somebody may ask why none came.

    Their addresses may be of people who are not clients at all.
    """
    return OutboxMessage.objects.filter(kind=MessageKind.LINKS, created_at__lt=before)


def remove_messages(ids: Sequence[int]) -> None:
    OutboxMessage.objects.filter(pk__in=ids).delete()


def old_calls(before: datetime) -> QuerySet[Call]:
    """Find calls of long ago that still say what they were about."""
    return Call.objects.filter(started_at__lt=before).exclude(referred_to="", appointment=None)


def blank_calls(ids: Sequence[int]) -> None:
    """Remove the words of calls; what they were about is kept as figures."""
    Call.objects.filter(pk__in=ids).update(referred_to="", appointment=None)


@contextmanager
def forgetting() -> Iterator[None]:
    """Allow rows of history to be deleted within this; see the migrations called append_only."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL familylaw.forgetting = 'on'")
    yield
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL familylaw.forgetting = 'off'")
