"""Own calendars that cannot be read, for the manager's overview."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from office.core import dates
from office.hooks import Shortcoming
from office.models import OwnCalendar
from office.own_calendars.actions import RARELY


def fails_for_long(professional: int) -> bool:
    """Say whether the professional's own calendar has not been read for hours. One query."""
    calendar = OwnCalendar.objects.filter(professional=professional, failures__gt=0).first()
    return calendar is not None and _is_long(calendar)


def _is_long(calendar: OwnCalendar) -> bool:
    """Say whether the trouble has lasted; shorter troubles pass by themselves."""
    since = calendar.failed_since
    return since is not None and calendar.next_at - since >= RARELY


def unreadable_calendars() -> Iterator[Shortcoming]:
    """Return those that have failed for hours. One query."""
    for calendar in OwnCalendar.objects.filter(
        professional__is_active=True, failures__gt=0
    ).select_related("professional"):
        since = calendar.failed_since
        if since is None or not _is_long(calendar):
            continue
        yield Shortcoming(
            reverse("office:calendar_of", args=[calendar.pk]),
            _("%(name)s: the own calendar cannot be read") % {"name": calendar.professional.name},
            _("Since %(when)s: %(what)s")
            % {
                "when": dates.when(since, get_language()),
                "what": calendar.get_failure_display(),
            },
        )
