"""Who handled whose data, and why. The law asks for it (703/2023), reads included."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class AccessLogEntry(models.Model):
    """One handling of client data. Append-only: a trigger refuses to change or remove it."""

    at = models.DateTimeField(_("at"), db_index=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("user")
    )
    record = models.CharField(_("record"), max_length=40, db_index=True)
    action = models.CharField(_("what was done"), max_length=40)
    reason = models.CharField(_("why"), max_length=40)

    class Meta:
        verbose_name = _("access log entry")
        verbose_name_plural = _("access log")
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.at} {self.action} {self.record}"
