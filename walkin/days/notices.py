"""Show a notice on all screens, numbers' pages and the public page of a point, and end it."""

from office.calendar.occupancy import retrying
from office.core import clock
from office.models import ServicePoint, User
from walkin.errors import StoppedByNoticeError
from walkin.models import NoticeKind, PointNotice
from walkin.tickets.live import announce


def notice_at(point: int) -> PointNotice | None:
    """Return what the point's screens show now."""
    return PointNotice.objects.shown().filter(service_point=point).first()


def notices_shown() -> list[PointNotice]:
    """Return what the screens of points in use show now, also of points without a walk-in. One query."""
    shown = PointNotice.objects.shown().filter(service_point__is_active=True)
    return list(shown.select_related("service_point").order_by("service_point__order", "pk"))


def points_stopped() -> set[int]:
    """Return the points at which the public is given no number just now."""
    return set(PointNotice.objects.stopping().values_list("service_point", flat=True))


def require_no_stop(point: int) -> None:
    """Raise StoppedByNoticeError while only staff give numbers at the point."""
    if PointNotice.objects.stopping().filter(service_point=point).exists():
        raise StoppedByNoticeError


@retrying
def show_notice(
    point: ServicePoint, kind: NoticeKind, *, user: User, fi: str = "", sv: str = "", en: str = ""
) -> PointNotice:
    """Show the notice at once, in place of the one that is shown, if any."""
    ServicePoint.objects.select_for_update(no_key=True).get(pk=point.pk)
    now = clock.now()
    PointNotice.objects.shown().filter(service_point=point).update(ended_at=now, ended_by=user)
    own = {"fi": fi, "sv": sv, "en": en} if kind == NoticeKind.OWN else {}
    notice = PointNotice.objects.create(
        service_point=point, kind=kind, began_at=now, began_by=user, **own
    )
    announce(point.pk)
    return notice


@retrying
def end_notice(point: ServicePoint, *, user: User) -> None:
    """Take the notice off all screens. A second press changes nothing."""
    shown = PointNotice.objects.shown().filter(service_point=point)
    if shown.update(ended_at=clock.now(), ended_by=user):
        announce(point.pk)


def end_notice_of_day(point: int, *, user: User | None) -> None:
    """End the notices of the day's queue with the day; own words may be of more than that."""
    shown = PointNotice.objects.shown().filter(service_point=point)
    shown.exclude(kind=NoticeKind.OWN).update(ended_at=clock.now(), ended_by=user)
