"""Free times for a service, from what the database has. Four queries, whatever the size."""

from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.contrib.postgres.fields import ArrayField
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import F, FilteredRelation, Func, IntegerField, Q, QuerySet, Sum, Value

from bookings.availability.slots import CELL, FreeTimes, Horizon, Slot, VisitNeeds
from bookings.lifecycle.deadlines import soonest_online
from bookings.lifecycle.travel import travel_minutes
from bookings.models.matters import Matters
from office.calendar.opening_hours import Stretch
from office.calendar.working_time import everybodys_time
from office.core import clock
from office.models import (
    Absence,
    Channel,
    Claim,
    HasChannel,
    HoursKind,
    Professional,
    Resource,
    RoomClosure,
    Service,
    Unit,
)


@dataclass(frozen=True)
class Wish(HasChannel):
    """What is looked for."""

    service: Service
    channel: str
    point: int | None = None
    language: str = ""
    # Professionals, by id, who are not to meet the parties; and one who is to be among those who do.
    without: frozenset[int] = frozenset()
    including: int | None = None
    # The further matters of the same visit, and how long all of it takes; see Matters.
    also: tuple[Service, ...] = ()
    minutes: int | None = None

    @classmethod
    def about(
        cls,
        matters: Matters,
        channel: str,
        point: int | None = None,
        language: str = "",
        without: frozenset[int] = frozenset(),
        including: int | None = None,
    ) -> "Wish":
        """Look for a visit about `matters`."""
        return cls(
            matters.main,
            channel,
            point,
            language,
            without,
            including,
            matters.also,
            matters.minutes,
        )

    @property
    def matters(self) -> Matters:
        return Matters(self.service, self.also, self.minutes)


@dataclass(frozen=True)
class Assignment:
    """A slot with those who could take it: professionals, rooms, and their hours' revisions."""

    slot: Slot
    end: datetime
    busy_from: datetime
    busy_until: datetime
    teams: list[tuple[int, ...]]
    revisions: dict[int, int]


class Found:
    """Free times for one wish, and who could take each."""

    def __init__(
        self,
        *,
        wish: Wish,
        times: FreeTimes,
        revisions: dict[int, int],
        load: dict[int, int],
    ) -> None:
        self.wish = wish
        self.times = times
        self.revisions = revisions
        self.load = load
        self.slots = times.slots()

    def assignment(self, slot: Slot) -> Assignment | None:
        """Return who could take `slot`, the least loaded first; None where it is not free."""
        if not self.times.has(slot):
            return None
        matters = self.wish.matters
        by_load = sorted(self.times.professionals(slot), key=lambda p: (self.load.get(p, 0), p))
        rooms = self.times.rooms(slot)
        end = slot.start + timedelta(minutes=matters.duration)
        way = timedelta(minutes=self.times.visit.travel)
        return Assignment(
            slot=slot,
            end=end,
            busy_from=slot.start - way,
            busy_until=end + timedelta(minutes=matters.buffer_after) + way,
            teams=_teams(
                by_load,
                rooms,
                matters.professionals_needed,
                self.times.visit.needs_room,
                self.times.partners,
                self.times.including,
            ),
            revisions=self.revisions,
        )

    def near(self, moment: datetime, count: int = 4) -> list[Slot]:
        """Return the free times nearest to `moment`, sorted by time."""
        nearest = sorted(self.slots, key=lambda s: (abs(s.start - moment), s))[:count]
        return sorted(nearest)


def _teams(
    professionals: list[int],
    rooms: list[int],
    needed: int,
    needs_room: bool,
    partners: Container[int],
    including: int | None,
) -> list[tuple[int, ...]]:
    """Return sets of resources to try, in a fair order; few enough to try one after another.

    Each has one of the unit's own: a partner professional only joins them. Each also has whoever was
    asked for.
    """
    if needed == 1:
        people: list[tuple[int, ...]] = [(p,) for p in professionals]
    else:
        people = [(a, b) for i, a in enumerate(professionals) for b in professionals[i + 1 :]]
        people.sort(key=lambda pair: sum(professionals.index(p) for p in pair))
    people = [
        team
        for team in people
        if any(who not in partners for who in team) and (including is None or including in team)
    ]
    if not needs_room:
        return people[:40]
    # Another room before the next people: rooms are alike, people's load is not.
    return [(*team, room) for team in people for room in rooms][:60]


