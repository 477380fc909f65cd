"""The calendar as the database has it: who and which room is busy when, and what is free.

A fixed number of queries, however many people, rooms and years there are.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Exists, OuterRef, Q

from bookings.availability.slots import FreeTimes, Horizon, VisitNeeds, touched_cells
from bookings.calendar.busy_time import BookedTime, BusyStretch, busy_time
from bookings.calendar.choice import DAY
from bookings.desk_kit.labels import short_names
from bookings.lifecycle.travel import travel_minutes
from bookings.matters.lengths import matters_together
from bookings.models.matters import Matters
from office.calendar.opening_hours import Stretch, closed_points
from office.calendar.visit_lengths import LengthNeeds, VisitLengths
from office.calendar.working_time import closure_row
from office.core import clock
from office.core.intervals import Span, intersect, subtract
from office.core.json_rows import from_json, json_rows
from office.core.names import Alphabetical
from office.models import (
    Channel,
    ClaimKind,
    Closure,
    HoursChange,
    HoursKind,
    Occupancy,
    Professional,
    Service,
    ServicePoint,
    Unit,
)
from office.setup.week import day_notes, hours_by_kind, weekly_by_kind

# What hours of each kind are on the calendar.
HOURS = {
    HoursKind.APPOINTMENTS: "free",
    HoursKind.WALK_IN: "walkin",
    HoursKind.PHONE: "phone",
    HoursKind.CALL_BACK: "callback",
}


@dataclass(frozen=True, slots=True)
class DiaryStretch:
    """One stretch of one day of somebody or of a room.

    `kind`: of HOURS or BUSY, "wrong" (booked, no hours), "closed" (a room) or "buffer" (beside a visit).
    """

    kind: str
    start: datetime
    end: datetime
    point: int | None = None
    detail: str = ""
    booking: BookedTime | None = None


@dataclass(frozen=True, slots=True)
class CalendarResource:
    """A row of the calendar: a professional or a room."""

    pk: int
    name: str
    point: int | None = None
    is_partner: bool = False
    languages: tuple[str, ...] = ()
    # As what somebody works: in Finnish, by which it is distinguished, and as it is shown.
    role: str = ""
    title: str = ""
    # The services that somebody gives.
    gives: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Search:
    """The matters of a visit whose free times are lit up. `channel`: empty where they share none."""

    matters: Matters
    channel: str
    language: str = ""

    @property
    def service(self) -> Service:
        """The main matter."""
        return self.matters.main


@dataclass
class Diary:
    """Some days of everybody and of all rooms."""

    days: list[date]
    people: list[CalendarResource]
    rooms: list[CalendarResource]
    points: dict[int, str]
    # Their names without the word that all of them share.
    short_points: dict[int, str]
    # Those in use first; of the others something may be booked still.
    services: list[Service]
    pieces: dict[tuple[int, date], list[DiaryStretch]]
    notes: dict[date, list[str]]
    # Everybody and every room that belongs to a claim.
    members: dict[int, list[int]]
    # The points that are closed on a day.
    closed: dict[date, set[int]]
    search: Search | None = None
    # When a visit of the searched service can begin, by professional and day.
    lit: dict[tuple[int, date], list[tuple[datetime, int]]] = field(default_factory=dict)

    def of(self, pk: int, day: date) -> list[DiaryStretch]:
        return self.pieces.get((pk, day), [])


def read(
    days: list[date],
    unit: Unit,
    language: str,
    *,
    service: str = "",
    also: Collection[str] = (),
    channel: str = "",
    spoken: str = "",
) -> Diary:
    """Read the diary of consecutive `days`. Five queries; six where several matters are looked for.

    `service`: the slug of the one whose free times are lit up, `also`: those of further matters of the
    same visit; `spoken`: in which language.
    """
    first, last = days[0], days[-1]
    window = DateTimeTZRange(*clock.day_bounds(first, last))
    services = list(Service.objects.order_by("-is_active", "order", "pk"))
    matters = _matters(services, service, also, unit)
    search = _search(matters, channel, spoken) if matters is not None else None
    places, rooms, closures = _places(first, last)
    points = {pk: name for pk, (name, _city) in places.items()}
    people, changes = _people(window, first, last)
    who = [person.pk for person in people]
    closed = [closure_row(closure) for closure in closures]
    hours = hours_by_kind(
        weekly_by_kind(who, first, last),
        changes,
        closed,
        first,
        last,
    )
    busy, members = busy_time([*who, *(room.pk for room in rooms)], window)
    diary = Diary(
        days=days,
        people=people,
        rooms=rooms,
        points=points,
        short_points=short_names(places),
        services=services,
        pieces=_pieces(days, hours, busy),
        notes={day: day_notes(day, closures, points, language) for day in days},
        members=members,
        closed={day: closed_points(day, points, closed) for day in days},
        search=search,
    )
    if search is not None:
        giving = {
            person.pk
            for person in people
            if person.gives.issuperset(matter.pk for matter in search.matters.services)
            and (not search.language or search.language in person.languages)
        }
        working = [s for kind, s in hours if kind == HoursKind.APPOINTMENTS]
        diary.lit = _startable(
            diary, search, unit, [s for s in working if s.professional in giving], busy
        )
    return diary


def _matters(
    services: list[Service], slug: str, also: Collection[str], unit: Unit
) -> Matters | None:
    """Return what the visit is about, and how long it takes by the unit's rules."""
    offered = {service.slug: service for service in services if service.is_active}
    main = offered.get(slug)
    further = [offered[one] for one in also if one in offered and one != slug]
    if main is None or not further:
        return None if main is None else Matters(main)
    return matters_together(main, further, LengthNeeds(), VisitLengths.of(unit))


