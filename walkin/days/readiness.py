"""What the manager's overview reports of the walk-in."""

from collections.abc import Iterator

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from office.core import clock
from office.hooks import Shortcoming, StartStep
from office.models import HoursKind, ServicePoint, WeeklyHours
from walkin.models import Desk


def points_without_desks() -> Iterator[Shortcoming]:
    """Yield points with published walk-in hours but no desk, so that no number can be given."""
    for point in ServicePoint.objects.in_use().filter(_has_hours(), ~_has_desk()):
        yield Shortcoming(
            reverse("queue:places", args=[point.pk]),
            _("%(name)s: walk-in hours without a desk") % {"name": point.name},
            _("The hours are public, but no numbers can be given."),
        )


def start_step() -> StartStep:
    """Ask for walk-in hours, and a desk at each point that has them. A unit may do without."""
    points = ServicePoint.objects.in_use().filter(_has_hours()).annotate(has_desk=_has_desk())
    desks = dict(points.values_list("pk", "has_desk"))
    bare = [point for point, has_desk in desks.items() if not has_desk]
    if bare:
        there = reverse("queue:places", args=[bare[0]])
    else:
        there = reverse("queue:days" if desks else "office:hours")
    return StartStep(
        _("Walk-in"),
        _("Hours of the kind “walk-in”, and the desks to which people are called."),
        there,
        bool(desks) and not bare,
        _("There are no walk-in hours.") if not desks else "",
        is_needed=bool(desks),
    )


def _has_hours() -> Exists:
    hours = WeeklyHours.objects.filter(
        Q(valid_until__isnull=True) | Q(valid_until__gte=clock.today()),
        kind=HoursKind.WALK_IN,
        service_point=OuterRef("pk"),
        professional__is_active=True,
    )
    return Exists(hours)


def _has_desk() -> Exists:
    return Exists(Desk.objects.filter(service_point=OuterRef("pk"), is_active=True))