def find(wish: Wish, unit: Unit, *, online: bool = True, replacing: Claim | None = None) -> Found:
    """Find free times for `wish` from now to the unit's horizon. Four queries.

    `online`: keep the notice that the public gets, and begin after the promised answer; staff may book
    from this moment on. `replacing`: a claim that would be let go, so that its time counts as free.
    """
    who = Professional.objects.in_use().giving(wish.matters.services)
    if wish.without:
        who = who.exclude(pk__in=wish.without)
    if wish.language:
        who = who.filter(languages__contains=[wish.language])
    without = Q()
    if replacing is not None:
        # Where an absence or a closure waits for the claim's time, letting it go frees nobody.
        waiting = Absence.objects.filter(
            professional__resource__occupancies__claim=replacing,
            during__overlap=F("professional__resource__occupancies__during"),
        )
        shut = RoomClosure.objects.filter(
            room__resource__occupancies__claim=replacing,
            during__overlap=F("room__resource__occupancies__during"),
        )
        without = (
            Q(busy__claim=replacing)
            & ~Q(pk__in=waiting.values("professional"))
            & ~Q(pk__in=shut.values("room"))
        )
    calendar = _read(who, unit, [_visit(wish, unit)], online=online, without=without)
    return Found(
        wish=wish,
        times=_free_times(wish, calendar, unit),
        revisions=calendar.resources.revisions,
        load=calendar.resources.load,
    )


def soonest_by_point(
    services: Sequence[Service], unit: Unit
) -> dict[tuple[int, str], dict[int, datetime]]:
    """Find the first time that the public may ask for, by service and channel, at each point with one.

    The calendar is read once for all of them: four queries, and one for each service.
    """
    wishes = [Wish(service, channel) for service in services for channel in service.channels]
    if not wishes:
        return {}
    people = Professional.objects.in_use()
    calendar = _read(people, unit, [_visit(wish, unit) for wish in wishes])
    giving = {
        service.pk: set(people.giving([service]).values_list("pk", flat=True))
        for service in services
    }
    return {
        (wish.service.pk, wish.channel): _free_times(
            wish, calendar, unit, giving[wish.service.pk]
        ).first_at_points()
        for wish in wishes
    }


@dataclass(frozen=True)
class _Calendar:
    """Working and busy time, as read from the database."""

    horizon: Horizon
    working: Sequence[Stretch]
    resources: "_Resources"


def _visit(wish: Wish, unit: Unit) -> VisitNeeds:
    matters = wish.matters
    return VisitNeeds(
        duration=matters.duration,
        buffer=matters.buffer_after,
        professionals=matters.professionals_needed,
        needs_room=wish.channel == Channel.IN_PERSON,
        travel=travel_minutes(wish.channel, unit),
    )


def _read(
    who: QuerySet[Professional],
    unit: Unit,
    visits: Sequence[VisitNeeds],
    *,
    online: bool = True,
    without: Q | None = None,
) -> _Calendar:
    """Read what any of `visits` needs. Four queries."""
    now = clock.now()
    start = soonest_online(now, unit) if online else now
    first = clock.local(start).date()
    last = clock.today() + timedelta(weeks=unit.horizon_weeks)
    end = clock.day_bounds(last, last)[1]
    longest = timedelta(minutes=max(v.duration + v.buffer + 2 * v.travel for v in visits))
    # Their revisions before their hours: what changes from here on is found out when a time is taken.
    resources = _resources(
        who.values("pk"),
        DateTimeTZRange(start, end + longest),
        with_rooms=any(visit.needs_room for visit in visits),
        without=without or Q(),
    )
    working = everybodys_time(kind=HoursKind.APPOINTMENTS, first=first, last=last)
    return _Calendar(Horizon(start, end), working, resources)


