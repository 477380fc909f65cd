"""Walk-in days that are not as usual: called off, moved, or on a holiday. Announced ahead."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from office.calendar.opening_hours import Closed, holiday_names, stretches
from office.calendar.working_time import weekly_rows
from office.core import clock, dates
from office.models import HoursKind
from walkin.days.planning import planned_days
from walkin.models import DayState, WalkInDay

ANNOUNCED = timedelta(days=28)


@dataclass(frozen=True)
class ChangedDay:
    """A usual date without its walk-in, and the day to which it was moved."""

    usual: date
    moved_to: WalkInDay | None = None

    @property
    def sentence(self) -> str:
        """What is announced, in the language of now."""
        language = get_language() or "fi"
        usual = dates.short_day(self.usual, language)
        if self.moved_to is not None:
            when = dates.when_range(self.moved_to.starts_at, self.moved_to.ends_at, language)
            return _("The walk-in of %(usual)s is %(when)s.") % {"usual": usual, "when": when}
        holiday = holiday_names(self.usual.year, language).get(self.usual)
        if holiday:
            return _("No walk-in on %(usual)s: %(holiday)s.") % {"usual": usual, "holiday": holiday}
        return _("No walk-in on %(usual)s.") % {"usual": usual}


def changed_days() -> dict[int, list[ChangedDay]]:
    """Return the changes of the next weeks by point, the soonest first. Five queries."""
    first = clock.today()
    last = first + ANNOUNCED
    rows: dict[tuple[int, date], list[WalkInDay]] = {}
    for day in WalkInDay.objects.filter(hours_date__range=(first, last)):
        if day.hours_date is not None:
            rows.setdefault((day.service_point_id, day.hours_date), []).append(day)
    others = set(
        WalkInDay.objects.filter(date__range=(first, last))
        .exclude(state=DayState.CALLED_OFF)
        .values_list("service_point", "date")
    )
    wanted = {(point, usual) for point, usual, _part in planned_days(first, last)}
    found: dict[int, list[ChangedDay]] = {}
    for point, usual in _usual_dates(first, last):
        made = rows.get((point, usual), [])
        if (point, usual) in others or (not made and (point, usual) in wanted):
            continue
        moved = next((day for day in made if not day.is_over), None)
        if moved is None and usual == first and any(d.has_ended for d in made):
            continue
        found.setdefault(point, []).append(ChangedDay(usual, moved))
    return found


def _usual_dates(first: date, last: date) -> list[tuple[int, date]]:
    """Return the dates of the weekly hours, as if there were neither holidays nor closures."""
    always_open = [Closed(None, first, last, opens=True)]
    usual = stretches(
        weekly=weekly_rows(kind=HoursKind.WALK_IN, first=first, last=last),
        changes=[],
        closures=always_open,
        first=first,
        last=last,
    )
    return sorted({(s.point, clock.local(s.start).date()) for s in usual}, key=lambda key: key[1])
