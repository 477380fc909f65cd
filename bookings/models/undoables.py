"""What can still be undone."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class UndoKind(models.TextChoices):
    """What was done, as the bar with the undo button words it."""

    MOVED = "moved", _("moved")
    CHANGED = "changed", _("changed")
    BOOKED = "booked", _("booked")
    CONFIRMED = "confirmed", _("confirmed")
    CANCELLED = "cancelled", _("cancelled")
    DECLINED = "declined", _("declined")
    OFFERED = "offered", _("times offered")
    KEPT = "kept", _("kept as it was")
    LINK_CLOSED = "link_closed", _("link closed, a new one on its way")


class Undoable(models.Model):
    """An action of a user, with snapshots from before it. Emptied once it is undone."""

    key = models.UUIDField(default=uuid.uuid4, unique=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="undoables"
    )
    what = models.CharField(max_length=20)
    # The reference codes that the bar shows.
    about = models.CharField(max_length=60)
    made_at = models.DateTimeField()
    until = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True, blank=True)
    # By appointment: its version and last event after it was done, and how it stood before.
    states = models.JSONField(default=list)
    written = ArrayField(models.BigIntegerField(), default=list)
    withdrawn = ArrayField(models.BigIntegerField(), default=list)

    class Meta:
        verbose_name = _("what can be undone")
        verbose_name_plural = _("what can be undone")

    def __str__(self) -> str:
        return f"{self.what} {self.about}"
