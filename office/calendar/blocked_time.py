"""A professional keeps some time of a day free of bookings: a meeting, a day in court, lunch."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import QuerySet

from office.calendar.occupancy import discard, lock, retrying, take
from office.core import clock
from office.models import BlockedTime, Claim, ClaimKind, Professional


class BlockedInThePastError(Exception):
    """The time is over already."""


@retrying
def block_time(
    professional: Professional, *, start: datetime, end: datetime, kind: str
) -> BlockedTime:
    """Take the time for the professional's own work; the same time twice is taken once.

    Raises TimeTakenError where anything is booked or the professional is away then, and
    BlockedInThePastError; nothing has changed then.
    """
    if end <= clock.now():
        raise BlockedInThePastError
    during = DateTimeTZRange(start, end)
    lock([professional.pk])
    same = BlockedTime.objects.filter(professional=professional, during=during).first()
    if same is not None:
        return same
    claim = take(kind=ClaimKind.OTHER, resources=[professional.pk], start=start, end=end)
    return BlockedTime.objects.create(
        professional=professional, kind=kind, during=during, claim=claim
    )


@retrying
def unblock_time(professional: Professional, pk: int) -> bool:
    """Let one's own blocked time go; whether there was one."""
    lock([professional.pk])
    row = BlockedTime.objects.filter(professional=professional, pk=pk).first()
    if row is None:
        return False
    claim = row.claim
    row.delete()
    discard(claim)
    return True


def past_blocked_times(before: datetime) -> QuerySet[BlockedTime]:
    """Return those that ended before an instant."""
    return BlockedTime.objects.filter(during__endswith__lt=before)


def remove_past(keys: Sequence[int]) -> None:
    """Remove blocked times by their keys, with the time that they own."""
    rows = BlockedTime.objects.filter(pk__in=keys)
    claims = list(rows.values_list("claim", flat=True))
    rows.delete()
    Claim.objects.filter(pk__in=claims).delete()


def blocked_times(professional: Professional, first: date, last: date) -> QuerySet[BlockedTime]:
    """Return what the professional has blocked on these days, in order."""
    return BlockedTime.objects.filter(
        professional=professional, during__overlap=clock.day_bounds(first, last)
    ).order_by("during")
