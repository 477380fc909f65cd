"""The week as a picture: hours of every kind, what is booked, who is away, what is closed."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import groupby

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Q
from django.utils.translation import gettext as _

from office.calendar.opening_hours import Closed, Stretch, Weekly, holiday_names, stretches
from office.calendar.working_time import WEEKLY, change_row, closure_row
from office.core import clock, dates
from office.core.intervals import intersect
from office.models import (
    Claim,
    ClaimKind,
    Closure,
    HoursChange,
    HoursKind,
    Occupancy,
    Professional,
    ServicePoint,
    WeeklyHours,
)

# One can see this much of a day at once; what lies outside is drawn at the edge, with its true times.
SHOWN_HOURS = 12


@dataclass(frozen=True)
class WeekBlock:
    """One stretch of one day. `kind`: an hours kind, or booked, away, wrong."""

    kind: str
    icon: str
    name: str
    start: datetime
    end: datetime
    detail: str = ""

    @property
    def minutes(self) -> tuple[int, int]:
        """From midnight to midnight, as Helsinki's clocks show it."""
        first, last = clock.local(self.start), clock.local(self.end)
        after = last.date() > first.date()
        return first.hour * 60 + first.minute, 1440 if after else last.hour * 60 + last.minute

    @property
    def is_hours(self) -> bool:
        return self.kind in HoursKind.values

    @property
    def is_whole_day(self) -> bool:
        return self.minutes == (0, 1440)


@dataclass
class Day:
    """One day of one professional."""

    day: date
    today: bool
    notes: list[str] = field(default_factory=list)
    hours: list[WeekBlock] = field(default_factory=list)
    busy: list[WeekBlock] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not (self.hours or self.busy)

    @property
    def booked(self) -> int:
        """How many bookings stand on the day."""
        return sum(block.kind in ("booked", "wrong") for block in self.busy)

    @property
    def away(self) -> list[str]:
        """Why the professional is away on the day, each reason once."""
        return list(dict.fromkeys(block.name for block in self.busy if block.kind == "away"))

    @property
    def lines(self) -> list[list[WeekBlock]]:
        """Hours of one kind at one point together, as they follow each other."""
        return [list(group) for _key, group in groupby(self.hours, lambda b: (b.kind, b.detail))]


