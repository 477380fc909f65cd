"""What stands in the way of a time: whose busy time, from when to when, of what kind."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Q

from office.calendar.working_time import working_time
from office.core import clock
from office.core.intervals import subtract
from office.models import Absence, Claim, HoursKind, Occupancy


@dataclass(frozen=True)
class Obstacle:
    """One stretch of somebody's or a room's busy time. `label`: the booking's reference code."""

    resource: int
    name: str
    is_room: bool
    start: datetime
    end: datetime
    kind: str
    label: str


def obstacles_of(
    resources: Iterable[int], start: datetime, end: datetime, *, apart_from: Claim | None = None
) -> list[Obstacle]:
    """Return what keeps `resources` from being taken then, the earliest first. One query."""
    lasting = Q(expires_at=None) | Q(expires_at__gt=clock.now())
    rows = (
        Occupancy.objects.filter(
            lasting, resource__in=set(resources), during__overlap=DateTimeTZRange(start, end)
        )
        .select_related("claim", "resource__professional", "resource__room")
        .order_by("during", "resource_id")
    )
    if apart_from is not None:
        rows = rows.exclude(claim=apart_from)
    found = []
    for row in rows:
        room = getattr(row.resource, "room", None)
        person = getattr(row.resource, "professional", None)
        found.append(
            Obstacle(
                resource=row.resource_id,
                name=room.name if room is not None else person.name if person is not None else "",
                is_room=room is not None,
                start=row.during.lower,
                end=row.during.upper,
                kind=row.claim.kind,
                label=row.claim.label,
            )
        )
    return found


def without_hours(
    professionals: Iterable[int], start: datetime, end: datetime, *, point: int | None
) -> dict[int, bool]:
    """Return who has no hours for appointments that cover the time at `point` (None: anywhere).

    The value tells whether the professional is away altogether then. Four queries.
    """
    who = sorted(set(professionals))
    day = clock.local(start).date()
    last = clock.local(end).date()
    at_work: dict[int, list[tuple[datetime, datetime]]] = {}
    for stretch in working_time(
        kind=HoursKind.APPOINTMENTS, first=day, last=last, professionals=who
    ):
        if point in (None, stretch.point):
            at_work.setdefault(stretch.professional, []).append((stretch.start, stretch.end))
    away = set(
        Absence.objects.filter(
            professional__in=who, during__overlap=DateTimeTZRange(start, end)
        ).values_list("professional_id", flat=True)
    )
    return {
        person: person in away
        for person in who
        if person in away or subtract([(start, end)], at_work.get(person, []))
    }
