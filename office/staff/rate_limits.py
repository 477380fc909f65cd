"""Limits on how often somebody may try, counted in PostgreSQL."""

from datetime import UTC, datetime, timedelta

from django.db import connection
from django.db.models import F

from office.core import clock
from office.core.tokens import keyed
from office.models import RateCount


class TooManyTriesError(Exception):
    """The limit is reached; `until` says from when on another try counts."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until)
        self.until = until


def count_try(purpose: str, who: str, *, limit: int, every: timedelta) -> None:
    """Count one try of `who`. Raises TooManyTriesError beyond `limit` tries in a window."""
    now = clock.now()
    seconds = int(every.total_seconds())
    begun = datetime.fromtimestamp(now.timestamp() // seconds * seconds, tz=UTC)
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO {RateCount._meta.db_table} (key, "window", count) VALUES (%s, %s, 1) '  # noqa: S608
            'ON CONFLICT (key, "window") DO UPDATE '
            f"SET count = {RateCount._meta.db_table}.count + 1 RETURNING count",
            [keyed(purpose, who), begun],
        )
        row = cursor.fetchone()
    if row is not None and row[0] > limit:
        raise TooManyTriesError(begun + every)


def take_back_try(purpose: str, who: str, *, every: timedelta) -> None:
    """Count one try less in the window at hand: it was none of those that are limited."""
    seconds = int(every.total_seconds())
    begun = datetime.fromtimestamp(clock.now().timestamp() // seconds * seconds, tz=UTC)
    RateCount.objects.filter(key=keyed(purpose, who), window=begun, count__gt=0).update(
        count=F("count") - 1
    )


def count_try_from(
    purpose: str, address: str, contact: str, *, limit: int, every: timedelta
) -> None:
    """Count one try with a phone number or e-mail address from where it is made.

    Counted for the contact alone, the limit would tell whoever tries the other parent's number how
    often that parent has asked. Raises TooManyTriesError.
    """
    count_try(purpose, f"{contact} from {address}", limit=limit, every=every)


def forget_tries(before: datetime) -> int:
    """Delete counts of windows that began before an instant; how many."""
    return RateCount.objects.filter(window__lt=before).delete()[0]
