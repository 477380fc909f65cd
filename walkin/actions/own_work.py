"""Access log entries that walk-in duty explains."""

from collections.abc import Collection, Sequence
from datetime import date

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from office.core import clock
from office.hooks import RecordOpening
from walkin.models import Duty


def explained_by_duty(day: date, openings: Sequence[RecordOpening]) -> Collection[RecordOpening]:
    """Return the entries opened from the queue by users who were on duty that day."""
    on_duty = set(
        Duty.objects.filter(
            during__overlap=DateTimeTZRange(*clock.day_bounds(day, day)),
            professional__user__in={one.user for one in openings},
        ).values_list("professional__user_id", flat=True)
    )
    return [one for one in openings if one.reason == "walk-in" and one.user in on_duty]