def _search(matters: Matters, channel: str, spoken: str) -> Search:
    channels = matters.staff_channels
    usual = channels[0] if channels else ""
    return Search(matters, channel if channel in channels else usual, spoken)


def _places(
    first: date, last: date
) -> tuple[dict[int, tuple[str, str]], list[CalendarResource], list[Closure]]:
    """Fetch service points in use, by name and city, and their rooms; and closures. One query."""
    points: dict[int, tuple[str, str]] = {}
    rooms: list[CalendarResource] = []
    closures: list[Closure] = []
    closed = Closure.objects.filter(first_day__lte=last, last_day__gte=first).order_by("first_day")
    fields = ["service_point_id", "effect", "first_day", "last_day"]
    fields += ["reason_fi", "reason_sv", "reason_en"]
    for row in (
        ServicePoint.objects.in_use()
        .annotate(closed=json_rows(closed, *fields))
        .values("pk", "name", "city", "rooms__pk", "rooms__name", "rooms__is_active", "closed")
        .order_by("order", "pk", Alphabetical("rooms__name"))
    ):
        if not points:
            closures = from_json(Closure, row["closed"])
        points[row["pk"]] = (row["name"], row["city"])
        if row["rooms__is_active"]:
            rooms.append(CalendarResource(row["rooms__pk"], row["rooms__name"], row["pk"]))
    return points, rooms, closures


def _people(
    window: DateTimeTZRange, first: date, last: date
) -> tuple[list[CalendarResource], list[HoursChange]]:
    """Return who has a row, the unit's own first; their changes of hours. One query.

    Somebody not in use any more has a row for as long as a booking stands there.
    """
    left = Occupancy.objects.filter(
        resource=OuterRef("pk"), during__overlap=window, claim__kind__in=ClaimKind.booked()
    )
    changed = HoursChange.objects.filter(professional=OuterRef("pk"), date__range=(first, last))
    fields = ["professional_id", "kind", "effect", "date", "starts", "ends", "service_point_id"]
    rows = (
        Professional.objects.filter(Q(is_active=True) | Exists(left))
        .annotate(
            gives=ArrayAgg("services", filter=Q(services__isnull=False), distinct=True),
            changed=json_rows(changed.order_by("pk"), *fields),
        )
        .values("pk", "name", "title", "title_fi", "organisation", "languages", "gives", "changed")
    )
    people: list[CalendarResource] = []
    changes: list[HoursChange] = []
    for row in sorted(
        rows, key=lambda row: (row["organisation"] is not None, row["name"], row["pk"])
    ):
        people.append(
            CalendarResource(
                row["pk"],
                row["name"],
                is_partner=row["organisation"] is not None,
                languages=tuple(row["languages"]),
                role=row["title_fi"] or "",
                title=row["title"] or "",
                gives=frozenset(row["gives"] or ()),
            )
        )
        changes += from_json(HoursChange, row["changed"])
    return people, changes


