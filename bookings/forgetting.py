"""Deleting client data when the unit's time for keeping it is over."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Q, QuerySet

from bookings import guiding
from bookings.models import Appointment, Call, CallBack, MoveRequest, Status, TimeOffer
from office import clock
from office.models import Claim, OutboxMessage, Unit

AT_ONCE = 200
# Links of guidance go to addresses of people who may not be clients at all: kept only for as long as
# somebody may ask why the message did not come.
LINKS_KEPT = timedelta(days=14)
VISITED = [Status.CONFIRMED, Status.ARRIVED, Status.IN_MEETING, Status.DONE, Status.NO_SHOW]


def forget_old() -> int:
    """Delete appointments whose visit or closing is longer ago than the unit keeps data; how many.

    With them go parties, history, proposed times, busy time and messages. So do call-backs.
    """
    before = clock.now() - timedelta(days=Unit.get().retention_days)
    forgotten = 0
    while batch := list(_old(before).values_list("pk", "reference", "claim_id")[:AT_ONCE]):
        _forget(batch)
        forgotten += len(batch)
    forgotten += _forget_calls(before)
    _forget_phone(before)
    # Messages about other things; none is written so long before the visit that it tells of.
    OutboxMessage.objects.filter(created_at__lt=before).delete()
    return forgotten


def _old(before: datetime) -> QuerySet[Appointment]:
    """Visits that ended before; of those that never took place, the ones untouched since."""
    visited = Q(status__in=VISITED)
    return Appointment.objects.filter(
        (visited & Q(ends_at__lt=before))
        | (~visited & Q(updated_at__lt=before) & (Q(ends_at__isnull=True) | Q(ends_at__lt=before)))
    ).order_by("pk")


def _forget(batch: Sequence[tuple[int, str, int | None]]) -> None:
    ids = [pk for pk, _reference, _claim in batch]
    with transaction.atomic(), _forgetting():
        claims = {claim for _pk, _reference, claim in batch if claim}
        for proposed in (MoveRequest, TimeOffer):
            claims.update(
                proposed.objects.filter(appointment__in=ids, claim__isnull=False).values_list(
                    "claim_id", flat=True
                )
            )
        OutboxMessage.objects.filter(about__in=[reference for _pk, reference, _ in batch]).delete()
        Appointment.objects.filter(pk__in=ids).delete()
        Claim.objects.filter(pk__in=claims).delete()


def _forget_phone(before: datetime) -> None:
    """Links that were sent, soon; what calls were about is kept as figures, without words."""
    OutboxMessage.objects.filter(
        kind=guiding.KIND, created_at__lt=clock.now() - LINKS_KEPT
    ).delete()
    Call.objects.filter(started_at__lt=before).exclude(referred_to="", appointment=None).update(
        referred_to="", appointment=None
    )


def _forget_calls(before: datetime) -> int:
    """The same for call-backs whose time is so long ago."""
    old = list(
        CallBack.objects.filter(ends_at__lt=before).values_list("pk", "reference", "claim_id")
    )
    with transaction.atomic(), _forgetting():
        OutboxMessage.objects.filter(about__in=[reference for _pk, reference, _ in old]).delete()
        CallBack.objects.filter(pk__in=[pk for pk, _reference, _claim in old]).delete()
        Claim.objects.filter(pk__in=[claim for _pk, _ref, claim in old if claim]).delete()
    return len(old)


@contextmanager
def _forgetting() -> Iterator[None]:
    """Within this, rows of history may be deleted; see the migrations called append_only."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL familylaw.forgetting = 'on'")
    yield
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL familylaw.forgetting = 'off'")
