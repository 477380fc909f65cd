"""Who answers the phone when: a week of people and days."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from office.calendar.working_time import phone_time
from office.core import clock, dates
from office.core.intervals import merge, overlap
from office.models import Absence, Closure, HoursChange, HoursKind, Professional, ServicePoint
from office.setup.week import day_notes

Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class ChangeRow:
    """A change of one day, and whether it can still be taken back."""

    pk: int
    words: str
    adds: bool
    is_ahead: bool


@dataclass
class PhoneDay:
    """One person on one day."""

    day: date
    spans: list[Span] = field(default_factory=list)
    changes: list[ChangeRow] = field(default_factory=list)
    is_away: bool = False


@dataclass
class PhoneWeek:
    days: list[date]
    notes: list[list[str]]
    rows: list[tuple[Professional, list[PhoneDay]]]

    @property
    def has_notes(self) -> bool:
        return any(self.notes)


def change_label(change: HoursChange) -> str:
    """Word a change: "closed 11.00–12.00", "extra 13.00–14.00"."""
    times = {"times": dates.clock_range(change.starts, change.ends, get_language())}
    if change.effect == HoursChange.Effect.CUTS:
        return _("closed %(times)s") % times
    return _("extra %(times)s") % times


def phone_week(people: Sequence[Professional], monday: date) -> PhoneWeek:
    """Return the week from `monday`: Monday to Friday, and the weekend if somebody answers then."""
    sunday, now = monday + timedelta(days=6), clock.now()
    start, end = clock.day_bounds(monday, sunday)
    cells = {
        person.pk: {
            monday + timedelta(days=n): PhoneDay(monday + timedelta(days=n)) for n in range(7)
        }
        for person in people
    }
    for stretch in phone_time(first=monday, last=sunday):
        if stretch.professional in cells:
            cell = cells[stretch.professional][clock.local(stretch.start).date()]
            cell.spans = merge([*cell.spans, (stretch.start, stretch.end)])
    for change in HoursChange.objects.filter(
        kind=HoursKind.PHONE, date__range=(monday, sunday), professional__in=cells
    ):
        ahead = clock.at(change.date, change.ends) > now
        cells[change.professional_id][change.date].changes.append(
            ChangeRow(
                change.pk, change_label(change), change.effect == HoursChange.Effect.ADDS, ahead
            )
        )
    for absence in Absence.objects.entered().filter(
        professional__in=cells, during__startswith__lt=end, during__endswith__gt=start
    ):
        for day, cell in cells[absence.professional_id].items():
            if overlap((absence.during.lower, absence.during.upper), clock.day_bounds(day, day)):
                cell.is_away = True
    weekend = any(
        cell.spans or cell.changes
        for row in cells.values()
        for day, cell in row.items()
        if day.weekday() > 4
    )
    days = [monday + timedelta(days=n) for n in range(7 if weekend else 5)]
    closures = list(Closure.objects.filter(first_day__lte=sunday, last_day__gte=monday))
    points = dict(ServicePoint.objects.values_list("pk", "name"))
    language = get_language() or "fi"
    return PhoneWeek(
        days=days,
        notes=[day_notes(day, closures, points, language) for day in days],
        rows=[(person, [cells[person.pk][day] for day in days]) for person in people],
    )
