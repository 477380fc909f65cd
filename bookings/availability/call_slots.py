"""Free call-back times: hours for call-backs cut into short slots, without what is busy."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from office.calendar.opening_hours import Stretch
from office.calendar.working_time import working_time
from office.core import clock
from office.core.intervals import overlap
from office.models import HoursKind, Occupancy, Professional, Unit

# Somebody who waits longer than this is better served by an appointment.
AHEAD = timedelta(weeks=2)


@dataclass(frozen=True, order=True)
class CallTime:
    """One slot of one professional. The public is shown its beginning alone."""

    start: datetime
    end: datetime
    professional: int
    point: int


@dataclass(frozen=True)
class FreeCalls:
    """Free slots, sorted; of those at one time the least loaded professional's first."""

    times: list[CallTime]
    revisions: dict[int, int] = field(default_factory=dict)

    @property
    def starts(self) -> list[datetime]:
        """When somebody can call, each instant once."""
        return list(dict.fromkeys(time.start for time in self.times))

    def at(self, start: datetime, professional: int | None = None) -> list[CallTime]:
        """Return who could call at `start`, in a fair order."""
        return [
            t for t in self.times if t.start == start and professional in (None, t.professional)
        ]

    def near(self, moment: datetime, count: int = 4) -> list[datetime]:
        """Return the free starts nearest to `moment`, sorted."""
        return sorted(sorted(self.starts, key=lambda s: (abs(s - moment), s))[:count])


def cut(stretches: Iterable[Stretch], minutes: int) -> list[CallTime]:
    """Cut stretches of working time into slots; what is left over at an end is no slot. Pure."""
    length = timedelta(minutes=minutes)
    slots = []
    for stretch in stretches:
        start = stretch.start
        while start + length <= stretch.end:
            slots.append(CallTime(start, start + length, stretch.professional, stretch.point))
            start += length
    return slots


def not_busy(
    slots: Sequence[CallTime], busy: dict[int, list[tuple[datetime, datetime]]]
) -> list[CallTime]:
    """Return the slots in which their professional is not busy. Pure."""
    return [
        slot
        for slot in slots
        if not any(
            overlap(span, (slot.start, slot.end)) for span in busy.get(slot.professional, ())
        )
    ]


def free_calls(
    unit: Unit,
    *,
    language: str = "",
    online: bool = True,
    professional: int | None = None,
    first: date | None = None,
    last: date | None = None,
    replacing: int | None = None,
    without: Collection[int] = (),
) -> FreeCalls:
    """Find free call-back times from now on, or on the days given. Five queries, whatever the size.

    `online`: keep the notice that the public gets, and offer nothing where the unit offers none.
    `replacing`: a claim (by id) that would be let go, so that its time counts as free. `without`: the
    professionals who stay out of the caller's matter.
    """
    now = clock.now()
    if online and not unit.call_backs_offered:
        return FreeCalls([])
    from_ = now + timedelta(hours=unit.call_back_notice_hours) if online else now
    first = max(first or clock.local(from_).date(), clock.today())
    last = last or (clock.local(now + AHEAD).date())
    people = Professional.objects.in_use().own().exclude(pk__in=without)
    if language:
        people = people.filter(languages__contains=[language])
    if professional is not None:
        people = people.filter(pk=professional)
    revisions = dict(people.values_list("pk", "resource__revision"))
    if not revisions or last < first:
        return FreeCalls([], revisions)
    slots = [
        slot
        for slot in cut(
            working_time(kind=HoursKind.CALL_BACK, first=first, last=last, professionals=revisions),
            unit.call_back_minutes,
        )
        if slot.start >= from_
    ]
    busy = _busy(list(revisions), first, last, replacing)
    load = {who: len(rows) for who, rows in busy.items()}
    times = sorted(
        not_busy(slots, busy), key=lambda t: (t.start, load.get(t.professional, 0), t.professional)
    )
    return FreeCalls(times, revisions)


def _busy(
    professionals: Sequence[int], first: date, last: date, replacing: int | None
) -> dict[int, list[tuple[datetime, datetime]]]:
    now = clock.now()
    busy: dict[int, list[tuple[datetime, datetime]]] = {}
    rows = Occupancy.objects.filter(
        resource__in=professionals, during__overlap=clock.day_bounds(first, last)
    ).exclude(expires_at__lte=now)
    if replacing is not None:
        rows = rows.exclude(claim=replacing)
    for who, during in rows.order_by("during").values_list("resource_id", "during"):
        busy.setdefault(who, []).append((during.lower, during.upper))
    return busy


def soonest_call(unit: Unit) -> datetime | None:
    """Find the first free call-back time that the public can reserve; None where there is none."""
    return next(iter(free_calls(unit).starts), None)
