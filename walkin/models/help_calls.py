"""A silent call for help from a desk."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from office.models import ServicePoint
from walkin.models.places import Desk


class HelpCall(models.Model):
    """Somebody at a desk needs a colleague now. Where, not why; no client's data."""

    service_point = models.ForeignKey(ServicePoint, on_delete=models.PROTECT, related_name="+")
    # None where they were at no desk.
    desk = models.ForeignKey(
        Desk, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    caller = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="help_calls"
    )
    called_at = models.DateTimeField(db_index=True)
    coming = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    coming_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("call for help")
        verbose_name_plural = _("calls for help")
        ordering = ["called_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["caller"],
                condition=Q(ended_at__isnull=True),
                name="somebody_has_one_open_call_for_help",
            )
        ]

    def __str__(self) -> str:
        return f"{self.desk_id} {self.called_at}"