@dataclass
class ProfessionalWeek:
    """One professional's week."""

    professional: Professional
    monday: date
    days: list[Day]

    @property
    def is_empty(self) -> bool:
        return not any(day.hours or day.busy for day in self.days)

    @property
    def bounds(self) -> tuple[int, int]:
        """The first hour of the picture and how many there are."""
        timed = [
            block.minutes for day in self.days for block in day.hours + day.busy if not _edge(block)
        ]
        first = min([8 * 60, *(start for start, _ in timed)]) // 60
        last = -(-max([16 * 60, *(end for _, end in timed)]) // 60)
        return first, min(last - first, SHOWN_HOURS)

    @property
    def shown_hours(self) -> list[str]:
        first, count = self.bounds
        return [f"{hour}" for hour in range(first, first + count)]

    @property
    def placed(self) -> list[tuple[Day, list[tuple[WeekBlock, str]]]]:
        """Each day with its blocks and the classes that place them."""
        first, count = self.bounds
        quarters = count * 4

        def place(block: WeekBlock, lane: str) -> tuple[WeekBlock, str]:
            start, end = (minutes - first * 60 for minutes in block.minutes)
            top = min(max(start // 15, 0), quarters - 1)
            bottom = min(max(-(-end // 15), top + 1), quarters)
            return block, f"{lane} block--{block.kind} from-{top} len-{bottom - top}"

        return [
            (
                day,
                sorted(
                    [place(b, "lane-hours") for b in day.hours]
                    + [place(b, "lane-busy") for b in day.busy],
                    key=lambda placed: (placed[0].start, not placed[0].is_hours),
                ),
            )
            for day in self.days
        ]


def _edge(block: WeekBlock) -> bool:
    start, end = block.minutes
    return block.kind == "away" and (start == 0 or end == 1440)


def week_of(professional: Professional, monday: date, language: str) -> ProfessionalWeek:
    """Return the week of one professional. Five queries."""
    return weeks_of([professional], monday, language)[0]


def weeks_of(
    professionals: Sequence[Professional], monday: date, language: str
) -> list[ProfessionalWeek]:
    """Return each professional's week, with Saturday and Sunday only where not empty. Five queries."""
    sunday = monday + timedelta(days=6)
    who = [p.pk for p in professionals]
    points = dict(ServicePoint.objects.values_list("pk", "name"))
    closures = list(Closure.objects.filter(first_day__lte=sunday, last_day__gte=monday))
    changes = list(
        HoursChange.objects.filter(professional__in=who, date__range=(monday, sunday)).order_by(
            "starts"
        )
    )
    days: dict[tuple[int, date], Day] = {
        (pk, monday + timedelta(days=n)): Day(
            monday + timedelta(days=n), monday + timedelta(days=n) == clock.today()
        )
        for pk in who
        for n in range(7)
    }
    weekly = weekly_by_kind(who, monday, sunday)
    # A point's closure concerns those who would be there.
    places = {(hours.professional, hours.point) for rows in weekly.values() for hours in rows}
    places |= {(c.professional_id, c.service_point_id) for c in changes if c.service_point_id}
    for kind, stretch in hours_by_kind(
        weekly, changes, [closure_row(c) for c in closures], monday, sunday
    ):
        days[stretch.professional, clock.local(stretch.start).date()].hours.append(
            WeekBlock(
                kind.value,
                HoursKind(kind).icon,
                str(kind.label),
                stretch.start,
                stretch.end,
                points.get(stretch.point, ""),
            )
        )
    for pk, block in _busy(who, monday, sunday):
        for day, part in _by_day(block, monday, sunday):
            days[pk, day].busy.append(part)
    for (pk, when), shown in days.items():
        concerning = [
            c for c in closures if c.service_point_id is None or (pk, c.service_point_id) in places
        ]
        shown.notes = [
            *day_notes(when, concerning, points, language),
            *(
                _change_label(c, points, language)
                for c in changes
                if c.professional_id == pk and c.date == when
            ),
        ]
    last = 7 if any(d.hours or d.busy for (_pk, w), d in days.items() if w.weekday() > 4) else 5
    return [
        ProfessionalWeek(p, monday, [days[p.pk, monday + timedelta(days=n)] for n in range(last)])
        for p in professionals
    ]


def day_notes(
    when: date, closures: Iterable[Closure], points: dict[int, str], language: str
) -> list[str]:
    """Word the public holiday and the closures of a day."""
    notes = []
    if holiday := holiday_names(when.year, language).get(when):
        notes.append(holiday)
    for closure in closures:
        if closure.first_day <= when <= closure.last_day:
            where = points.get(closure.service_point_id or 0, _("The whole unit"))
            state = _("closed") if closure.effect == Closure.Effect.CLOSED else _("open")
            notes.append(f"{where}: {state}" + (f" ({closure.reason})" if closure.reason else ""))
    return notes


def _change_label(change: HoursChange, points: dict[int, str], language: str) -> str:
    times = dates.clock_range(change.starts, change.ends, language)
    words = {"times": times, "kind": change.get_kind_display()}
    if change.effect == HoursChange.Effect.CUTS:
        return _("Cut this day: %(times)s, %(kind)s") % words
    return _("Added this day: %(times)s, %(kind)s") % words


def weekly_by_kind(who: list[int], monday: date, sunday: date) -> dict[str, list[Weekly]]:
    """Fetch the weekly hours of every kind that are valid between two dates. One query."""
    weekly: dict[str, list[Weekly]] = defaultdict(list)
    for row in (
        WeeklyHours.objects.filter(
            Q(valid_until__isnull=True) | Q(valid_until__gte=monday),
            professional__in=who,
            professional__is_active=True,
            service_point__is_active=True,
            valid_from__lte=sunday,
        )
        .order_by("pk")
        .values_list("kind", *WEEKLY)
    ):
        weekly[row[0]].append(Weekly(*row[1:]))
    return weekly


def hours_by_kind(
    weekly: Mapping[str, list[Weekly]],
    changes: Iterable[HoursChange],
    closures: list[Closed],
    first: date,
    last: date,
) -> list[tuple[HoursKind, Stretch]]:
    """Return the working time of every kind between two dates, in order. No query."""
    found = []
    for kind in HoursKind:
        own = [change_row(change) for change in changes if change.kind == kind]
        found += [
            (kind, stretch)
            for stretch in stretches(
                weekly=weekly.get(kind, []), changes=own, closures=closures, first=first, last=last
            )
        ]
    return sorted(found, key=lambda pair: pair[1])


def _busy(who: list[int], monday: date, sunday: date) -> list[tuple[int, WeekBlock]]:
    window = DateTimeTZRange(*clock.day_bounds(monday, sunday))
    rows = (
        Occupancy.objects.filter(resource__in=who, during__overlap=window)
        .filter(Q(expires_at__isnull=True) | Q(expires_at__gt=clock.now()))
        .select_related("claim", "claim__absence")
        .order_by("during")
    )
    found = []
    for row in rows:
        claim = row.claim
        if claim.kind == ClaimKind.ABSENCE:
            absence = getattr(claim, "absence", None)
            name = absence.get_reason_display() if absence else claim.get_kind_display()
            block = WeekBlock("away", "exit", name, row.during.lower, row.during.upper)
        elif claim.kind == ClaimKind.OTHER:
            name = _("otherwise busy")
            block = WeekBlock("busy", "lock", name, row.during.lower, row.during.upper)
        else:
            wrong = claim.orphaned_at is not None
            block = WeekBlock(
                "wrong" if wrong else "booked",
                "warning" if wrong else "person",
                claim.label or claim.get_kind_display(),
                row.during.lower,
                row.during.upper,
                _("without hours") if wrong else _kind_label(claim),
            )
        found.append((row.resource_id, block))
    return found


def _kind_label(claim: Claim) -> str:
    """Return what kind of booking it is, where that is not plain: most are confirmed appointments."""
    if not claim.label or claim.kind == ClaimKind.APPOINTMENT:
        return ""
    return str(claim.get_kind_display())


def _by_day(block: WeekBlock, monday: date, sunday: date) -> Iterable[tuple[date, WeekBlock]]:
    """Yield the parts of a stretch on each day of the week."""
    day = max(clock.local(block.start).date(), monday)
    while day <= sunday:
        bounds = clock.day_bounds(day, day)
        for start, end in intersect([(block.start, block.end)], bounds):
            yield day, replace(block, start=start, end=end)
        if block.end <= bounds[1]:
            return
        day += timedelta(days=1)
