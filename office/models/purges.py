"""Reports of the purge."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PurgeRun(models.Model):
    """One purge: how many rows of each kind went. Numbers only; nobody's data is in it."""

    started_at = models.DateTimeField(db_index=True)
    # None: it goes on, or was cut short; the next one carries it on.
    ended_at = models.DateTimeField(null=True, blank=True)
    # By the keys of office.retention.table.TABLE.
    counts = models.JSONField(default=dict, db_default={}, blank=True)
    # By the same keys: how many rows could not be removed.
    stuck = models.JSONField(default=dict, db_default={}, blank=True)

    class Meta:
        verbose_name = _("purge")
        verbose_name_plural = _("purges")
        ordering = ["-started_at"]

    def __str__(self) -> str:
        return f"purge {self.started_at}"