def _pieces(
    days: list[date],
    hours: Iterable[tuple[HoursKind, Stretch]],
    busy: Mapping[int, list[BusyStretch]],
) -> dict[tuple[int, date], list[DiaryStretch]]:
    """Lay out each day of each resource as pieces that follow each other."""
    bounds = {day: clock.day_bounds(day, day) for day in days}
    at_work: dict[tuple[int, date], list[tuple[HoursKind, Stretch]]] = {}
    for kind, stretch in hours:
        day = clock.local(stretch.start).date()
        at_work.setdefault((stretch.professional, day), []).append((kind, stretch))
    taken: dict[tuple[int, date], list[DiaryStretch]] = {}
    for resource, rows in busy.items():
        for row in rows:
            first = max(clock.local(row.start).date(), days[0])
            last = min(clock.local(row.end - timedelta(microseconds=1)).date(), days[-1])
            while first <= last:
                taken.setdefault((resource, first), []).extend(_parts(row, bounds[first]))
                first += DAY
    found: dict[tuple[int, date], list[DiaryStretch]] = {}
    for key in at_work.keys() | taken.keys():
        found[key] = _day(at_work.get(key, []), taken.get(key, []))
    return found


def _parts(row: BusyStretch, bounds: Span) -> Iterable[DiaryStretch]:
    """Cut a busy stretch to one day: the visit, what is kept free after it, and the journey."""
    begins, ends = (row.booking.start, row.booking.end) if row.booking else (row.start, row.end)
    for start, end in intersect([(begins, ends)], bounds):
        yield DiaryStretch(row.kind, start, end, row.point, row.detail, row.booking)
    for start, end in intersect([(row.start, begins), (ends, row.end)], bounds):
        yield DiaryStretch("buffer", start, end, row.point)


def _day(hours: list[tuple[HoursKind, Stretch]], taken: list[DiaryStretch]) -> list[DiaryStretch]:
    """Return busy pieces, and what they leave of the hours; where two kinds overlap, the first."""
    pieces = list(taken)
    covered = [(piece.start, piece.end) for piece in taken]
    for kind, stretch in hours:
        for start, end in subtract([(stretch.start, stretch.end)], covered):
            pieces.append(DiaryStretch(HOURS[kind], start, end, stretch.point))
            covered.append((start, end))
    pieces.sort(key=lambda piece: piece.start)
    return pieces


def _startable(
    diary: Diary,
    search: Search,
    unit: Unit,
    working: list[Stretch],
    busy: Mapping[int, list[BusyStretch]],
) -> dict[tuple[int, date], list[tuple[datetime, int]]]:
    """Return when a visit of the searched service can begin, as the secretary's search would find it."""
    matters, now = search.matters, clock.now()
    begins, ends = clock.day_bounds(diary.days[0], diary.days[-1])
    horizon_day = clock.today() + timedelta(weeks=unit.horizon_weeks)
    horizon = clock.day_bounds(horizon_day, horizon_day)[1]
    start, end = max(begins, now), min(ends, horizon)
    found: dict[tuple[int, date], list[tuple[datetime, int]]] = {}
    if start >= end or not search.channel:
        return found
    rooms: dict[int, list[int]] = {}
    for room in diary.rooms:
        rooms.setdefault(room.point or 0, []).append(room.pk)
    times = FreeTimes(
        horizon=Horizon(start, end),
        visit=VisitNeeds(
            duration=matters.duration,
            buffer=matters.buffer_after,
            professionals=matters.professionals_needed,
            needs_room=search.channel == Channel.IN_PERSON,
            travel=travel_minutes(search.channel, unit),
        ),
        working=working,
        busy={pk: [touched_cells(row.start, row.end) for row in rows] for pk, rows in busy.items()},
        rooms=rooms,
        step=unit.slot_step,
        partners={person.pk for person in diary.people if person.is_partner},
    )
    for slot in times.slots():
        day = clock.local(slot.start).date()
        for who in times.professionals(slot):
            found.setdefault((who, day), []).append((slot.start, slot.point))
    return found
