"""Whether hours of one professional would come at the same time, whatever their rhythms."""

from collections.abc import Iterable
from datetime import date

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from office.calendar.rhythm_words import rhythm_label
from office.calendar.rhythms import first_shared_day
from office.calendar.working_time import rhythm_of
from office.core import dates
from office.models import WeeklyHours


def overlapping(row: WeeklyHours) -> list[tuple[WeeklyHours, date]]:
    """Find the other hours that `row` overlaps, each with the first day on which it does. One query.

    Call with the professional locked, and save before they are let go.
    """
    others = WeeklyHours.objects.filter(
        Q(valid_until=None) | Q(valid_until__gte=row.valid_from),
        professional=row.professional_id,
        weekday=row.weekday,
        starts__lt=row.ends,
        ends__gt=row.starts,
    ).exclude(pk=row.pk)
    if row.valid_until is not None:
        others = others.filter(valid_from__lte=row.valid_until)
    found = []
    for other in others.select_related("service_point").order_by("starts", "valid_from"):
        ends = [day for day in (row.valid_until, other.valid_until) if day is not None]
        day = first_shared_day(
            rhythm_of(row),
            rhythm_of(other),
            row.weekday,
            max(row.valid_from, other.valid_from),
            min(ends, default=None),
        )
        if day is not None:
            found.append((other, day))
    return found


def refuse_overlaps(rows: Iterable[WeeklyHours]) -> None:
    """Raise ValidationError with a sentence for each of the hours that `rows` overlap."""
    sentences = [
        _("Overlaps with other hours: %(hours)s. Both would come on %(day)s.")
        % {
            "hours": hours_label(other),
            "day": dates.short_day(day, get_language(), year=True),
        }
        for row in rows
        for other, day in overlapping(row)
    ]
    if sentences:
        raise ValidationError(list(dict.fromkeys(sentences)))


def hours_label(row: WeeklyHours) -> str:
    """Word hours: "every other Thursday 8.00–12.00, walk-in, Porvoo"."""
    times = dates.clock_range(row.starts, row.ends, get_language())
    rhythm = rhythm_label(rhythm_of(row), row.weekday)
    return f"{rhythm} {times}, {row.get_kind_display()}, {row.service_point}"
