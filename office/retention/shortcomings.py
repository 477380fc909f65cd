"""Data that are kept for longer than we say: the manager's page leads to the report."""

from django.urls import reverse
from django.utils.translation import gettext as _

from office.core import clock
from office.hooks import Shortcoming
from office.retention.purge import is_missing, last_runs


def unpurged() -> list[Shortcoming]:
    """Return what the last purge left undone, or that none has run since. One query."""
    for run in last_runs(1):
        if is_missing(run, clock.now()):
            text = _("No data have been deleted for two days")
        elif run.stuck:
            text = _("Some data could not be deleted")
        else:
            continue
        why = _(
            "They are kept for longer than the privacy page says. Those who run the server see why."
        )
        return [Shortcoming(reverse("office:retention"), text, why)]
    return []
