"""What was done with an evening, when and by whom."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from evenings.models.evenings import Evening


class EveningEventKind(models.TextChoices):
    PLANNED = "planned", _("Planned")
    PROPOSED = "proposed", _("Proposed by the partner")
    CHANGED = "changed", _("Changed")
    PUBLISHED = "published", _("Published")
    MOVED = "moved", _("Moved")
    CANCELLED = "cancelled", _("Cancelled")
    COUNTED = "counted", _("Those who came were counted")
    TAKEN_BACK = "taken_back", _("The last step was undone")


class EveningEvent(models.Model):
    """One step in the life of an evening. Append-only. Nothing of those who sign up."""

    evening = models.ForeignKey(Evening, on_delete=models.CASCADE, related_name="events")
    what = models.CharField(max_length=10, choices=EveningEventKind.choices)
    at = models.DateTimeField()
    # None: a partner, by the invitation link.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # When the evening was before it was moved.
    was_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("step of an evening")
        verbose_name_plural = _("steps of evenings")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.what} {self.at}"
