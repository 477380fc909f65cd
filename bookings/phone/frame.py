"""What stands above every page of the secretary: the state of the phone, the call that goes on.

One query for all of it, since every page asks.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from weakref import WeakKeyDictionary

from django.db.models import Exists, F, OuterRef, Q
from django.http import HttpRequest

from bookings.hooks import PAGE_FLAGS
from bookings.models import Call, Recusal
from office.calendar.opening_hours import open_now, stretches, without_absences
from office.calendar.working_time import (
    WEEKLY,
    OpenState,
    change_row,
    closure_row,
    weekly_row,
)
from office.core import clock
from office.core.intervals import merge
from office.core.json_rows import from_json, json_rows
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
    # Whether the user stays out of any matter.
    is_barred: bool
    # What of `hooks.PAGE_FLAGS` is going on.
    flags: frozenset[str]


def frame_of(user: User) -> Frame:
    """Return the state of the phone, the user's own call and what else goes on. One query."""
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
    closures = Closure.objects.filter(first_day__lte=last, last_day__gte=first)
    absences = Absence.objects.entered().filter(
        during__startswith__lt=end, during__endswith__gt=start
    )
    row = (
        User.objects.annotate(
            weekly=json_rows(weekly.order_by("pk"), *WEEKLY),
            changes=json_rows(
                changes.order_by("pk"),
                "professional_id",
                "date",
                "starts",
                "ends",
                "effect",
                "service_point_id",
            ),
            closures=json_rows(closures, "service_point_id", "first_day", "last_day", "effect"),
            absences=json_rows(
                absences.order_by("pk"),
                "professional_id",
                starts_at=F("during__startswith"),
                ends_at=F("during__endswith"),
            ),
            going_on=json_rows(
                Call.objects.going_on().filter(user=OuterRef("pk")),
                "pk",
                "started_at",
                "outcome",
                "language",
                "referred_to",
                service=F("service_id"),
                reference=F("appointment__reference"),
            ),
            is_barred=Exists(Recusal.objects.in_force().of_user(OuterRef("pk"))),
            **{name: flag() for name, flag in PAGE_FLAGS.items()},
        )
        .values("weekly", "changes", "closures", "absences", "going_on", "is_barred", *PAGE_FLAGS)
        .get(pk=user.pk)
    )
    flags = frozenset(name for name in PAGE_FLAGS if row[name])
    return Frame(_phone(row, first, last), _call(row["going_on"]), row["is_barred"], flags)


_of_requests: WeakKeyDictionary[HttpRequest, Frame] = WeakKeyDictionary()


def frame_for(request: HttpRequest, user: User) -> Frame:
    """Return the frame of the page that answers a request: read once."""
    if request not in _of_requests:
        _of_requests[request] = frame_of(user)
    return _of_requests[request]


def _phone(row: Mapping[str, Any], first: date, last: date) -> OpenState:
    away: dict[int, list[tuple[datetime, datetime]]] = {}
    for absence in row["absences"]:
        span = (
            datetime.fromisoformat(absence["starts_at"]),
            datetime.fromisoformat(absence["ends_at"]),
        )
        away.setdefault(absence["professional_id"], []).append(span)
    hours = stretches(
        weekly=[weekly_row(hours) for hours in from_json(WeeklyHours, row["weekly"])],
        changes=[change_row(change) for change in from_json(HoursChange, row["changes"])],
        closures=[closure_row(closure) for closure in from_json(Closure, row["closures"])],
        first=first,
        last=last,
    )
    spans = merge((s.start, s.end) for s in without_absences(hours, away))
    return OpenState(*open_now(spans, clock.now()))


def _call(calls: list[dict[str, Any]]) -> CallNow | None:
    if not calls:
        return None
    call = calls[0]
    started_at, reference = datetime.fromisoformat(call["started_at"]), call["reference"] or ""
    return CallNow(**call | {"started_at": started_at, "reference": reference})
