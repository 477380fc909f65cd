"""What is amiss in the walk-in of a unit, for the manager's overview."""

from collections.abc import Iterator

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from office.core import clock
from office.models import HoursKind, ServicePoint, WeeklyHours
from office.setup.readiness import Amiss
from walkin.models import Desk


def hours_without_a_desk() -> Iterator[Amiss]:
    """Points whose pages tell walk-in hours although no number can be given there."""
    hours = WeeklyHours.objects.filter(
        Q(valid_until__isnull=True) | Q(valid_until__gte=clock.today()),
        kind=HoursKind.WALK_IN,
        service_point=OuterRef("pk"),
        professional__is_active=True,
    )
    desks = Desk.objects.filter(service_point=OuterRef("pk"), is_active=True)
    for point in ServicePoint.objects.in_use().filter(Exists(hours), ~Exists(desks)):
        yield Amiss(
            reverse("queue:places", args=[point.pk]),
            _("%(name)s: walk-in hours without a desk") % {"name": point.name},
            _("Parents read the hours and come, and no numbers are given."),
        )
