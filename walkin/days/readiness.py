"""What the manager's overview reports of the walk-in."""

from collections.abc import Iterator

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from office.core import clock
from office.hooks import Shortcoming
from office.models import HoursKind, ServicePoint, WeeklyHours
from walkin.models import Desk


def points_without_desks() -> Iterator[Shortcoming]:
    """Points with published walk-in hours but no desk, so that no number can be given."""
    hours = WeeklyHours.objects.filter(
        Q(valid_until__isnull=True) | Q(valid_until__gte=clock.today()),
        kind=HoursKind.WALK_IN,
        service_point=OuterRef("pk"),
        professional__is_active=True,
    )
    desks = Desk.objects.filter(service_point=OuterRef("pk"), is_active=True)
    for point in ServicePoint.objects.in_use().filter(Exists(hours), ~Exists(desks)):
        yield Shortcoming(
            reverse("queue:places", args=[point.pk]),
            _("%(name)s: walk-in hours without a desk") % {"name": point.name},
            _("The hours are public, but no numbers can be given."),
        )
