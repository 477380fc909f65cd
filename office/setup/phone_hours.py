"""Phone hours of single days: closed early, opened for longer, and taken back.

All of it is rows of `HoursChange` by the same rules as the manager's, so that the pages follow at once.
"""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from django.db.models import Q

from office.calendar.hours_handover import change_and_hand_over
from office.calendar.occupancy import lock, retrying
from office.calendar.opening_hours import closed_points
from office.calendar.working_time import closure_rows, working_time
from office.core import clock
from office.core.intervals import contains, intersect, merge, overlap, subtract
from office.core.names import Alphabetical
from office.core.save_checked import save_checked
from office.core.set_up_cache import rows_kept_until_set_up_changes
from office.models import HoursChange, HoursKind, Professional, ServicePoint, WeeklyHours
from office.setup.day_changes import REASON, remove_change, save_change

PHONE = HoursKind.PHONE
CUTS, ADDS = HoursChange.Effect.CUTS, HoursChange.Effect.ADDS


class NoPhoneHoursError(Exception):
    """There are no phone hours then that could be closed."""


class ClosedThenError(Exception):
    """The service point is closed on that day: its phone cannot be open."""


@rows_kept_until_set_up_changes
def answering(today: date) -> list[Professional]:
    """Return who answers the phone, in these weeks or as a change of one day."""
    return list(
        Professional.objects.in_use()
        .own()
        .filter(
            Q(weekly_hours__kind=PHONE)
            & (Q(weekly_hours__valid_until=None) | Q(weekly_hours__valid_until__gte=today))
            | Q(hours_changes__kind=PHONE, hours_changes__date__gte=today - timedelta(days=14))
        )
        .distinct()
        .order_by(Alphabetical("name"))
    )


def point_of(professional: Professional) -> ServicePoint | None:
    """Return where somebody answers: as in the weekly hours, or where else they work."""
    usual = (
        WeeklyHours.objects.filter(
            professional=professional, kind=PHONE, service_point__is_active=True
        )
        .select_related("service_point")
        .order_by("-valid_from")
        .first()
    )
    if usual is not None:
        return usual.service_point
    own = professional.service_points.filter(is_active=True).first()
    return own or ServicePoint.objects.in_use().first()


def _minute(moment: datetime) -> time:
    return clock.local(moment).time().replace(second=0, microsecond=0)


def _spans(professional: int, day: date) -> list[tuple[datetime, datetime]]:
    found = working_time(kind=PHONE, first=day, last=day, professionals=[professional])
    return merge((s.start, s.end) for s in found)


@retrying
def close_now(professionals: Iterable[int], *, now: datetime | None = None) -> None:
    """Close what is open at this moment until it would have closed anyhow.

    Raises NoPhoneHoursError where nobody of them answers now: somebody else may have closed it.
    """
    now = now or clock.now()
    day, minute = clock.local(now).date(), _minute(now)
    closed = False

    def change() -> None:
        nonlocal closed
        for who in sorted(set(professionals)):
            closed |= _close(who, day, minute, now)

    change_and_hand_over(professionals=professionals, change=change, reason=REASON)
    if not closed:
        raise NoPhoneHoursError


def _close(who: int, day: date, minute: time, now: datetime) -> bool:
    """Close the stretch that is open at `now`, from this minute on."""
    span = next((span for span in _spans(who, day) if contains(span, now)), None)
    if span is None:
        return False
    _cut(who, day, minute, _minute(span[1]))
    return True


def _cut(who: int, day: date, starts: time, ends: time) -> None:
    """Cut the phone hours between the two: added ones are shortened, weekly ones lose a part."""
    extra = HoursChange.objects.filter(
        professional=who, kind=PHONE, date=day, effect=ADDS, ends__gt=starts, starts__lt=ends
    )
    for row in extra:
        parts = subtract([(row.starts, row.ends)], [(starts, ends)])
        row.delete()
        for row.starts, row.ends in parts:
            row.pk = None
            save_checked(row)
    cut = clock.at(day, starts), clock.at(day, ends)
    for first, last in intersect(_spans(who, day), cut):
        save_checked(
            HoursChange(
                professional_id=who,
                kind=PHONE,
                effect=CUTS,
                date=day,
                starts=_minute(first),
                ends=_minute(last),
            )
        )


@retrying
def open_extra(professional: Professional, *, day: date, starts: time, ends: time) -> None:
    """Answer the phone also then. Twice the same is once. Raises ClosedThenError."""
    point = point_of(professional)
    closures = closure_rows(first=day, last=day)
    if point is None or point.pk in closed_points(day, [point.pk], closures):
        raise ClosedThenError
    lock([professional.pk])
    same = professional.hours_changes.filter(
        kind=PHONE, effect=ADDS, date=day, starts=starts, ends=ends
    )
    if not same.exists():
        save_change(
            HoursChange(
                professional=professional,
                kind=PHONE,
                effect=ADDS,
                date=day,
                starts=starts,
                ends=ends,
                service_point=point,
            )
        )


@retrying
def close_on(professional: Professional, *, day: date, starts: time, ends: time) -> None:
    """Do not answer the phone then. Raises NoPhoneHoursError where nobody would have."""
    who = professional.pk
    closed = clock.at(day, starts), clock.at(day, ends)
    found = False

    def change() -> None:
        nonlocal found
        found = any(overlap(span, closed) for span in _spans(who, day))
        if found:
            _cut(who, day, starts, ends)

    change_and_hand_over(professionals=[who], change=change, reason=REASON)
    if not found:
        raise NoPhoneHoursError


def take_back(change: HoursChange) -> None:
    """Open again what was closed, and remove what was added."""
    remove_change(change)
