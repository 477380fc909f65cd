"""What a party writes to the desk before the visit: read in phone hours, answered by phone."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bookings.models.parties import Party
from bookings.models.statuses import Status
from office.core import clock

WORD_LONGEST = 500


class WordBeforeQuerySet(models.QuerySet["WordBefore"]):
    def open(self) -> "WordBeforeQuerySet":
        """Return those that wait for a call; the oldest first.

        Once the visit has begun they have met us. Of a visit that was called off the word still waits.
        """
        ahead = Q(
            Q(party__appointment__starts_at=None)
            | Q(party__appointment__starts_at__gt=clock.now()),
            party__appointment__status__in=Status.before_visit(),
        )
        called_off = Q(party__appointment__status__in=[Status.CANCELLED, Status.DECLINED])
        return self.filter(ahead | called_off, answered_at=None).order_by("sent_at", "pk")


class WordBefore(models.Model):
    """One-sided words: the secretary's alone. Who has written them cannot read them again."""

    party = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="words_before")
    text = models.TextField(_("a word before the visit"), max_length=WORD_LONGEST)
    sent_at = models.DateTimeField(_("sent"))
    answered_at = models.DateTimeField(_("answered by phone"), null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = WordBeforeQuerySet.as_manager()

    class Meta:
        verbose_name = _("word before the visit")
        verbose_name_plural = _("words before visits")
        ordering = ["sent_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at=None, answered_by=None)
                | Q(answered_at__isnull=False, answered_by__isnull=False),
                name="a_word_before_the_visit_is_answered_by_somebody",
            )
        ]

    def __str__(self) -> str:
        return f"word {self.pk}"
