"""A time that a visitor has chosen and not yet sent."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from bookings.models.asks import ProposedTime
from office.models import Service


class Hold(ProposedTime):
    """One visitor's one held time. The database refuses a second."""

    key = models.UUIDField(default=uuid.uuid4, unique=True)
    # Keyed hashes of the visitor's session and address, never the things themselves.
    visitor = models.CharField(max_length=64)
    address = models.CharField(max_length=64, db_index=True)
    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="+")
    # The further matters that it was found for.
    also = models.ManyToManyField(Service, blank=True, related_name="+")
    language = models.CharField(max_length=2, blank=True)
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("hold")
        verbose_name_plural = _("holds")
        constraints = [
            models.UniqueConstraint(fields=["visitor"], name="a_visitor_holds_one_time_at_most")
        ]

    def __str__(self) -> str:
        return str(self.key)
