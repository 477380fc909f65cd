"""What stands above every page of the secretary: the state of the phone, the call that goes on.

One query for all of it, since every page asks.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject

from bookings.models import Call
from office.calendar.opening_hours import (
    Change,
    Closed,
    Weekly,
    merged,
    open_now,
    stretches,
    without_absences,
)
from office.calendar.working_time import OpenState
from office.core import clock
from office.models import Absence, Closure, HoursChange, HoursKind, User, WeeklyHours

DAYS_AHEAD = 10


@dataclass(frozen=True)
class CallNow:
    """The call that goes on."""

    pk: int
    started_at: datetime
    outcome: str
    service: int | None
    language: str
    referred_to: str
    reference: str


@dataclass(frozen=True)
class Frame:
    phone: OpenState
    call: CallNow | None


def frame_of(user: User) -> Frame:
    """The state of the phone and the user's own call. One query."""
    first = clock.today()
    last = first + timedelta(days=DAYS_AHEAD)
    start, end = clock.day_bounds(first, last)
    weekly = WeeklyHours.objects.filter(
        Q(valid_until=None) | Q(valid_until__gte=first),
        kind=HoursKind.PHONE,
        valid_from__lte=last,
        professional__is_active=True,
        service_point__is_active=True,
    )
    changes = HoursChange.objects.filter(
        kind=HoursKind.PHONE, date__range=(first, last), professional__is_active=True
    )
    # A plain query: that of translated models adds columns to what is asked for.
    closures: QuerySet[Closure] = QuerySet(Closure).filter(first_day__lte=last, last_day__gte=first)
    absences = Absence.objects.filter(during__startswith__lt=end, during__endswith__gt=start)
    call = Call.objects.going_on().filter(user=OuterRef("pk"))
    row = (
        User.objects.annotate(
            weekly=_rows(
                weekly,
                "professional_id",
                "service_point_id",
                "weekday",
                "starts",
                "ends",
                "valid_from",
                "valid_until",
            ),
            changes=_rows(
                changes, "professional_id", "date", "starts", "ends", "effect", "service_point_id"
            ),
            closures=_rows(closures, "service_point_id", "first_day", "last_day", "effect"),
            absences=_rows(absences, "professional_id", "during__startswith", "during__endswith"),
            call=Subquery(
                call.values(
                    told=JSONObject(
                        pk=F("pk"),
                        started_at=F("started_at"),
                        outcome=F("outcome"),
                        service=F("service_id"),
                        language=F("language"),
                        referred_to=F("referred_to"),
                        reference=F("appointment__reference"),
                    )
                )[:1]
            ),
        )
        .values("weekly", "changes", "closures", "absences", "call")
        .get(pk=user.pk)
    )
    return Frame(_phone(row, first, last), _call(row["call"]))


def _rows(found: Any, *names: str) -> ArraySubquery:
    """Rows as an array of JSON objects with the fields n0, n1 …"""
    fields = {f"n{index}": F(name) for index, name in enumerate(names)}
    return ArraySubquery(found.order_by("pk").values(told=JSONObject(**fields)))


def _values(rows: list[dict[str, Any]]) -> list[list[Any]]:
    return [[row[f"n{index}"] for index in range(len(row))] for row in rows]


def _phone(row: Mapping[str, Any], first: date, last: date) -> OpenState:
    day, hour = date.fromisoformat, time.fromisoformat
    away: dict[int, list[tuple[datetime, datetime]]] = {}
    for who, begins, ends in _values(row["absences"]):
        away.setdefault(who, []).append(
            (datetime.fromisoformat(begins), datetime.fromisoformat(ends))
        )
    found = stretches(
        weekly=[
            Weekly(who, point, weekday, hour(s), hour(e), day(since), day(until) if until else None)
            for who, point, weekday, s, e, since, until in _values(row["weekly"])
        ],
        changes=[
            Change(who, day(on), hour(s), hour(e), effect == HoursChange.Effect.ADDS, point)
            for who, on, s, e, effect, point in _values(row["changes"])
        ],
        closures=[
            Closed(point, day(s), day(e), effect == Closure.Effect.OPEN)
            for point, s, e, effect in _values(row["closures"])
        ],
        first=first,
        last=last,
    )
    spans = merged((s.start, s.end) for s in without_absences(found, away))
    return OpenState(*open_now(spans, clock.now()))


def _call(told: dict[str, Any] | None) -> CallNow | None:
    if told is None:
        return None
    return CallNow(
        pk=told["pk"],
        started_at=datetime.fromisoformat(told["started_at"]),
        outcome=told["outcome"],
        service=told["service"],
        language=told["language"],
        referred_to=told["referred_to"],
        reference=told["reference"] or "",
    )
