"""The day and the duty of this moment."""

from datetime import datetime

from django.db.models import F, Q, QuerySet

from office.core import clock
from office.models import ServicePoint, User
from walkin.models import DayState, Duty, WalkInDay
from walkin.states import RUNNING


def on_duty(day: WalkInDay, now: datetime) -> QuerySet[Duty]:
    """Find duties at this moment; after the hours, the last ones, until all are served."""
    after_hours = Q(during__endswith__lte=now, during__endswith__gte=day.ends_at)
    return Duty.objects.filter(
        Q(during__endswith__gt=now) | after_hours,
        day=day,
        during__startswith__lte=max(now, day.starts_at),
    )


def current_duty(user: User, now: datetime | None = None) -> Duty | None:
    """Return the duty of a signed-in professional at this moment, on a day that is not over."""
    now = now or clock.now()
    after_hours = Q(during__endswith__lte=now, during__endswith__gte=F("day__ends_at"))
    return (
        Duty.objects.filter(professional__user=user, during__startswith__lte=now)
        .filter(Q(during__endswith__gt=now) | after_hours, day__state__in=RUNNING)
        .select_related("day__service_point", "professional", "desk")
        .order_by("-during")
        .first()
    )


def duty_at(user: User, point: ServicePoint) -> Duty | None:
    """Return a signed-in professional's duty on the running day of a point; also just before it."""
    now = clock.now()
    begun = Q(during__startswith__lte=now) | Q(during__startswith__lte=F("day__starts_at"))
    after_hours = Q(during__endswith__lte=now, during__endswith__gte=F("day__ends_at"))
    return (
        Duty.objects.filter(begun, professional__user=user, day__service_point=point)
        .filter(Q(during__endswith__gt=now) | after_hours, day__state__in=RUNNING)
        .order_by("-during")
        .first()
    )


def current_day(point: int, now: datetime | None = None) -> WalkInDay | None:
    """Return the running day of a point, or the next planned one."""
    now = now or clock.now()
    days = WalkInDay.objects.at(point).select_related("service_point")
    return days.running().first() or days.to_come(now).first()


def next_day(point: int, after: WalkInDay) -> WalkInDay | None:
    """Return the next planned day of the point after this one."""
    return (
        WalkInDay.objects.at(point)
        .filter(state=DayState.PLANNED, starts_at__gt=after.starts_at)
        .order_by("starts_at")
        .first()
    )
