"""What professionals are at besides visits and hours, such as evenings, as the floors above know it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import get_language

from bookings.hooks import ENGAGEMENTS, Engagement
from office.core import clock, dates
from office.models import Professional


@dataclass(frozen=True)
class EngagementRow:
    """Something else that the professional is at, such as an evening."""

    time: str
    what: str
    facts: str
    address: str


def engagements_of(professional: Professional, first: date, last: date) -> list[Engagement]:
    """Return what the professional is at from `first` to `last`, the earliest first."""
    found = [one for read in ENGAGEMENTS for one in read(professional, first, last)]
    return sorted(found, key=lambda one: one.start)


def engagements_on(day: date, engagements: Iterable[Engagement]) -> list[EngagementRow]:
    """Return what of the engagements is on the day."""
    language = get_language()
    return [
        EngagementRow(
            dates.clock_range(one.start, one.end, language),
            one.what,
            " · ".join(filter(None, [one.where, one.note])),
            one.address,
        )
        for one in engagements
        if clock.local(one.start).date() == day
    ]