def _free_times(
    wish: Wish, calendar: _Calendar, unit: Unit, giving: Container[int] | None = None
) -> FreeTimes:
    """Work out the free times. `giving`: who gives the service, where the calendar is also others'."""
    who = calendar.resources.busy if giving is None else giving
    working = [
        stretch
        for stretch in calendar.working
        if stretch.professional in who and wish.point in (None, stretch.point)
    ]
    return FreeTimes(
        horizon=calendar.horizon,
        visit=_visit(wish, unit),
        working=working,
        busy=calendar.resources.busy,
        rooms=calendar.resources.rooms,
        step=unit.slot_step,
        partners=calendar.resources.partners,
        including=wish.including,
    )


@dataclass(frozen=True)
class _Resources:
    busy: dict[int, list[tuple[int, int]]]
    rooms: dict[int, list[int]]
    revisions: dict[int, int]
    load: dict[int, int]
    partners: set[int]


class _Cell(Func):
    """An end of a range in cells since 1970, the cell that it cuts counted as touched."""

    # DATE_PART counts in floats, which hold microseconds until long after us; EXTRACT in numerics,
    # which take several times as long.
    template = f"%(rounded)s(DATE_PART('epoch', %(function)s(%(expressions)s)) / {CELL * 60})::int"
    output_field = IntegerField()


def _first_cell(during: str) -> _Cell:
    return _Cell(during, function="lower", rounded="FLOOR")


def _after_last_cell(during: str) -> _Cell:
    return _Cell(during, function="upper", rounded="CEIL")


def _resources(
    professionals: QuerySet[Any], window: DateTimeTZRange, *, with_rooms: bool, without: Q
) -> _Resources:
    """Fetch professionals and rooms with their busy time within the window. One query."""
    lasting = Q(busy__expires_at=None) | Q(busy__expires_at__gt=clock.now())
    counts = Q(busy__isnull=False) & lasting
    if without:
        counts &= ~without
    # By their own few rows, since a join to all claims would read every claim that there ever was.
    absences = Absence.objects.filter(during__overlap=window).values("claim")
    wanted = Q(professional__in=professionals)
    if with_rooms:
        wanted |= Q(room__is_active=True)
    rows = (
        Resource.objects.filter(wanted)
        .annotate(
            busy=FilteredRelation("occupancies", condition=Q(occupancies__during__overlap=window))
        )
        .values("pk", "revision", "room__service_point", "professional__organisation")
        .annotate(
            begins=ArrayAgg(
                _first_cell("busy__during"),
                filter=counts,
                default=Value([], output_field=ArrayField(IntegerField())),
            ),
            ends=ArrayAgg(
                _after_last_cell("busy__during"),
                filter=counts,
                default=Value([], output_field=ArrayField(IntegerField())),
            ),
            # Leave is no load: who comes back from it gets a fair share at once.
            leave=Sum(
                _after_last_cell("busy__during") - _first_cell("busy__during"),
                filter=counts & Q(busy__claim__in=absences),
                default=0,
            ),
        )
        .values_list(
            "pk",
            "revision",
            "room__service_point",
            "professional__organisation",
            "begins",
            "ends",
            "leave",
        )
    )
    found = _Resources({}, {}, {}, {}, set())
    for pk, revision, point, organisation, begins, ends, leave in rows:
        found.busy[pk] = list(zip(begins, ends, strict=True))
        found.revisions[pk] = revision
        found.load[pk] = sum(ends) - sum(begins) - leave
        if organisation is not None:
            found.partners.add(pk)
        if point is not None:
            found.rooms.setdefault(point, []).append(pk)
    return found
